"""`make run`: the whole product on this machine, with the sandbox store, until Ctrl-C.

It starts what an operator would start, with the settings an operator would give.
"""

from __future__ import annotations

import argparse
import fcntl
import http.client
import json
import os
import socket
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from redis import Redis, RedisError

from dev import settings, valkey
from dev.settings import HOST, Ports
from dev.supervisor import Failure, Part, StopAsked, Supervisor

ROOT = Path(__file__).resolve().parent.parent
DEFAULT_PORTS = {"WEB_PORT": 8000, "SANDBOX_PORT": 8001, "SANDBOX_SMTP_PORT": 8025}
READY_WITHIN = 60.0
PASTED = (("17track", "push_url", "push-address"), ("mail", "bounce_url", "bounce-address"))
"""Stand-ins that report to the product: where they are told the address, and what prints it."""

OPEN = """
Retrack runs, with a store to try it on. Open

    http://{host}:{port}/

The bar at its top leads to the mails and texts that customers got, and to the controls: new orders,
parcels, time. Ctrl-C stops; the data stays in {var}/, the logs in {var}/log/.
"""


def main() -> int:
    """Run until asked to stop. Returns the exit status: 0, or 1 after one line of what is wrong."""
    parser = argparse.ArgumentParser(prog="python -m dev.run", description=__doc__)
    parser.add_argument("--var", type=Path, default=ROOT / "var", help="folder of the data")
    var: Path = parser.parse_args().var.absolute()
    try:
        (var / "log").mkdir(parents=True, exist_ok=True)
        with _only_one(var):
            _run(var, _free_ports(os.environ))
    except StopAsked:
        return 0
    except (Failure, OSError) as failure:
        print(failure, file=sys.stderr)
        return 1
    return 0


def _run(var: Path, ports: Ports) -> None:
    env = settings.for_parts(os.environ, ports, var)
    with ExitStack() as stack:
        redis = None
        if settings.is_set(env, "REDIS_URL"):
            _refuse_without_redis(settings.value(env, "REDIS_URL"))
        else:
            redis = stack.enter_context(valkey.address_in(var))
            env["REDIS_URL"] = valkey.url(redis)
        verbose = bool(env.get("VERBOSE"))
        parts = stack.enter_context(Supervisor(var / "log", env, ROOT, verbose))
        if redis:
            _start_valkey(parts, redis, var)
        _start_product(parts, ports, env, var)
        shown = var.relative_to(ROOT) if var.is_relative_to(ROOT) else var
        parts.say(OPEN.format(host=HOST, port=ports.sandbox, var=shown))
        for provider, field, command in PASTED:
            _paste_address(parts, ports, provider, field, command)
        parts.watch()


def _refuse_without_redis(url: str) -> None:
    """Raises Failure: the worker would only end again and again."""
    try:
        Redis.from_url(url, socket_connect_timeout=2, socket_timeout=2).ping()
    except (RedisError, ValueError) as error:
        raise Failure(f"No Redis answers at REDIS_URL ({type(error).__name__})") from None


def _start_valkey(parts: Supervisor, address: Path, var: Path) -> None:
    data = var / "valkey"
    data.mkdir(exist_ok=True)
    valkey.end_stray(address)
    parts.say("Starting Valkey")
    # Its warnings are of the kernel's settings, for servers.
    parts.start(Part("valkey", valkey.command(data, address), quiet=True))
    parts.watch(lambda: valkey.answers(address), READY_WITHIN)


def _start_product(parts: Supervisor, ports: Ports, env: Mapping[str, str], var: Path) -> None:
    python = sys.executable
    parts.say("Starting the sandbox: a store, its carriers, a mailbox, a telephone")
    parts.start(Part("sandbox", sandbox_command(ports, env, var)))
    parts.say("Migrating the database")
    parts.run([python, "-m", "shopify_app", "migrate"])
    parts.watch(lambda: _answers(ports.sandbox, "/clock"), READY_WITHIN)
    parts.say("Starting web and worker")
    parts.start(Part("web", [python, "-m", "gunicorn", "-b", f"{HOST}:{ports.web}", "wsgi:app"]))
    parts.start(Part("worker", [python, "worker.py"]))
    parts.watch(lambda: _answers(ports.web, "/healthz"), READY_WITHIN)


