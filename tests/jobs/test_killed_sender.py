"""A sender that is killed at any point loses no message, and sends none twice."""

from __future__ import annotations

from pathlib import Path

from bench import house, killed
from bench.stand_ins import mailbox
from shopify_app import bootstrap, database
from shopify_app.settings import load

MESSAGES, KILLS, SEED = 24, 3, 7


def test_whatever_kills_the_sender_no_message_is_lost_and_none_goes_twice(
    tmp_path: Path, redis_url: str
) -> None:
    environ = house.environ(f"sqlite:///{tmp_path}/killed.sqlite", redis_url)
    database.migrate(environ["DATABASE_URL"])
    with mailbox.running() as box:
        environ["SMTP_URL"] = box.url
        bootstrap.wire(load(environ))
        found = killed.chaos(environ, box, MESSAGES, KILLS, SEED)
    database.engine().dispose()
    states = found["states"]
    assert set(states) <= {"sent", "uncertain"}
    assert sum(states.values()) == MESSAGES
    assert states.get("uncertain", 0) <= found["kills"]
    assert (found["arrived_twice"], found["sent_that_did_not_arrive"]) == (0, 0)
