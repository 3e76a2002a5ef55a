"""The cache Redis, where searches and their offers live, dies between the search and the quote."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from redis import Redis

from bookings.models import Quote
from faredown.embedded import processes, valkey
from faredown.embedded.processes import Child, Command
from faredown.embedded.servers import Server
from faredown.lib import redis
from tests.bookings.world import World


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A Valkey of the test's own as the cache."""
    children: list[Child] = []

    def launch(command: Command) -> Child:
        children.append(processes.spawn(command))
        return children[-1]

    log = tmp_path / "valkey.log"
    server = valkey.start(tmp_path / "cache", valkey.Role.CACHE, durable=False, launch=launch, log=log)
    client = Redis.from_url(server.url)
    monkeypatch.setattr(redis, "cache", lambda: client)
    yield server
    processes.stop_all(children)


def test_a_quote_without_the_cache_is_refused_for_a_moment(world: World, cache: Server) -> None:
    offer_ids = list(world.choose())
    cache.child.stop()
    answer = Client().post("/api/v1/quotes/", {"offer_ids": offer_ids}, content_type="application/json")
    assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (
        503,
        "search_unavailable",
        "5",
    )
    assert not Quote.objects.exists()
