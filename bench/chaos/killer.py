"""Kills parts of the product with -9, by the dice."""

from __future__ import annotations

import random
from collections import Counter

from bench.chaos.parts import kill
from bench.chaos.product import POSTGRESQL, Product

VICTIMS = {
    "web": 2, "web process": 4, "worker": 2, "deliver": 10, "inbox": 10, "poll": 4, "bulk": 1,
    "ticker": 3, "redis": 2, "database": 2,
}  # fmt: skip
"""What is killed, and how often. Of a queue it is the worker, or the process that does its job."""
SENDERS = {"worker", "deliver"}


class Killer:
    """Counts whom it killed."""

    def __init__(self, product: Product, dice: random.Random) -> None:
        self._product, self._dice = product, dice
        self.killed: Counter[str] = Counter()

    def strike(self) -> None:
        """Kill one of the victims that live just now."""
        living = {name: pids for name in VICTIMS if (pids := self._processes(name))}
        if living:
            [victim] = self._dice.choices(list(living), [VICTIMS[name] for name in living])
            for pid in living[victim]:
                kill(pid)
            self.killed[victim] += 1

    def __str__(self) -> str:
        return ", ".join(f"{name} {count}" for name, count in sorted(self.killed.items()))

    @property
    def senders(self) -> int:
        """How many kills may have hit a message on its way."""
        of_sqlite = self.killed["database"] if self._product.kind != POSTGRESQL else 0
        return of_sqlite + sum(self.killed[victim] for victim in SENDERS)

    def _processes(self, victim: str) -> list[int]:
        parts = self._product.parts
        if victim == "web process":
            return self._one_of(parts.family("web")[1:])
        if victim == "database":
            return self._database()
        if victim in ("web", "worker", "redis"):
            return parts.family(victim)[:1]
        return self._one_of(parts.called("worker", f"retrack-{victim}"))

    def _database(self) -> list[int]:
        """All of PostgreSQL; or all that have SQLite's file open, at once."""
        parts = self._product.parts
        if self._product.kind == POSTGRESQL:
            return parts.family("database")
        return parts.family("web") + parts.family("worker")

    def _one_of(self, pids: list[int]) -> list[int]:
        return [self._dice.choice(pids)] if pids else []
