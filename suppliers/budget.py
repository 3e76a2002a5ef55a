"""How often we may knock: so many calls in any second per supplier and API, and the day's quota, shared by every
process.

A part of both is kept back for price checks and bookings, so that a storm of searches or a content sync never
stands in front of a sale. Without Redis each process keeps to a small share of the rate on its own.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from faredown.lib import clock
from suppliers.broker import Script
from suppliers.limits import Limits
from suppliers.operations import SHEDDABLE, Api, Operation, api_of

ALONE_SHARE = 0.2
"""Of the contract's rate, what one process allows itself while it cannot see the others."""
QUOTA_PAUSE_SECONDS = 900
"""After the supplier said its quota is used up: ask again by then, because when it resets is not documented."""
LONGEST_PAUSE_SECONDS = 86_400
"""However long it told us to wait: a quota is a day's."""

UNEVEN_SECONDS = 0.2
"""How much closer together than they were let go two calls may reach the supplier: its second is not ours."""

_TAKE = Script("""
-- keys: grants, day, pause, told. args: window, calls in it, calls a sheddable one may find, quota, quota of sheddable
-- ones, sheddable, rate. Answers {verdict, wait in ms, first of the day}: 1 taken, 0 wait, -1 quota used up.
local sheddable = ARGV[6] == '1'
if sheddable and redis.call('EXISTS', KEYS[3]) == 1 then
  return {-1, math.max(redis.call('PTTL', KEYS[3]), 0), 0}
end
local quota = tonumber(ARGV[4])
local used = tonumber(redis.call('GET', KEYS[2]) or '0')
if quota > 0 and used >= (sheddable and tonumber(ARGV[5]) or quota) then
  return {-1, 0, 0}
end
local clock = redis.call('TIME')
local now = tonumber(clock[1]) + tonumber(clock[2]) / 1000000
local window, calls = tonumber(ARGV[1]), tonumber(ARGV[2])
-- Newest first: the one that has to be older than the window for another to go.
local last = tonumber(redis.call('LINDEX', KEYS[1], (sheddable and tonumber(ARGV[3]) or calls) - 1))
if last and last <= now and last > now - window then
  return {0, math.ceil((last + window - now) * 1000), 0}
end
redis.call('LPUSH', KEYS[1], string.format('%.6f', now))
redis.call('LTRIM', KEYS[1], 0, calls - 1)
redis.call('PEXPIRE', KEYS[1], math.ceil(window * 1000) + 60000)
local first = redis.call('INCR', KEYS[2]) == 1 and 1 or 0
if first == 1 then redis.call('EXPIRE', KEYS[2], 172800) end
redis.call('HSET', KEYS[4], 'window', ARGV[1], 'calls', ARGV[2], 'quota', ARGV[4], 'rate', ARGV[7])
redis.call('EXPIRE', KEYS[4], 172800)
return {1, 0, first}
""")

_ADD_USED = Script("redis.call('INCRBY', KEYS[1], ARGV[1]) return {1}")
_PAUSE = Script("redis.call('SET', KEYS[1], '1', 'EX', ARGV[1]) return {1}")


@dataclass(frozen=True, slots=True)
class Verdict:
    granted: bool
    wait: float = 0.0
    """Seconds after which a call, or the next day's quota, should be there."""
    quota_used_up: bool = False


class Budget:
    """`used_today` counts the day's recorded exchanges: asked once, when Redis has lost the day's count."""

    def __init__(self, supplier: str, limits: Limits, *, used_today: Callable[[], int]) -> None:
        self._supplier = supplier
        self._limits = limits
        self._used_today = used_today
        self._alone = {api: _Bucket(limits.rate(api) * ALONE_SHARE) for api in Api}

    def take(self, operation: Operation) -> Verdict:
        api = api_of(operation)
        answer = _TAKE(self._keys(api), self._arguments(api, operation))
        if answer is None:
            return self._alone[api].take()
        verdict, wait_ms, first_today = (int(part) for part in answer)
        if first_today and self._limits.daily_quota:
            _ADD_USED([day_key(self._supplier)], [self._used_today()])
        if verdict == -1:
            return Verdict(False, wait_ms / 1000 or _until_midnight(), quota_used_up=True)
        return Verdict(verdict == 1, wait_ms / 1000)

    def used_up(self, told: float | None = None) -> float:
        """The supplier says today's quota is gone: searches and content stop for as long as it told, else for a while.
        Answers how many seconds that is."""
        wished = min(told, LONGEST_PAUSE_SECONDS) if told else min(QUOTA_PAUSE_SECONDS, _until_midnight())
        seconds = max(1, int(wished))
        _PAUSE([pause_key(self._supplier)], [seconds])
        return float(seconds)

    def _arguments(self, api: Api, operation: Operation) -> list[str | int | float]:
        rate, quota, reserve = self._limits.rate(api), self._limits.daily_quota or 0, self._limits.reserve
        calls = max(1, int(rate))
        kept = min(calls - 1, math.ceil(calls * reserve)) if api is Api.BOOKING else 0
        window = calls / rate + UNEVEN_SECONDS
        sheddable = "1" if operation in SHEDDABLE else "0"
        return [window, calls, calls - kept, quota, int(quota * (1 - reserve)), sheddable, rate]

    def _keys(self, api: Api) -> list[str]:
        code = self._supplier
        return [grants_key(code, api), day_key(code), pause_key(code), told_key(code, api)]


def grants_key(supplier: str, api: Api) -> str:
    """A list of when calls were let go, newest first."""
    return f"suppliers:{supplier}:grants:{api.value}"


def told_key(supplier: str, api: Api) -> str:
    """What the limits were at the last call, for those who look."""
    return f"suppliers:{supplier}:limits:{api.value}"


def day_key(supplier: str) -> str:
    return f"suppliers:{supplier}:day:{clock.today().isoformat()}"


def pause_key(supplier: str) -> str:
    return f"suppliers:{supplier}:quota_pause"


class _Bucket:
    """The same in this process alone."""

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._tokens = 1.0
        self._at = time.monotonic()
        self._lock = threading.Lock()

    def take(self) -> Verdict:
        with self._lock:
            now = time.monotonic()
            self._tokens = min(1.0, self._tokens + (now - self._at) * self._rate)
            self._at = now
            if self._tokens < 1:
                return Verdict(False, (1 - self._tokens) / self._rate)
            self._tokens -= 1
            return Verdict(True)


def _until_midnight() -> float:
    now = clock.now().astimezone(UTC)
    tomorrow = datetime.combine(now.date() + timedelta(days=1), datetime.min.time(), UTC)
    return (tomorrow - now).total_seconds()
