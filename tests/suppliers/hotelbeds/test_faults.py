"""Every kind of fault the simulator has, on a question and on an order."""

from __future__ import annotations

import pytest

from faredown.lib import clock
from suppliers.errors import (
    AccessDenied,
    OutcomeUnknown,
    PriceChanged,
    QuotaUsedUp,
    Rejected,
    SoldOut,
    SupplierError,
    Throttled,
    Unavailable,
    Unreadable,
)
from suppliers.models import Call
from suppliers.port import Supplier
from suppliers.simulators.hotelbeds.running import Running
from suppliers.types import BookingStatus
from tests.suppliers.hotelbeds import journey


def outcomes(operation: str) -> list[str]:
    return list(
        Call.objects.filter(operation=operation).order_by("at", "id").values_list("outcome", flat=True)
    )


@pytest.mark.parametrize(
    ("kind", "noted"),
    [
        ("timeout_before", "unavailable"),
        ("drop_after_commit", "unavailable"),
        ("truncated_body", "unavailable"),
        ("invalid_json", "unreadable"),
        ("system_error", "unavailable"),
        ("overload_503", "unavailable"),
        ("throttle_429", "throttled"),
    ],
)
def test_a_question_is_asked_again(hotelbeds: Supplier, simulator: Running, kind: str, noted: str) -> None:
    simulator.control.faults({"operation": "availability", "kind": kind, "count": 1, "delay_ms": 20})

    assert hotelbeds.search(journey.stay(), deadline=10).hotels
    assert outcomes("availability") == [noted, "ok"]


@pytest.mark.parametrize(
    ("kind", "error"),
    [("system_error", Unavailable), ("invalid_json", Unreadable), ("throttle_429", Throttled)],
)
def test_a_question_is_not_asked_for_ever(
    hotelbeds: Supplier, simulator: Running, kind: str, error: type[SupplierError]
) -> None:
    simulator.control.faults({"operation": "availability", "kind": kind, "count": 9})

    with pytest.raises(error) as raised:
        hotelbeds.search(journey.stay(), deadline=10)

    assert (raised.value.supplier, raised.value.operation) == ("hotelbeds", "availability")
    assert len(outcomes("availability")) == 3


@pytest.mark.parametrize(("kind", "error"), [("bad_signature", AccessDenied), ("quota_403", QuotaUsedUp)])
def test_a_closed_door_is_not_knocked_at_again(
    hotelbeds: Supplier, simulator: Running, kind: str, error: type[SupplierError]
) -> None:
    simulator.control.faults({"operation": "availability", "kind": kind, "count": 1})

    with pytest.raises(error):
        hotelbeds.search(journey.stay(), deadline=10)

    assert len(outcomes("availability")) == 1


def test_after_a_used_up_quota_searches_wait_and_bookings_do_not(
    hotelbeds: Supplier, simulator: Running
) -> None:
    rate = journey.rate(hotelbeds, journey.refundable)
    simulator.control.faults({"operation": "availability", "kind": "quota_403", "count": 1})
    with pytest.raises(QuotaUsedUp):
        hotelbeds.search(journey.stay(), deadline=10)

    with pytest.raises(QuotaUsedUp):
        hotelbeds.search(journey.stay(), deadline=10)
    assert hotelbeds.book(journey.order(rate)).status is BookingStatus.CONFIRMED
    assert len(outcomes("availability")) == 2  # the second refusal is ours, nothing was sent


def test_a_slow_answer_ends_at_the_deadline(hotelbeds: Supplier, simulator: Running) -> None:
    simulator.control.faults({"operation": "availability", "kind": "slow", "count": 1, "delay_ms": 2000})

    with pytest.raises(Unavailable):
        hotelbeds.search(journey.stay(), deadline=0.3)

    assert outcomes("availability") == ["unavailable"]


@pytest.mark.parametrize(
    ("kind", "is_booked"),
    [
        ("timeout_before", False),
        ("system_error", False),
        ("overload_503", False),
        ("drop_after_commit", True),
        ("truncated_body", True),
        ("invalid_json", True),
    ],
)
def test_an_order_whose_answer_is_lost_is_unknown_and_never_sent_again(
    hotelbeds: Supplier, simulator: Running, kind: str, is_booked: bool
) -> None:
    order = journey.order(journey.rate(hotelbeds, journey.refundable))
    simulator.control.faults({"operation": "booking", "kind": kind, "count": 1, "delay_ms": 20})

    with pytest.raises(OutcomeUnknown) as raised:
        hotelbeds.book(order)

    assert not raised.value.outcome_known
    assert not raised.value.retryable
    assert outcomes("book") == ["unknown"]
    found = hotelbeds.find(order.client_reference, created_on=clock.today())
    assert len(found) == len(simulator.control.bookings(order.client_reference)) == int(is_booked)


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("price_up", PriceChanged),
        ("sold_out", SoldOut),
        ("product_error", Rejected),
        ("throttle_429", Throttled),
        ("quota_403", QuotaUsedUp),
        ("bad_signature", AccessDenied),
    ],
)
def test_a_refused_order_is_known_not_to_be_booked(
    hotelbeds: Supplier, simulator: Running, kind: str, error: type[SupplierError]
) -> None:
    order = journey.order(journey.rate(hotelbeds, journey.refundable))
    simulator.control.faults({"operation": "booking", "kind": kind, "count": 1})

    with pytest.raises(error) as raised:
        hotelbeds.book(order)

    assert raised.value.outcome_known
    assert len(outcomes("book")) == 1
    assert simulator.control.bookings(order.client_reference) == []


