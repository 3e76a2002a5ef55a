"""A crowd of travellers, each from an address of its own, against a supplier that is slow and strict.

FAREDOWN_BENCH_TRAVELLERS=1000 FAREDOWN_BENCH_SECONDS=180 is the size that is wanted; FAREDOWN_BENCH_TRAVELLER=App sends
them over the API instead of the site.
"""

from __future__ import annotations

import math
import os
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from faredown.lib import clock
from suppliers import registry
from tests.load import figures, served, steady, street
from tests.load.journeys import FIRST_PRICE, Asked, Told
from tests.load.street import SUPPLIER_QPS, Spent, Street

TRAVELLERS = int(os.environ.get("FAREDOWN_BENCH_TRAVELLERS", "50"))
SECONDS = int(os.environ.get("FAREDOWN_BENCH_SECONDS", "60"))
KIND = os.environ.get("FAREDOWN_BENCH_TRAVELLER", "Guest")
ARRIVING = max(5, min(45, TRAVELLERS // 20))
SEARCHES = min(200, TRAVELLERS)
WARM_UP = ARRIVING + 10 + SEARCHES // 5
"""Seconds until everybody has come and every search was asked once: the supplier lets some seven through a second."""
SEED = 20261123
FIRST_PRICE_MS = 2000
FIRST_PRICE_GUARD_MS = 10_000
"""Five times what is wanted: other programs may be using the processors."""
ENDING_SECONDS = 60


@dataclass(frozen=True)
class Run:
    """`told`: what travellers told of the time after warming up, and in all. `spent`: CPU seconds in all, by name."""

    warm: list[Told]
    everything: list[Told]
    spent: Spent
    lasted: float


@pytest.fixture(scope="module")
def crowded(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterable[Street]:
    with street.opened(tmp_path_factory.mktemp("street"), environment) as started:
        yield started


def test_a_crowd_of_travellers(crowded: Street, tmp_path: Path) -> None:
    asked = street.searches(SEARCHES, seed=SEED)
    run = _run(crowded, tmp_path, asked)
    supplier = crowded.supplier.questions()
    rate, questions = supplier["rates"]["booking"], supplier["questions"]
    statuses = Counter(one.status for one in run.everything if one.status is not None)
    first = sorted(one.milliseconds for one in run.warm if one.step == FIRST_PRICE)
    _tell_steps(run)
    _tell_spent(run)
    facts = figures.table("The same, warming up too", "found", "wanted")
    late = steady.percentile(first, 0.95) if first else math.inf
    facts.add("first priced hotel once warm, p95 ms", late, FIRST_PRICE_MS)
    facts.add("different searches", len(asked), len(asked))
    facts.add("different questions at the supplier", len(questions), len(asked))
    most = [_most_calls(one["check_in"], run.lasted) for one in questions]
    facts.add("calls", sum(one["calls"] for one in questions), sum(most))
    facts.add("most calls in a second", rate["most_in_a_second"], SUPPLIER_QPS)
    facts.add("calls the supplier refused (429)", rate["refused"], 0)
    facts.add("answers 5xx", sum(count for status, count in statuses.items() if status >= 500), 0)
    facts.add("answers 429", statuses[429], 0)
    facts.add("without an answer", statuses[0], 0)

    assert set(statuses) <= {200, 202, 304}
    assert rate["refused"] == 0
    assert rate["most_in_a_second"] <= SUPPLIER_QPS
    assert len(questions) <= len(asked)
    assert [one for one, limit in zip(questions, most, strict=True) if one["calls"] > limit] == []
    assert late < FIRST_PRICE_GUARD_MS


def _run(crowded: Street, folder: Path, asked: Sequence[Asked]) -> Run:
    before, started, began = crowded.cpu_seconds(), time.monotonic(), time.time()
    lasting = WARM_UP + SECONDS
    with street.travelling(
        folder, crowded, list(asked), kind=KIND, travellers=TRAVELLERS, seconds=(ARRIVING, lasting)
    ) as locust:
        time.sleep(lasting - 1)
        spent = {name: after - before[name] for name, after in crowded.cpu_seconds().items()}
        spent["locust"] = served.cpu_seconds(locust)
        lasted = time.monotonic() - started
        locust.process.wait(timeout=ENDING_SECONDS)
    log = (folder / "locust.log").read_text(errors="replace")
    assert locust.returncode() == 0, log[-3000:]
    everything = street.told(folder)
    warm = [one for one in everything if one.at >= began + WARM_UP]
    return Run(warm, everything, spent, lasted)


def _most_calls(check_in: str, lasted: float) -> int:
    """One for each life that an answer about such a stay has."""
    days_ahead = (date.fromisoformat(check_in) - clock.today()).days
    return 1 + int(lasted / registry.answer_lives("hotelbeds").at(days_ahead).total_seconds())


def _tell_steps(run: Run) -> None:
    title = (
        f"{TRAVELLERS:,} travellers ({KIND}), {SECONDS} s after {WARM_UP} s of warming up, "
        f"{os.cpu_count()} cores, load average {os.getloadavg()[0]:.1f}"
    )
    steps = figures.table(title, "times", "a second", "p50 ms", "p95 ms", "p99 ms")
    asked = [one for one in run.warm if one.status is not None]
    for name in (*sorted({one.step for one in asked}), FIRST_PRICE):
        _add(steps, name, [one for one in run.warm if one.step == name])
    _add(steps, "all requests", asked)


def _add(steps: figures.Table, name: str, found: Sequence[Told]) -> None:
    waits = sorted(one.milliseconds for one in found)
    parts = [steady.percentile(waits, share) if waits else "-" for share in (0.5, 0.95, 0.99)]
    steps.add(name, len(waits), len(waits) / SECONDS, *parts)


def _tell_spent(run: Run) -> None:
    table = figures.table("Processors, warming up too", "CPU s", "of a core", "share")
    whole = sum(run.spent.values())
    for name, seconds in sorted(run.spent.items(), key=lambda pair: -pair[1]):
        table.add(name, seconds, seconds / run.lasted, seconds / whole)
    table.add("all", whole, whole / run.lasted, 1.0)
