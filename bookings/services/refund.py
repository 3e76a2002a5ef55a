"""Money back to the guest: meant, sent once under its own key, found again by that key when the answer is lost."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction

from bookings.conf import rules
from bookings.gateways import registry
from bookings.gateways.errors import GatewayError, Refused
from bookings.gateways.port import RefundResult
from bookings.models import Payment, Refund
from bookings.services import ledger, notifications, outside, provider_calls, staff, transitions
from bookings.states import PaymentStatus, RefundStatus
from faredown.accounts.models import User
from faredown.lib import clock
from faredown.lib.background import defer
from faredown.lib.errors import Conflict, Unprocessable
from faredown.lib.money import Money


def request(
    payment: Payment,
    *,
    amount: Money,
    reason: str,
    by: User | None = None,
    note: str = "",
    request_key: UUID | None = None,
) -> Refund | None:
    """Write the refund down and send it on its way. None: this cancellation's refund exists already.

    A `request_key` seen before gives back the refund it made, and makes no second.
    Raises Unprocessable `refund_too_large` for more than is left of what was captured.
    """
    with transaction.atomic():
        payment = provider_calls.locked(payment.pk)
        if request_key and (made := Refund.objects.filter(request_key=request_key).first()):
            if made.payment_id != payment.pk:
                raise Conflict("form_of_another_payment", "Open the refund page of this payment again.")
            return made
        left = payment.captured - payment.refunded - _open(payment)
        if amount.amount <= 0 or amount > left:
            raise Unprocessable("refund_too_large", f"At most {left} can be refunded.")
        if (whole := registry.get(payment.gateway).chargeable(amount)) != amount:
            raise Unprocessable("refund_not_chargeable", f"The provider can move {whole}, not {amount}.")
        automatic = reason != Refund.Reason.STAFF
        if automatic and payment.refunds.exclude(reason=Refund.Reason.STAFF).exists():
            return None
        refund = Refund.objects.create(
            payment=payment,
            amount_amount=amount.amount,
            amount_currency=amount.currency,
            reason=reason,
            note=note,
            requested_by=by,
            request_key=request_key,
            status_changed_at=clock.now(),
            created_at=clock.now(),
        )
        ledger.refund_owed(refund)
        if automatic:
            _round_off(refund)
        transitions.note(
            refund, "refund.created", by=by, detail={"amount": amount.as_json(), "reason": reason}
        )
        defer("bookings.refund", refund.pk)
    return refund


def send(refund_pk: int, *, by: User | None = None) -> Refund:
    """Ask the provider. A `failed` refund is sent again by staff, under a new key since the old one was answered."""
    with transaction.atomic():
        refund = _locked(refund_pk)
        claimable = (RefundStatus.CREATED, RefundStatus.FAILED if by else RefundStatus.CREATED)
        due = clock.now() + timedelta(seconds=rules().gateway_deadline_seconds)
        if refund.status not in claimable or not transitions.move(
            refund, RefundStatus.IN_FLIGHT, by=by, next_check_at=due
        ):
            return refund
    _ask(refund)
    return Refund.objects.get(pk=refund_pk)


def recover(refund_pk: int) -> None:
    """An answer was lost, or the worker died: look at the provider; never there means it may be sent (same key)."""
    refund = Refund.objects.select_related("payment__booking").get(pk=refund_pk)
    outside.guard()
    try:
        result = registry.get(refund.payment.gateway).find_refund(
            refund.payment.provider_reference, key=key(refund)
        )
    except GatewayError:
        _later(refund)
        return
    if result is None:
        _ask(refund)
    else:
        settle(refund_pk, result)


def settle(refund_pk: int, result: RefundResult) -> None:
    """Draw the consequence of the provider's answer. Safe to repeat."""
    with transaction.atomic():
        refund = _locked(refund_pk)
        if refund.status == RefundStatus.DONE and result.failure_code:
            _came_back(refund, result.failure_code)
        if refund.status not in (RefundStatus.IN_FLIGHT, RefundStatus.UNKNOWN):
            return
        if result.pending:
            _wait(refund)
            return
        if not result.succeeded:
            _refused(refund, result.failure_code)
            return
        transitions.move(
            refund,
            RefundStatus.DONE,
            provider_reference=result.reference,
            next_check_at=None,
            failure_code="",
        )
        _sent_back(refund.payment, refund.payment.refunded + refund.amount)
        ledger.refunded(refund)
        defer("bookings.issue_credit_note", refund.pk)
        notifications.refunded(refund)


