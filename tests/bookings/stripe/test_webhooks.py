"""Webhooks from the endpoint to their effect: forged, stale, oversized, twice, late, out of order."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client

from bookings.models import Account, Booking, Dispute, JournalLine, Payment, StaffTask, WebhookEvent
from bookings.services import cancellation, checkout, payment, reconciliation, refund, webhooks
from bookings.services.booking import Order, Placed
from bookings.services.proving import proof
from bookings.services.proving.differences import Difference
from bookings.services.proving.proof import Scope
from bookings.states import BookingStatus, PaymentStatus, RefundStatus
from faredown.accounts.models import User
from faredown.lib import clock, ids
from faredown.lib.money import Money
from tests.bookings import world as worlds
from tests.bookings.stripe import running
from tests.bookings.stripe.running import Stripe
from tests.bookings.world import World

URL = "/api/v1/webhooks/stripe/"


def book(world: World, token: str) -> Placed:
    quote = world.quote(wanted=worlds.refundable)
    order = Order(
        party=worlds.party(worlds.COUPLE),
        payment={"method": "stripe", "token": token},
        key=ids.secret_token(),
        channel="api",
    )
    return checkout.book(quote.public_id, order, accept_token=quote.accept_token)


def tell(kind: str, reference: str, *, event: str = "evt_1", **signing: object) -> int:
    body = running.webhook(kind, reference, event=event)
    return send(body, running.signed(body, **signing))  # type: ignore[arg-type]


def send(body: bytes, signature: str) -> int:
    answer = Client().post(
        URL, body, content_type="application/json", headers={"Stripe-Signature": signature}
    )
    return answer.status_code


def latest(row: Booking) -> Payment:
    row.refresh_from_db()
    return worlds.latest_payment(row)


def proved() -> list[Difference]:
    """Our books against the ledger's and Stripe's."""
    found: list[Difference] = []
    proof.prove(Scope(settle_seconds=0, seals=False), found.append)
    return found


def held(row: Booking, account: Account) -> Decimal:
    lines = JournalLine.objects.filter(entry__booking=row, account=account)
    return sum((line.debit - line.credit for line in lines), Decimal())


def test_a_challenge_that_was_passed_books_though_the_guest_never_came_back(
    world: World, stripe: Stripe
) -> None:
    placed = book(world, stripe.card("challenge"))
    assert placed.payment.status == PaymentStatus.REQUIRES_ACTION
    reference = placed.payment.provider_reference
    stripe.challenge(reference, passed=True)
    assert tell("payment_intent.amount_capturable_updated", reference) == 200
    assert latest(placed.booking).status == PaymentStatus.CAPTURED
    assert placed.booking.status == BookingStatus.CONFIRMED
    assert stripe.intent(reference)["status"] == "succeeded"
    event = WebhookEvent.objects.get()
    assert (event.event_id, event.outcome) == ("evt_1", "applied")
    assert proved() == []


def test_a_challenge_left_alone_lapses_and_what_is_told_later_changes_nothing(
    world: World, stripe: Stripe
) -> None:
    placed = book(world, stripe.card("challenge"))
    with clock.travel(timedelta(minutes=16)):
        reconciliation.sweep()
    assert latest(placed.booking).status == PaymentStatus.VOIDED
    reference = placed.payment.provider_reference
    assert stripe.intent(reference)["status"] == "canceled"
    assert tell("payment_intent.canceled", reference) == 200
    assert latest(placed.booking).status == PaymentStatus.VOIDED


def test_what_a_webhook_says_is_not_believed(world: World, stripe: Stripe) -> None:
    placed = book(world, stripe.card("challenge"))
    reference = placed.payment.provider_reference
    body = running.webhook("payment_intent.succeeded", reference, status="succeeded", amount_received=12345)
    assert send(body, running.signed(body)) == 200
    assert latest(placed.booking).status == PaymentStatus.REQUIRES_ACTION


def test_an_event_counts_once(world: World, stripe: Stripe) -> None:
    placed = book(world, stripe.card("challenge"))
    reference = placed.payment.provider_reference
    stripe.challenge(reference, passed=True)
    for _ in range(3):
        assert tell("payment_intent.amount_capturable_updated", reference) == 200
    webhooks.apply(WebhookEvent.objects.get().pk)
    assert tell("payment_intent.succeeded", reference, event="evt_2") == 200
    assert list(WebhookEvent.objects.values_list("outcome", flat=True)) == ["applied", "applied"]
    assert len(stripe.posts("/capture")) == 1
    assert latest(placed.booking).captured == placed.booking.total


def test_forged_stale_and_oversized_ones_are_refused_and_leave_nothing(
    world: World, stripe: Stripe, transactional_db: None
) -> None:
    body = running.webhook("payment_intent.succeeded", "pi_1")
    good = running.signed(body)
    assert send(body, "") == 400
    assert send(body, good.replace("v1=", "v1=0")) == 400
    assert send(body.replace(b"pi_1", b"pi_2"), good) == 400
    assert send(body, running.signed(body, secret="whsec_other")) == 400
    assert send(body, running.signed(body, age=301)) == 400
    assert send(body, running.signed(body, age=-301)) == 400
    large = running.webhook("payment_intent.succeeded", "pi_1", padding="x" * 270_000)
    assert send(large, running.signed(large)) == 413
    assert not WebhookEvent.objects.exists()
    assert send(body, running.signed(body, secret="whsec_rolled")) == 200
    assert WebhookEvent.objects.get().outcome == "invalid_request_error"


def test_genuine_ones_that_are_none_of_our_business_are_taken_and_forgotten(
    stripe: Stripe, transactional_db: None
) -> None:
    for body in (
        running.webhook("customer.created", "cus_1"),
        running.webhook("payment_intent.succeeded", "pi_1", live=True),
        b'{"not": "an event"}',
        b"\xff",
    ):
        assert send(body, running.signed(body)) == 200
    assert not WebhookEvent.objects.exists()


def test_an_event_whose_object_cannot_be_read_is_applied_by_the_sweeper(world: World, stripe: Stripe) -> None:
    placed = book(world, stripe.card("challenge"))
    reference = placed.payment.provider_reference
    stripe.challenge(reference, passed=True)
    stripe.faults({"kind": "before", "method": "GET", "times": 2})
    assert tell("payment_intent.amount_capturable_updated", reference) == 200
    event = WebhookEvent.objects.get()
    assert (event.applied_at, event.attempts) == (None, 1)
    assert latest(placed.booking).status == PaymentStatus.REQUIRES_ACTION
    with clock.travel(timedelta(minutes=3)):
        reconciliation.sweep()
    assert latest(placed.booking).status == PaymentStatus.CAPTURED


def test_a_reading_older_than_what_another_event_applied_is_read_again(world: World, stripe: Stripe) -> None:
    placed = book(world, stripe.card("challenge"))
    reference = placed.payment.provider_reference
    tell("payment_intent.requires_action", reference, event="evt_1")
    ahead = clock.now() + timedelta(seconds=30)
    WebhookEvent.objects.update(applied_at=ahead)  # by another process, after we had read
    stripe.challenge(reference, passed=True)
    tell("payment_intent.amount_capturable_updated", reference, event="evt_2")
    assert WebhookEvent.objects.get(event_id="evt_2").applied_at is None
    with clock.travel(timedelta(minutes=3)):
        reconciliation.sweep()
    assert latest(placed.booking).status == PaymentStatus.CAPTURED


def test_a_hold_told_of_while_its_own_answer_is_lost_goes_on(world: World, stripe: Stripe) -> None:
    stripe.faults({"kind": "after", "path": "/v1/payment_intents", "times": 2})
    placed = book(world, stripe.card())
    assert placed.payment.status == PaymentStatus.UNKNOWN
    (intent,) = stripe.intents()
    tell("payment_intent.amount_capturable_updated", intent["id"])
    assert latest(placed.booking).status == PaymentStatus.CAPTURED
    assert placed.booking.status == BookingStatus.CONFIRMED


def test_a_hold_of_a_payment_given_up_is_released(world: World, stripe: Stripe) -> None:
    stripe.faults({"kind": "after", "path": "/v1/payment_intents", "times": 2})
    placed = book(world, stripe.card())
    Payment.objects.update(status=PaymentStatus.DECLINED)
    (intent,) = stripe.intents()
    tell("payment_intent.amount_capturable_updated", intent["id"])
    assert stripe.intent(intent["id"])["status"] == "canceled"
    assert WebhookEvent.objects.get().outcome == "given_up"
    assert latest(placed.booking).status == PaymentStatus.DECLINED


def test_that_it_is_not_captured_yet_says_nothing_of_a_capture_under_way(
    world: World, stripe: Stripe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bookings.services.money.defer", lambda *_: None)
    placed = book(world, stripe.card())
    row = latest(placed.booking)
    Payment.objects.update(status=PaymentStatus.CAPTURING, next_check_at=clock.now() + timedelta(minutes=1))
    tell("payment_intent.amount_capturable_updated", row.provider_reference)
    assert latest(placed.booking).status == PaymentStatus.CAPTURING


def test_a_hold_that_ends_at_stripe_before_the_supplier_is_asked_makes_room_for_another(
    world: World, stripe: Stripe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bookings.services.money.defer", lambda *_: None)
    placed = book(world, stripe.card())
    assert (placed.booking.status, placed.payment.status) == (BookingStatus.PENDING, PaymentStatus.AUTHORISED)
    stripe.cancel(placed.payment.provider_reference)
    tell("payment_intent.canceled", placed.payment.provider_reference)
    assert latest(placed.booking).status == PaymentStatus.VOIDED
    monkeypatch.undo()
    again = checkout.pay(placed.booking, {"method": "stripe", "token": stripe.card()})
    assert again.booking.status == BookingStatus.CONFIRMED


def test_a_hold_that_ends_while_the_room_is_unclear_goes_to_staff(
    world: World, stripe: Stripe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bookings.services.money.defer", lambda *_: None)
    placed = book(world, stripe.card())
    Booking.objects.update(status=BookingStatus.UNKNOWN)
    stripe.cancel(placed.payment.provider_reference)
    tell("payment_intent.canceled", placed.payment.provider_reference)
    assert latest(placed.booking).status == PaymentStatus.AUTHORISED
    assert StaffTask.objects.get().code == "authorisation_ending"


def test_a_refund_that_the_guests_bank_returns_is_owed_again_and_sent_anew(
    world: World, stripe: Stripe
) -> None:
    placed = book(world, stripe.card())
    row = latest(placed.booking)
    made = refund.request(row, amount=row.captured, reason="staff")
    assert made is not None
    made.refresh_from_db()
    assert (made.status, latest(placed.booking).status) == (RefundStatus.DONE, PaymentStatus.REFUNDED)
    stripe.fail_refund(made.provider_reference)
    tell("refund.failed", made.provider_reference)
    made.refresh_from_db()
    row = latest(placed.booking)
    assert (made.status, made.failure_code) == (RefundStatus.FAILED, "expired_or_canceled_card")
    assert (row.status, str(row.refunded.amount)) == (PaymentStatus.CAPTURED, "0.000")
    assert held(placed.booking, Account.REFUND) == -row.captured.amount
    assert placed.booking.staff_queue == "refund_failed"
    desk = User.objects.create_user("desk@example.com", "correct horse battery", is_staff=True)
    assert refund.send(made.pk, by=desk).status == RefundStatus.DONE
    assert latest(placed.booking).status == PaymentStatus.REFUNDED
    tell("refund.failed", made.provider_reference, event="evt_2")  # of the first try, told again
    assert latest(placed.booking).status == PaymentStatus.REFUNDED
    assert held(placed.booking, Account.REFUND) == 0


@pytest.mark.parametrize("order", [("created", "withdrawn", "closed"), ("closed", "created", "withdrawn")])
def test_a_lost_dispute_takes_the_money_once_in_whatever_order_it_is_told(
    world: World, stripe: Stripe, order: tuple[str, ...]
) -> None:
    placed = book(world, stripe.card())
    total = placed.booking.total.amount
    reference = placed.payment.provider_reference
    case = stripe.dispute(reference, status="needs_response", withdrawn=True)
    kinds = {
        "created": "charge.dispute.created",
        "withdrawn": "charge.dispute.funds_withdrawn",
        "closed": "charge.dispute.closed",
    }
    if order[0] == "created":
        tell(kinds["created"], case, event="evt_created")
        assert latest(placed.booking).status == PaymentStatus.DISPUTED
        assert (placed.booking.staff_queue, held(placed.booking, Account.DISPUTE)) == (
            "dispute_opened",
            total,
        )
        assert "needs_response" not in placed.booking.staff_reason
    stripe.dispute(reference, status="lost", withdrawn=True, case=case)
    for name in order:
        tell(kinds[name], case, event=f"evt_{name}")
    found = Dispute.objects.get()
    assert (found.status, found.withdrawn) == ("lost", placed.booking.total)
    assert found.fee == Money.of("15", placed.booking.total.currency)
    assert latest(placed.booking).status == PaymentStatus.DISPUTED
    assert held(placed.booking, Account.DISPUTE) == 0
    assert held(placed.booking, Account.CHARGEBACK) == total
    assert held(placed.booking, Account.PROVIDER_FEE) == 15
    assert held(placed.booking, Account.CASH_AT_PROVIDER) == -15
    assert placed.booking.staff_queue == "dispute_lost"
    assert proved() == []


def test_a_dispute_that_is_won_gives_the_money_back_to_us(world: World, stripe: Stripe) -> None:
    placed = book(world, stripe.card())
    reference = placed.payment.provider_reference
    case = stripe.dispute(reference, status="warning_needs_response", withdrawn=None)
    tell("charge.dispute.created", case, event="evt_1")
    assert latest(placed.booking).status == PaymentStatus.CAPTURED
    stripe.dispute(reference, status="needs_response", withdrawn=True, case=case)
    tell("charge.dispute.funds_withdrawn", case, event="evt_2")
    assert latest(placed.booking).status == PaymentStatus.DISPUTED
    stripe.dispute(reference, status="won", withdrawn=False, case=case)
    tell("charge.dispute.closed", case, event="evt_3")
    assert latest(placed.booking).status == PaymentStatus.CAPTURED
    assert held(placed.booking, Account.DISPUTE) == 0
    assert held(placed.booking, Account.CHARGEBACK) == 0
    assert (placed.booking.staff_queue, Dispute.objects.get().status) == (None, "won")
    kinds = [event.kind for event in placed.booking.timeline.all()]
    assert kinds.count("payment.dispute_opened") == 1
    assert kinds[-1] == "staff.resolved"


def test_a_disputed_payment_is_not_refunded_until_it_is_won(world: World, stripe: Stripe) -> None:
    placed = book(world, stripe.card())
    reference = placed.payment.provider_reference
    case = stripe.dispute(reference, status="needs_response", withdrawn=True)
    tell("charge.dispute.created", case, event="evt_1")
    cancellation.cancel(placed.booking, reason="Plans changed")
    assert latest(placed.booking).status == PaymentStatus.DISPUTED
    assert placed.booking.status == BookingStatus.CANCELLED
    assert stripe.refunds(reference) == []
    stripe.dispute(reference, status="won", withdrawn=False, case=case)
    tell("charge.dispute.closed", case, event="evt_2")
    assert latest(placed.booking).status == PaymentStatus.REFUNDED
    assert len(stripe.refunds(reference)) == 1


AWAY = {"kind": "answer", "status": 429, "error": {"code": "rate_limit"}, "times": 2}


def test_a_provider_that_is_away_uses_up_no_try_of_a_capture(world: World, stripe: Stripe) -> None:
    stripe.faults({**AWAY, "path": "/capture", "times": 12})
    placed = book(world, stripe.card())
    row = latest(placed.booking)
    for _ in range(5):
        payment.capture(row.pk)
    row = latest(placed.booking)
    assert (row.status, row.failure_code, row.attempts) == (PaymentStatus.CAPTURE_FAILED, "throttled", 0)
    assert Booking.objects.get().status == BookingStatus.CONFIRMED
    assert not StaffTask.objects.exists()
    payment.capture(row.pk)
    assert latest(placed.booking).status == PaymentStatus.CAPTURED


def test_a_refund_asked_of_a_provider_that_is_away_is_asked_again(world: World, stripe: Stripe) -> None:
    placed = book(world, stripe.card())
    row = latest(placed.booking)
    stripe.faults({**AWAY, "path": "/v1/refunds"})
    made = refund.request(row, amount=row.captured, reason="staff")
    assert made is not None
    made.refresh_from_db()
    assert made.status == RefundStatus.UNKNOWN
    refund.recover(made.pk)
    made.refresh_from_db()
    assert made.status == RefundStatus.DONE
    assert len(stripe.refunds(row.provider_reference)) == 1
    assert not StaffTask.objects.exists()


def test_a_capture_that_was_answered_too_late_is_read_before_it_is_tried_again(
    world: World, stripe: Stripe
) -> None:
    stripe.faults(
        {"kind": "answer", "path": "/capture", "status": 402, "error": {"code": "processing_error"}}
    )
    placed = book(world, stripe.card())
    row = latest(placed.booking)
    assert (row.status, row.failure_code) == (PaymentStatus.CAPTURE_FAILED, "processing_error")
    stripe.capture(row.provider_reference)  # what Stripe did with our call after all
    sent = len(stripe.posts("/capture"))
    payment.capture(row.pk)
    assert latest(placed.booking).status == PaymentStatus.CAPTURED
    assert len(stripe.posts("/capture")) == sent


def test_a_late_capture_of_a_cancelled_booking_is_sent_back(
    world: World, stripe: Stripe, monkeypatch: pytest.MonkeyPatch
) -> None:
    stripe.faults(
        {"kind": "answer", "path": "/capture", "status": 402, "error": {"code": "processing_error"}}
    )
    placed = book(world, stripe.card())
    reference = placed.payment.provider_reference
    stripe.capture(reference)
    cancellation.cancel(placed.booking, reason="Plans changed")  # the release finds it captured
    row = latest(placed.booking)
    assert (row.status, row.refunded) == (PaymentStatus.REFUNDED, row.captured)
    assert sum(one["amount"] for one in stripe.refunds(reference)) == stripe.intent(reference)["amount"]
    assert proved() == []
