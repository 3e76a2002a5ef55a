"""Three hundred bookings while a fifth of all calls goes wrong in every way the simulator knows.

Then the faults end, the clocks go on, the sweepers run, and the books of all three must agree: ours, the supplier's,
the payment provider's. The seed is printed; `FAULT_SEED=7 make faults` plays it again.
"""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Sum

from bookings.models import Booking, JournalLine, OfflineCharge, Payment, Quote, StaffTask
from bookings.services import cancellation, quoting, reconciliation
from bookings.states import BookingStatus, PaymentStatus, QuoteStatus
from faredown.lib import clock
from faredown.lib.errors import DomainError
from faredown.lib.redis import durable
from tests.bookings import world as worlds
from tests.bookings.world import World

BOOKINGS = int(os.environ.get("FAULT_BOOKINGS", "300"))
SEED = int(os.environ.get("FAULT_SEED", "20261122"))
RATE = 0.2
STAFF_SHARE = 0.01

# Operation -> how its calls go wrong; the probabilities of an operation add up to RATE.
FAULTS: dict[str, tuple[str, ...]] = {
    "availability": ("system_error", "overload_503", "truncated_body", "invalid_json", "throttle_429", "slow"),
    "checkrates": (
        "price_up", "price_down", "policy_change", "sold_out", "product_error", "system_error", "overload_503",
        "timeout_before", "truncated_body", "invalid_json", "throttle_429", "slow",
    ),
    "booking": (
        "drop_after_commit", "timeout_before", "delayed_visibility", "system_error", "overload_503", "product_error",
        "price_up", "price_down", "policy_change", "sold_out", "truncated_body", "invalid_json", "throttle_429",
        "quota_403", "bad_signature", "hotel_cancels_later", "slow",
    ),
    "booking_list": (
        "system_error", "overload_503", "timeout_before", "truncated_body", "invalid_json", "throttle_429",
    ),
    "booking_detail": ("system_error", "overload_503", "timeout_before", "truncated_body", "invalid_json"),
    "cancellation": (
        "system_error", "overload_503", "drop_after_commit", "timeout_before", "truncated_body", "invalid_json",
    ),
}  # fmt: skip
DELAYS = {"slow": 5, "timeout_before": 5, "delayed_visibility": 6 * 60_000, "hotel_cancels_later": 3_600_000}
ROOMS = (worlds.COUPLE, worlds.COUPLE, worlds.FAMILY)
TOKENS = ["tok_ok"] * 8 + ["tok_timeout", "tok_declined", "tok_capture_fails", "tok_requires_action"]
GIVEN_BACK = (BookingStatus.REJECTED, BookingStatus.CANCELLED)


def faults() -> Iterator[dict[str, Any]]:
    for operation, kinds in FAULTS.items():
        for number, kind in enumerate(kinds):
            fault = {
                "operation": operation,
                "kind": kind,
                "probability": RATE / len(kinds),
                "seed": SEED * 1000 + number,
            }
            if kind in DELAYS:
                fault["delay_ms"] = DELAYS[kind]
            yield fault | ({"percent": 1.5} if kind in ("price_up", "price_down") else {})


