"""Numbers of invoices and credit notes: one after the other, none left out, none given twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from django.conf import settings
from django.db.models import QuerySet

from bookings import seller
from bookings.models import DocumentSeries
from faredown.lib.locking import locked_one

Kind = DocumentSeries.Kind


class Number(NamedTuple):
    series: DocumentSeries
    position: int
    day: date
    """Of issue. Read once the number was ours, so that dates rise with numbers."""

    @property
    def text(self) -> str:
        return f"{self.series.prefix}-{self.series.year}-{self.position:06d}"


def take(kind: Kind) -> Number:
    """The next number, within the caller's transaction: what is rolled back gives it back, and until the transaction
    ends nobody else gets one of this series. Store the paper in the same transaction; the database insists.

    Take the number last, after every other lock: whoever holds it makes all the others wait.
    """
    year = seller.today().year
    series = locked_one(_series(kind, year))
    day = seller.today()
    if day.year != year:  # midnight passed while somebody else held the number
        series = locked_one(_series(kind, day.year))
    series.last += 1
    series.save(update_fields=["last"])
    return Number(series, series.last, day)


def _series(kind: Kind, year: int) -> QuerySet[DocumentSeries]:
    who = seller.current().code
    rows = DocumentSeries.objects.filter(seller=who, kind=kind, year=year)
    if not rows.exists():
        # Two begin the same series at once: the second waits here for the first, and finds its row.
        begun = DocumentSeries(seller=who, kind=kind, year=year, prefix=_PREFIXES[kind]())
        DocumentSeries.objects.bulk_create([begun], ignore_conflicts=True)
    return rows


_PREFIXES: dict[Kind, Callable[[], str]] = {
    Kind.INVOICE: lambda: settings.INVOICE_PREFIX,
    Kind.CREDIT_NOTE: lambda: settings.CREDIT_NOTE_PREFIX,
}
