"""The life of a store: orders are placed, shipped, moved on, changed and cancelled.

What happens is drawn by a seed; the sandbox sends the webhooks and pushes of it.
"""

from __future__ import annotations

import heapq
import random
import time
from collections.abc import Callable
from itertools import count

from bench.chaos.product import Product

COMPANY = "YunExpress"
ENDINGS = {"moved": 60, "renumbered": 12, "noted": 8, "cancelled": 10, "cancelled late": 10}
"""What becomes of an order after it was placed, and how often."""
PAUSE = (1.1, 2.5)
"""Seconds between two changes of an order. Shopify's times are whole seconds: what changes twice in
one has no order that a body tells, and is put right by the next comparison with the store.
"""
Step = Callable[[], object]


class Traffic:
    """So many orders, placed over so many seconds. `prefix` tells its customers apart from
    those of other traffic.
    """

    def __init__(
        self, product: Product, dice: random.Random, prefix: str, orders: int, seconds: float
    ) -> None:
        self._product, self._dice, self._prefix = product, dice, prefix
        self._steps: list[tuple[float, int, Step]] = []
        self._turn = count()
        self._began = time.monotonic()
        self.orders: list[str] = []
        for number in range(orders):
            self._at(dice.uniform(0, seconds), self._life(number))

    def work(self) -> None:
        """Do what is due."""
        while self._steps and self._steps[0][0] <= time.monotonic() - self._began:
            heapq.heappop(self._steps)[2]()

    @property
    def over(self) -> bool:
        """Whether everything has happened."""
        return not self._steps

    def _at(self, moment: float, step: Step) -> None:
        heapq.heappush(self._steps, (moment, next(self._turn), step))

    def _after(self, seconds: float, step: Step) -> None:
        self._at(time.monotonic() - self._began + seconds, step)

    def _life(self, number: int) -> Step:
        [ending] = self._dice.choices(list(ENDINGS), list(ENDINGS.values()))
        pauses = [self._dice.uniform(*PAUSE) for _ in range(2)]
        parcels = [f"YT{self._dice.randrange(10**15, 10**16)}" for _ in range(2)]

        def place() -> None:
            email = f"{self._prefix}{number}@customers.example"
            placed = self._product.control("/orders", email=email, phone=None, country="US")
            self.orders.append(placed["id"])
            self._after(pauses[0], lambda: ship(placed["id"]))

        def ship(order: str) -> None:
            if ending == "cancelled":
                self._product.control(f"/orders/{order}/cancel")
                return
            fulfill = f"/orders/{order}/fulfill"
            shipped = self._product.control(fulfill, number=parcels[0], company=COMPANY)
            self._after(pauses[1], lambda: end(order, shipped["id"]))

        def end(order: str, fulfillment: str) -> None:
            if ending == "moved":
                self._product.control(f"/parcels/{parcels[0]}/advance", steps=1 + number % 4)
            elif ending == "renumbered":
                renumber = f"/fulfillments/{fulfillment}/numbers"
                self._product.control(renumber, numbers=[parcels[1]], company=COMPANY)
            elif ending == "noted":
                self._product.control(f"/orders/{order}/edit", note="Leave it with the neighbours")
            else:
                self._product.control(f"/orders/{order}/cancel")

        return place
