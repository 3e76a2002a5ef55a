"""Pages of a finished search and the health endpoints, against a view that does nothing and answers as many bytes."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from faredown.lib import clock
from hotels.models import Destination, DestinationCode
from tests.load import figures
from tests.load.figures import Table
from tests.load.site import Site

# Times the CPU of the bare view, on a machine that others may use: a guard against another order of magnitude.
PAGE_AT_MOST = 300
ALIVE_AT_MOST = 3
READY_AT_MOST = 60
QUERIES_AT_MOST = 15


@pytest.fixture(scope="module")
def pages() -> Table:
    columns = ("CPU ms", "bare CPU ms", "times bare", "wall ms", "queries", "kB", "kB sent")
    return figures.table("Pages of a finished search, one granian worker", *columns)


def test_the_list_of_a_search_and_a_hotel_with_its_rates(site: Site, pages: Table) -> None:
    results = _results_address()
    first = site.get(results)
    found = re.search(rb"search=(srch_\w+)", first.content)
    assert found, "the page names its search"
    search = found[1].decode()
    hotel = re.search(rb'href="(/hotels/htl_[^"]+)"', first.content)
    assert hotel, "the page links to hotels"
    for name, path in (
        ("results page", f"{results}&search={search}"),
        ("hotel page, every rate", hotel[1].decode().replace("&amp;", "&")),
        ("the list over the API", f"/api/v1/searches/{search}/"),
    ):
        _measure(pages, name, path, site)


def _measure(pages: Table, name: str, path: str, site: Site) -> None:
    answer = site.get(path)
    size = len(answer.content)
    bare = site.cost(f"/bare/{size}", times=1000)
    page = site.cost(path, times=100)
    queries = _queries(path)
    times = page.cpu_ms / bare.cpu_ms
    pages.add(
        name, page.cpu_ms, bare.cpu_ms, times, page.wall_ms, queries, size / 1000, len(answer.body) / 1000
    )
    assert times < PAGE_AT_MOST
    assert queries < QUERIES_AT_MOST


def _results_address() -> str:
    place = Destination.objects.get(
        pk=DestinationCode.objects.get(supplier="hotelbeds", code="DXB").destination_id
    )
    check_in = clock.today() + timedelta(days=60)
    asked = {
        "q": place.name,
        "known": place.name,
        "destination": place.public_id,
        "check_in": check_in.isoformat(),
        "check_out": (check_in + timedelta(days=4)).isoformat(),
        "rooms": "1",
        "adults": "2",
        "children": "0",
    }
    return f"/hotels/results/?{urlencode(asked)}"


def _queries(path: str) -> int:
    client = Client()
    client.get(path)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert client.get(path).status_code == 200
    return len(asked)


def test_health(site: Site) -> None:
    found = figures.table("Health endpoints, one granian worker", "CPU ms", "times bare", "wall ms")
    bare = site.cost("/bare/20", times=1000)
    alive = site.cost("/healthz", times=1000)
    ready = site.cost("/readyz", times=200)
    for name, one in (("bare view", bare), ("/healthz", alive), ("/readyz", ready)):
        found.add(name, one.cpu_ms, one.cpu_ms / bare.cpu_ms, one.wall_ms)
    assert alive.cpu_ms < ALIVE_AT_MOST * bare.cpu_ms
    assert ready.cpu_ms < READY_AT_MOST * bare.cpu_ms
