"""Starts and stops a sandbox: its HTTP server, its mail server and its clockwork."""

from __future__ import annotations

import contextlib
import threading
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, jsonify
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from sandbox import gateway, mail, often, pages, texts
from sandbox.config import Config
from sandbox.control import (
    asked,
    delivery_routes,
    message_routes,
    order_routes,
    state_routes,
    store_routes,
    world_routes,
)
from sandbox.dhl import api as dhl
from sandbox.seed.build import first_store, hurry
from sandbox.seventeentrack import api as seventeentrack
from sandbox.seventeentrack import push
from sandbox.shopify import admin, admin_api, bulk_work, stores
from sandbox.world import World, create

CONTROL = (
    order_routes, world_routes, delivery_routes, store_routes, message_routes, state_routes,
)  # fmt: skip
"""Importing them put their routes on the one blueprint of the control API."""


@dataclass(slots=True)
class Sandbox:
    """A running sandbox. `url` has no slash at the end."""

    world: World
    _server: BaseWSGIServer
    _mail: mail.MailServer
    _threads: list[threading.Thread]

    @property
    def url(self) -> str:
        return self.world.url

    @property
    def smtp_port(self) -> int:
        return self._mail.port

    def stop(self) -> None:
        """Stop within about a second; what was under way is a row and goes on next time."""
        self.world.stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._mail.stop()
        self.world.postman.stop()
        for thread in self._threads:
            thread.join(timeout=2)
        self.world.database.close()


def start(config: Config) -> Sandbox:
    """Open or make the data, and serve until `stop()`. Raises OSError if a port is taken."""
    world = create(config)
    if not stores.everyone(world):
        first_store(world, config.orders, config.seed)
    hurry(world, config.quick)
    server = make_server(
        config.host, config.port, application(world), threaded=True, request_handler=Handler
    )
    world.url = f"http://{config.host}:{server.server_port}"
    mail_server = mail.MailServer(world)
    world.providers.listeners["mail"] = mail_server.follow_mode
    mail_server.follow_mode()
    world.postman.start()
    serving = threading.Thread(target=server.serve_forever, args=(0.05,), name="http", daemon=True)
    serving.start()
    steps = {"17track": push.go_on, "twilio": texts.go_on, "bulk": bulk_work.go_on}
    threads = [serving, *(often.start(world, name, step) for name, step in steps.items())]
    return Sandbox(world, server, mail_server, threads)


class Handler(WSGIRequestHandler):
    """Keeps connections open, sends small answers at once, and logs nothing."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log(self, type: str, message: str, *values: Any) -> None:  # noqa: A002
        pass

    def handle(self) -> None:
        with contextlib.suppress(OSError):  # a client that left, or a line that was dropped
            super().handle()


def application(world: World) -> Flask:
    """The WSGI application of a world."""
    app = Flask("sandbox", root_path=str(pages.FOLDER))
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.extensions["sandbox"] = world
    for part in (admin, admin_api, bulk_work, seventeentrack, dhl, texts, gateway, asked, pages):
        app.register_blueprint(part.blueprint)
    app.add_url_rule("/clock", "clock", lambda: jsonify(world.clock.told()))
    app.register_error_handler(404, _not_found)
    return app


def _not_found(_error: Exception) -> tuple[Response, int]:
    return jsonify(error="the sandbox has no such address; see /control"), 404
