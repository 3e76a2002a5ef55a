"""Money follows the room: held before the supplier is asked, taken only once the room is ours, else released.

Every call to the provider: intention committed (`authorising`, `capturing`, `voiding`), asked with no transaction
open, answer stored, consequence drawn by `settle`. What was never answered is read at the provider by `recover`.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction

from bookings.conf import rules
from bookings.gateways import registry
from bookings.gateways.errors import GatewayError
from bookings.gateways.port import Charge, ChargeState, Gateway, Order
from bookings.models import Booking, Payment, PaymentOperation
from bookings.services import ledger, money, notifications, outside, provider_calls, staff, transitions
from bookings.services.provider_calls import Kind
from bookings.states import BookingStatus, PaymentStatus
from faredown.lib import clock
from faredown.lib.background import defer

UNDECIDED = frozenset({PaymentStatus.AUTHORISING, PaymentStatus.UNKNOWN, PaymentStatus.REQUIRES_ACTION})


def create(booking: Booking, *, gateway: str, token: str) -> Payment:
    """Inside the caller's transaction, the booking locked."""
    return Payment.objects.create(
        booking=booking,
        gateway=gateway,
        method_token=token,
        amount_amount=booking.total.amount,
        amount_currency=booking.total.currency,
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
        settle(payment_pk, charge)
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
        settle(payment_pk, charge)
    return _read(payment_pk)


def capture(payment_pk: int) -> Payment:
    """Take what the booking owes (all of it, or a cancellation's fee). Never before the room is ours."""
    with transaction.atomic():
        payment = provider_calls.locked(payment_pk)
        owed = money.due(payment.booking)
        if payment.status not in money.HELD or not owed:
            return payment
        operation = provider_calls.begin(payment, PaymentStatus.CAPTURING, kind=Kind.CAPTURE, amount=owed)
    outside.guard()
    try:
        charge = _gateway(payment).capture(payment.provider_reference, amount=owed, key=operation.key)
    except GatewayError as error:
        provider_calls.failed(operation, error)
        if error.outcome_known:
            _not_captured(payment_pk, error.code)
    else:
        provider_calls.answered(operation, charge)
        settle(payment_pk, charge)
    return _read(payment_pk)


def void(payment_pk: int) -> Payment:
    """Release a hold (or an abandoned challenge) of a booking that owes nothing."""
    with transaction.atomic():
        payment = provider_calls.locked(payment_pk)
        abandoned = payment.status == PaymentStatus.REQUIRES_ACTION
        owed = money.due(payment.booking)
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
    outside.guard()
    try:
        charge = _gateway(payment).find(payment.public_id)
    except GatewayError:
        Payment.objects.filter(pk=payment_pk).update(next_check_at=clock.now() + provider_calls.backoff(0))
        return
    if charge is None:
        _never_arrived(payment_pk)
    else:
        settle(payment_pk, charge)


def settle(payment_pk: int, charge: Charge) -> None:
    """Bring our row to what the provider says, and start what follows. Safe to repeat, in any order."""
    given_up = False
    with transaction.atomic():
        payment = provider_calls.locked(payment_pk)
        if payment.status in UNDECIDED:
            _settle_authorisation(payment, charge)
        elif payment.status == PaymentStatus.DECLINED:
            given_up = charge.state is ChargeState.AUTHORISED
        elif payment.status == PaymentStatus.CAPTURING:
            _settle_capture(payment, charge)
        elif payment.status == PaymentStatus.VOIDING:
            _settle_void(payment, charge)
        money.follow(payment.booking)
    if given_up:
        _let_go(payment, charge)


def _let_go(payment: Payment, charge: Charge) -> None:
    """The hold came about after we had taken it for never asked: nobody else would release it."""
    outside.guard()
    try:
        _gateway(payment).void(charge.reference, key=f"{payment.public_id}:late")
    except GatewayError as error:
        with transaction.atomic():
            booking = provider_calls.locked_booking(payment.booking_id)
            staff.queue(booking, "void_failed", reason=f"A late hold could not be released: {error.code}.")


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
            # More than we asked for. It counts as held, so that the booking goes on and the capture finds it taken.
            transitions.move(payment, PaymentStatus.AUTHORISED, **facts)
            reason = "The provider took money we only asked to hold."
            staff.queue(payment.booking, "taken_too_early", reason=reason)


def _settle_capture(payment: Payment, charge: Charge) -> None:
    if (
        charge.state == ChargeState.AUTHORISED
    ):  # our call never got there: nothing is wrong with the guest's card
        _capture_refused(payment, "not_received", guest_hears=False)
        return
    if charge.state != ChargeState.CAPTURED:
        _capture_refused(payment, charge.failure_code or f"charge_{charge.state}")
        return
    transitions.move(
        payment,
        PaymentStatus.CAPTURED,
        detail={"amount": charge.captured.as_json()},
        captured_amount=charge.captured.amount,
        failure_code="",
        next_check_at=None,
    )
    ledger.captured(payment, charge.captured)
    if payment.booking.status == BookingStatus.CONFIRMED:
        defer("bookings.send_voucher", payment.booking_id)


def _settle_void(payment: Payment, charge: Charge) -> None:
    if charge.state in (ChargeState.VOIDED, ChargeState.DECLINED):
        transitions.move(payment, PaymentStatus.VOIDED, failure_code="", next_check_at=None)
    else:
        _void_refused(payment, f"charge_{charge.state}")


def _not_authorised(payment_pk: int, error: GatewayError) -> None:
    with transaction.atomic():
        payment = provider_calls.locked(payment_pk)
        if payment.status != PaymentStatus.AUTHORISING:
            return
        target = PaymentStatus.DECLINED if error.outcome_known else PaymentStatus.UNKNOWN
        # Unknown: looked for at the provider right away by the next sweep, and again until it is decided.
        due = None if error.outcome_known else clock.now()
        transitions.move(payment, target, failure_code=error.code, next_check_at=due)


def _never_arrived(payment_pk: int) -> None:
    """The provider has no such charge, long after our call's deadline."""
    with transaction.atomic():
        payment = provider_calls.locked(payment_pk)
        if payment.status in (PaymentStatus.AUTHORISING, PaymentStatus.UNKNOWN):
            transitions.move(payment, PaymentStatus.DECLINED, failure_code="not_received", next_check_at=None)


def _not_captured(payment_pk: int, code: str) -> None:
    with transaction.atomic():
        payment = provider_calls.locked(payment_pk)
        if payment.status == PaymentStatus.CAPTURING:
            _capture_refused(payment, code)


def _capture_refused(payment: Payment, code: str, *, guest_hears: bool = True) -> None:
    """Tried again on a timer; after the last try the sweeper ends it (`payment_recovery`)."""
    attempts = payment.attempts + 1
    transitions.move(
        payment,
        PaymentStatus.CAPTURE_FAILED,
        detail={"code": code, "attempt": attempts},
        failure_code=code,
        attempts=attempts,
        next_check_at=clock.now() + provider_calls.backoff(attempts - 1),
    )
    if guest_hears:
        notifications.payment_problem(payment)


def _void_refused(payment: Payment, code: str) -> None:
    attempts = payment.attempts + 1
    Payment.objects.filter(pk=payment.pk).update(
        attempts=attempts, failure_code=code, next_check_at=clock.now() + provider_calls.backoff(attempts - 1)
    )
    if attempts >= rules().capture_attempts:
        staff.queue(
            payment.booking, "void_failed", reason=f"{payment.public_id} could not be released: {code}."
        )


def _release(payment: Payment, operation: PaymentOperation) -> None:
    outside.guard()
    try:
        charge = _gateway(payment).void(payment.provider_reference, key=operation.key)
    except GatewayError as error:
        provider_calls.failed(operation, error)
        with transaction.atomic():
            current = provider_calls.locked(payment.pk)
            if current.status == PaymentStatus.VOIDING:
                _void_refused(current, error.code)
    else:
        provider_calls.answered(operation, charge)
        settle(payment.pk, charge)


def _payable(booking: Booking) -> bool:
    return booking.status == BookingStatus.PENDING and booking.quote.expires_at > clock.now()


def _gateway(payment: Payment) -> Gateway:
    return registry.get(payment.gateway)


def _read(payment_pk: int) -> Payment:
    return Payment.objects.select_related("booking__quote").get(pk=payment_pk)
