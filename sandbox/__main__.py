"""`python -m sandbox`: runs a sandbox until it is told to stop."""

from __future__ import annotations

import argparse
import json
import logging
import signal
import sys
import threading
from pathlib import Path

from sandbox.config import Config
from sandbox.server import start


def arguments(argv: list[str]) -> Config:
    """The settings of a command line."""
    default = Config()
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--host", default=default.host)
    parser.add_argument("--port", type=int, default=default.port, help="0 takes a free one")
    parser.add_argument("--smtp-port", type=int, default=default.smtp_port)
    parser.add_argument("--data", type=Path, default=default.data, help="file that holds it all")
    parser.add_argument("--app-url", default=default.app_url)
    parser.add_argument("--api-key", default=default.api_key)
    parser.add_argument("--api-secret", default=default.api_secret)
    parser.add_argument("--scopes", default=default.scopes)
    parser.add_argument("--seventeentrack-key", default=default.seventeentrack_key)
    parser.add_argument("--dhl-key", default=default.dhl_key)
    parser.add_argument("--twilio-sid", default=default.twilio_sid)
    parser.add_argument("--twilio-token", default=default.twilio_token)
    parser.add_argument("--message-secret", default=default.message_secret)
    parser.add_argument("--orders", type=int, default=default.orders)
    parser.add_argument("--seed", type=int, default=default.seed)
    parser.add_argument("--quick", type=int, default=default.quick, help="parcels that move fast")
    parser.add_argument("--empty", action="store_true", help="begin without orders")
    values = vars(parser.parse_args(argv))
    if values.pop("empty"):
        values["orders"] = 0
    values["app_url"] = values["app_url"].rstrip("/")
    return Config(**values)


def main(argv: list[str]) -> int:
    """Serve until SIGTERM or SIGINT. The one line on stdout says where."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s")
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    config = arguments(argv)
    try:
        sandbox = start(config)
    except OSError as error:
        print(f"the sandbox cannot start: {error}", file=sys.stderr)
        return 1
    print(json.dumps({"url": sandbox.url, "smtp_port": sandbox.smtp_port}), flush=True)
    stop.wait()
    sandbox.stop()
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
