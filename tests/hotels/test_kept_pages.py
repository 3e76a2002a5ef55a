"""A page of results that is kept: the same bytes, counted and logged as ever, and gone the moment anything changed."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import structlog
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from prometheus_client import REGISTRY
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings
from redis.exceptions import RedisError

from faredown.accounts.models import User
from faredown.accounts.services import tokens
from faredown.lib import clock, redis
from hotels.models import Destination, ExchangeRate, Hotel, MarkupRule, SearchEvent, TaxRule
from hotels.models.pricing import Basis
from hotels.services import fan_out, result_pages, search, search_log, shelf, versions
from hotels.services.content import edits
from tests.hotels.test_api import API, start

pytestmark = pytest.mark.usefixtures("place")
OF_A_REQUEST = {"X-Request-ID", "RateLimit-Remaining", "RateLimit-Reset"}


@pytest.fixture
def found(client: Client, place: Destination) -> str:
    """The address of a finished search."""
    return f"{API}searches/{start(client, place)['id']}/"


def ask(client: Client, path: str, **given: Any) -> tuple[Any, int]:
    """The answer, and how many questions the database was asked for it."""
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(path, **given)
    return answer, len(asked)


def is_kept(client: Client, path: str, **given: Any) -> bool:
    answer, queries = ask(client, path, **given)
    assert answer.status_code in {200, 304}
    return queries == 0


def told(answer: Any) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name not in OF_A_REQUEST}


def test_a_kept_page_is_the_page_byte_for_byte_and_asks_the_database_nothing(
    client: Client, found: str, settings: Settings
) -> None:
    settings.RATE_LIMITS_ENABLED = True
    path = f"{found}?page_size=2&sort=price"
    (made, queries), (kept, none) = ask(client, path), ask(client, path)
    assert (made.status_code, kept.status_code) == (200, 200)
    assert queries > 0
    assert none == 0
    assert kept.content == made.content
    assert told(kept) == told(made)
    for name in ("ETag", "Content-Security-Policy", "X-Frame-Options", "Content-Language", "RateLimit-Limit"):
        assert kept[name]
    assert kept["X-Request-ID"] != made["X-Request-ID"]


def test_it_is_measured_and_logged_by_its_route(client: Client, found: str) -> None:
    client.get(found)
    labels = {"method": "GET", "route": "api/v1/searches/<str:search_id>/", "status": "200"}
    before = REGISTRY.get_sample_value("faredown_http_request_seconds_count", labels) or 0
    with structlog.testing.capture_logs() as lines:
        assert is_kept(client, found)
    assert REGISTRY.get_sample_value("faredown_http_request_seconds_count", labels) == before + 1
    (line,) = [line for line in lines if line["event"] == "request"]
    assert (line["method"], line["route"], line["status"]) == ("GET", labels["route"], 200)


def test_the_address_may_lack_its_slash_and_head_has_no_body(client: Client, found: str) -> None:
    made = client.get(found)
    bare = client.get(found.rstrip("/"))
    assert (bare.content, bare["ETag"]) == (made.content, made["ETag"])
    assert is_kept(client, found.rstrip("/"))
    head = client.head(found)
    assert (head.status_code, head.content, head["ETag"]) == (200, b"", made["ETag"])
    assert client.get(f"{API}searches/srch_nothing/").status_code == 404
    assert client.post(found).status_code == 405


def test_who_has_it_gets_304(client: Client, found: str) -> None:
    tag = client.get(found)["ETag"]
    assert is_kept(client, found)
    for given in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        answer, queries = ask(client, found, headers={"If-None-Match": given})
        assert (answer.status_code, answer.content, answer["ETag"], queries) == (304, b"", tag, 0)
        assert "Content-Type" not in answer
    assert client.get(found, headers={"If-None-Match": '"other"'}).status_code == 200


def test_kept_and_made_pages_are_counted_alike(client: Client, found: str, settings: Settings) -> None:
    settings.RATE_LIMITS_ENABLED = True
    settings.RATE_LIMITS = {"results": {"ip": "3/10m"}}
    answers = [client.get(found) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [answer["RateLimit-Remaining"] for answer in answers] == ["2", "1", "0", "0"]
    assert (answers[3].json()["code"], int(answers[3]["Retry-After"]) >= 1) == ("throttled", True)
    assert client.get(found, REMOTE_ADDR="198.51.100.7").status_code == 200


def test_with_a_token_the_user_is_counted_too(client: Client, found: str, settings: Settings) -> None:
    settings.RATE_LIMITS_ENABLED = True
    settings.RATE_LIMITS = {"results": {"ip": "50/10m", "user": "2/10m"}}
    token = tokens.issue(User.objects.create_user("ada@example.com", "correct horse")).access
    headers = {"Authorization": f"Bearer {token}"}
    plain = client.get(found)
    answers = [client.get(found, headers=headers) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert [answer["RateLimit-Remaining"] for answer in answers] == ["1", "0", "0"]
    assert answers[0].content == plain.content
    assert told(answers[0]) | {"RateLimit-Limit": "50"} == told(plain)


def test_whatever_the_bytes_depend_on_has_a_page_of_its_own(client: Client, found: str) -> None:
    client.get(found)
    others = [
        "?page=1",
        "?page_size=3",
        "?sort=-price",
        "?sort=price",
        "?board=RO",
        "?stars=3,4,5",
        "?name=a",
        "?x=1",
    ]
    for other in others:
        assert not is_kept(client, found + other), other
        assert is_kept(client, found + other), other
    assert not is_kept(client, found, headers={"Host": "localhost"})
    assert not is_kept(client, found, secure=True)
    first, second = (
        client.get(f"{found}?page_size=1", secure=secure).json()["next"] for secure in (False, True)
    )
    assert (first[:5], second[:5]) == ("http:", "https")


def test_a_search_of_another_currency_language_or_guest_is_another_page(
    client: Client, place: Destination
) -> None:
    MarkupRule.objects.create(name="Members", percent=5, priority=1, user_types=["member"])
    token = tokens.issue(User.objects.create_user("ada@example.com", "correct horse")).access
    asked: list[tuple[dict[str, Any], dict[str, str]]] = [
        ({}, {}),
        ({"currency": "EUR"}, {}),
        ({}, {"Accept-Language": "es"}),
        ({}, {"Authorization": f"Bearer {token}"}),
    ]
    bodies = set()
    for changes, headers in asked:
        own = Client(headers=headers)
        path = f"{API}searches/{start(own, place, **changes)['id']}/"
        made, kept = client.get(path), client.get(path)
        assert made.content == kept.content
        bodies.add(str(made.json()["results"]))
    assert len(bodies) == len(asked)


def test_the_language_of_the_reader_is_told_on_a_kept_page_too(
    client: Client, found: str, settings: Settings
) -> None:
    assert client.get(found)["Content-Language"] == "en"
    for language, reader in (
        ("es", {"Accept-Language": "es"}),
        ("ar", {"Cookie": f"{settings.LANGUAGE_COOKIE_NAME}=ar"}),
        ("en", {}),
    ):
        made = client.get(found, headers=reader)
        assert is_kept(client, found, headers=reader)
        assert told(client.get(found, headers=reader)) == told(made)
        assert made["Content-Language"] == language


def test_a_changed_rule_tax_or_rate_shows_at_once(client: Client, found: str) -> None:
    seen = {client.get(found).content}
    for change in (
        lambda: MarkupRule.objects.create(name="More", percent=50, priority=1),
        lambda: TaxRule.objects.create(name="VAT", percent=20, basis=Basis.TOTAL),
        lambda: ExchangeRate.objects.create(base="EUR", quote="USD", rate=Decimal(2), as_of=clock.now()),
    ):
        assert is_kept(client, found)
        change()
        answer, queries = ask(client, found)
        assert queries > 0
        assert answer.content not in seen
        seen.add(answer.content)
        assert is_kept(client, found)


def test_a_changed_hotel_shows_at_once(client: Client, found: str) -> None:
    first = client.get(found).json()["results"][0]["hotel"]["id"]
    hotel = Hotel.objects.get(public_id=first)
    assert is_kept(client, found)
    Hotel.objects.filter(pk=hotel.pk)[0].save()
    assert not is_kept(client, found)
    assert is_kept(client, found)
    by = User.objects.create_user("grace@example.com", "correct horse")
    edits.make(hotel, "name", "Casa Nueva", reason="It has a new name.", by=by)
    answer = client.get(found)
    assert answer.json()["results"][0]["hotel"]["name"] == "Casa Nueva"
    assert client.get(found).content == answer.content


def test_a_change_counts_again_once_others_can_see_it(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    """A page made between the change and its commit holds what was before."""
    with django_capture_on_commit_callbacks(execute=True):
        versions.catalogue_changed()
        before = versions.CATALOGUE.current()
    assert versions.CATALOGUE.current() != before


def test_another_answer_of_the_supplier_makes_other_pages(client: Client, found: str) -> None:
    client.get(found)
    assert is_kept(client, found)
    record = search.get(found.split("/")[-2]).found.record
    (job,) = fan_out.batch_jobs(record)
    key = fan_out.question(record, job).key
    again = shelf.cache.get(key)
    assert again is not None
    redis.cache().setrange(key, len(again) // 40, b"\0")
    assert not result_pages.look(record.id, "any").page
    assert redis.cache().exists(f"pages:{result_pages.SCHEMA}:{record.id}") == 0
    redis.cache().set(key, again)
    assert not is_kept(client, found)
    assert is_kept(client, found)


def test_a_page_is_kept_no_longer_than_what_it_tells_holds(
    client: Client, found: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.get(found)
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + result_pages.LIFE - timedelta(seconds=1))
    assert is_kept(client, found)
    monkeypatch.setattr(clock, "now", lambda: now + result_pages.LIFE + timedelta(seconds=1))
    assert not is_kept(client, found)
    of = search.get(found.split("/")[-2])
    page = search.page(of)
    frees = [card.cheapest.cancellation.free_until for card in page.results]
    soon = min(free for free in frees if free)
    monkeypatch.setattr(clock, "now", lambda: soon - timedelta(seconds=10))
    assert result_pages._until(of, page) == min(soon, of.expires_at)


def test_memory_is_bounded(client: Client, found: str, monkeypatch: pytest.MonkeyPatch) -> None:
    size = len(client.get(found).content)
    key = f"pages:{result_pages.SCHEMA}:{found.split('/')[-2]}"
    assert 0 < redis.cache().ttl(key) <= 60
    monkeypatch.setattr(result_pages, "MOST_BYTES", int(size * 2.5))
    for number in range(5):
        client.get(f"{found}?x={number}")
        held = redis.cache().hgetall(key)
        pages = [
            value for name, value in held.items() if name not in {b"state", b"size"} and b":id" not in name
        ]
        assert int(held[b"size"]) == sum(map(len, pages)) <= size * 2.5
    client.get(f"{found}?x=4")
    remembered = result_pages._Remembered
    assert remembered.size == sum(len(page.body) for page in remembered.pages.values())
    monkeypatch.setattr(result_pages, "MOST_REMEMBERED_BYTES", int(size * 1.5))
    assert is_kept(client, f"{found}?x=4", headers={"Accept-Language": "de"}) is False
    client.get(f"{found}?x=4", headers={"Accept-Language": "de"})
    assert len(remembered.pages) == 1
    assert 0 < remembered.size <= size * 1.5
    monkeypatch.setattr(result_pages, "MOST_BYTES", 100)
    assert not is_kept(client, f"{found}?x=6")
    assert not is_kept(client, f"{found}?x=6")


def test_every_showing_is_in_the_log(client: Client, found: str) -> None:
    search_log.send()
    redis.durable().delete(search_log.KEY)
    for _ in range(3):
        client.get(f"{found}?sort=price")
    search_log.send()
    search_log.move()
    rows = list(
        SearchEvent.objects.order_by("at").values_list(
            "search", "kind", "page", "sort", "hotels", "lowest_amount"
        )
    )
    assert len(rows) == 3
    assert len(set(rows)) == 1
    assert rows[0][:4] == (found.split("/")[-2], "shown", 1, "price")


def test_without_redis_nothing_is_kept_and_nobody_refused(
    client: Client, found: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.RATE_LIMITS_ENABLED = True
    client.get(found)

    def away(*_: object) -> None:
        raise RedisError

    monkeypatch.setattr(shelf.cache, "ask", away)
    look = result_pages.look(found.split("/")[-2], "any")
    assert (look.page, look.verdict, look.versions) == (None, None, "")


def test_a_page_made_while_something_changed_is_never_shown(client: Client, found: str) -> None:
    made = client.get(found)
    of = search.get(found.split("/")[-2])
    look = result_pages.look(of.id, "variant")
    event = search_log.showing(of, search.page(of), filters=search.Filters(), sort="price")
    versions.CATALOGUE.renew()
    versions.CATALOGUE.current()
    result_pages.keep(look, search=of, page=search.page(of), shown=event, headers={}, body=made.content)
    assert result_pages.look(of.id, "variant").page is None
