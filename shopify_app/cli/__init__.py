"""The command line: what an operator does by hand."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from shopify_app.bootstrap import read_settings
from shopify_app.cli import checking, erasing, keeping, mending, setting_up


def main(arguments: list[str] | None = None) -> None:
    """Run one command; its exit status is 0 if all is well."""
    parser = argparse.ArgumentParser(prog="python -m shopify_app")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    for name, command in COMMANDS.items():
        added = commands.add_parser(name, help=command.__doc__, description=command.__doc__)
        for option, how in OPTIONS.get(name, {}).items():
            added.add_argument(option, **how)
    chosen = vars(parser.parse_args(arguments))
    command = COMMANDS[chosen.pop("command")]
    sys.exit(command(read_settings(), **chosen))


COMMANDS: dict[str, Callable[..., int]] = {
    "migrate": setting_up.migrate,
    "doctor": checking.doctor,
    "bounce-address": setting_up.bounce_address,
    "push-address": setting_up.push_address,
    "reconcile": mending.reconcile,
    "rederive": mending.rederive,
    "replay": mending.replay,
    "rotate-keys": setting_up.rotate_keys,
    "erase-shop": erasing.erase_shop,
    "erase-customer": erasing.erase_customer,
    "backup": keeping.backup,
    "restore": keeping.restore,
    "copy-to": keeping.copy_to,
}
"""Each is called with the settings, and with its options by name."""

_APPLY = {"action": "store_true", "help": "write it; else only say what would change"}
_SHOP = {"metavar": "DOMAIN", "default": "", "help": "of this shop alone"}
OPTIONS: dict[str, dict[str, dict[str, Any]]] = {
    "reconcile": {"--shop": _SHOP},
    "rederive": {"--apply": _APPLY, "--shop": _SHOP},
    "replay": {
        "rows": {"nargs": "*", "metavar": "ROW", "help": "such as inbox-12 or outbox-7"},
        "--topic": {"default": "", "help": "of this topic or event alone"},
        "--shop": _SHOP,
        "--all": {"action": "store_true", "help": "all that was set aside", "dest": "everything"},
        "--apply": _APPLY,
    },
    "rotate-keys": {"--apply": _APPLY},
    "erase-shop": {
        "domain": {"metavar": "DOMAIN", "help": "its myshopify.com domain"},
        "--yes": {"action": "store_true", "help": "do not ask for the domain once more"},
        "--force": {"action": "store_true", "help": "although the app is still on the store"},
    },
    "erase-customer": {
        "domain": {"metavar": "DOMAIN", "help": "its myshopify.com domain"},
        "orders": {
            "nargs": "+",
            "metavar": "ORDER",
            "help": "its name, such as 1201, or Shopify's id",
        },
        "--apply": _APPLY,
    },
    "backup": {"file": {"metavar": "FILE", "type": Path}},
    "restore": {
        "file": {"metavar": "FILE", "type": Path},
        "--force": {"action": "store_true", "help": "over a database that has shops in it"},
    },
    "copy-to": {"target": {"metavar": "DATABASE_URL"}, "--shop": _SHOP},
}
"""What a command may be told besides: each option as `argparse` takes it."""
