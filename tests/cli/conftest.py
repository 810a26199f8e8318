"""Running the commands of an operator."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest

from shopify_app import cli
from shopify_app.outgoing import email
from tests.support import ENVIRONMENT, House

Run = Callable[..., object]


@pytest.fixture
def run(house: House, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Run a command with the house's settings and these; what it ends with comes back.

    The mail server of the settings answers; any other is asked.
    """
    reach = email.reach
    own_mail = ENVIRONMENT["SMTP_URL"]
    monkeypatch.setattr(email, "reach", lambda url: None if url == own_mail else reach(url))

    def run_(*words: str, **changes: str) -> object:
        settings = house.settings
        path = {"PATH": os.environ["PATH"]}
        own = {"DATABASE_URL": settings.database_url, "REDIS_URL": settings.redis_url}
        with monkeypatch.context() as patch:
            patch.setattr(os, "environ", ENVIRONMENT | path | own | changes)
            with pytest.raises(SystemExit) as ended:
                cli.main([*words])
        return ended.value.code

    return run_
