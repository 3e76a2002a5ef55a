"""The two ends of a call to a payment provider: the committed intention before it, the stored answer after it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
from django.db import transaction

from bookings.conf import rules
from bookings.gateways.errors import GatewayError
from bookings.gateways.port import Charge
from bookings.models import Booking, Payment, PaymentOperation
from bookings.services import transitions
from faredown.lib import clock
from faredown.lib.errors import Conflict
from faredown.lib.locking import locked_one
from faredown.lib.money import Money

Kind = PaymentOperation.Kind
Outcome = PaymentOperation.Outcome


def locked_booking(booking_pk: int) -> Booking:
    return locked_one(Booking.objects.select_related("quote").filter(pk=booking_pk))


def locked(payment_pk: int) -> Payment:
    """The payment as it is now, its booking locked. Always the booking first: one order, no deadlocks."""
    booking_pk = Payment.objects.values_list("booking_id", flat=True).get(pk=payment_pk)
    booking = locked_booking(booking_pk)
    payment = Payment.objects.select_for_update().get(pk=payment_pk)
    payment.booking = booking
    return payment


def begin(payment: Payment, status: str, *, kind: str, amount: Money) -> PaymentOperation:
    """Inside the claiming transaction, the payment locked: the payment in flight and its operation."""
    due = clock.now() + timedelta(seconds=rules().gateway_deadline_seconds)
    if not transitions.move(payment, status, detail={"amount": amount.as_json()}, next_check_at=due):
        raise Conflict("busy", "Somebody else is working on this payment.", retry_after=1)
    operation, _ = PaymentOperation.objects.get_or_create(
        key=f"{payment.public_id}:{kind}:{payment.attempts}",
        defaults={
            "payment": payment,
            "kind": kind,
            "amount_amount": amount.amount,
            "amount_currency": amount.currency,
            "started_at": clock.now(),
        },
    )
    return operation


def answered(operation: PaymentOperation, charge: Charge) -> None:
    facts = {"state": charge.state, "reference": charge.reference, "failure_code": charge.failure_code}
    _finish(operation, Outcome.DONE, facts)


def failed(operation: PaymentOperation, error: GatewayError) -> None:
    outcome = Outcome.REFUSED if error.outcome_known else Outcome.UNKNOWN
    _finish(operation, outcome, {"error": type(error).__name__, "code": error.code, "detail": error.detail})


def _finish(operation: PaymentOperation, outcome: str, facts: dict[str, Any]) -> None:
    with transaction.atomic():
        PaymentOperation.objects.filter(pk=operation.pk).update(
            outcome=outcome, facts=msgspec.to_builtins(facts), finished_at=clock.now()
        )


def backoff(attempts: int) -> timedelta:
    """1, 2, 4, 8 ... times the retry time."""
    return timedelta(seconds=rules().retry_seconds * 2 ** min(attempts, 8))
