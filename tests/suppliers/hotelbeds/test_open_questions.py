"""Where the sources leave Hotelbeds' behaviour open, the adapter works with the other answer too."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings as DjangoSettings

from faredown.lib import clock
from faredown.lib.money import Money
from suppliers import registry
from suppliers.errors import AccessDenied, AlreadyCancelled, RateExpired, Rejected
from suppliers.port import Supplier
from suppliers.simulators.hotelbeds.running import Running, running
from suppliers.simulators.hotelbeds.settings import Settings
from suppliers.types import Availability, BookingStatus
from tests.suppliers.hotelbeds import journey


@pytest.fixture(scope="module")
def other() -> Iterator[Running]:
    settings = Settings(
        hotels=120,
        booking_amounts_as_text=True,
        empty_hotels_key=True,
        tax_breakdown=False,
        upselling_always=True,
        unasked_packaging=True,
        second_cancellation_status=400,
        simulation_status="CANCELLED",
        expired_key_category="PRODUCT_ERROR",
    )
    with running(settings) as started:
        yield started


@pytest.fixture
def supplier(other: Running, settings: DjangoSettings, db: None) -> Supplier:
    other.control.reset()
    settings.HOTELBEDS_BASE_URL = f"{other.url}/hotel-api"
    settings.HOTELBEDS_CONTENT_URL = f"{other.url}/hotel-content-api"
    settings.HOTELBEDS_API_KEY = other.settings.api_key
    settings.HOTELBEDS_SECRET = other.settings.secret
    settings.HOTELBEDS_QPS = 500
    return registry.get("hotelbeds")


def test_package_rates_nobody_asked_for_are_never_offered(supplier: Supplier) -> None:
    found = supplier.search(journey.stay(), deadline=10)

    assert found.hotels
    assert not any(rate.package_only for hotel in found.hotels for rate in hotel.rates)


def test_an_empty_list_is_as_empty_as_none(supplier: Supplier, other: Running) -> None:
    other.control.faults({"operation": "availability", "kind": "sold_out", "count": 1})

    assert supplier.search(journey.stay(), deadline=10) == Availability(hotels=(), refused=())


def test_a_check_with_upselling_is_the_asked_rate_alone(supplier: Supplier) -> None:
    rate = journey.rate(supplier, lambda one: one.needs_check)

    (checked,) = supplier.check_rates([rate], language="en").rates

    assert (checked.room_code, checked.board_code) == (rate.room_code, rate.board_code)


def test_amounts_as_text_and_a_simulation_that_claims_to_have_cancelled(supplier: Supplier) -> None:
    rate = journey.rate(supplier, journey.refundable)
    booked = supplier.book(journey.order(rate))
    assert booked.net == rate.net

    told = supplier.cancel(booked.supplier_reference, simulate=True, language="en")
    assert (told.cancelled, told.fee) == (False, Money.zero("EUR"))
    assert supplier.booking(booked.supplier_reference, language="en").status is BookingStatus.CONFIRMED

    assert supplier.cancel(booked.supplier_reference, simulate=False, language="en").cancelled
    with pytest.raises(AlreadyCancelled):
        supplier.cancel(booked.supplier_reference, simulate=False, language="en")


def test_an_old_key(supplier: Supplier, other: Running) -> None:
    order = journey.order(journey.rate(supplier, journey.refundable))
    other.control.clock(advance_seconds=other.settings.rate_key_ttl + 1)

    with pytest.raises(Rejected) as refused:
        supplier.book(order)

    assert refused.value.outcome_known
    assert supplier.find(order.client_reference, created_on=clock.today()) == []


def test_an_old_key_by_its_usual_name(hotelbeds: Supplier, simulator: Running) -> None:
    rate = journey.rate(hotelbeds, lambda one: one.needs_check)
    simulator.control.clock(advance_seconds=simulator.settings.rate_key_ttl + 1)

    with pytest.raises(RateExpired):
        hotelbeds.check_rates([rate], language="en")


def test_a_key_tied_to_a_certificate_is_refused_at_the_plain_host(settings: DjangoSettings, db: None) -> None:
    with running(Settings(hotels=20, plain_host=False)) as strict:
        settings.HOTELBEDS_BASE_URL = f"{strict.url}/hotel-api"
        settings.HOTELBEDS_API_KEY = strict.settings.api_key
        settings.HOTELBEDS_SECRET = strict.settings.secret

        with pytest.raises(AccessDenied, match="disallowed"):
            registry.get("hotelbeds").search(journey.stay(), deadline=5)
