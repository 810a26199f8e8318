"""What every part of the sandbox is handed: its state, its clock and its way out."""

from __future__ import annotations

import threading
from collections import defaultdict
from dataclasses import dataclass, field
from typing import cast

from flask import current_app

from sandbox.clock import Clock
from sandbox.config import Config
from sandbox.database import Database
from sandbox.limits import Bucket, RateLimit
from sandbox.postman import Postman
from sandbox.providers import Providers

CALLS_A_SECOND = 3
DHL_CALLS_A_SECOND = 1


@dataclass(slots=True)
class World:
    """One running sandbox. `url` is set as soon as its port is known."""

    config: Config
    database: Database
    clock: Clock
    providers: Providers
    postman: Postman
    url: str = ""
    stopping: threading.Event = field(default_factory=threading.Event)
    points: defaultdict[str, Bucket] = field(default_factory=lambda: defaultdict(Bucket))
    """What each store has left to pay for GraphQL."""
    calls: RateLimit = field(default_factory=lambda: RateLimit(CALLS_A_SECOND))
    """Of 17TRACK's key."""
    dhl_calls: RateLimit = field(default_factory=lambda: RateLimit(DHL_CALLS_A_SECOND))
    """Of DHL's key."""


def create(config: Config) -> World:
    """Open the data of a sandbox, or begin anew where there is none."""
    database = Database(config.data)
    clock = Clock(database)
    return World(config, database, clock, Providers(database), Postman(database, clock))


def here() -> World:
    """The world of the request that is being answered."""
    return cast(World, current_app.extensions["sandbox"])
