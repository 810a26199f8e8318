from __future__ import annotations

from pathlib import Path

import pytest
from redis import Redis

from dev import process, valkey
from tests.waiting import eventually


def test_a_killed_server_comes_back_with_its_data(tmp_path: Path) -> None:
    with valkey.address_in(tmp_path) as address:
        server = process.spawn(valkey.command(tmp_path, address))
        try:
            eventually(lambda: valkey.answers(address))
            with Redis.from_url(valkey.url(address)) as client:
                client.rpush("queue", *range(1000))
        finally:
            server.kill()
            server.wait()
    with valkey.running(tmp_path) as address, Redis.from_url(valkey.url(address)) as client:
        assert client.llen("queue") == 1000


def test_a_path_too_long_for_a_socket_is_gone_round(tmp_path: Path) -> None:
    deep = tmp_path / ("a" * 60) / ("b" * 60)
    deep.mkdir(parents=True)
    with valkey.running(deep) as address:
        assert len(bytes(address)) <= valkey.SOCKET_PATH_BYTES
        assert valkey.answers(address)
    assert not address.parent.exists()


def test_an_odd_folder_name_makes_a_url_that_leads_there(tmp_path: Path) -> None:
    odd = tmp_path / "50% off? yes #1"
    odd.mkdir()
    with valkey.running(odd) as address, Redis.from_url(valkey.url(address, 3)) as client:
        assert client.ping()
        assert client.connection_pool.connection_kwargs["db"] == 3


def test_a_stray_server_is_ended_before_another_takes_its_folder(tmp_path: Path) -> None:
    with valkey.address_in(tmp_path) as address:
        stray = process.spawn(valkey.command(tmp_path, address))
        eventually(lambda: valkey.answers(address))
        valkey.end_stray(address)
        assert stray.wait(5) == 0


def test_a_server_that_cannot_start_is_quoted(tmp_path: Path) -> None:
    (tmp_path / "appendonlydir").write_text("in the way")
    with pytest.raises(RuntimeError, match="append"), valkey.running(tmp_path):
        pass
