"""Our payments against the list that each payment provider keeps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from bookings import chain
from bookings.gateways import registry
from bookings.gateways.port import ChargeState
from bookings.models import Payment
from bookings.services import outside
from bookings.services.proving.differences import Code, Difference, told
from bookings.services.proving.pairs import paired
from bookings.services.proving.rows import stream
from bookings.states import PaymentStatus, RefundStatus

SKEW = timedelta(days=1)
"""Their clock is not ours, and a charge comes after its payment."""
CHARGED = frozenset(
    {
        *(PaymentStatus.REQUIRES_ACTION, PaymentStatus.AUTHORISED, PaymentStatus.CAPTURING),
        *(PaymentStatus.CAPTURED, PaymentStatus.CAPTURE_FAILED, PaymentStatus.VOIDING, PaymentStatus.VOIDED),
        *(PaymentStatus.PARTIALLY_REFUNDED, PaymentStatus.REFUNDED, PaymentStatus.DISPUTED),
    }
)
OVER = frozenset({PaymentStatus.DECLINED, PaymentStatus.VOIDED})
WAITING = (RefundStatus.CREATED, RefundStatus.IN_FLIGHT, RefundStatus.UNKNOWN)


class ChargeRow(NamedTuple):
    """As the provider lists it; amounts in thousandths."""

    payment_id: str
    reference: str
    state: str
    captured: int
    refunded: int
    currency: str


class PaymentRow(NamedTuple):
    public_id: str
    booking: str
    status: str
    captured: int
    refunded: int
    currency: str
    refunding: bool
    changed_at: datetime


PAYMENTS = """
SELECT p.public_id, b.reference, p.status, (p.captured_amount * 1000)::bigint, (p.refunded_amount * 1000)::bigint,
       p.amount_currency,
       EXISTS (SELECT 1 FROM bookings_refund r WHERE r.payment_id = p.id AND r.status = ANY(%s)),
       p.status_changed_at
  FROM bookings_payment p JOIN bookings_booking b ON b.id = p.booking_id
 WHERE p.gateway = %s AND p.created_at >= %s ORDER BY p.public_id COLLATE "C"
"""


def codes() -> list[str]:
    """Every provider that payments were made with, or may be."""
    used = Payment.objects.order_by("gateway").values_list("gateway", flat=True).distinct()
    return sorted({*used, *registry.enabled()} & set(registry.GATEWAYS))


def charges(code: str, *, since: datetime) -> Iterator[ChargeRow]:
    """Asks the provider, page by page. Raises GatewayError."""
    outside.guard()
    for listed in registry.get(code).charges_since(since - SKEW):
        charge = listed.charge
        yield ChargeRow(
            payment_id=charge.payment_id,
            reference=charge.reference,
            state=charge.state,
            captured=chain.thousandths(charge.captured.amount),
            refunded=chain.thousandths(listed.refunded.amount),
            currency=charge.captured.currency,
        )


def compare(
    code: str, listed: Iterator[ChargeRow], *, since: datetime, settled: datetime
) -> Iterator[Difference | None]:
    """None for each pair that was looked at. What changed after `settled` may have moved on since it was listed."""
    ours = stream(PAYMENTS, PaymentRow._make, list(WAITING), code, since)
    for payment, charges in paired(ours, listed):
        yield None
        if payment is None:
            for charge in charges:
                yield from _stray(code, charge)
        elif payment.changed_at <= settled:
            yield from _pair(code, payment, charges)


def _stray(code: str, charge: ChargeRow) -> Iterator[Difference]:
    """A charge whose payment is not among those asked for: an older one's, or nobody's."""
    moved = charge.state in (ChargeState.AUTHORISED, ChargeState.CAPTURED)
    if moved and not Payment.objects.filter(public_id=charge.payment_id).exists():
        amount = told(charge.captured, charge.currency)
        text = f"{code} holds the charge {charge.reference} ({charge.state}, {amount} taken); there is no payment of it"
        yield Difference(Code.CHARGE_WITHOUT_PAYMENT, "", text)


def _pair(code: str, payment: PaymentRow, charges: list[ChargeRow]) -> Iterator[Difference]:
    name = payment.public_id
    if not charges and payment.status in CHARGED:
        text = f"{name} is {payment.status}, and {code} lists no charge of it"
        yield Difference(Code.CHARGE_MISSING, payment.booking, text)
    if len([charge for charge in charges if charge.captured]) > 1:
        text = f"{code} took money twice for {name}: {', '.join(charge.reference for charge in charges)}"
        yield Difference(Code.CHARGE_DIFFERS, payment.booking, text)
    for charge in charges:
        if payment.status in OVER and charge.state == ChargeState.AUTHORISED:
            text = (
                f"{name} is {payment.status}, and {code} still holds the guest's money ({charge.reference})"
            )
            yield Difference(Code.CHARGE_DIFFERS, payment.booking, text)
        yield from _amounts(code, payment, charge)


def _amounts(code: str, payment: PaymentRow, charge: ChargeRow) -> Iterator[Difference]:
    pairs = [("taken", payment.captured, charge.captured)]
    if not payment.refunding:
        pairs.append(("sent back", payment.refunded, charge.refunded))
    for name, ours, theirs in pairs:
        if payment.status == PaymentStatus.CAPTURING and name == "taken":
            continue
        if ours != theirs or (theirs and payment.currency != charge.currency):
            said, held = told(ours, payment.currency), told(theirs, charge.currency)
            text = f"{payment.public_id}: {name} {said} by our book, {held} by {code}'s ({charge.reference})"
            yield Difference(Code.CHARGE_DIFFERS, payment.booking, text)
