"""A load generator that stays out of the way: it waits by epoll, and all is signed beforehand.

`python -m bench.load FILE PORT CONNECTIONS` sends every request of the file once, each connection
one after another, and prints what came of it as JSON. `write` makes such a file.
"""

from __future__ import annotations

import json
import mmap
import select
import socket
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from bench.results import percentile

HOST = "127.0.0.1"
PATIENCE = 30.0
"""Seconds without any answer after which the server is given up."""


def write(path: Path, deliveries: Iterable[tuple[bytes, dict[str, str]]]) -> None:
    """Keep whole requests, each behind its length."""
    with path.open("wb") as file:
        for body, headers in deliveries:
            lines = [f"POST /webhooks HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: {len(body)}"]
            lines += [f"{name}: {value}" for name, value in headers.items()]
            request = "\r\n".join(lines).encode() + b"\r\n\r\n" + body
            file.write(len(request).to_bytes(8, "big") + request)


class Connection:
    """One keep-alive connection: sends a request, and the next when it was answered."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection((HOST, port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._began = 0.0

    def send(self, request: memoryview) -> None:
        self._began = time.perf_counter()
        self.socket.sendall(request)

    def answered(self) -> tuple[str, float]:
        """The status, and how long it took. Both servers answer in one piece, without a body or
        with a short one.
        """
        answer = self.socket.recv(65_536)
        if not answer:
            raise ConnectionError("the server closed a connection")
        return answer[9:12].decode(), time.perf_counter() - self._began


def run(path: Path, port: int, connections: int) -> dict[str, Any]:
    """Send all of the file."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as requests:
        waiting, took, statuses = _spans(requests), [], Counter[str]()
        began, worked = time.perf_counter(), time.process_time()
        with memoryview(requests) as all_of_it:
            for status, seconds in _exchange(all_of_it, waiting, port, connections):
                statuses[status] += 1
                took.append(seconds)
    seconds, busy = time.perf_counter() - began, time.process_time() - worked
    took.sort()
    return {
        "per_second": round(len(took) / seconds),
        "p50_ms": round(1000 * percentile(took, 0.5), 1),
        "p99_ms": round(1000 * percentile(took, 0.99), 1),
        "max_ms": round(1000 * took[-1]),
        "statuses": dict(statuses),
        "seconds": round(seconds, 2),
        "generator_busy": round(busy / seconds, 2),
    }


def _exchange(
    requests: memoryview, spans: Iterator[tuple[int, int]], port: int, connections: int
) -> Iterator[tuple[str, float]]:
    poll, open_ = select.epoll(), {}
    for begin, end in islice(spans, connections):
        one = Connection(port)
        open_[one.socket.fileno()] = one
        poll.register(one.socket, select.EPOLLIN)
        one.send(requests[begin:end])
    while open_:
        ready = poll.poll(PATIENCE)
        if not ready:
            raise TimeoutError("no answer")
        for number, _ in ready:
            one = open_[number]
            yield one.answered()
            following = next(spans, None)
            if following:
                one.send(requests[slice(*following)])
            else:
                poll.unregister(number)
                open_.pop(number).socket.close()


def _spans(requests: mmap.mmap) -> Iterator[tuple[int, int]]:
    """Where each request begins and ends."""
    begin = 0
    while begin < len(requests):
        end = begin + 8 + int.from_bytes(requests[begin : begin + 8], "big")
        yield begin + 8, end
        begin = end


if __name__ == "__main__":
    print(json.dumps(run(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))))
