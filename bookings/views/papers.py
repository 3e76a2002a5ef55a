"""Invoices, credit notes and receipts as the booking's page lists them."""

from __future__ import annotations

from datetime import date

import msgspec
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from bookings import seller
from bookings.models import Booking, Document
from bookings.selectors import documents
from faredown.lib.money import Money

_TITLES: dict[str, str | Promise] = {
    Document.Kind.INVOICE: pgettext_lazy("document", "Invoice"),
    Document.Kind.CREDIT_NOTE: pgettext_lazy("document", "Credit note"),
    Document.Kind.RECEIPT: pgettext_lazy("document", "Receipt"),
}


class PaperLine(msgspec.Struct, frozen=True):
    id: str
    title: str
    number: str
    day: date
    total: Money | None


def of(booking: Booking) -> list[PaperLine]:
    return [_line(row) for row in documents.accounts(booking)]


def _line(row: Document) -> PaperLine:
    # A receipt is known by its payment, whose name says nothing to a guest.
    number = row.number if row.position else ""
    return PaperLine(row.public_id, str(_TITLES[row.kind]), number, seller.day_of(row.issued_at), row.total)
