"""Requests at a fixed rate, whoever is still waiting: arrivals do not slow down with the server."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from queue import SimpleQueue

from tests.load.served import Caller
from tests.load.site import HEADERS

CONNECTIONS = 24


@dataclass(frozen=True)
class Asked:
    path: str
    language: str = "en"


def waits(url: str, asked: Sequence[Asked], *, per_second: float) -> list[float]:
    """Milliseconds from the moment each was due to its whole answer, sorted."""
    callers: SimpleQueue[Caller] = SimpleQueue()
    for _ in range(CONNECTIONS):
        callers.put(Caller(url))
    begins = time.perf_counter() + 0.1

    def ask(number: int) -> float:
        due = begins + number / per_second
        caller = callers.get()
        time.sleep(max(0.0, due - time.perf_counter()))
        answer = caller.get(asked[number].path, HEADERS | {"Accept-Language": asked[number].language})
        done = time.perf_counter()
        callers.put(caller)
        assert answer.status == 200
        return 1000 * (done - due)

    with ThreadPoolExecutor(CONNECTIONS) as threads:
        found = sorted(threads.map(ask, range(len(asked))))
    for _ in range(CONNECTIONS):
        callers.get().close()
    return found


def percentile(found: Sequence[float], share: float) -> float:
    return found[min(len(found) - 1, int(len(found) * share))]
