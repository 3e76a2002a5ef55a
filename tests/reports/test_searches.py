"""The searches report on a log small enough to count by hand."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.http import StreamingHttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from faredown.accounts.models import User
from faredown.accounts.services import roles
from faredown.accounts.services.roles import RoleName
from faredown.lib import clock
from hotels.models import Country, Destination, Hotel, SearchEvent
from reports.models import SearchDay, SupplierAnswers
from reports.selectors import searches as figures
from reports.selectors.searches import Dimension, Funnel
from reports.services import searches
from reports.tasks import count_searches

pytestmark = pytest.mark.django_db

PAGE = "/admin/reports/searches/"
CSV = "/admin/reports/searches/export/"
NOON = datetime(2031, 5, 17, 12, tzinfo=UTC)
TODAY, YESTERDAY = date(2031, 5, 17), date(2031, 5, 16)
OK = [["hotelbeds", "ok", 9, 840]]


def event(kind: str, search: str, at: datetime, **facts: Any) -> None:
    SearchEvent.objects.create(kind=kind, search=search, at=at, **facts)


def asked(search: str, at: datetime = NOON, **changes: Any) -> None:
    facts: dict[str, Any] = {
        "place_kind": "destination",
        "place": "dst_palma",
        "lead_days": 15,
        "nights": 3,
        "adults": 2,
        "children": 1,
        "residency": "FR",
        "currency": "EUR",
        "channel": "web",
        "complete": True,
        "hotels": 9,
        "suppliers": OK,
    }
    event("asked", search, at, **(facts | changes))


@pytest.fixture
def log() -> None:
    """Four searches today (one empty, one that filled late, one booked past midnight of the day before), one before."""
    spain = Country.objects.create(iso_code="ES", code="ES", names={"en": "Spain"})
    palma = Destination.objects.create(name="=Palma", country=spain)
    Destination.objects.filter(pk=palma.pk).update(public_id="dst_palma")
    Hotel.objects.create(name="Sol", country=spain, destination=palma, public_id="htl_sol")
    minute = timedelta(minutes=1)
    asked("a")
    event("shown", "a", NOON + minute, complete=True, hotels=9, suppliers=OK, page=1)
    event("shown", "a", NOON + 2 * minute, complete=True, hotels=9, suppliers=OK, page=2)
    event("opened", "a", NOON + 3 * minute, hotel="htl_sol")
    event("opened", "a", NOON + 4 * minute, hotel="htl_sol")
    event("quoted", "a", NOON + 5 * minute, hotel="htl_sol", reference="q_1")
    asked(
        "b",
        hotels=0,
        place="htl_sol",
        place_kind="hotel",
        nights=14,
        lead_days=0,
        suppliers=[["hotelbeds", "failed", 0, 9]],
    )
    asked(
        "c",
        complete=False,
        hotels=0,
        place="",
        place_kind="circle",
        suppliers=[["hotelbeds", "waiting", 0, 0]],
    )
    event(
        "shown", "c", NOON + minute, complete=True, hotels=4, suppliers=[["hotelbeds", "ok", 4, 2600]], page=1
    )
    asked("d", complete=False, hotels=0, suppliers=[["hotelbeds", "waiting", 0, 0]])
    late = datetime(2031, 5, 16, 23, 50, tzinfo=UTC)
    asked("e", late, suppliers=[["hotelbeds", "cached", 9, 0]], channel="api", lead_days=400)
    event("booked", "e", late + timedelta(minutes=20), hotel="htl_sol", reference="FD-1")


def test_a_search_counts_once_however_often_a_step_was_taken(log: None) -> None:
    assert searches.count_due() == [YESTERDAY, TODAY]
    today, yesterday = figures.by_day(YESTERDAY, TODAY)
    assert (today.key, today.funnel) == ("2031-05-17", Funnel(4, 1, 1, 1, 0))
    assert (yesterday.key, yesterday.funnel) == ("2031-05-16", Funnel(1, 0, 0, 0, 1))
    assert SearchDay.objects.get(day=TODAY).pages == 3
    both = figures.total([today, yesterday])
    assert both == Funnel(5, 1, 1, 1, 1)
    assert (both.empty_percent, both.booked_percent) == (Decimal("20.0"), Decimal("20.0"))
    assert Funnel().booked_percent is None


def test_by_place_lead_and_nights(log: None) -> None:
    searches.count_due()
    assert [(line.name, line.funnel.searches) for line in figures.places(YESTERDAY, TODAY)] == [
        ("=Palma", 3),
        ("Around a point", 1),
        ("Sol", 1),
    ]
    leads = {line.name: line.funnel.searches for line in figures.leads(YESTERDAY, TODAY)}
    assert {name: count for name, count in leads.items() if count} == {"0": 1, "14-29": 3, "180+": 1}
    assert next(iter(leads)) == "0"
    assert list(leads)[-1] == "180+"
    assert [(line.key, line.funnel.searches) for line in figures.nights(YESTERDAY, TODAY)] == [
        ("3", 4),
        ("14", 1),
    ]
    channels = figures.kinds(YESTERDAY, TODAY, Dimension.CHANNEL)
    assert [(line.key, line.funnel.booked) for line in channels] == [("web", 0), ("api", 1)]


def test_a_suppliers_answer_counts_as_it_ended(log: None) -> None:
    searches.count_due()
    (answers,) = figures.suppliers(YESTERDAY, TODAY)
    assert (answers.searches, answers.asked, answers.cached, answers.failed) == (5, 2, 1, 1)
    assert answers.unfinished == 1
    assert (answers.median_ms, answers.slow_ms) == (1000, 3000)
    SupplierAnswers.objects.filter(within_ms=3000).update(within_ms=0)
    (answers,) = figures.suppliers(TODAY, TODAY)
    assert (answers.median_ms, answers.slow_ms) == (1000, None)


def test_only_days_that_more_came_for_are_counted_again(log: None) -> None:
    searches.count_due()
    assert searches.count_due() == []
    event("booked", "a", NOON + timedelta(hours=1), hotel="htl_sol", reference="FD-2")
    assert searches.count_due() == [YESTERDAY, TODAY]
    assert SearchDay.objects.get(day=TODAY).booked == 1
    SearchEvent.objects.filter(at__date=YESTERDAY).delete()
    asked("f")
    assert searches.count_due() == [TODAY]
    assert SearchDay.objects.get(day=YESTERDAY).booked == 1
    event("opened", "f", NOON + timedelta(hours=2))
    assert searches.count_due() == [TODAY]


def test_the_page_and_its_exports(log: None, client: Client) -> None:
    client.force_login(User.objects.create_superuser("chief@example.com", "correct horse battery"))
    with clock.frozen(NOON):
        assert "Nobody searched on these days." in client.get(PAGE).content.decode()
        count_searches()
        page = client.get(f"{PAGE}?days=7").content.decode()
        days = read(client.get(f"{CSV}?days=7"))
        places = read(client.get(f"{CSV}?by=place"))
        suppliers = read(client.get(f"{CSV}?by=supplier"))
        others = {by: len(read(client.get(CSV, {"by": by}))) for by in ("lead", "nights", "channel", "'")}
    for text in ("=Palma", "180+", "hotelbeds", "3,000 ms", "2031-05-11"):
        assert text in page
    assert "2031-05-10" not in page
    head = ["name", "searches", "without_result", "opened", "quoted", "booked"]
    assert days[:3] == [
        ["day", *head],
        ["2031-05-17", "2031-05-17", "4", "1", "1", "1", "0"],
        ["2031-05-16", "2031-05-16", "1", "0", "0", "0", "1"],
    ]
    assert (len(days), days[-1][0]) == (8, "2031-05-11")
    assert places[1] == ["dst_palma", "'=Palma", "3", "0", "1", "1", "1"]
    assert suppliers[1] == ["hotelbeds", "5", "2", "1", "0", "1", "1", "1000", "3000"]
    assert others == {"lead": 10, "nights": 3, "channel": 3, "'": 31}


def test_the_page_asks_as_much_for_a_year_as_for_a_day(log: None, client: Client) -> None:
    client.force_login(User.objects.create_superuser("chief@example.com", "correct horse battery"))
    searches.count_due()
    counts = []
    with clock.frozen(NOON):
        client.get(PAGE)
        for days in (7, 365):
            with CaptureQueriesContext(connection) as queries:
                client.get(f"{PAGE}?days={days}")
            counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("role", list(RoleName))
def test_who_may_see_the_report(role: RoleName) -> None:
    roles.seed()
    user = User.objects.create_user("staff@example.com", "correct horse battery", is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    client, expected = Client(), 403 if role == RoleName.SUPPORT else 200
    client.force_login(user)
    assert [client.get(url).status_code for url in (PAGE, CSV)] == [expected] * 2
    assert (f'href="{PAGE}"' in client.get("/admin/").content.decode()) == (expected == 200)


def read(answer: Any) -> list[list[str]]:
    assert isinstance(answer, StreamingHttpResponse)
    return list(csv.reader(io.StringIO(b"".join(answer).decode())))
