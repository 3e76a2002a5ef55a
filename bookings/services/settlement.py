"""What the provider's word makes of our payment. Every answer to a call, every charge read later and every webhook
comes through here, safe to repeat and in any order."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from bookings.conf import rules
from bookings.gateways import registry
from bookings.gateways.errors import GatewayError
from bookings.gateways.port import Capability, Charge, ChargeState
from bookings.models import Payment
from bookings.services import ledger, money, notifications, outside, provider_calls, staff, transitions
from bookings.states import BookingStatus, PaymentStatus
from faredown.lib import clock
from faredown.lib.background import defer
from faredown.lib.money import Money

UNDECIDED = frozenset({PaymentStatus.AUTHORISING, PaymentStatus.UNKNOWN, PaymentStatus.REQUIRES_ACTION})


def settle(payment_pk: int, charge: Charge) -> None:
    """Bring our row to what the provider says, and start what follows."""
    with transaction.atomic():
        given_up = apply(payment_pk, charge)
    if given_up:
        let_go(payment_pk, charge)


def apply(payment_pk: int, charge: Charge, *, answers_us: bool = True) -> bool:
    """Inside a transaction. True: it holds money of a payment that was given up, and the caller has to `let_go` of it
    afterwards. Without `answers_us` the charge was read because of a webhook: a call of ours may be under way, and that
    it has not been done yet decides nothing."""
    payment = provider_calls.locked(payment_pk)
    not_yet = not answers_us and charge.state is ChargeState.AUTHORISED
    if payment.status in UNDECIDED:
        _settle_authorisation(payment, charge)
    elif payment.status == PaymentStatus.DECLINED:
        return charge.state in (ChargeState.AUTHORISED, ChargeState.CAPTURED)
    elif payment.status == PaymentStatus.CAPTURING and not not_yet:
        _settle_capture(payment, charge)
    elif payment.status == PaymentStatus.CAPTURE_FAILED and charge.state is ChargeState.CAPTURED:
        _taken(payment, charge)  # an answer that came after we had taken it for failed
    elif payment.status == PaymentStatus.VOIDING and not not_yet:
        _settle_void(payment, charge)
    elif payment.status == PaymentStatus.AUTHORISED and charge.state is ChargeState.VOIDED:
        _settle_lapse(payment, charge)
    money.follow(payment.booking)
    return False


def let_go(payment_pk: int, charge: Charge) -> None:
    """The hold came about after we had taken it for never asked: nobody else would release it."""
    payment = Payment.objects.get(pk=payment_pk)
    outside.guard()
    try:
        left = registry.get(payment.gateway).void(charge.reference, key=f"{payment.public_id}:late")
        problem = "it is taken" if left.state is ChargeState.CAPTURED else ""
    except GatewayError as error:
        problem = error.code
    if problem:
        with transaction.atomic():
            booking = provider_calls.locked_booking(payment.booking_id)
            staff.queue(booking, "void_failed", reason=f"A late hold could not be released: {problem}.")


def capture_refused(payment: Payment, code: str, *, guest_hears: bool = True) -> None:
    """Tried again on a timer; after the last try the sweeper ends it (`payment_recovery`). A provider that is away has
    refused nothing: that is no try, and the room stays the guest's for as long as the hold lasts."""
    attempts = payment.attempts + guest_hears
    transitions.move(
        payment,
        PaymentStatus.CAPTURE_FAILED,
        detail={"code": code, "attempt": attempts},
        failure_code=code,
        attempts=attempts,
        next_check_at=clock.now() + provider_calls.backoff(max(0, attempts - 1)),
    )
    if guest_hears:
        notifications.payment_problem(payment)


def void_refused(payment: Payment, code: str) -> None:
    attempts = payment.attempts + 1
    Payment.objects.filter(pk=payment.pk).update(
        attempts=attempts, failure_code=code, next_check_at=clock.now() + provider_calls.backoff(attempts - 1)
    )
    if attempts >= rules().capture_attempts:
        staff.queue(
            payment.booking, "void_failed", reason=f"{payment.public_id} could not be released: {code}."
        )


def _settle_authorisation(payment: Payment, charge: Charge) -> None:
    facts: dict[str, Any] = {
        "provider_reference": charge.reference,
        "client_secret": charge.client_secret,
        "authorised_until": charge.authorised_until,
        "failure_code": charge.failure_code,
        "next_check_at": None,
    }
    match charge.state:
        case ChargeState.AUTHORISED:
            transitions.move(payment, PaymentStatus.AUTHORISED, **facts)
        case ChargeState.REQUIRES_ACTION:
            if payment.status != PaymentStatus.REQUIRES_ACTION:
                transitions.move(payment, PaymentStatus.REQUIRES_ACTION, **facts)
        case ChargeState.DECLINED | ChargeState.VOIDED:
            detail = {"code": charge.failure_code}
            transitions.move(payment, PaymentStatus.DECLINED, detail=detail, **facts)
        case ChargeState.CAPTURED:
            # It counts as held: the booking goes on, the capture finds it taken, and a rejection sends it back.
            transitions.move(payment, PaymentStatus.AUTHORISED, **facts)
            if registry.get(payment.gateway).capability is Capability.AUTHORISE_CAPTURE:
                reason = "The provider took money we only asked to hold."
                staff.queue(payment.booking, "taken_too_early", reason=reason)


def _settle_capture(payment: Payment, charge: Charge) -> None:
    if charge.state is ChargeState.CAPTURED:
        _taken(payment, charge)
    elif charge.state is ChargeState.AUTHORISED:
        # Our call never got there: nothing is wrong with the guest's card.
        capture_refused(payment, "not_received", guest_hears=False)
    else:
        capture_refused(payment, charge.failure_code or f"charge_{charge.state}")


def _settle_void(payment: Payment, charge: Charge) -> None:
    if charge.state in (ChargeState.VOIDED, ChargeState.DECLINED):
        transitions.move(payment, PaymentStatus.VOIDED, failure_code="", next_check_at=None)
    elif charge.state is ChargeState.CAPTURED:
        _taken(payment, charge)  # what is left to release is released by a refund
    else:
        void_refused(payment, f"charge_{charge.state}")


def _settle_lapse(payment: Payment, charge: Charge) -> None:
    """The hold is gone and we did not release it. Before the supplier is asked another one may be made; later a
    capture will fail and say so, but while nobody knows about the room people have to decide."""
    code = charge.failure_code or "lapsed"
    if payment.booking.status == BookingStatus.PENDING:
        transitions.move(payment, PaymentStatus.VOIDED, detail={"code": code}, failure_code=code)
    elif payment.booking.status in (BookingStatus.UNKNOWN, BookingStatus.CONFIRMING):
        reason = f"The hold on the guest's money ended at the provider ({code}); the booking is not decided."
        staff.queue(payment.booking, "authorisation_ending", reason=reason)


def _cut(payment: Payment) -> Money:
    """What of the owed amount the provider cannot move."""
    owed = money.due(payment.booking)
    if not owed:
        return Money.zero(payment.amount.currency)
    return owed - registry.get(payment.gateway).chargeable(owed)


def _taken(payment: Payment, charge: Charge) -> None:
    transitions.move(
        payment,
        PaymentStatus.CAPTURED,
        detail={"amount": charge.captured.as_json()},
        captured_amount=charge.captured.amount,
        failure_code="",
        next_check_at=None,
    )
    ledger.captured(payment, charge.captured, cut=_cut(payment))
    if payment.booking.status == BookingStatus.CONFIRMED:
        defer("bookings.send_voucher", payment.booking_id)
