"""From a search to a stay and back, against the simulator: every payment token and every way a booking call can end."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from bookings.gateways.offline.gateway import OfflineGateway
from bookings.gateways.port import Charge, Order
from bookings.models import Attempt, OfflineCharge, OfflineRefund, Orphan, Payment
from bookings.services import booking as bookings
from bookings.services import cancellation, checkout, payment_recovery, reconciliation
from bookings.states import BookingStatus, OrphanStatus, PaymentStatus, QuoteStatus, RefundStatus
from faredown.lib import clock
from faredown.lib.errors import Conflict, Gone, Unprocessable
from faredown.lib.money import Money
from faredown.messaging.models import OutboxMessage
from suppliers import registry
from suppliers.port import Supplier
from suppliers.types import BookingStatus as AtSupplier
from suppliers.types import Confirmation
from tests.bookings import world as worlds
from tests.bookings.world import World


def mails(reference: str) -> list[str]:
    rows = OutboxMessage.objects.filter(related_reference=reference, kind="email").order_by("pk")
    return [row.channel.removeprefix("emails/bookings/") for row in rows]


def sweep(world: World, *, seconds: int = 0, rounds: int = 1) -> None:
    """Sweeps of a later time, here and at the supplier."""
    for _ in range(rounds):
        if seconds:
            world.hotelbeds.clock(advance_seconds=seconds)
        reconciliation.sweep()


def test_two_rooms_are_booked_paid_and_cancelled_free_of_charge(world: World) -> None:
    quote = world.quote(worlds.FAMILY, wanted=worlds.refundable)
    placed = world.book(quote)
    row = placed.booking
    assert (row.status, placed.payment.status) == (BookingStatus.CONFIRMED, PaymentStatus.CAPTURED)
    held = world.held(row)
    assert [one["status"] for one in held] == ["CONFIRMED"]
    assert row.supplier_reference == held[0]["reference"]
    paxes = sorted((pax["type"], pax.get("age")) for room in held[0]["rooms"] for pax in room["paxes"])
    assert [kind for kind, _ in paxes] == ["AD", "AD", "AD", "CH"]
    assert paxes[-1] == ("CH", 7)
    assert worlds.assert_ledger_balances(row) == {
        ("cash_at_provider", "EUR"): row.total.amount,
        ("revenue", "EUR"): -row.total.amount,
        ("supplier_cost", "EUR"): row.net.amount,
        ("supplier_payable", "EUR"): -row.net.amount,
    }
    assert mails(row.reference) == ["confirmed"]

    assert cancellation.preview(row).fee == Money.zero("EUR")
    done = cancellation.cancel(row, reason="Plans changed")
    assert done.cancelled
    assert (done.fee, done.refund) == (Money.zero("EUR"), row.total)
    row.refresh_from_db()
    assert [one["status"] for one in world.held(row)] == ["CANCELLED"]
    payment = worlds.latest_payment(row)
    assert (payment.status, payment.refunded) == (PaymentStatus.REFUNDED, row.total)
    assert worlds.assert_ledger_balances(row) == {}
    assert mails(row.reference) == ["confirmed", "cancelled", "refunded"]
    assert row.staff_queue is None


def test_the_story_tells_every_step_in_order(world: World) -> None:
    row = world.book().booking
    assert [event.kind for event in row.timeline.all()] == [
        "booking.pending",
        "payment.authorising",
        "payment.authorised",
        "booking.confirming",
        "booking.confirmed",
        "payment.capturing",
        "payment.captured",
        "receipt.issued",
        "invoice.issued",
        "voucher.issued",
    ]


@pytest.mark.parametrize(
    ("token", "code"), [("tok_declined", "card_declined"), ("tok_insufficient", "insufficient_funds")]
)
def test_a_decline_leaves_the_booking_waiting_and_a_second_card_pays(
    world: World, token: str, code: str
) -> None:
    placed = world.book(token=token)
    assert placed.booking.status == BookingStatus.PENDING
    assert (placed.payment.status, placed.payment.failure_code) == (PaymentStatus.DECLINED, code)
    assert world.held(placed.booking) == []
    paid = checkout.pay(placed.booking, {"method": "offline", "token": "tok_ok"})
    assert (paid.booking.status, paid.payment.status) == (BookingStatus.CONFIRMED, PaymentStatus.CAPTURED)
    assert OfflineCharge.objects.filter(state="captured").count() == 1
    with pytest.raises(Conflict, match="nothing_to_pay"):
        checkout.pay(paid.booking, {"method": "offline", "token": "tok_ok"})


def test_an_unpaid_booking_ends_with_its_quote(world: World) -> None:
    row = world.book(token="tok_declined").booking
    with clock.travel(timedelta(minutes=21)):
        with pytest.raises(Gone, match="quote_expired"):
            checkout.pay(row, {"method": "offline", "token": "tok_ok"})
        sweep(world)
    row.refresh_from_db()
    assert (row.status, row.status_reason) == (BookingStatus.REJECTED, "not_paid")
    assert not row.ledger_entries.exists()


@pytest.mark.parametrize(
    ("answer", "status"), [("tok_ok", BookingStatus.CONFIRMED), ("tok_declined", BookingStatus.PENDING)]
)
def test_a_challenge_ends_as_the_guest_ends_it(world: World, answer: str, status: str) -> None:
    placed = world.book(token="tok_requires_action")
    assert placed.payment.status == PaymentStatus.REQUIRES_ACTION
    assert placed.payment.client_secret
    ended = checkout.pay(placed.booking, {"token": answer})
    assert ended.booking.status == status


def test_an_abandoned_challenge_is_released_by_the_timer(world: World) -> None:
    placed = world.book(token="tok_requires_action")
    with clock.travel(timedelta(minutes=16)):
        sweep(world)
    payment = worlds.latest_payment(placed.booking)
    assert payment.status == PaymentStatus.VOIDED
    with clock.travel(timedelta(minutes=21)):
        sweep(world)
    placed.booking.refresh_from_db()
    assert placed.booking.status == BookingStatus.REJECTED
    assert OfflineCharge.objects.get().state == "voided"


def test_a_lost_authorisation_is_found_again_at_the_provider(world: World) -> None:
    placed = world.book(token="tok_timeout")
    assert placed.payment.status == PaymentStatus.UNKNOWN
    assert placed.booking.status == BookingStatus.PENDING
    sweep(world)
    placed.booking.refresh_from_db()
    assert placed.booking.status == BookingStatus.CONFIRMED
    assert worlds.latest_payment(placed.booking).status == PaymentStatus.CAPTURED
    assert OfflineCharge.objects.get().state == "captured"


def test_a_hold_that_comes_after_it_was_given_up_is_released(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = OfflineGateway.authorise

    def late(self: OfflineGateway, order: Order) -> Charge:
        with clock.travel(timedelta(seconds=70)):
            sweep(world)
        return real(self, order)

    monkeypatch.setattr(OfflineGateway, "authorise", late)
    placed = world.book()
    assert (placed.payment.status, placed.payment.failure_code) == (PaymentStatus.DECLINED, "not_received")
    assert placed.booking.status == BookingStatus.PENDING
    assert OfflineCharge.objects.get().state == "voided"


def test_a_sweep_lets_a_call_that_has_just_begun_alone(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    real = OfflineGateway.authorise

    def meanwhile(self: OfflineGateway, order: Order) -> Charge:
        payment_recovery.advance(Payment.objects.get().pk)
        return real(self, order)

    monkeypatch.setattr(OfflineGateway, "authorise", meanwhile)
    assert world.book().booking.status == BookingStatus.CONFIRMED


def test_money_taken_where_a_hold_was_asked_goes_on_and_is_told_to_staff(world: World) -> None:
    placed = world.book(token="tok_timeout")
    charge = OfflineCharge.objects.get()
    charge.state, charge.captured_amount = OfflineCharge.State.CAPTURED, charge.authorised_amount
    charge.save()
    sweep(world)
    placed.booking.refresh_from_db()
    assert (placed.booking.status, placed.booking.staff_queue) == (BookingStatus.CONFIRMED, "taken_too_early")
    payment = worlds.latest_payment(placed.booking)
    assert (payment.status, payment.captured, payment.next_check_at) == (
        PaymentStatus.CAPTURED,
        placed.booking.total,
        None,
    )


def test_a_capture_that_never_works_gives_the_room_back_while_that_is_free(world: World) -> None:
    row = world.book(token="tok_capture_fails").booking
    assert row.status == BookingStatus.CONFIRMED
    assert mails(row.reference) == ["payment_problem"]
    for minutes in (3, 10, 30, 80, 90):
        with clock.travel(timedelta(minutes=minutes)):
            sweep(world)
    row.refresh_from_db()
    assert (row.status, row.cancel_reason) == (BookingStatus.CANCELLED, "payment_failed")
    assert worlds.latest_payment(row).status == PaymentStatus.VOIDED
    assert OfflineCharge.objects.get().state == "voided"
    assert [one["status"] for one in world.held(row)] == ["CANCELLED"]
    assert worlds.assert_ledger_balances(row) == {}
    assert row.staff_queue is None


def test_a_capture_that_never_works_goes_to_staff_where_cancelling_costs(world: World) -> None:
    row = world.book(token="tok_capture_fails").booking
    row.terms = {**row.terms, "non_refundable": True}
    row.save(update_fields=["terms"])
    for minutes in (3, 10, 30, 80):
        with clock.travel(timedelta(minutes=minutes)):
            sweep(world)
    row.refresh_from_db()
    assert (row.status, row.staff_queue) == (BookingStatus.CONFIRMED, "capture_failed")
    assert [one["status"] for one in world.held(row)] == ["CONFIRMED"]


def test_a_refund_that_fails_is_a_staff_task_and_may_be_sent_again(world: World) -> None:
    row = world.book(token="tok_refund_fails").booking
    cancellation.cancel(row)
    row.refresh_from_db()
    assert (row.status, row.staff_queue) == (BookingStatus.CANCELLED, "refund_failed")
    refund = worlds.latest_payment(row).refunds.get()
    assert (refund.status, refund.failure_code) == (RefundStatus.FAILED, "refund_refused")
    assert worlds.assert_ledger_balances(row) == {
        ("cash_at_provider", "EUR"): row.total.amount,
        ("refund", "EUR"): -row.total.amount,
    }
    assert OfflineRefund.objects.count() == 1


# How a booking call ends


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("sold_out", "sold_out"),
        ("product_error", None),
        ("throttle_429", "supplier_unavailable"),
    ],
)
def test_a_refused_booking_is_rejected_and_the_hold_released(
    world: World, kind: str, reason: str | None
) -> None:
    quote = world.quote(wanted=worlds.refundable)
    world.hotelbeds.faults({"operation": "booking", "kind": kind, "count": 1})
    placed = world.book(quote)
    assert placed.booking.status == BookingStatus.REJECTED
    assert reason in (None, placed.booking.status_reason)
    assert worlds.latest_payment(placed.booking).status == PaymentStatus.VOIDED
    assert world.held(placed.booking) == []
    assert mails(placed.booking.reference) == ["rejected"]
    assert not placed.booking.ledger_entries.exists()


@pytest.mark.parametrize("kind", ["drop_after_commit", "truncated_body", "invalid_json"])
def test_a_lost_answer_is_found_in_the_suppliers_list(world: World, kind: str) -> None:
    quote = world.quote(wanted=worlds.refundable)
    world.hotelbeds.faults({"operation": "booking", "kind": kind, "count": 1})
    placed = world.book(quote)
    assert placed.booking.status == BookingStatus.UNKNOWN
    assert worlds.latest_payment(placed.booking).status == PaymentStatus.AUTHORISED
    with pytest.raises(Conflict, match="not_yet_confirmed"):
        cancellation.preview(placed.booking)
    sweep(world)
    placed.booking.refresh_from_db()
    assert placed.booking.status == BookingStatus.CONFIRMED
    assert worlds.latest_payment(placed.booking).status == PaymentStatus.CAPTURED
    assert len(world.held(placed.booking)) == 1
    assert mails(placed.booking.reference) == ["being_confirmed", "confirmed"]


def test_a_call_that_did_nothing_is_rejected_after_enough_listings_over_enough_time(world: World) -> None:
    quote = world.quote(wanted=worlds.refundable)
    world.hotelbeds.faults({"operation": "booking", "kind": "timeout_before", "count": 1, "delay_ms": 10})
    row = world.book(quote).booking
    assert row.status == BookingStatus.UNKNOWN
    for minutes in (0, 4, 8, 12):
        with clock.travel(timedelta(minutes=minutes)):
            sweep(world)
        row.refresh_from_db()
        assert row.status == BookingStatus.UNKNOWN, minutes
    with clock.travel(timedelta(minutes=16)):
        sweep(world)
    row.refresh_from_db()
    assert (row.status, row.status_reason) == (BookingStatus.REJECTED, "not_found_at_supplier")
    assert worlds.latest_payment(row).status == PaymentStatus.VOIDED
    assert row.watch_until is not None


def test_listings_that_fail_prove_nothing(world: World) -> None:
    quote = world.quote(wanted=worlds.refundable)
    world.hotelbeds.faults(
        {"operation": "booking", "kind": "timeout_before", "count": 1, "delay_ms": 10},
        {"operation": "booking_list", "kind": "system_error", "probability": 1.0},
    )
    row = world.book(quote).booking
    for minutes in (0, 20, 130):
        with clock.travel(timedelta(minutes=minutes)):
            sweep(world)
    row.refresh_from_db()
    assert (row.status, row.staff_queue) == (BookingStatus.UNKNOWN, "supplier_unclear")
    assert worlds.latest_payment(row).status == PaymentStatus.AUTHORISED


class NeverFinal:
    """A supplier that has accepted every booking and made none final (Hotelbeds has been seen to know PRECONFIRMED)."""

    def __init__(self, real: Supplier) -> None:
        self._real = real

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def booking(self, supplier_reference: str, *, language: str) -> Confirmation:
        held = self._real.booking(supplier_reference, language=language)
        return msgspec.structs.replace(held, status=AtSupplier.PENDING)


def test_a_booking_that_is_never_made_final_waits_and_then_goes_to_people(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    quote = world.quote(wanted=worlds.refundable)
    world.hotelbeds.faults({"operation": "booking", "kind": "drop_after_commit", "count": 1})
    slow = NeverFinal(registry.get("hotelbeds"))
    monkeypatch.setattr(registry, "get", {"hotelbeds": slow}.__getitem__)
    row = world.book(quote).booking
    for minutes, queue in ((0, None), (60, None), (130, "supplier_unclear")):
        with clock.travel(timedelta(minutes=minutes)):
            sweep(world)
        row.refresh_from_db()
        assert (row.status, row.staff_queue) == (BookingStatus.UNKNOWN, queue)
    monkeypatch.undo()
    with clock.travel(timedelta(minutes=140)):
        sweep(world)
    row.refresh_from_db()
    assert row.status == BookingStatus.CONFIRMED


def test_a_booking_that_appears_after_it_was_given_up_is_cancelled_at_the_supplier(world: World) -> None:
    quote = world.quote(wanted=worlds.refundable)
    hour_and_a_half = 90 * 60_000
    world.hotelbeds.faults(
        {"operation": "booking", "kind": "drop_after_commit", "count": 1},
        {"operation": "booking", "kind": "delayed_visibility", "count": 1, "delay_ms": hour_and_a_half},
    )
    row = world.book(quote).booking
    for minutes in (0, 4, 8, 16, 20):
        with clock.travel(timedelta(minutes=minutes)):
            sweep(world)
    row.refresh_from_db()
    assert row.status == BookingStatus.REJECTED
    world.hotelbeds.clock(advance_seconds=2 * 3600)
    with clock.travel(timedelta(hours=2)):
        sweep(world)
    assert [one["status"] for one in world.held(row)] == ["CANCELLED"]
    orphan = Orphan.objects.get()
    assert (orphan.status, orphan.booking) == (OrphanStatus.CANCELLED, row)
    row.refresh_from_db()
    assert row.status == BookingStatus.REJECTED


def test_a_hotel_that_cancels_later_refunds_everything(world: World) -> None:
    quote = world.quote(wanted=worlds.refundable)
    world.hotelbeds.faults(
        {"operation": "booking", "kind": "hotel_cancels_later", "count": 1, "delay_ms": 1000}
    )
    row = world.book(quote).booking
    assert row.status == BookingStatus.CONFIRMED
    world.hotelbeds.clock(advance_seconds=7 * 3600)
    with clock.travel(timedelta(hours=7)):
        sweep(world)
    row.refresh_from_db()
    assert (row.status, row.status_reason) == (BookingStatus.CANCELLED, "hotel_cancelled")
    assert row.staff_queue == "hotel_cancelled"
    assert worlds.latest_payment(row).status == PaymentStatus.REFUNDED
    assert worlds.assert_ledger_balances(row) == {}
    assert "hotel_cancelled" in mails(row.reference)


def test_after_departure_the_stay_is_completed(world: World) -> None:
    row = world.book().booking
    with clock.travel(timedelta(days=64)):
        sweep(world)
    row.refresh_from_db()
    assert row.status == BookingStatus.COMPLETED
    with pytest.raises(Conflict, match="not_cancellable"):
        cancellation.preview(row)


def test_a_higher_net_within_the_tolerance_is_ours(world: World) -> None:
    quote = world.quote(wanted=worlds.refundable)
    world.hotelbeds.faults({"operation": "booking", "kind": "price_up", "count": 1, "percent": 1.5})
    row = world.book(quote).booking
    assert row.status == BookingStatus.CONFIRMED
    assert row.confirmed_net is not None
    assert row.confirmed_net > row.net
    assert row.total == quote.total
    assert row.staff_queue == "price_difference"
    balances = worlds.assert_ledger_balances(row)
    assert balances["supplier_difference", "EUR"] == (row.confirmed_net - row.net).amount
    assert balances["supplier_payable", "EUR"] == -row.confirmed_net.amount


# A worker that dies


def dies(*_: Any, **__: Any) -> None:
    raise SystemExit("killed")


def test_a_worker_that_dies_before_it_asked_leaves_it_to_the_sweeper(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    quote = world.quote(wanted=worlds.refundable)
    monkeypatch.setattr("bookings.services.drafts.order", dies)
    with pytest.raises(SystemExit):
        world.book(quote)
    monkeypatch.undo()
    row = quote.booking
    assert row.status == BookingStatus.CONFIRMING
    sweep(world)
    row.refresh_from_db()
    assert row.status == BookingStatus.CONFIRMING, "the call may still be running"
    for minutes in (3, 7, 11, 15, 19, 23):
        with clock.travel(timedelta(minutes=minutes)):
            sweep(world)
    row.refresh_from_db()
    assert (row.status, row.status_reason) == (BookingStatus.REJECTED, "not_found_at_supplier")
    assert worlds.latest_payment(row).status == PaymentStatus.VOIDED


def test_a_worker_that_dies_with_the_answer_in_its_hands_loses_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    quote = world.quote(wanted=worlds.refundable)
    monkeypatch.setattr("bookings.services.answers.store_confirmation", dies)
    with pytest.raises(SystemExit):
        world.book(quote)
    monkeypatch.undo()
    with clock.travel(timedelta(minutes=3)):
        sweep(world)
    row = quote.booking
    row.refresh_from_db()
    assert row.status == BookingStatus.CONFIRMED
    assert len(world.held(row)) == 1
    assert worlds.latest_payment(row).status == PaymentStatus.CAPTURED


def test_a_stored_answer_is_followed_without_asking_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    quote = world.quote(wanted=worlds.refundable)
    monkeypatch.setattr("bookings.services.answers.apply", dies)
    with pytest.raises(SystemExit):
        world.book(quote)
    monkeypatch.undo()
    calls = world.hotelbeds.state()["calls"]
    with clock.travel(timedelta(seconds=31)):
        sweep(world)
    quote.booking.refresh_from_db()
    assert quote.booking.status == BookingStatus.CONFIRMED
    assert world.hotelbeds.state()["calls"] == calls
    assert Attempt.objects.get().applied_at is not None


def test_with_every_queue_lost_the_sweepers_alone_finish(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    quote = world.quote(wanted=worlds.refundable)
    for module in ("money", "settlement", "cancellation", "refund", "orphans"):
        monkeypatch.setattr(f"bookings.services.{module}.defer", lambda *_: None)
    row = world.place_booking(quote).booking
    for seconds in (0, 31, 62, 93, 124, 155):
        with clock.travel(timedelta(seconds=seconds)):
            sweep(world)
    row.refresh_from_db()
    assert (row.status, worlds.latest_payment(row).status) == (
        BookingStatus.CONFIRMED,
        PaymentStatus.CAPTURED,
    )
    assert row.documents.filter(kind="voucher").count() == 1
    cancellation.request(row.pk, reason="x")
    for seconds in (160, 200, 240, 280):
        with clock.travel(timedelta(seconds=seconds)):
            sweep(world)
    row.refresh_from_db()
    assert (row.status, worlds.latest_payment(row).status) == (
        BookingStatus.CANCELLED,
        PaymentStatus.REFUNDED,
    )
    assert worlds.assert_ledger_balances(row) == {}


# Placing


def test_a_quote_is_used_once_and_a_repeat_finds_its_booking(world: World) -> None:
    quote = world.quote(wanted=worlds.refundable)
    first = world.place_booking(quote, key="one")
    again = world.place_booking(quote, key="one")
    assert again.booking == first.booking
    assert (bool(first.access_token), again.access_token) == (True, "")
    with pytest.raises(Conflict, match="quote_used"):
        world.place_booking(quote, key="two")
    quote.refresh_from_db()
    assert quote.status == QuoteStatus.USED


def test_a_tampered_token_writes_nothing(world: World) -> None:
    quote = world.quote(wanted=worlds.refundable)
    for given in ("", None, 7, quote.accept_token[:-1] + "x", "ü" * 64):
        with pytest.raises(Unprocessable, match="accept_token_mismatch"):
            bookings.place(quote.public_id, worlds.order_for(quote), accept_token=given, by=None)
    quote.total_amount -= Decimal(1)
    quote.price["total"]["amount"] = str(quote.total_amount)
    quote.save()
    with pytest.raises(Unprocessable, match="accept_token_mismatch"):
        world.place_booking(quote)
    quote.refresh_from_db()
    assert quote.status == QuoteStatus.OPEN


def test_an_expired_quote_is_gone(world: World) -> None:
    quote = world.quote(wanted=worlds.refundable)
    with clock.travel(timedelta(minutes=20)), pytest.raises(Gone, match="quote_expired"):
        world.place_booking(quote)


def test_a_guest_may_withdraw_before_the_supplier_is_asked(world: World) -> None:
    row = world.book(token="tok_requires_action").booking
    done = cancellation.cancel(row)
    assert (done.cancelled, done.fee) == (True, Money.zero("EUR"))
    row.refresh_from_db()
    assert (row.status, row.status_reason) == (BookingStatus.CANCELLED, "withdrawn")
    assert worlds.latest_payment(row).status == PaymentStatus.VOIDED
    assert not row.ledger_entries.exists()
