"""Money follows the room: held before the supplier is asked, taken only once the room is ours, else released.

Every call to the provider: intention committed (`authorising`, `capturing`, `voiding`), asked with no transaction
open, answer stored, consequence drawn by `settlement`. What was never answered is read at the provider by `recover`.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from bookings.conf import rules
from bookings.gateways import registry
from bookings.gateways.errors import GatewayError, Refused
from bookings.gateways.port import Charge, ChargeState, Gateway, Order
from bookings.models import Booking, Payment, PaymentOperation
from bookings.services import money, outside, provider_calls, settlement, transitions
from bookings.services.provider_calls import Kind
from bookings.states import BookingStatus, PaymentStatus
from faredown.lib import clock


def create(booking: Booking, *, gateway: str, token: str) -> Payment:
    """Inside the caller's transaction, the booking locked."""
    amount = registry.get(gateway).chargeable(booking.total)
    return Payment.objects.create(
        booking=booking,
        gateway=gateway,
        method_token=token,
        amount_amount=amount.amount,
        amount_currency=amount.currency,
        status_changed_at=clock.now(),
        created_at=clock.now(),
    )


def authorise(payment_pk: int) -> Payment:
    """Hold the money of a `created` payment, if its booking may still be paid for."""
    with transaction.atomic():
        payment = provider_calls.locked(payment_pk)
        if payment.status != PaymentStatus.CREATED:
            return payment
        if not _payable(payment.booking):
            transitions.move(payment, PaymentStatus.DECLINED, failure_code="too_late")
            return payment
        operation = provider_calls.begin(
            payment, PaymentStatus.AUTHORISING, kind=Kind.AUTHORISE, amount=payment.amount
        )
    order = Order(
        payment_id=payment.public_id,
        booking_reference=payment.booking.reference,
        amount=payment.amount,
        token=payment.method_token,
    )
    outside.guard()
    try:
        charge = _gateway(payment).authorise(order)
    except GatewayError as error:
        provider_calls.failed(operation, error)
        _not_authorised(payment_pk, error)
    else:
        provider_calls.answered(operation, charge)
        settlement.settle(payment_pk, charge)
    return _read(payment_pk)


def resume(payment_pk: int, *, token: str = "") -> Payment:
    """The guest came back from a challenge: read how the charge stands."""
    payment = _read(payment_pk)
    if payment.status == PaymentStatus.REQUIRES_ACTION:
        outside.guard()
        try:
            charge = _gateway(payment).resume(payment.provider_reference, token=token)
        except GatewayError:
            return payment  # nothing decided: the guest asks again, or the timer voids it
        settlement.settle(payment_pk, charge)
    return _read(payment_pk)


def capture(payment_pk: int) -> Payment:
    """Take what the booking owes (all of it, or a cancellation's fee). Never before the room is ours. A capture that
    failed before is read first: its answer may have come late."""
    with transaction.atomic():
        payment = provider_calls.locked(payment_pk)
        owed = money.chargeable(payment)
        if payment.status not in money.HELD or not owed:
            return payment
        again = payment.status == PaymentStatus.CAPTURE_FAILED
        operation = provider_calls.begin(payment, PaymentStatus.CAPTURING, kind=Kind.CAPTURE, amount=owed)
    outside.guard()
    gateway, reference = _gateway(payment), payment.provider_reference
    try:
        known = gateway.read(reference) if again else None
        decided = known is not None and known.state in (ChargeState.CAPTURED, ChargeState.VOIDED)
        charge = known if known and decided else gateway.capture(reference, amount=owed, key=operation.key)
    except GatewayError as error:
        provider_calls.failed(operation, error)
        if error.outcome_known:
            _not_captured(payment_pk, error)
    else:
        provider_calls.answered(operation, charge)
        settlement.settle(payment_pk, charge)
    return _read(payment_pk)


