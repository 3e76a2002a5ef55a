"""A kept page of results, whole stack, beside a bare Django view that returns the same bytes from the same Redis under
the same server and as many workers.

On processors that serve nobody else, whoever takes half of them (server, both Redis, generator) is sent twice as often:
that is what is asserted. The answers a second by the clock stand beside it; where other programs want the processors
too, they tell how long who was kept waiting.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest

from faredown.demo.processes import WEB_WORKERS
from faredown.lib import clock, redis
from hotels.models import DestinationCode
from tests.load import closed, figures, served
from tests.load import site as sites
from tests.load.served import Caller
from tests.load.site import HEADERS, Site

KEY = "bench:page"
ROUNDS = 7
SECONDS = 3.0
OF_BARE_AT_LEAST = 0.4


@dataclass(frozen=True)
class Round:
    """Answers a second; CPU for one of them, of the server and of everybody who took part."""

    per_second: float
    server_ms: float
    all_ms: float


@pytest.fixture(scope="module")
def whole(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """With its limits, and its log as in production."""
    env = environment | {"DJANGO_SETTINGS_MODULE": "tests.load.limited", "LOG_LEVEL": "INFO"}
    with sites.running(tmp_path_factory.mktemp("whole"), env, workers=WEB_WORKERS) as started:
        yield started


@pytest.fixture(scope="module")
def bare(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("bare")
    application = "tests.load.bare_page:application"
    with sites.running(folder, environment, application=application, workers=WEB_WORKERS) as started:
        yield started


def test_a_kept_page_is_sent_nearly_as_often_as_bare_bytes(whole: Site, bare: Site) -> None:
    path = _finished(whole)
    page = whole.get(path).body
    redis.cache().set(KEY, page)
    assert bare.get("/page").body == page
    _round(bare, "/page", 1.0), _round(whole, path, 1.0)
    rounds = [(_round(bare, "/page", SECONDS), _round(whole, path, SECONDS)) for _ in range(ROUNDS)]
    of_bare = statistics.median(least.all_ms / ours.all_ms for least, ours in rounds)
    by_clock = statistics.median(ours.per_second / least.per_second for least, ours in rounds)
    title = (
        f"A kept page of results, {len(page) / 1000:.0f} kB, {WEB_WORKERS} granian workers, {ROUNDS} rounds"
    )
    columns = (
        "CPU ms, server",
        "CPU ms, all",
        "of bare, by CPU",
        "answers a second",
        "of bare, by the clock",
    )
    table = figures.table(title, *columns)
    least, ours = (_median([pair[at] for pair in rounds]) for at in (0, 1))
    table.add("bare, the bytes from Redis", least.server_ms, least.all_ms, 1.0, least.per_second, 1.0)
    table.add("whole stack", ours.server_ms, ours.all_ms, of_bare, ours.per_second, by_clock)
    assert whole.get(path).body == page
    assert of_bare >= OF_BARE_AT_LEAST


def _round(site: Site, path: str, seconds: float) -> Round:
    before = _spent(site)
    per_second = closed.per_second(site.url, path, seconds=seconds, headers=HEADERS)
    server, everybody = (
        1000 * (now - then) / (per_second * seconds) for now, then in zip(_spent(site), before, strict=True)
    )
    return Round(per_second, server, everybody)


def _spent(site: Site) -> tuple[float, float]:
    """Seconds of CPU so far: the server's, and with it those of both Redis and of the generator."""
    told = [place().info("cpu") for place in (redis.cache, redis.durable)]
    valkeys = sum(float(one["used_cpu_user"]) + float(one["used_cpu_sys"]) for one in told)
    server = served.cpu_seconds(site.program)
    return server, server + valkeys + time.process_time()


def _median(rounds: list[Round]) -> Round:
    kinds = zip(*((one.per_second, one.server_ms, one.all_ms) for one in rounds), strict=True)
    return Round(*map(statistics.median, kinds))


def _finished(site: Site) -> str:
    """The address of a finished search's first page."""
    place = DestinationCode.objects.get(supplier="hotelbeds", code="DXB").destination
    check_in = clock.today() + timedelta(days=60)
    asked = {
        "destination_id": place.public_id,
        "check_in": check_in.isoformat(),
        "check_out": (check_in + timedelta(days=4)).isoformat(),
        "rooms": [{"adults": 2, "children_ages": []}],
    }
    caller = Caller(site.url)
    headers = HEADERS | {"Content-Type": "application/json"}
    answer = caller.send("POST", "/api/v1/searches/", json.dumps(asked).encode(), headers)
    caller.close()
    assert answer.status == 200, answer.body
    return f"/api/v1/searches/{json.loads(answer.body)['id']}/"