def test_afterwards_the_three_books_agree(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    chance = random.Random(SEED)
    world.hotelbeds.faults(*faults())
    refused = _book(world, chance)
    _time_passes(world, after=0, minutes=(1, 3, 5, 8, 13, 20))
    cancelled = _some_are_cancelled(chance)
    spent = {
        f"{operation}.{kind}": times
        for operation, kinds in world.hotelbeds.state()["fault_counts"].items()
        for kind, times in kinds.items()
    }
    world.hotelbeds.faults()
    _time_passes(world, after=20, minutes=(25, 40, 60, 120, 240, 480, 960, 1440, 2880))
    tally = Counter(f"{row.status} {row.status_reason}".strip() for row in Booking.objects.all())
    waiting = Counter(StaffTask.objects.filter(resolved_at=None).values_list("code", flat=True))
    with capsys.disabled():
        _report(spent, refused, cancelled, tally, waiting)
    assert sum(tally.values()) == BOOKINGS
    _assert_decided(tally)
    _assert_supplier_agrees(world)
    _assert_provider_agrees()
    _assert_ledger()
    undecided = sum(times for code, times in waiting.items() if code not in TOLD_ONLY)
    assert undecided <= STAFF_SHARE * BOOKINGS, waiting


# Decided by machines; people are told because a guest needs help or a contract needs a look.
TOLD_ONLY = (
    "hotel_cancelled",
    "price_difference",
    "terms_difference",
    "adapter_refused",
    "cancellation_fee_gap",
)


def _book(world: World, chance: random.Random) -> Counter[str]:
    """Journeys from a search to a booking, until enough bookings were placed. What refuses on the way is counted."""
    refused: Counter[str] = Counter()
    pool: list[tuple[str, ...]] = []
    placed = 0
    while placed < BOOKINGS:
        if not pool:
            pool = _choices(world, chance.choice(ROOMS), chance)
        if not pool:
            refused["nothing found"] += 1
            _tomorrow()
            continue
        try:
            quote = quoting.quote(pool.pop())
            world.book(quote, token=_token(quote, chance), key=f"key-{placed}")
        except DomainError as refusal:
            refused[f"{refusal.status} {refusal.code}"] += 1
            continue
        placed += 1
        if placed % 25 == 0:
            reconciliation.sweep()
    return refused


def _tomorrow() -> None:
    """A refused quota silences searches for a quarter of an hour, an open breaker for as many seconds."""
    durable().delete("suppliers:hotelbeds:quota_pause")
    time.sleep(0.25)


def _choices(world: World, rooms: Any, chance: random.Random) -> list[tuple[str, ...]]:
    """Whole stays of a search of another day, refundable and not, to be checked and not."""
    world.check_in = clock.today() + timedelta(days=chance.randint(30, 300))
    found = list(_sold(world, rooms))
    chance.shuffle(found)
    return found[:12]


def _sold(world: World, rooms: Any) -> Iterator[tuple[str, ...]]:
    """Every rate that covers the whole question by itself; the cheapest whole ones where several rooms are asked."""
    for offers in world.rates(rooms):
        if len(rooms) == 1:
            yield from ((detail.offer.id,) for room in offers.rooms for detail in room.offers)
        else:
            yield from (one.offer_ids for one in offers.combinations)


def _token(quote: Quote, chance: random.Random) -> str:
    """A card that can never be charged ends by itself only where the room can be given back free of charge."""
    token = chance.choice(TOKENS)
    return "tok_ok" if token == "tok_capture_fails" and not quote.terms["free_until"] else token


def _some_are_cancelled(chance: random.Random) -> int:
    rows = list(Booking.objects.filter(status=BookingStatus.CONFIRMED).order_by("pk"))
    chosen = chance.sample(rows, len(rows) // 5)
    for row in chosen:
        cancellation.cancel(row, reason="changed my mind")
    return len(chosen)


def _time_passes(world: World, *, after: int, minutes: tuple[int, ...]) -> None:
    """Both clocks go to each of these minutes, and a sweep runs there."""
    for minute in minutes:
        world.hotelbeds.clock(advance_seconds=(minute - after) * 60)
        after = minute
        with clock.travel(timedelta(minutes=minute)):
            reconciliation.sweep()


def _assert_decided(tally: Counter[str]) -> None:
    decided = (BookingStatus.CONFIRMED, *GIVEN_BACK)
    assert Booking.objects.exclude(status__in=decided).count() == 0, tally
    assert Quote.objects.filter(status=QuoteStatus.OPEN).count() == 0


def _assert_supplier_agrees(world: World) -> None:
    """Exactly the confirmed ones, once each, and no booking there that nobody here knows."""
    held = world.hotelbeds.state()["bookings"]
    there = {
        reference: one["reference"]
        for reference, ones in held.items()
        for one in ones
        if one["status"] == "CONFIRMED"
    }
    assert all(len(ones) == 1 for ones in held.values()), "booked twice"
    here = dict(
        Booking.objects.filter(status=BookingStatus.CONFIRMED).values_list("reference", "supplier_reference")
    )
    assert there == here


def _assert_provider_agrees() -> None:
    """What the provider took is what we say; nobody paid without a room, nobody has one without paying."""
    provider = {row.payment_id: row for row in OfflineCharge.objects.all()}
    for payment in Payment.objects.select_related("booking").prefetch_related("refunds"):
        charge = provider.get(payment.public_id)
        taken = charge.captured_amount if charge else Decimal(0)
        sent_back = (
            sum((row.amount for row in charge.refunds.filter(succeeded=True)), Decimal(0)) if charge else 0
        )
        assert taken == payment.captured_amount, payment
        assert sent_back == payment.refunded_amount, payment
        kept = taken - sent_back
        booking = payment.booking
        if booking.status in GIVEN_BACK:
            assert kept == (booking.cancellation_fee_amount or 0), (booking, payment.status)
            assert charge is None or charge.state != OfflineCharge.State.AUTHORISED, booking
        elif payment.status == PaymentStatus.CAPTURED:
            assert kept == booking.total_amount, booking
    unpaid = Booking.objects.filter(status=BookingStatus.CONFIRMED).exclude(
        payments__status=PaymentStatus.CAPTURED
    )
    assert not unpaid.exists()


def _assert_ledger() -> None:
    sums = JournalLine.objects.values("currency").annotate(debit=Sum("debit"), credit=Sum("credit"))
    assert all(row["debit"] == row["credit"] for row in sums)
    for booking in Booking.objects.all():
        balances = worlds.assert_ledger_balances(booking)
        cash = balances.get(("cash_at_provider", booking.total_currency), Decimal(0))
        kept = (
            booking.total_amount
            if booking.status == BookingStatus.CONFIRMED
            else booking.cancellation_fee_amount
        )
        assert cash == (kept or 0), booking
        assert ("guest_receivable", booking.total_currency) not in balances, booking
        assert ("refund", booking.total_currency) not in balances, booking


def _report(
    spent: dict[str, int],
    refused: Counter[str],
    cancelled: int,
    tally: Counter[str],
    waiting: Counter[str],
) -> None:
    print(f"\nseed {SEED}: {BOOKINGS} bookings, faults that struck: {sum(spent.values())}")
    for name, times in sorted(spent.items()):
        print(f"  {name:<40} {times}")
    print(f"refused when placing: {dict(refused)}; cancelled by guests: {cancelled}")
    for name, times in tally.most_common():
        print(f"  {name:<40} {times}")
    print(f"staff tasks: {dict(waiting)}")
    for task in StaffTask.objects.filter(resolved_at=None).order_by("code"):
        print(f"  {task.code}: {task.reason}")
