"""Rules and rates from their tables, and what the tables refuse."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pghistory.models
import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, connection, models, transaction
from django.test.utils import CaptureQueriesContext

from faredown.accounts.models import User
from faredown.lib import clock
from faredown.lib.errors import InvalidInput
from faredown.lib.money import Money
from hotels.models import (
    Country,
    CurrencyBuffer,
    Destination,
    ExchangeRate,
    Hotel,
    MarkupRule,
    MarkupSeason,
    MarkupTier,
    TaxRule,
    Term,
)
from hotels.pricing.engine import Price
from hotels.pricing.rules import Stay
from hotels.services import audience, pricing
from suppliers.types import Rate, Tax
from tests.hotels.rates import rate

pytestmark = pytest.mark.django_db
Source = ExchangeRate.Source
ANY_STAY = Stay()
A_STAY = Stay(  # a Saturday
    check_in=date(2027, 8, 14), nights=3, lead_days=90, channel="web", user_type="member", residency="FR"
)
LATER = datetime(2100, 1, 1, tzinfo=UTC)


def add_rate(
    base: str, quote: str, value: str, *, days_ago: int = 0, source: str = Source.ECB, times: int = 1
) -> None:
    as_of = clock.now().replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=days_ago)
    for _ in range(times):
        ExchangeRate.objects.create(base=base, quote=quote, rate=Decimal(value), source=source, as_of=as_of)


def priced(sold: Rate, hotel: Hotel, stay: Stay = ANY_STAY, currency: str = "EUR") -> Price:
    return pricing.price_at(sold, place=pricing.place_of(hotel, "hotelbeds"), stay=stay, currency=currency)


@pytest.fixture
def hotel() -> Hotel:
    country = Country.objects.create(iso_code="ES", names={"en": "Spain"})
    palma = Destination.objects.create(name="Palma", country=country)
    return Hotel.objects.create(name="Sol", country=country, destination=palma, stars=Decimal("4.0"))


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([("EUR", "USD", "1.20", 1), ("EUR", "USD", "1.25", 0)], "1.25"),
        ([("USD", "EUR", "0.80", 0)], "1.25"),
        ([("EUR", "USD", "1.20", 1), ("USD", "EUR", "0.80", 0)], "1.25"),
        ([("EUR", "USD", "1.25", 0), ("EUR", "USD", "9.99", -2)], "1.25"),
        ([("EUR", "USD", "1.25", 0), ("GBP", "USD", "9.99", 0)], "1.25"),
    ],
    ids=["newest", "the other way round", "newest of both ways", "not from the future", "not a cross rate"],
)
def test_the_rate_in_force(rows: list[tuple[str, str, str, int]], expected: str) -> None:
    for base, quote, value, days_ago in rows:
        add_rate(base, quote, value, days_ago=days_ago)
    assert pricing.exchange("EUR", "USD").rate == Decimal(expected)


def test_staff_go_before_what_is_published_that_day() -> None:
    add_rate("EUR", "USD", "1.20", source=Source.ECB)
    add_rate("EUR", "USD", "1.30", source=Source.STAFF)
    assert pricing.exchange("EUR", "USD").rate == Decimal("1.3")


def test_a_currency_without_a_rate_is_the_askers_error() -> None:
    with pytest.raises(InvalidInput) as refused:
        pricing.exchange("EUR", "THB")
    assert [one.field for one in refused.value.errors] == ["currency"]


def test_rules_by_place_and_time(hotel: Hotel) -> None:
    now = clock.now()
    MarkupRule.objects.create(name="All", percent=10, priority=100)
    MarkupRule.objects.create(name="Off", percent=90, priority=1, is_active=False)
    MarkupRule.objects.create(name="Over", percent=90, priority=1, valid_to=now - timedelta(days=1))
    MarkupRule.objects.create(name="Not yet", percent=90, priority=1, valid_from=now + timedelta(days=1))
    MarkupRule.objects.create(name="Palma", percent=20, priority=50, destination=hotel.destination)
    price = priced(rate("100"), hotel)
    assert price.total == Money.of("120.00", "EUR")
    MarkupRule.objects.create(name="This one", percent=30, priority=10, hotel=hotel, supplier="hotelbeds")
    assert priced(rate("100"), hotel).total == Money.of("130.00", "EUR")


@pytest.mark.parametrize(
    ("scope", "used"),
    [
        ({"boards": ["RO"]}, True),
        ({"boards": ["BB"]}, False),
        ({"chains": ["SOL"]}, True),
        ({"chains": ["NH"]}, False),
        ({"stars_from": 4, "nights_from": 3, "lead_days_to": 90}, True),
        ({"nights_from": 4}, False),
        ({"weekdays": [6]}, True),
        ({"weekdays": [1]}, False),
        ({"channels": ["web"], "user_types": ["member"], "residencies": ["FR"]}, True),
        ({"user_types": ["guest"]}, False),
    ],
)
def test_rules_by_stay_and_guest(hotel: Hotel, scope: dict[str, Any], used: bool) -> None:
    hotel.chain = Term.objects.create(supplier="hotelbeds", kind=Term.Kind.CHAIN, code="SOL")
    MarkupRule.objects.create(name="Scoped", percent=30, priority=1, **scope)
    MarkupRule.objects.create(name="All", percent=10)
    total = priced(rate("100"), hotel, A_STAY).total
    assert total == Money.of("130.00" if used else "110.00", "EUR")


def test_tiers_and_seasons_count_as_soon_as_they_are_saved(hotel: Hotel) -> None:
    rule = MarkupRule.objects.create(name="All", percent=20, bounds_currency="EUR")
    sold = rate("200")
    assert priced(sold, hotel, A_STAY).total == Money.of("240.00", "EUR")
    MarkupTier.objects.create(rule=rule, above_amount=100, percent=10)
    assert priced(sold, hotel, A_STAY).total == Money.of("230.00", "EUR")
    season = MarkupSeason.objects.create(rule=rule, starts_on=date(2027, 1, 1), ends_on=date(2027, 2, 1))
    assert priced(sold, hotel, A_STAY).total == Money.of(
        "204.00", "EUR"
    )  # out of season: the least margin, 2 %
    season.delete()
    assert priced(sold, hotel, A_STAY).total == Money.of("230.00", "EUR")


def test_taxes_by_country_kind_of_guest_and_time(hotel: Hotel) -> None:
    now = clock.now()
    france = Country.objects.create(iso_code="FR", names={"en": "France"})
    MarkupRule.objects.create(name="All", percent=20)
    TaxRule.objects.create(name="VAT", percent=21, basis="margin", country=hotel.country)
    TaxRule.objects.create(name="TVA", percent=90, basis="total", priority=1, country=france)
    TaxRule.objects.create(name="Staff", percent=90, basis="total", priority=1, user_types=["staff"])
    TaxRule.objects.create(name="Off", percent=90, basis="total", priority=1, is_active=False)
    TaxRule.objects.create(name="Over", percent=90, basis="total", priority=1, valid_to=now)
    price = priced(rate("100"), hotel, A_STAY)
    assert price.total == Money.of("124.20", "EUR")
    assert [(part.name, str(part.amount)) for part in price.taxes] == [("VAT", "4.20 EUR")]


def test_who_asks() -> None:
    member = User(email="a@example.com")
    staff = User(email="b@example.com", is_staff=True)
    found = [audience.user_type(user) for user in (AnonymousUser(), member, staff)]
    assert found == ["guest", "member", "staff"]


def test_never_under_net_and_least_margin(hotel: Hotel, settings: Any) -> None:
    settings.PRICING_LEAST_MARGIN_PERCENT = 3
    price = priced(rate("100"), hotel)
    assert price.total == Money.of("103.00", "EUR")


def test_taxes_not_included_are_paid_at_the_property(hotel: Hotel) -> None:
    add_rate("EUR", "USD", "1.25")
    taxes = (
        Tax(included=True, amount=Money.of(99, "EUR"), kind="TAXESANDFEES"),
        Tax(included=False, amount=Money.of(10, "USD"), kind="City Tax"),
        Tax(included=False, amount=None, client_amount=Money.of(4, "EUR")),
        Tax(included=False, amount=None),
    )
    price = priced(rate("100", taxes=taxes), hotel)
    assert [(one.kind, str(one.amount), str(one.estimate)) for one in price.at_property] == [
        ("City Tax", "10 USD", "8.00 EUR"),
        ("Tax", "4 EUR", "4.00 EUR"),
    ]
    assert price.grand_total == price.total + Money.of(12, "EUR")


def test_the_policy_is_read_once(hotel: Hotel) -> None:
    pricing.current_policy()
    with CaptureQueriesContext(connection) as queries:
        pricing.current_policy()
    assert len(queries) == 0


@pytest.mark.parametrize("model", [MarkupRule, ExchangeRate])
def test_what_staff_edit_has_a_history(model: type[models.Model]) -> None:
    MarkupRule.objects.create(name="All", percent=10)
    add_rate("EUR", "USD", "1.25")
    model._default_manager.update(**({"percent": 12} if model is MarkupRule else {"rate": Decimal("1.3")}))
    events = apps.get_model("hotels", f"{model.__name__}Event")
    assert issubclass(events, pghistory.models.Event)
    assert list(events._default_manager.order_by("pgh_id").values_list("pgh_label", flat=True)) == [
        "insert",
        "update",
    ]


def a_rule() -> MarkupRule:
    return MarkupRule.objects.create(name="r", bounds_currency="EUR")


def a_hotel(**facts: Any) -> None:
    country = Country.objects.create(iso_code="FR", names={})
    place = Destination.objects.create(name="Nice", country=country)
    Hotel.objects.create(**({"name": "Mer", "country": country, "destination": place} | facts))


@pytest.mark.parametrize(
    "write",
    [
        lambda: MarkupRule.objects.create(name="r", percent=501),
        lambda: MarkupRule.objects.create(name="r", percent=-51),
        lambda: MarkupRule.objects.create(name="r", fixed_amount=5),
        lambda: MarkupRule.objects.create(name="r", fixed_currency="EUR"),
        lambda: MarkupRule.objects.create(name="r", stars_from=4, stars_to=3),
        lambda: MarkupRule.objects.create(
            name="r", valid_from=clock.now(), valid_to=clock.now() - timedelta(days=1)
        ),
        lambda: add_rate("EUR", "USD", "0"),
        lambda: add_rate("EUR", "EUR", "1"),
        lambda: add_rate("EUR", "AED", "1", source=Source.PEG),
        lambda: add_rate("USD", "EUR", "1", source=Source.PEG),
        lambda: ExchangeRate.objects.create(
            base="EUR", quote="USD", rate=1, source=Source.ECB, as_of=clock.now(), holds_until=LATER
        ),
        lambda: MarkupRule.objects.create(name="r", least_amount=1),
        lambda: MarkupRule.objects.create(name="r", least_amount=2, most_amount=1, bounds_currency="EUR"),
        lambda: MarkupRule.objects.create(name="r", nights_from=2, nights_to=1),
        lambda: MarkupRule.objects.create(name="r", lead_days_from=2, lead_days_to=1),
        lambda: MarkupRule.objects.create(name="r", weekdays=[0]),
        lambda: MarkupRule.objects.create(name="r", channels=["fax"]),
        lambda: MarkupRule.objects.create(name="r", user_types=["king"]),
        lambda: a_rule().tiers.create(above_amount=0, percent=1),
        lambda: a_rule().tiers.create(above_amount=1, percent=501),
        lambda: a_rule().seasons.create(starts_on=date(2027, 2, 1), ends_on=date(2027, 1, 1)),
        lambda: TaxRule.objects.create(name="t", percent=101, basis="total"),
        lambda: TaxRule.objects.create(name="t", percent=1, basis="profit"),
        lambda: CurrencyBuffer.objects.create(currency="EUR", percent=51),
        lambda: [CurrencyBuffer.objects.create(currency="EUR", percent=1) for _ in range(2)],
        lambda: add_rate("eur", "USD", "1"),
        lambda: add_rate("EUR", "USD", "1", times=2),
        lambda: Country.objects.create(iso_code="f1"),
        lambda: a_hotel(name=""),
        lambda: a_hotel(stars=8),
        lambda: a_hotel(score=11),
        lambda: a_hotel(latitude=91, longitude=0),
        lambda: a_hotel(latitude=45),
        lambda: a_hotel(status="gone"),
        lambda: [Term.objects.create(supplier="s", kind="board", code="BB") for _ in range(2)],
    ],
)
def test_the_database_refuses(write: Callable[[], object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        write()