def sandbox_command(ports: Ports, env: Mapping[str, str], var: Path) -> list[str]:
    """What runs the sandbox beside a product of these settings."""
    options = {
        "--port": str(ports.sandbox),
        "--smtp-port": str(ports.smtp),
        "--data": str(var / "sandbox.sqlite"),
        "--app-url": settings.value(env, "APP_URL"),
        "--api-key": settings.value(env, "SHOPIFY_API_KEY"),
        "--api-secret": settings.value(env, "SHOPIFY_API_SECRET"),
        "--seventeentrack-key": settings.value(env, "SEVENTEENTRACK_API_KEY"),
        "--dhl-key": settings.value(env, "DHL_API_KEY"),
        "--twilio-sid": settings.value(env, "TWILIO_ACCOUNT_SID"),
        "--twilio-token": settings.value(env, "TWILIO_AUTH_TOKEN"),
        "--message-secret": settings.value(env, "MESSAGE_SECRET"),
    }
    return [sys.executable, "-m", "sandbox", *(word for pair in options.items() for word in pair)]


def _paste_address(
    parts: Supervisor, ports: Ports, provider: str, field: str, command: str
) -> None:
    """Tell a stand-in where to report, as an operator pastes it in the settings of the real one."""
    try:
        printed = parts.run([sys.executable, "-m", "shopify_app", command])
        address = printed.rpartition("\n")[2]  # before it may stand warnings
        status = _request(ports.sandbox, f"/control/providers/{provider}", {field: address})
    except (Failure, OSError, http.client.HTTPException) as problem:
        parts.say(f"{provider} will not report: {problem}")
    else:
        if status != http.client.OK:
            parts.say(f"{provider} will not report: the sandbox answered {status}")


def _answers(port: int, path: str) -> bool:
    try:
        return _request(port, path) == http.client.OK
    except (OSError, http.client.HTTPException):
        return False


def _request(port: int, path: str, body: Mapping[str, str] | None = None) -> int:
    """The status of GET, or of POST if there is a body. Straight, past any proxy."""
    connection = http.client.HTTPConnection(HOST, port, timeout=2)
    try:
        if body is None:
            connection.request("GET", path)
        else:
            headers = {"Content-Type": "application/json"}
            connection.request("POST", path, json.dumps(body), headers)
        return connection.getresponse().status
    finally:
        connection.close()


@contextmanager
def _only_one(var: Path) -> Iterator[None]:
    """Hold the folder: two supervisors would write the same files. Raises Failure."""
    with (var / ".lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise Failure(f"Retrack is already running on {var} (process {lock.read()})") from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def _free_ports(environ: Mapping[str, str]) -> Ports:
    """The ports to use. Raises Failure with one line that names the setting to change."""
    with ExitStack() as held:  # all at once, so that one number given twice is noticed
        return Ports(*(_free_port(environ, name, held) for name in DEFAULT_PORTS))


def _free_port(environ: Mapping[str, str], name: str, held: ExitStack) -> int:
    text = environ.get(name) or str(DEFAULT_PORTS[name])
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise Failure(f"{name} has to be a port number, not {text!r}")
    port = int(text)
    probe = held.enter_context(socket.socket())
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        probe.bind((HOST, port))
        probe.listen()
    except OSError as error:
        raise Failure(
            f"Port {port} cannot be used ({error.strerror}): choose another, "
            f"for example make run {name}={port + 100}"
        ) from None
    return port


if __name__ == "__main__":
    raise SystemExit(main())
