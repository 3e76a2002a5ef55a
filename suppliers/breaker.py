"""Stops asking a supplier that does not answer, then lets one call through at a time to see whether it is back."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

from suppliers.broker import Script
from suppliers.operations import Operation

THRESHOLD = 5
"""Failures in a row, none of them older than WINDOW, that open it."""
WINDOW_SECONDS = 60
OPEN_SECONDS = 15
PROBE_SECONDS = 90
"""A probe that is not heard of for this long (a killed process) gives way to another."""

_ALLOW = Script("""
-- keys: state. args: open seconds, probe seconds. Answers {1} go, {2} go as a probe, {0} stay away.
local clock = redis.call('TIME')
local now = tonumber(clock[1])
local state = redis.call('HMGET', KEYS[1], 'opened', 'probe')
if not state[1] then return {1} end
if now - tonumber(state[1]) < tonumber(ARGV[1]) then return {0} end
if state[2] and now - tonumber(state[2]) < tonumber(ARGV[2]) then return {0} end
redis.call('HSET', KEYS[1], 'probe', now)
return {2}
""")

_FAILED = Script("""
-- keys: state. args: threshold, window seconds, life of the state.
local clock = redis.call('TIME')
local now = tonumber(clock[1])
local state = redis.call('HMGET', KEYS[1], 'failures', 'last', 'opened')
local failures = tonumber(state[1]) or 0
if state[2] and now - tonumber(state[2]) > tonumber(ARGV[2]) then failures = 0 end
failures = failures + 1
redis.call('HSET', KEYS[1], 'failures', failures, 'last', now)
redis.call('HDEL', KEYS[1], 'probe')
if state[3] or failures >= tonumber(ARGV[1]) then redis.call('HSET', KEYS[1], 'opened', now) end
redis.call('EXPIRE', KEYS[1], ARGV[3])
return {failures}
""")

_STEP_BACK = Script("redis.call('HDEL', KEYS[1], 'probe') return {1}")
_WORKED = Script("redis.call('DEL', KEYS[1]) return {1}")
_LIFE_SECONDS = 600


@dataclass
class _Local:
    failures: int = 0
    last: float = 0.0
    opened: float | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)


class Breaker:
    """One per supplier and operation; the state is shared through Redis, and kept in this process without it."""

    def __init__(self, supplier: str) -> None:
        self._supplier = supplier
        self._local = {operation: _Local() for operation in Operation}

    def allows(self, operation: Operation) -> bool:
        answer = _ALLOW([self._key(operation)], [OPEN_SECONDS, PROBE_SECONDS])
        if answer is not None:
            return int(answer[0]) != 0
        local = self._local[operation]
        with local.lock:
            if local.opened is None:
                return True
            if time.monotonic() - local.opened < OPEN_SECONDS:
                return False
            local.opened = time.monotonic()  # this call is the probe; others wait another turn
            return True

    def step_back(self, operation: Operation) -> None:
        """The call that was allowed is not made after all: let another one be the probe."""
        _STEP_BACK([self._key(operation)], [])
        local = self._local[operation]
        with local.lock:
            if local.opened is not None:
                local.opened -= OPEN_SECONDS

    def worked(self, operation: Operation) -> None:
        _WORKED([self._key(operation)], [])
        local = self._local[operation]
        with local.lock:
            local.failures, local.opened = 0, None

    def failed(self, operation: Operation) -> None:
        _FAILED([self._key(operation)], [THRESHOLD, WINDOW_SECONDS, _LIFE_SECONDS])
        local = self._local[operation]
        with local.lock:
            now = time.monotonic()
            local.failures = 1 if now - local.last > WINDOW_SECONDS else local.failures + 1
            local.last = now
            if local.failures >= THRESHOLD:
                local.opened = now

    def _key(self, operation: Operation) -> str:
        return key(self._supplier, operation)


def key(supplier: str, operation: Operation) -> str:
    return f"suppliers:{supplier}:breaker:{operation.value}"