def test_a_lower_price_books_at_the_lower_price(hotelbeds: Supplier, simulator: Running) -> None:
    rate = journey.rate(hotelbeds, journey.refundable)
    simulator.control.faults({"operation": "booking", "kind": "price_down", "count": 1})

    assert hotelbeds.book(journey.order(rate)).net < rate.net


def test_changed_terms_show_in_the_confirmation(hotelbeds: Supplier, simulator: Running) -> None:
    rate = journey.rate(hotelbeds, journey.refundable)
    simulator.control.faults({"operation": "booking", "kind": "policy_change", "count": 1})

    assert hotelbeds.book(journey.order(rate)).rooms[0].terms != rate.terms


def test_a_booking_may_show_in_the_list_only_later(hotelbeds: Supplier, simulator: Running) -> None:
    order = journey.order(journey.rate(hotelbeds, journey.refundable))
    simulator.control.faults(
        {"operation": "booking", "kind": "delayed_visibility", "count": 1, "delay_ms": 60_000},
        {"operation": "booking", "kind": "drop_after_commit", "count": 1},
    )
    with pytest.raises(OutcomeUnknown):
        hotelbeds.book(order)

    assert hotelbeds.find(order.client_reference, created_on=clock.today()) == []
    simulator.control.clock(advance_seconds=61)
    assert len(hotelbeds.find(order.client_reference, created_on=clock.today())) == 1


def test_a_hotel_that_cancels_later_is_seen_in_the_list(hotelbeds: Supplier, simulator: Running) -> None:
    order = journey.order(journey.rate(hotelbeds, journey.refundable))
    simulator.control.faults(
        {"operation": "booking", "kind": "hotel_cancels_later", "count": 1, "delay_ms": 60_000}
    )
    assert hotelbeds.book(order).status is BookingStatus.CONFIRMED

    simulator.control.clock(advance_seconds=61)
    (found,) = hotelbeds.find(order.client_reference, created_on=clock.today())
    assert found.status is BookingStatus.CANCELLED


@pytest.mark.parametrize(
    ("kind", "error", "is_cancelled"),
    [
        ("drop_after_commit", OutcomeUnknown, True),
        ("invalid_json", OutcomeUnknown, True),
        ("system_error", OutcomeUnknown, False),
        ("overload_503", Unavailable, False),  # "is locked. Please try again later": nothing was done
    ],
)
def test_a_lost_cancellation_is_unknown_and_the_detail_tells(
    hotelbeds: Supplier, simulator: Running, kind: str, error: type[SupplierError], is_cancelled: bool
) -> None:
    booked = hotelbeds.book(journey.order(journey.rate(hotelbeds, journey.refundable)))
    simulator.control.faults({"operation": "cancellation", "kind": kind, "count": 1})

    with pytest.raises(error):
        hotelbeds.cancel(booked.supplier_reference, simulate=False, language="en")

    assert len(outcomes("cancel")) == 1
    held = hotelbeds.booking(booked.supplier_reference, language="en")
    assert held.status is (BookingStatus.CANCELLED if is_cancelled else BookingStatus.CONFIRMED)


def test_a_simulated_cancellation_is_a_question_and_asked_again(
    hotelbeds: Supplier, simulator: Running
) -> None:
    booked = hotelbeds.book(journey.order(journey.rate(hotelbeds, journey.refundable)))
    simulator.control.faults({"operation": "cancellation", "kind": "drop_after_commit", "count": 1})

    hotelbeds.cancel(booked.supplier_reference, simulate=True, language="en")

    assert outcomes("cancel") == ["unavailable", "ok"]
    assert hotelbeds.booking(booked.supplier_reference, language="en").status is BookingStatus.CONFIRMED


@pytest.mark.parametrize(
    ("kind", "error"), [("sold_out", SoldOut), ("product_error", Rejected), ("bad_signature", AccessDenied)]
)
def test_a_refused_price_check(
    hotelbeds: Supplier, simulator: Running, kind: str, error: type[SupplierError]
) -> None:
    rate = journey.rate(hotelbeds, lambda one: one.needs_check)
    simulator.control.faults({"operation": "checkrates", "kind": kind, "count": 1})

    with pytest.raises(error):
        hotelbeds.check_rates([rate], language="en")


def test_five_faults_in_a_row_open_the_breaker(hotelbeds: Supplier, simulator: Running) -> None:
    simulator.control.faults({"operation": "availability", "kind": "system_error", "count": 99})
    for _ in range(2):
        with pytest.raises(Unavailable):
            hotelbeds.search(journey.stay(), deadline=10)
    assert len(outcomes("availability")) == 5

    simulator.control.faults()
    with pytest.raises(Unavailable, match="has not been answering"):
        hotelbeds.search(journey.stay(), deadline=10)
    assert len(outcomes("availability")) == 5
    assert hotelbeds.countries(first=1, languages=["en"]).items  # other operations go on
