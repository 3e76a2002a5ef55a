"""Rate limits: how often one caller may do one thing, counted in Redis.

A sliding window of two buckets per (scope, kind of subject, subject): constant size, and no double allowance at the
edge of a window. The limits stand in `settings.RATE_LIMITS`.

Most limits protect the service and must not be the reason why it is down: they are counted in the cache, which may
forget, and without it nobody is refused. Those of GUARDING keep somebody from guessing or from flooding a mailbox: they
are counted in the Redis that never evicts, in the cache while that one is away, and without either the answer is 503.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import structlog
from django.conf import settings
from redis.exceptions import RedisError

from faredown.lib import crypto, metrics, network, redis
from faredown.lib.errors import TooManyRequests, Unavailable

log = structlog.get_logger(__name__)

GUARDING = frozenset({"login", "lookup", "reset", "refresh", "register", "promotions"})
"""Scopes of RATE_LIMITS."""

COUNT = """
local function count(key, limit, window)
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  local slot = math.floor(now / window)
  local kept = redis.call('HMGET', key, 'slot', 'current', 'previous')
  local last, current, previous = tonumber(kept[1]), tonumber(kept[2]) or 0, tonumber(kept[3]) or 0
  if last ~= slot then
    if last == slot - 1 then previous = current else previous = 0 end
    current = 0
  end
  local left = window - now % window
  local used = previous * left / window + current
  local allowed = 0
  if used + 1 <= limit then
    allowed, current, used = 1, current + 1, used + 1
    redis.call('HSET', key, 'slot', slot, 'current', current, 'previous', previous)
    redis.call('PEXPIRE', key, window * 2)
  end
  local wait = 0
  if used + 1 > limit then
    if previous > 0 and current + 1 <= limit then
      wait = left - (limit - 1 - current) * window / previous
    else
      wait = left + window * math.max(0, current + 1 - limit) / math.max(1, current)
    end
  end
  return {allowed, math.floor(math.max(0, limit - used)), math.ceil(wait), math.ceil(left)}
end
"""
"""Lua: `count(key, limit, window)` counts one and judges it. For scripts that do more in the same round trip: they take
a `Limit`'s key and figures, and `judged` makes a verdict of what it returns. A script counts first: it writes."""

_SCRIPT = redis.Script(f"{COUNT} return count(KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2]))")

_RATE = re.compile(r"(\d+)/(\d*)(s|m|h|d)\Z")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


@dataclass(frozen=True, slots=True)
class Limit:
    """Of one subject in one scope."""

    scope: str
    kind: str
    key: str
    limit: int
    window_ms: int


@dataclass(frozen=True, slots=True)
class Verdict:
    allowed: bool
    limit: int
    remaining: int
    reset: int  # seconds until the window ends
    retry_after: int  # seconds until the next one is allowed; 0 while some remain

    @property
    def headers(self) -> dict[str, str]:
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(self.remaining),
            "RateLimit-Reset": str(self.reset),
        }


def hit(scope: str, kind: str, subject: str) -> Verdict | None:
    """Count one and judge it. None: there is no such limit, or no Redis to keep it. Raises Unavailable for a guarding
    scope that no Redis can count."""
    limit = of(scope, kind, subject)
    counted = None if limit is None else _count(limit)
    return None if limit is None or counted is None else judged(limit, counted)


def of(scope: str, kind: str, subject: str) -> Limit | None:
    """None: there is no such limit."""
    rate = settings.RATE_LIMITS.get(scope, {}).get(kind)
    if rate is None or not settings.RATE_LIMITS_ENABLED:
        return None
    limit, seconds = parse(rate)
    return Limit(scope, kind, f"limit:{scope}:{kind}:{_name(kind, subject)}", limit, seconds * 1000)


def judged(limit: Limit, counted: Sequence[int]) -> Verdict:
    """Of what the script returned."""
    allowed, remaining, wait_ms, reset_ms = counted
    if not allowed:
        metrics.throttled.labels(limit.scope, limit.kind).inc()
    return Verdict(
        bool(allowed),
        limit.limit,
        remaining,
        math.ceil(reset_ms / 1000),
        math.ceil(wait_ms / 1000),
    )


def _count(limit: Limit) -> list[int] | None:
    scope = limit.scope
    places = (redis.durable, redis.cache) if scope in GUARDING else (redis.cache,)
    for place in places:
        try:
            return list(_SCRIPT.run(place(), [limit.key], [limit.limit, limit.window_ms]))
        except RedisError as error:
            metrics.throttle_unavailable.labels(scope, place.__name__).inc()
            log.warning(
                "rate_limit_not_counted", scope=scope, redis=place.__name__, error=type(error).__name__
            )
    if scope in GUARDING:
        raise Unavailable("try_later", "This is away for a moment. Try again.", retry_after=5)
    return None


def enforce(scope: str, **subjects: str) -> None:
    """`limiter.enforce("login", ip=address, account=email)`: for pages and services. Raises TooManyRequests."""
    for kind, subject in subjects.items():
        verdict = hit(scope, kind, subject)
        if verdict is not None and not verdict.allowed:
            refusal = TooManyRequests(
                "throttled",
                "Too many tries. Wait a little.",
                retry_after=max(1, verdict.retry_after),
            )
            refusal.headers = verdict.headers
            raise refusal


@lru_cache(maxsize=64)
def parse(rate: str) -> tuple[int, int]:
    """`"5/m"`, `"20/10m"` -> how many, in how many seconds."""
    found = _RATE.match(rate)
    if found is None or int(found[1]) == 0:
        raise ValueError(f"{rate!r} is not a rate such as '5/m' or '20/10m'")
    return int(found[1]), int(found[2] or 1) * _SECONDS[found[3]]


def _name(kind: str, subject: str) -> str:
    # Neither e-mail addresses nor tokens are written into Redis.
    return network.subscriber(subject) if kind == "ip" else crypto.fingerprint(subject)[:24]
