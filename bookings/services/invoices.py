"""Invoices, credit notes and receipts: issued once, when money was taken or has gone back, and kept as they are.

Each is one transaction: the booking locked, what is there already looked up, the number taken, the paper stored.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.db import transaction
from django.db.models import Exists, F, OuterRef

from bookings import papers, seller, taxes
from bookings.conf import rules
from bookings.models import Booking, Document, DocumentSeries, Payment, PaymentOperation, Refund
from bookings.papers import Buyer, Left, Line, LineKind, Paper, Settled, Stay
from bookings.selectors import quotes
from bookings.services import numbering, paper_words, provider_calls, staff, transitions
from bookings.states import BookingStatus, RefundStatus
from bookings.taxes import Taxation
from faredown.lib import clock
from faredown.lib.money import Money
from hotels.pricing.engine import price_from_json

Kind = Document.Kind
# Of the others nothing was sold: what was taken for them goes back, and no invoice says otherwise.
SOLD = (
    BookingStatus.CONFIRMED,
    BookingStatus.CANCELLING,
    BookingStatus.CANCELLED,
    BookingStatus.COMPLETED,
)


def issue(payment_pk: int) -> Document | None:
    """The invoice and the receipt of a payment that was captured. None: there is nothing to invoice."""
    with transaction.atomic():
        return _issued(provider_calls.locked(payment_pk))


def credit(refund_pk: int) -> Document | None:
    """The credit note of a refund that is done, against its invoice (issued now, if that is still to come)."""
    payment_pk = Refund.objects.values_list("payment_id", flat=True).get(pk=refund_pk)
    with transaction.atomic():
        payment = provider_calls.locked(payment_pk)
        refund = Refund.objects.get(pk=refund_pk)
        known = Document.objects.filter(refund=refund, kind=Kind.CREDIT_NOTE).first()
        if known is not None or refund.status != RefundStatus.DONE:
            return known
        invoice = _issued(payment)
        return None if invoice is None else _credited(invoice, refund, payment)


def correct(payment_pk: int) -> Document | None:
    """The credit note of a cancellation whose fee is all that was taken: nothing goes back, but the stay with its taxes
    became a fee."""
    with transaction.atomic():
        payment = provider_calls.locked(payment_pk)
        invoice = Document.objects.filter(payment=payment, kind=Kind.INVOICE).first()
        if invoice is None or payment.booking.status != BookingStatus.CANCELLED:
            return None
        known = invoice.corrections.filter(refund=None).first()
        if known is not None or not _left(invoice).stay:
            return known
        zero = Money.zero(payment.captured.currency)
        settled = Settled(
            on=seller.day_of(payment.booking.cancelled_at or clock.now()),
            method=payment.gateway,
            reference=payment.public_id,
        )
        return _corrected(invoice, payment, zero, cancelled=True, settled=settled)


def due() -> list[int]:
    """Payments whose money was taken for something sold, and that have no invoice: the task was lost, or there is none
    (a fee taken after a cancellation)."""
    rows = Payment.objects.filter(
        captured_amount__gt=0, booking__status__in=SOLD, status_changed_at__lte=_stale()
    ).exclude(booking__supplier_reference="")
    rows = rows.exclude(documents__kind=Kind.INVOICE).exclude(booking__staff_tasks__code="invoice_differs")
    rows = rows.order_by("status_changed_at")
    return list(rows.values_list("pk", flat=True)[: rules().batch])


def credits_due() -> list[int]:
    """Refunds that are done, of what was invoiced, without a credit note."""
    rows = Refund.objects.filter(
        status=RefundStatus.DONE, status_changed_at__lte=_stale(), payment__documents__kind=Kind.INVOICE
    ).exclude(documents__kind=Kind.CREDIT_NOTE)
    return list(rows.order_by("status_changed_at").values_list("pk", flat=True)[: rules().batch])


def corrections_due() -> list[int]:
    """Cancelled after they were invoiced as a stay, with a fee that leaves nothing to give back."""
    by_cancellation = Refund.objects.exclude(reason=Refund.Reason.STAFF).filter(payment=OuterRef("pk"))
    corrected = Document.objects.filter(kind=Kind.CREDIT_NOTE, refund=None, corrects__payment=OuterRef("pk"))
    sold = Document.objects.filter(
        kind=Kind.INVOICE, payment=OuterRef("pk"), facts__lines__contains=[{"kind": LineKind.STAY}]
    )
    rows = Payment.objects.filter(
        Exists(sold),
        ~Exists(by_cancellation),
        ~Exists(corrected),
        booking__status=BookingStatus.CANCELLED,
        booking__cancellation_fee_amount__gte=F("captured_amount") - F("refunded_amount"),
        booking__status_changed_at__lte=_stale(),
    )
    return list(rows.order_by("status_changed_at").values_list("pk", flat=True)[: rules().batch])


def paper(document: Document) -> Paper:
    return msgspec.convert(document.facts, Paper)


def _issued(payment: Payment) -> Document | None:
    booking = payment.booking
    known = Document.objects.filter(payment=payment, kind=Kind.INVOICE).first()
    if (
        known is not None
        or not payment.captured
        or booking.status not in SOLD
        or not booking.supplier_reference
    ):
        return known
    sold, settled = _sold(payment), _taken(payment)
    if sold is None:
        return None
    lines, taxation = sold
    receipt = _paper(
        booking,
        number=payment.public_id,
        issued_on=seller.today(),
        lines=(Line(LineKind.PAYMENT, payment.captured),),
        total=payment.captured,
        settled=settled,
    )
    _store(Kind.RECEIPT, receipt, booking=booking, payment=payment)
    number = numbering.take(DocumentSeries.Kind.INVOICE)
    invoice = _paper(
        booking,
        number=number.text,
        issued_on=number.day,
        lines=lines,
        total=payment.captured,
        taxes=taxation.lines,
        margin_scheme=taxation.margin_scheme,
        settled=settled,
    )
    return _store(Kind.INVOICE, invoice, booking=booking, payment=payment, **_columns(number))


def _credited(invoice: Document, refund: Refund, payment: Payment) -> Document:
    settled = Settled(
        on=seller.day_of(refund.status_changed_at), method=payment.gateway, reference=refund.public_id
    )
    cancelled = refund.reason != Refund.Reason.STAFF
    return _corrected(invoice, payment, refund.amount, cancelled=cancelled, settled=settled, refund=refund)


def _corrected(
    invoice: Document,
    payment: Payment,
    amount: Money,
    *,
    cancelled: bool,
    settled: Settled,
    refund: Refund | None = None,
) -> Document:
    invoiced = paper(invoice)
    lines, given_back = papers.credited(_left(invoice), amount, cancelled=cancelled)
    number = numbering.take(DocumentSeries.Kind.CREDIT_NOTE)
    note = _paper(
        payment.booking,
        number=number.text,
        issued_on=number.day,
        lines=lines,
        total=-amount,
        taxes=given_back,
        margin_scheme=invoiced.margin_scheme,
        settled=settled,
        corrects=invoiced.number,
        corrects_on=invoiced.issued_on,
    )
    columns = {**_columns(number), "refund": refund, "corrects": invoice}
    return _store(Kind.CREDIT_NOTE, note, booking=payment.booking, **columns)


def _left(invoice: Document) -> Left:
    return papers.left(paper(invoice), [paper(row) for row in invoice.corrections.order_by("position")])


def _sold(payment: Payment) -> tuple[tuple[Line, ...], Taxation] | None:
    """The stay as it was bought; or, where the money was taken only after it was cancelled, the fee (without tax, as
    the ledger has it). None, and a task for staff, when another amount was taken."""
    booking = payment.booking
    if booking.cancelled_at is not None and _captured_at(payment) >= booking.cancelled_at:
        return (Line(LineKind.CANCELLATION_FEE, payment.captured),), Taxation()
    lines = list(_bought(booking))
    differs = payment.captured - sum((line.amount for line in lines), Money.zero(booking.total.currency))
    if differs and not papers.is_rounding(differs):
        reason = f"{payment.captured} of {payment.public_id} were taken, {booking.total} were sold."
        staff.queue(booking, "invoice_differs", reason=reason)
        return None
    if differs:
        lines.append(Line(LineKind.ROUNDING, differs))
    return tuple(lines), taxes.of(price_from_json(booking.price))


def _bought(booking: Booking) -> Iterator[Line]:
    for offer in quotes.offers(booking.quote):
        rate = offer.rate
        yield Line(LineKind.STAY, offer.before.total, f"{rate.room_name}, {rate.board_name}", rate.rooms)
    taken = quotes.promotion(booking.quote)
    if taken is not None:
        discount = Money.from_json(taken["discount"])
        yield Line(LineKind.PROMOTION, -discount, taken["label"])


def _paper(booking: Booking, **said: Any) -> Paper:
    hotel = booking.hotel_snapshot
    return Paper(
        seller=seller.current(),
        buyer=Buyer(
            name=f"{booking.holder_first_name} {booking.holder_last_name}",
            email=booking.holder_email,
            country=booking.holder_country,
        ),
        stay=Stay(
            booking=booking.reference,
            hotel=hotel["name"],
            place=", ".join(part for part in (hotel["address"], hotel["city"], hotel["country"]) if part),
            check_in=booking.check_in,
            check_out=booking.check_out,
        ),
        **said,
    )


def _store(kind: str, said: Paper, *, booking: Booking, **columns: Any) -> Document:
    page = paper_words.page(kind, said, language=booking.language)
    row = Document.objects.create(
        booking=booking,
        kind=kind,
        language=booking.language,
        **{"number": said.number, **columns},
        total_amount=abs(said.total.amount),
        total_currency=said.total.currency,
        version=papers.VERSION,
        facts=msgspec.to_builtins(said),
        page=page,
        digest=digest(page),
        issued_at=clock.now(),
    )
    detail = {"number": said.number, "total": said.total.as_json()}
    transitions.note(booking, f"{kind}.issued", detail=detail)
    return row


def _stale() -> datetime:
    return clock.now() - timedelta(seconds=rules().stale_seconds)


def digest(page: dict[str, Any]) -> str:
    return hashlib.sha256(msgspec.json.encode(page, order="deterministic")).hexdigest()


def _columns(number: numbering.Number) -> dict[str, Any]:
    return {"series": number.series, "position": number.position, "number": number.text}


def _taken(payment: Payment) -> Settled:
    return Settled(
        on=seller.day_of(_captured_at(payment)), method=payment.gateway, reference=payment.public_id
    )


def _captured_at(payment: Payment) -> datetime:
    """When the amount was decided on: the last call that asked for it."""
    asked = payment.operations.filter(kind=PaymentOperation.Kind.CAPTURE).order_by("-started_at").first()
    return asked.started_at if asked else payment.created_at