def void(payment_pk: int) -> Payment:
    """Release a hold (or an abandoned challenge) of a booking that owes nothing."""
    with transaction.atomic():
        payment = provider_calls.locked(payment_pk)
        abandoned = payment.status == PaymentStatus.REQUIRES_ACTION
        owed = money.chargeable(payment)
        if not (abandoned or (payment.status in money.HELD and owed is not None and not owed)):
            return payment
        operation = provider_calls.begin(
            payment, PaymentStatus.VOIDING, kind=Kind.VOID, amount=payment.amount
        )
    _release(payment, operation)
    return _read(payment_pk)


def recover(payment_pk: int) -> None:
    """In flight for too long: read the charge at the provider by our metadata and go on from there."""
    payment = _read(payment_pk)
    if payment.status == PaymentStatus.VOIDING:
        # Voiding twice is once: no need to read first.
        _release(payment, payment.operations.filter(kind=Kind.VOID).latest("started_at"))
        return
    asked_at = payment.operations.latest("started_at").started_at
    outside.guard()
    try:
        if payment.provider_reference:
            charge: Charge | None = _gateway(payment).read(payment.provider_reference)
        else:
            charge = _gateway(payment).find(payment.public_id, since=asked_at)
    except GatewayError:
        Payment.objects.filter(pk=payment_pk).update(next_check_at=clock.now() + provider_calls.backoff(0))
        return
    if charge is None:
        _never_arrived(payment_pk, asked_at)
    else:
        settlement.settle(payment_pk, charge)


def _not_authorised(payment_pk: int, error: GatewayError) -> None:
    with transaction.atomic():
        payment = provider_calls.locked(payment_pk)
        if payment.status != PaymentStatus.AUTHORISING:
            return
        target = PaymentStatus.DECLINED if error.outcome_known else PaymentStatus.UNKNOWN
        # Unknown: looked for at the provider right away by the next sweep, and again until it is decided.
        due = None if error.outcome_known else clock.now()
        transitions.move(payment, target, failure_code=error.code, next_check_at=due)


def _never_arrived(payment_pk: int, asked_at: datetime) -> None:
    """The provider has no such charge. That counts once our call's deadline is past: it may still be at work on it."""
    with transaction.atomic():
        payment = provider_calls.locked(payment_pk)
        if payment.status not in (PaymentStatus.AUTHORISING, PaymentStatus.UNKNOWN):
            return
        decided_at = asked_at + timedelta(seconds=rules().gateway_deadline_seconds)
        if clock.now() < decided_at:
            Payment.objects.filter(pk=payment_pk).update(next_check_at=decided_at)
        else:
            transitions.move(payment, PaymentStatus.DECLINED, failure_code="not_received", next_check_at=None)


def _not_captured(payment_pk: int, error: GatewayError) -> None:
    with transaction.atomic():
        payment = provider_calls.locked(payment_pk)
        if payment.status == PaymentStatus.CAPTURING:
            # The guest can do something about a refusal, and nothing about a provider that is away.
            settlement.capture_refused(payment, error.code, guest_hears=isinstance(error, Refused))


def _release(payment: Payment, operation: PaymentOperation) -> None:
    outside.guard()
    try:
        charge = _gateway(payment).void(payment.provider_reference, key=operation.key)
    except GatewayError as error:
        provider_calls.failed(operation, error)
        with transaction.atomic():
            current = provider_calls.locked(payment.pk)
            if current.status == PaymentStatus.VOIDING:
                settlement.void_refused(current, error.code)
    else:
        provider_calls.answered(operation, charge)
        settlement.settle(payment.pk, charge)


def _payable(booking: Booking) -> bool:
    return booking.status == BookingStatus.PENDING and booking.quote.expires_at > clock.now()


def _gateway(payment: Payment) -> Gateway:
    return registry.get(payment.gateway)


def _read(payment_pk: int) -> Payment:
    return Payment.objects.select_related("booking__quote").get(pk=payment_pk)
