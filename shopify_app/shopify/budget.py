"""What a shop's Admin API lets us ask now: one bucket of points a shop, for all workers.

Each answer tells how full the bucket is and how fast it fills, and what the operation was priced
at beforehand (shopify.dev, "API rate limits": extensions.cost). Redis remembers it, and whoever
wants to ask takes the price from it first, so that Shopify has nothing to throttle. A shop or an
operation that nothing is known of, and a Redis that is away, let everybody go on: Shopify then
says itself what is too much.
"""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Any

from redis import RedisError

from shopify_app import queue

LONGEST_WAIT = 15.0
"""Seconds; an operation of the highest price, 1,000 points, is filled up in ten at 100 a second."""
FORGET_AFTER = 3600

_STATUS = ("currentlyAvailable", "restoreRate", "maximumAvailable")

# Moments are those of Redis, which all workers share.
_TAKE = """
local told = redis.call('HMGET', KEYS[1], 'left', 'at', 'rate', 'most', ARGV[1])
if not (told[1] and told[5]) then return '0' end
local clock = redis.call('TIME')
local now = clock[1] + clock[2] / 1000000
local left = math.min(told[4], told[1] + told[3] * math.max(0, now - told[2]))
local price = math.min(told[5], told[4])
if left < price then return tostring((price - left) / told[3]) end
redis.call('HSET', KEYS[1], 'left', left - price, 'at', now)
return '0'
"""
_LEARN = """
local clock = redis.call('TIME')
redis.call('HSET', KEYS[1], 'left', ARGV[1], 'rate', ARGV[2], 'most', ARGV[3],
           'at', clock[1] + clock[2] / 1000000, ARGV[4], ARGV[5])
redis.call('EXPIRE', KEYS[1], ARGV[6])
return 0
"""


def take(domain: str, operation: str) -> bool:
    """Wait until the bucket covers the operation, and take its price; False if that is too long."""
    deadline = time.monotonic() + LONGEST_WAIT
    while (missing := _take(domain, operation)) > 0:
        if time.monotonic() + missing > deadline:
            return False
        time.sleep(missing)
    return True


def learn(domain: str, operation: str, cost: Any) -> None:
    """What an answer, also one that refuses, told of its cost; nothing if that cannot be read."""
    try:
        status = cost["throttleStatus"]
        left, rate, most = (float(status[name]) for name in _STATUS)
        price = float(cost["requestedQueryCost"])
    except (KeyError, TypeError, ValueError):
        return
    if rate > 0:
        with suppress(RedisError):
            told = (left, rate, most, _field(operation), price, FORGET_AFTER)
            queue.redis().eval(_LEARN, 1, _key(domain), *told)


def _take(domain: str, operation: str) -> float:
    """Take the price. Returns 0, or in how many seconds there will be enough."""
    try:
        return float(queue.redis().eval(_TAKE, 1, _key(domain), _field(operation)))
    except RedisError:
        return 0.0


def _key(domain: str) -> str:
    return f"shopify:points:{domain}"


def _field(operation: str) -> str:
    """Where an operation's price stands, beside the state of the bucket."""
    return f"price of {operation}"
