"""How gunicorn serves the application. Options on its command line come before these."""

import gc
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

from gunicorn.systemd import sd_notify
from gunicorn.workers.base import Worker

sys.path.insert(0, str(Path(__file__).resolve().parent))  # it may be started in another folder

from shopify_app.bootstrap import read_settings, refuse_unmigrated, wire
from shopify_app.database import engine
from shopify_app.observe import formatter
from shopify_app.server_log import FORMAT, ServerLog

settings = read_settings()

worker_class = "asgi"
workers = settings.web_workers
keepalive = 2  # an idle connection would hold up the stop for as long
graceful_timeout = 15
timeout = 60
control_socket_disable = True
ServerLog.formatter = formatter(settings.log_format)  # a logconfig would log accesses, too
logger_class = ServerLog
access_log_format = FORMAT


def post_worker_init(worker: Worker) -> None:
    """The application is there and stays: the garbage collector need not look through it."""
    gc.freeze()
    if "GUNICORN_PID" in os.environ:
        take_over(worker, int(os.environ["GUNICORN_PID"]))


def take_over(worker: Worker, predecessor: int) -> None:
    """After SIGUSR2: the new release is ready, so the one before ends what it has in hand.

    Not earlier: a release that cannot start leaves the one before as it was.
    """
    sd_notify(f"MAINPID={worker.ppid}", worker.log)  # the service is this process from now on
    with suppress(ProcessLookupError):  # another worker was quicker
        os.kill(predecessor, signal.SIGTERM)


def on_starting(_server: object) -> None:
    """Refuse to start in one line: an exit while the app is imported would be tried for ever."""
    wire(settings)
    refuse_unmigrated()
    engine().dispose()  # no connection may go over the fork
