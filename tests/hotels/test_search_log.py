"""The log of searches: noted beside the request, moved in batches, kept by the day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from prometheus_client import REGISTRY
from redis.exceptions import ConnectionError as RedisAway

from faredown.lib import clock, money, redis
from faredown.lib.money import Money
from hotels import tasks
from hotels.criteria import Criteria
from hotels.models import SearchEvent
from hotels.services import search, search_log
from hotels.services.availability import State
from hotels.services.filtering import Filters
from hotels.services.listing import PriceBucket, SearchPage
from hotels.services.search_log import Kind
from suppliers.types import Occupancy

pytestmark = pytest.mark.django_db

NOON = datetime(2031, 5, 17, 12, tzinfo=UTC)
CRITERIA = Criteria(
    check_in=date(2031, 6, 1),
    check_out=date(2031, 6, 4),
    rooms=(Occupancy(2, (7,)), Occupancy(1)),
    currency="KWD",
    residency="FR",
    destination_id="dst_palma",
)


class Part(msgspec.Struct, frozen=True):
    code: str
    status: State
    hotels: int
    elapsed_ms: int


class Found(msgspec.Struct, frozen=True, kw_only=True):
    id: str = "srch_1"
    criteria: Criteria = CRITERIA
    channel: str = "web"
    user_type: str = "guest"
    created_at: datetime = NOON
    is_complete: bool = True
    total_hotels: int = 12
    suppliers: tuple[Part, ...] = (Part("hotelbeds", State.OK, 12, 840),)


def page(lowest: str = "", **changes: Any) -> SearchPage:
    low = Money.of(lowest, "KWD") if lowest else None
    facts: dict[str, Any] = {
        "results": (),
        "facets": {},
        "histogram": (PriceBucket(low, low, 1),) if low else (),
        "total": 3,
        "page": 2,
        "page_size": 20,
    }
    return SearchPage(**(facts | changes))


@pytest.fixture(autouse=True)
def nothing_noted() -> None:
    search_log.send()
    redis.durable().delete(search_log.KEY)


def moved() -> list[SearchEvent]:
    search_log.send()
    search_log.move()
    return list(SearchEvent.objects.order_by("id"))


def lost() -> float:
    return REGISTRY.get_sample_value("faredown_search_events_lost_total") or 0.0


def test_what_was_asked_and_found() -> None:
    with clock.frozen(NOON + timedelta(milliseconds=1250)):
        search_log.asked(Found())
    (row,) = moved()
    assert {name: value for name, value in vars(row).items() if name not in ("_state", "id")} == {
        "at": NOON,
        "kind": "asked",
        "search": "srch_1",
        "place_kind": "destination",
        "place": "dst_palma",
        "check_in": date(2031, 6, 1),
        "lead_days": 15,
        "nights": 3,
        "rooms": 2,
        "adults": 3,
        "children": 1,
        "residency": "FR",
        "currency": "KWD",
        "channel": "web",
        "user_type": "guest",
        "complete": True,
        "hotels": 12,
        "lowest_amount": None,
        "elapsed_ms": 1250,
        "suppliers": [["hotelbeds", "ok", 12, 840]],
        "page": None,
        "sort": "",
        "filters": None,
        "hotel": "",
        "reference": "",
    }


def test_a_page_says_which_filters_but_not_which_name() -> None:
    wanted = Filters(stars=(Decimal(4), Decimal(5)), free_cancellation=True, name="Mr Smith's inn")
    search_log.shown(Found(is_complete=False), page("31.250"), filters=wanted, sort="price")
    search_log.shown(Found(), page("31.250"), filters=wanted, sort="price")
    search_log.shown(Found(total_hotels=0), page(), filters=Filters(), sort="recommended")
    first, second = moved()
    assert (first.kind, first.page, first.sort, first.hotels) == ("shown", 2, "price", 12)
    assert (first.lowest_amount, first.currency) == (Decimal("31.250"), "KWD")
    assert money.exponent("KWD") == 3
    assert first.filters == {"stars": ["4", "5"], "free_cancellation": ["True"], "name": []}
    assert (second.hotels, second.lowest_amount, second.filters) == (0, None, {})


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"destination_id": "lmk_1"}, ("landmark", "lmk_1")),
        ({"destination_id": "htl_1"}, ("hotel", "htl_1")),
        ({"destination_id": "", "hotel_ids": ("htl_1",)}, ("hotel", "htl_1")),
        ({"destination_id": "", "hotel_ids": ("htl_1", "htl_2")}, ("hotels", "")),
        ({"destination_id": "", "latitude": 1.5, "longitude": 2.5, "radius_km": 3.0}, ("circle", "")),
    ],
)
def test_a_place_is_one_of_the_catalogue_or_only_a_kind(
    changes: dict[str, Any], expected: tuple[str, str]
) -> None:
    search_log.asked(Found(criteria=msgspec.structs.replace(CRITERIA, **changes)))
    (row,) = moved()
    assert (row.place_kind, row.place) == expected


def test_a_choice_counts_when_its_transaction_does(django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        search_log.chosen("srch_1", Kind.BOOKED, hotel="htl_1", reference="FD-1")
        assert moved() == []
    (row,) = moved()
    assert (row.kind, row.search, row.hotel, row.reference) == ("booked", "srch_1", "htl_1", "FD-1")


def test_noting_asks_neither_database_nor_redis(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redis, "durable", lambda: pytest.fail("Redis was asked"))
    with CaptureQueriesContext(connection) as queries:
        search_log.asked(Found())
        search_log.shown(Found(), page(), filters=Filters(), sort="price")
    assert len(queries) == 0
    monkeypatch.undo()
    assert len(moved()) == 2


def test_without_redis_they_are_dropped_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    before = lost()

    def away() -> Any:
        raise RedisAway

    monkeypatch.setattr(redis, "durable", away)
    search_log.asked(Found())
    search_log.send()
    monkeypatch.undo()
    assert (lost() - before, moved()) == (1.0, [])


def test_what_the_database_refuses_waits_in_its_order(monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        search_log.asked(Found(id=f"srch_{number}"))
    search_log.send()

    def away(*_: Any) -> None:
        raise OperationalError

    with monkeypatch.context() as patch:
        patch.setattr("hotels.services.content.merging.copy", away)
        with pytest.raises(OperationalError):
            search_log.move()
    assert redis.durable().llen(search_log.KEY) == 3
    assert [row.search for row in moved()] == ["srch_0", "srch_1", "srch_2"]


def test_what_the_database_can_never_take_stands_in_nobodys_way() -> None:
    before = lost()
    search_log.asked(Found(id="srch_" + "0" * 40))
    search_log.send()
    search_log.move()
    search_log.asked(Found())
    assert [row.search for row in moved()] == ["srch_1"]
    assert lost() - before == 1.0


def test_an_event_nobody_can_read_costs_only_itself() -> None:
    before = lost()
    redis.durable().rpush(search_log.KEY, b"\xc1")
    search_log.asked(Found())
    assert [row.search for row in moved()] == ["srch_1"]
    assert lost() - before == 1.0


def test_neither_a_process_nor_redis_holds_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    before = lost()
    monkeypatch.setattr(search_log, "MOST_HELD", 2)
    monkeypatch.setattr(search_log, "MOST_WAITING", 3)
    for number in range(3):
        search_log.asked(Found(id=f"srch_{number}"))
    search_log.send()
    assert lost() - before == 1.0
    for number in (7, 8):
        search_log.asked(Found(id=f"srch_{number}"))
    assert [row.search for row in moved()] == ["srch_1", "srch_7", "srch_8"]


def test_the_tasks_move_in_batches_and_keep_the_days(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.SEARCH_LOG_DAYS = 30
    monkeypatch.setattr(search_log, "BATCH", 2)
    with clock.frozen(NOON):
        tasks.keep_search_log()
        for days in (31, 29, 1, 0, 0):
            search_log.asked(Found(created_at=NOON - timedelta(days=days)))
        search_log.send()
        tasks.log_searches()
        assert SearchEvent.objects.count() == 5
        tasks.keep_search_log()
    assert SearchEvent.objects.count() == 4
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tableoid::regclass::text, count(*) FROM hotels_searchevent GROUP BY 1 ORDER BY 1"
        )
        assert cursor.fetchall() == [
            ("hotels_searchevent_20310517", 2),
            ("hotels_searchevent_default", 2),
        ]


def test_a_search_is_followed_from_its_question_to_a_hotel(
    criteria: Criteria, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        found = search.start(criteria)
        shown_page = search.page(found, filters=Filters(free_cancellation=True), sort="price")
        hotel = search.page(found).results[0].hotel.id
        search.hotel_rates(found, hotel)
    asked, filtered, whole, opened = moved()
    assert [row.kind for row in (asked, filtered, whole, opened)] == ["asked", "shown", "shown", "opened"]
    assert {row.search for row in (asked, filtered, whole, opened)} == {found.id}
    assert (asked.hotels, asked.complete, asked.suppliers[0][:3]) == (
        found.total_hotels,
        True,
        ["hotelbeds", "ok", found.total_hotels],
    )
    assert filtered.lowest_amount == shown_page.histogram[0].low.amount
    assert (filtered.sort, filtered.filters) == ("price", {"free_cancellation": ["True"]})
    assert opened.hotel == hotel