def _round_off(refund: Refund) -> None:
    """With its refund a booking is settled: what remains and is too small to be moved is nobody's debt."""
    left = ledger.receivable(refund.payment.booking)
    if left and not registry.get(refund.payment.gateway).chargeable(abs(left)):
        ledger.rounded_off(refund, left)


def _sent_back(payment: Payment, refunded: Money) -> None:
    """The payment's refunded amount, and the status that says so. A dispute's status stands."""
    status = PaymentStatus.PARTIALLY_REFUNDED if refunded else PaymentStatus.CAPTURED
    if refunded == payment.captured:
        status = PaymentStatus.REFUNDED
    if payment.status in (status, PaymentStatus.DISPUTED):
        Payment.objects.filter(pk=payment.pk).update(refunded_amount=refunded.amount)
    else:
        transitions.move(payment, status, refunded_amount=refunded.amount)


def _came_back(refund: Refund, code: str) -> None:
    """The guest's bank did not take it, days after the provider had sent it."""
    ledger.refund_returned(refund)
    _sent_back(refund.payment, refund.payment.refunded - refund.amount)
    _refused(refund, code)


def key(refund: Refund) -> str:
    return refund.public_id if not refund.attempts else f"{refund.public_id}-{refund.attempts}"


def _ask(refund: Refund) -> None:
    outside.guard()
    try:
        result = registry.get(refund.payment.gateway).refund(
            refund.payment.provider_reference, amount=refund.amount, key=key(refund)
        )
    except Refused as error:
        settle(refund.pk, RefundResult(reference="", succeeded=False, failure_code=error.code))
    except GatewayError:  # away, or its answer lost: asked again, under the same key
        _later(refund)
    else:
        settle(refund.pk, result)


def _refused(refund: Refund, code: str) -> None:
    transitions.move(
        refund,
        RefundStatus.FAILED,
        detail={"code": code},
        failure_code=code,
        attempts=refund.attempts + 1,
        next_check_at=None,
    )
    staff.queue(
        refund.payment.booking,
        "refund_failed",
        reason=f"The provider refused to refund {refund.amount} ({code}). Pay it back another way or try again.",
    )


def _later(refund: Refund) -> None:
    with transaction.atomic():
        _wait(_locked(refund.pk))


def _wait(refund: Refund) -> None:
    due = clock.now() + provider_calls.backoff(0)
    if refund.status == RefundStatus.IN_FLIGHT:
        transitions.move(refund, RefundStatus.UNKNOWN, next_check_at=due)
    else:
        Refund.objects.filter(pk=refund.pk).update(next_check_at=due)


def _locked(refund_pk: int) -> Refund:
    payment_pk = Refund.objects.values_list("payment_id", flat=True).get(pk=refund_pk)
    payment = provider_calls.locked(payment_pk)
    refund = Refund.objects.select_for_update().get(pk=refund_pk)
    refund.payment = payment
    return refund


def _open(payment: Payment) -> Money:
    """Refunds not yet decided: they count against what is left."""
    waiting = payment.refunds.filter(
        status__in=(RefundStatus.CREATED, RefundStatus.IN_FLIGHT, RefundStatus.UNKNOWN)
    )
    return sum((row.amount for row in waiting), Money.zero(payment.amount.currency))
