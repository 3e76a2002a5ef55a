"""The papers of a booking that may be drawn again. Rows from before their words were kept have none."""

from __future__ import annotations

from django.db.models import QuerySet

from bookings.models import Booking, Document

ACCOUNTS = (Document.Kind.INVOICE, Document.Kind.CREDIT_NOTE, Document.Kind.RECEIPT)


def accounts(booking: Booking) -> QuerySet[Document]:
    """Invoices, credit notes and receipts in the order of their issue. The voucher is not among them: it is shown as it
    stands today."""
    rows = Document.objects.filter(booking=booking, kind__in=ACCOUNTS).select_related("corrects", "booking")
    return rows.order_by("issued_at", "pk")


def invoice(booking: Booking) -> Document | None:
    """The newest."""
    return accounts(booking).filter(kind=Document.Kind.INVOICE).last()


def one(booking: Booking, public_id: str) -> Document | None:
    rows = Document.objects.filter(booking=booking, public_id=public_id).exclude(page={})
    return rows.select_related("booking").first()
