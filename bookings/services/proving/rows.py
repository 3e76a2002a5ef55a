"""The books as they are read: booking by booking, in one view of the database, a few thousand rows in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, Generic, NamedTuple, TypeVar

from django.db import connection, transaction

from bookings.chain import Line

CHUNK = 5000
Row = TypeVar("Row")
Keyed = TypeVar("Keyed", bound=tuple[Any, ...])


class EntryRow(NamedTuple):
    """`posted_at` in microseconds since 1970, amounts in thousandths."""

    booking: int
    key: int
    position: int
    kind: str
    dedupe_key: str
    posted_at: int
    version: int
    previous: str
    hash: str
    lines: list[Line]


class BookingRow(NamedTuple):
    """Amounts in thousandths. `rate`: what one unit of the net's currency was in the total's when it was sold."""

    key: int
    reference: str
    status: str
    total: int
    currency: str
    net: int
    net_currency: str
    cancellation_fee: int | None
    supplier_fee: int | None
    rate: str | None


class PaymentRow(NamedTuple):
    booking: int
    public_id: str
    captured: int
    refunded: int
    currency: str


class RefundRow(NamedTuple):
    booking: int
    payment: str
    public_id: str
    status: str
    amount: int
    currency: str


class Bundle(NamedTuple):
    """All that is kept of one booking. `booking` None: entries of a booking that is not there."""

    key: int
    booking: BookingRow | None
    entries: list[EntryRow]
    payments: list[PaymentRow]
    refunds: list[RefundRow]


ENTRIES = """
SELECT e.booking_id, e.id, e.position, e.kind, e.dedupe_key,
       (extract(epoch FROM e.posted_at) * 1000000)::bigint, e.version, e.previous_hash, e.hash,
       l.account, (l.debit * 1000)::bigint, (l.credit * 1000)::bigint, l.currency
  FROM bookings_ledgerentry e LEFT JOIN bookings_journalline l ON l.entry_id = e.id
 ORDER BY e.booking_id, e.position
"""
BOOKINGS = """
SELECT id, reference, status, (total_amount * 1000)::bigint, total_currency,
       (coalesce(confirmed_net_amount, net_amount) * 1000)::bigint, net_currency,
       (cancellation_fee_amount * 1000)::bigint, (supplier_fee_amount * 1000)::bigint, price->>'exchange_rate'
  FROM bookings_booking ORDER BY id
"""
PAYMENTS = """
SELECT booking_id, public_id, (captured_amount * 1000)::bigint, (refunded_amount * 1000)::bigint, amount_currency
  FROM bookings_payment ORDER BY booking_id, id
"""
REFUNDS = """
SELECT p.booking_id, p.public_id, r.public_id, r.status, (r.amount_amount * 1000)::bigint, r.amount_currency
  FROM bookings_refund r JOIN bookings_payment p ON p.id = r.payment_id ORDER BY p.booking_id, r.id
"""


@contextmanager
def snapshot() -> Iterator[None]:
    """Everything read inside is of one moment, and nothing can be written."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            # Sorting in memory what fits: the whole ledger is read in the order of its chains.
            cursor.execute("SET LOCAL work_mem = '64MB'")
        yield


def bundles() -> Iterator[Bundle]:
    """By booking key."""
    entries = Groups(_entries())
    payments = Groups(stream(PAYMENTS, PaymentRow._make))
    refunds = Groups(stream(REFUNDS, RefundRow._make))
    for booking in stream(BOOKINGS, BookingRow._make):
        yield from _strays(entries, before=booking.key)
        key = booking.key
        yield Bundle(key, booking, entries.of(key), payments.of(key), refunds.of(key))
    yield from _strays(entries, before=None)


def stream(
    query: str, made: Callable[[Any], Row], *arguments: str | int | datetime | list[str]
) -> Iterator[Row]:
    """A server-side cursor: memory does not grow with the table."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(query, arguments)
        while found := cursor.fetchmany(CHUNK):
            yield from map(made, found)


def _entries() -> Iterator[EntryRow]:
    last: EntryRow | None = None
    for row in stream(ENTRIES, tuple):
        account = row[9]
        if last is None or row[1] != last.key:
            if last is not None:
                yield last
            lines = [] if account is None else [Line._make(row[9:])]
            last = EntryRow._make((*row[:9], lines))
        else:
            last.lines.append(Line._make(row[9:]))
    if last is not None:
        yield last


def _strays(entries: Groups[Any], *, before: int | None) -> Iterator[Bundle]:
    while (key := entries.next_key()) is not None and (before is None or key < before):
        yield Bundle(key, None, entries.of(key), [], [])


class Groups(Generic[Keyed]):
    """Rows in the order of their first field, handed out a group at a time."""

    def __init__(self, rows: Iterator[Keyed]) -> None:
        self._groups = groupby(rows, key=itemgetter(0))
        self._waiting: tuple[int, list[Keyed]] | None = None
        self._step()

    def next_key(self) -> int | None:
        return self._waiting[0] if self._waiting else None

    def of(self, key: int) -> list[Keyed]:
        """Rows of lower keys are passed over; ask `next_key` first where they matter."""
        while self._waiting and self._waiting[0] < key:
            self._step()
        if self._waiting is None or self._waiting[0] != key:
            return []
        found = self._waiting[1]
        self._step()
        return found

    def _step(self) -> None:
        found = next(self._groups, None)
        self._waiting = (found[0], list(found[1])) if found else None
