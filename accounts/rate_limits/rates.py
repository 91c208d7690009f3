"""Rate limit per caller: a steady rate with a burst, counted across all web processes.

The count is in Redis. A process takes a fiftieth of a second's calls at once and spends them one by one; a caller with
a rate of up to fifty a second is counted call by call. An absent or slow Redis stops no caller: each process then
counts for itself, and asks Redis again a few seconds later. (Libraries count windows; a window cannot express both a
rate and a burst, and lets twice its number through at its edge. This is the generic cell rate algorithm: one number per
caller, one round trip.)
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass
from functools import lru_cache

import redis
from django.conf import settings

from accounts.redis_servers import redis_client

log = logging.getLogger(__name__)

REDIS_SECONDS = 0.1  # timeout for each of connecting, greeting and answering: 0.3 s at worst, once
AWAY_SECONDS = 5.0
MOST_REMEMBERED = 10_000  # callers that one process counts by itself, or has taken calls in advance for
HANDFUL_SECONDS = 0.02  # how much of the steady rate one process takes in advance

# KEYS[1] stores when this caller's bucket will be full again, by Redis's own clock, so that all processes agree.
# Returns the seconds to wait for one call, and how many were taken: all that were asked for, or one.
_TAKE = """
local time = redis.call('TIME')
local now, interval, wanted = time[1] + time[2] / 1e6, tonumber(ARGV[1]), tonumber(ARGV[3])
local full_at = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), now)
local wait = full_at - now - interval * (ARGV[2] - 1)
if wait > 1e-6 then return {string.format('%.6f', wait), 0} end
if wait + interval * (wanted - 1) > 1e-6 then wanted = 1 end
full_at = full_at + interval * wanted
redis.call('SET', KEYS[1], string.format('%.6f', full_at), 'PX', math.ceil((full_at - now) * 1000))
return {'0', wanted}
"""

_GIVE_BACK = """
local time = redis.call('TIME')
local now = time[1] + time[2] / 1e6
local full_at = tonumber(redis.call('GET', KEYS[1]) or 0) - tonumber(ARGV[1])
if full_at <= now then return redis.call('DEL', KEYS[1]) end
redis.call('SET', KEYS[1], string.format('%.6f', full_at), 'PX', math.ceil((full_at - now) * 1000))
return 0
"""


@dataclass(frozen=True, slots=True)
class Rate:
    """`per_second` calls in the long run, and `burst` of them at once after a pause."""

    per_second: float
    burst: int


def rate_of(per_second: float | None = None, burst: int | None = None) -> Rate:
    """The given values; default: the installation's rate, and a burst of two seconds' worth."""
    rate = per_second or settings.INGEST_RATE
    return Rate(rate, burst or max(1, round(2 * rate)))


def take(caller: str, rate: Rate) -> float:
    """Count one call of `caller`. Returns 0 when it may go ahead, else the seconds it must wait; never raises."""
    if _from_hand(caller):
        return 0.0
    if _away.is_over():
        try:
            return _take_in_redis(caller, rate)
        except (redis.RedisError, OSError) as error:
            _away.begin()
            log.warning("Redis does not count the calls (%s); for now each process does so by itself.", error)
    return _take_here(caller, rate)


def give_back(caller: str, rate: Rate) -> None:
    """Count one call less, for what is limited is only some of the calls; never raises."""
    if _away.is_over():
        try:
            _client(settings.REDIS_URL).register_script(_GIVE_BACK)([f"rate:{caller}"], [1 / rate.per_second])
            _away.end()
        except (redis.RedisError, OSError):
            _away.begin()
    with _counting:
        if caller in _full_at:
            _full_at[caller] -= 1 / rate.per_second


def _take_in_redis(caller: str, rate: Rate) -> float:
    client = _client(settings.REDIS_URL)
    wanted = max(1, int(rate.per_second * HANDFUL_SECONDS))
    wait, taken = client.register_script(_TAKE)([f"rate:{caller}"], [1 / rate.per_second, rate.burst, wanted])
    _away.end()
    if taken > 1:
        _to_hand(caller, taken - 1)
    return float(wait)


def _from_hand(caller: str) -> bool:
    with _counting:
        left = _in_hand.pop(caller, 0)
        if left > 1:
            _in_hand[caller] = left - 1
        return left > 0


def _to_hand(caller: str, calls: int) -> None:
    with _counting:
        if len(_in_hand) > MOST_REMEMBERED:
            _in_hand.clear()
        _in_hand[caller] = _in_hand.get(caller, 0) + calls


@lru_cache(maxsize=2)
def _client(url: str) -> redis.Redis:
    wait = {"socket_connect_timeout": REDIS_SECONDS, "socket_timeout": REDIS_SECONDS}
    return redis_client(url, **wait)


class _Away:
    """Circuit breaker for Redis. When the pause is over one thread tries again; the others go on without Redis."""

    def __init__(self) -> None:
        self._until = 0.0
        self._lock = threading.Lock()

    def is_over(self) -> bool:
        if not self._until:
            return True
        with self._lock:
            if time.monotonic() < self._until:
                return False
            self._until = time.monotonic() + AWAY_SECONDS  # for the others, while this thread asks
            return True

    def begin(self) -> None:
        self._until = time.monotonic() + AWAY_SECONDS

    def end(self) -> None:
        self._until = 0.0


_away = _Away()
_full_at: dict[str, float] = {}
_in_hand: dict[str, int] = {}  # calls counted in Redis in advance and not made yet
_counting = threading.Lock()


def _take_here(caller: str, rate: Rate) -> float:
    """The same algorithm, counted in this process alone."""
    now, interval = time.monotonic(), 1 / rate.per_second
    with _counting:
        if len(_full_at) > MOST_REMEMBERED:
            _forget_the_rested(now)
        full_at = max(_full_at.get(caller, 0.0), now)
        wait = full_at - now - interval * (rate.burst - 1)
        if wait > 1e-6:
            return wait
        _full_at[caller] = full_at + interval
        return 0.0


def _forget_the_rested(now: float) -> None:
    for caller in [caller for caller, full_at in _full_at.items() if full_at < now]:
        del _full_at[caller]
