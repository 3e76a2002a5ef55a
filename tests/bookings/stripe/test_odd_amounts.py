"""Currencies that Stripe knows fewer digits of than we sell in: cut, never more, and nothing stays owed."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from bookings.models import Account, Booking, JournalLine, Quote
from bookings.services import cancellation, checkout, quoting, refund
from bookings.services.booking import Order
from bookings.services.proving import proof
from bookings.services.proving.differences import Difference
from bookings.services.proving.proof import Scope
from bookings.states import BookingStatus, PaymentStatus
from faredown.lib import clock, ids
from faredown.lib.errors import Unprocessable
from faredown.lib.money import Money
from hotels.models import ExchangeRate
from hotels.services import search
from tests.bookings import world as worlds
from tests.bookings.stripe.running import Stripe
from tests.bookings.world import World

STEP = Decimal("0.010")


@pytest.fixture
def booked(world: World, stripe: Stripe) -> Booking:
    """A stay sold in dinars, for an amount whose last digit Stripe does not take."""
    ExchangeRate.objects.create(base="EUR", quote="KWD", rate=Decimal("0.3371"), as_of="2026-01-01T00:00Z")
    quote = odd(world)
    order = Order(
        party=worlds.party(worlds.COUPLE),
        payment={"method": "stripe", "token": stripe.card()},
        key=ids.secret_token(),
        channel="api",
    )
    return checkout.book(quote.public_id, order, accept_token=quote.accept_token).booking


def odd(world: World) -> Quote:
    found = world.find(currency="KWD")
    for hotel in world.place.hotels.order_by("pk"):
        offers = search.hotel_rates(found, hotel.public_id)
        for combination in offers.combinations:
            if combination.total.amount % STEP and worlds.refundable(offers, combination):
                return quoting.quote(combination.offer_ids)
    raise AssertionError("every price is a whole number of steps")


def balance(row: Booking, account: Account) -> Decimal:
    lines = JournalLine.objects.filter(entry__booking=row, account=account, currency="KWD")
    return sum((line.debit - line.credit for line in lines), Decimal())


def proved() -> list[Difference]:
    found: list[Difference] = []
    proof.prove(Scope(settle_seconds=0, seals=False), found.append)
    return found


def test_the_last_digit_is_let_go_and_nothing_stays_owed(booked: Booking, stripe: Stripe) -> None:
    total = booked.total.amount
    cut = total % STEP
    payment = worlds.latest_payment(booked)
    assert cut
    assert (booked.status, payment.status) == (BookingStatus.CONFIRMED, PaymentStatus.CAPTURED)
    assert payment.captured == Money(total - cut, "KWD")
    assert stripe.intent(payment.provider_reference)["amount"] == int((total - cut) * 1000)
    assert balance(booked, Account.GUEST_RECEIVABLE) == 0
    assert balance(booked, Account.FX) == cut
    assert proved() == []

    with pytest.raises(Unprocessable) as problem:
        refund.request(payment, amount=Money.of("0.015", "KWD"), reason="staff")
    assert problem.value.code == "refund_not_chargeable"

    cancellation.cancel(booked, reason="Plans changed")
    payment = worlds.latest_payment(booked)
    assert (payment.status, payment.refunded) == (PaymentStatus.REFUNDED, payment.captured)
    assert worlds.assert_ledger_balances(booked) == {}
    assert proved() == []


def test_a_fee_is_cut_in_the_guests_favour(booked: Booking) -> None:
    past = clock.iso(clock.now() - timedelta(hours=1))
    step = {"starts_at": past, "hotel_local": past, "fee": Money.of("1.234", "KWD").as_json(), "text": past}
    booked.terms |= {"free_until": None, "steps": [step]}
    booked.save(update_fields=["terms"])
    cancellation.cancel(booked, reason="Plans changed")
    booked.refresh_from_db()
    payment = worlds.latest_payment(booked)
    assert booked.cancellation_fee == Money.of("1.234", "KWD")
    assert payment.captured - payment.refunded == Money.of("1.230", "KWD")
    assert balance(booked, Account.GUEST_RECEIVABLE) == 0
    assert balance(booked, Account.FX) == Decimal("0.004")
    assert proved() == []
