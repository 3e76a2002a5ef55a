"""Rules and rates from their tables, and what the tables refuse."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pghistory.models
import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.test.utils import CaptureQueriesContext

from faredown.lib import clock
from faredown.lib.errors import InvalidInput
from faredown.lib.money import Money
from hotels.models import Country, Destination, ExchangeRate, Hotel, MarkupRule, Term
from hotels.pricing.engine import Price
from hotels.pricing.rules import Stay
from hotels.services import pricing
from suppliers.types import Rate, Tax
from tests.hotels.rates import rate

pytestmark = pytest.mark.django_db
Source = ExchangeRate.Source
ANY_STAY = Stay()


def add_rate(
    base: str, quote: str, value: str, *, days_ago: int = 0, source: str = Source.ECB, times: int = 1
) -> None:
    as_of = clock.now().replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=days_ago)
    for _ in range(times):
        ExchangeRate.objects.create(base=base, quote=quote, rate=Decimal(value), source=source, as_of=as_of)


def priced(sold: Rate, hotel: Hotel, stay: Stay = ANY_STAY, currency: str = "EUR") -> Price:
    return pricing.price_rate(sold, hotel=hotel, supplier="hotelbeds", stay=stay, currency=currency)


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
