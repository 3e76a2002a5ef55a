"""Disputes and chargebacks: what the guest's bank takes out of our balance, in the ledger, in the story, and for people
to answer in time. Nothing is refunded while a bank holds the money: the guest would have it twice."""

from __future__ import annotations

from django.db import transaction

from bookings.gateways.port import DisputeCase
from bookings.models import Dispute, Payment
from bookings.services import ledger, money, provider_calls, staff, transitions
from bookings.states import DisputeStatus, PaymentStatus
from faredown.lib import clock


def follow(payment_pk: int, case: DisputeCase) -> None:
    """Bring our row, the payment and the ledger to what the provider says. Safe to repeat, in any order."""
    with transaction.atomic():
        payment = provider_calls.locked(payment_pk)
        row, made = Dispute.objects.get_or_create(
            provider_reference=case.reference,
            defaults={
                "payment": payment,
                "status_changed_at": clock.now(),
                "opened_at": clock.now(),
                "amount_amount": case.amount.amount,
                "amount_currency": case.amount.currency,
                "fee_currency": case.fee.currency,
            },
        )
        row.payment = payment
        if made:
            _opened(row, case)
        _moved(row, case)
        _decided(row, case)
        money.follow(payment.booking)


def _opened(row: Dispute, case: DisputeCase) -> None:
    until = f", evidence until {clock.iso(case.evidence_until)}" if case.evidence_until else ""
    transitions.note(
        row.payment,
        "payment.dispute_opened",
        detail={"dispute": row.provider_reference, "amount": row.amount.as_json(), "reason": case.reason},
    )
    reason = f"The guest's bank disputes {row.amount} ({case.reason or 'no reason given'}){until}."
    staff.queue(row.payment.booking, "dispute_opened", reason=reason)


def _moved(row: Dispute, case: DisputeCase) -> None:
    if (case.withdrawn, case.fee) != (row.withdrawn, row.fee):
        row.moves += 1
        ledger.dispute_moved(row, withdrawn=case.withdrawn, fee=case.fee)
        row.withdrawn_amount = case.withdrawn.amount
        row.fee_amount, row.fee_currency = case.fee.amount, case.fee.currency
    row.reason, row.evidence_until = case.reason, case.evidence_until
    row.save()
    _mark(row.payment)


def _decided(row: Dispute, case: DisputeCase) -> None:
    if row.status == case.state:
        return
    transitions.move(row, case.state, detail={"dispute": row.provider_reference})
    if row.status == DisputeStatus.OPEN:
        _opened(row, case)
        return
    _answered(row)
    if row.status == DisputeStatus.LOST:
        ledger.dispute_lost(row)
        reason = f"The dispute over {row.amount} is lost: the money stays with the guest."
        staff.queue(row.payment.booking, "dispute_lost", reason=reason)


def _answered(row: Dispute) -> None:
    others = Dispute.objects.filter(payment__booking=row.payment.booking_id, status=DisputeStatus.OPEN)
    if not others.exists():
        for task in row.payment.booking.staff_tasks.filter(code="dispute_opened", resolved_at=None):
            staff.resolve(task, by=None, resolution=f"The dispute is {row.status}.")


def _mark(payment: Payment) -> None:
    """The payment says that a bank has its money, or what it said before."""
    held = payment.disputes.filter(withdrawn_amount__gt=0).exists()
    status = PaymentStatus.DISPUTED if held else _without_dispute(payment)
    if payment.status != status and payment.captured:
        transitions.move(payment, status)


def _without_dispute(payment: Payment) -> PaymentStatus:
    if payment.refunded == payment.captured:
        return PaymentStatus.REFUNDED
    return PaymentStatus.PARTIALLY_REFUNDED if payment.refunded else PaymentStatus.CAPTURED
