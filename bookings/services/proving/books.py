"""One booking's entries against the booking, its payments and its refunds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from bookings.models import Account
from bookings.services.proving import identity
from bookings.services.proving.differences import Code, Difference, told
from bookings.services.proving.identity import Balances, Statement
from bookings.services.proving.rows import BookingRow, Bundle, EntryRow
from bookings.states import BookingStatus, RefundStatus

BOUGHT = frozenset({BookingStatus.CONFIRMED, BookingStatus.CANCELLING, BookingStatus.COMPLETED})
NEVER = frozenset(
    {BookingStatus.PENDING, BookingStatus.CONFIRMING, BookingStatus.UNKNOWN, BookingStatus.REJECTED}
)
MOVING = frozenset({"capture", "refund", "refund_returned"})
"""Kinds of entries that follow a payment's or a refund's own amount."""
ENDED = frozenset({BookingStatus.REJECTED, BookingStatus.CANCELLED})


class Judged(NamedTuple):
    statement: Statement
    differences: list[Difference]


def judge(bundle: Bundle, booking: BookingRow) -> Judged:
    held = identity.balances(bundle.entries)
    captured = sum(row.captured for row in bundle.payments)
    refunded = sum(row.refunded for row in bundle.payments)
    found = identity.statement(booking, held, captured=captured, refunded=refunded)
    return Judged(found, list(_differences(bundle, booking, held, found)))


def _differences(
    bundle: Bundle, booking: BookingRow, held: Balances, found: Statement
) -> Iterator[Difference]:
    if bundle.entries or bundle.payments or booking.status not in NEVER:
        yield from _currencies(booking, held)
        yield from _sale(booking, bundle.entries)
        yield from _cash(bundle, booking)
        yield from _refunds(bundle, booking, held)
        yield from _kept(bundle, booking, found)
        for text in found.broken(booking.currency):
            yield Difference(Code.IDENTITY, booking.reference, text)


def _currencies(booking: BookingRow, held: Balances) -> Iterator[Difference]:
    for (account, currency), balance in held.items():
        expected = booking.net_currency if account in identity.SUPPLIERS else booking.currency
        if currency != expected and balance:
            text = f"{account} holds {told(balance, currency)}; this booking's is kept in {expected}"
            yield Difference(Code.CURRENCY, booking.reference, text)


def _sale(booking: BookingRow, entries: list[EntryRow]) -> Iterator[Difference]:
    sales = [entry for entry in entries if entry.kind == "sale"]
    undone = [entry for entry in entries if entry.kind == "cancellation"]
    reference = booking.reference
    if booking.status in NEVER and (sales or undone):  # money may have been taken, and then gone back
        text = f"it is {booking.status} and the ledger holds its sale"
        yield Difference(Code.SALE, reference, text)
        return
    if booking.status in BOUGHT and len(sales) != 1:
        text = f"it is {booking.status} and the ledger holds {len(sales)} sales of it"
        yield Difference(Code.SALE, reference, text)
    if sales:
        yield from _sold(booking, sales[0])
    if booking.status == BookingStatus.CANCELLED and len(undone) != len(sales):
        text = f"it is cancelled, with {len(sales)} sales and {len(undone)} cancellations in the ledger"
        yield Difference(Code.CANCELLATION, reference, text)
    elif booking.status == BookingStatus.CANCELLED and sales:
        yield from _cancelled(booking, [*sales, *undone])
    elif undone and booking.status != BookingStatus.CANCELLED:
        text = f"it is {booking.status} and the ledger holds its cancellation"
        yield Difference(Code.CANCELLATION, reference, text)


def _sold(booking: BookingRow, sale: EntryRow) -> Iterator[Difference]:
    held = identity.balances([sale])
    owed = held.get((Account.GUEST_RECEIVABLE, booking.currency), 0)
    if owed != booking.total:
        text = (
            f"the sale is {told(owed, booking.currency)}, the booking {told(booking.total, booking.currency)}"
        )
        yield Difference(Code.SALE, booking.reference, text)
    payable = -held.get((Account.SUPPLIER_PAYABLE, booking.net_currency), 0)
    if payable != booking.net:
        currency = booking.net_currency
        text = f"the sale owes the supplier {told(payable, currency)}, he confirmed {told(booking.net, currency)}"
        yield Difference(Code.SALE, booking.reference, text)


def _cancelled(booking: BookingRow, entries: list[EntryRow]) -> Iterator[Difference]:
    held = identity.balances(entries)
    wanted = {
        (Account.CANCELLATION_FEE, booking.currency): booking.cancellation_fee or 0,
        (Account.SUPPLIER_PAYABLE, booking.net_currency): booking.supplier_fee or 0,
    }
    for (account, currency), fee in wanted.items():
        kept = -held.get((account, currency), 0)
        if kept != fee:
            text = f"after its cancellation {account} is {told(kept, currency)}, the booking says {told(fee, currency)}"
            yield Difference(Code.CANCELLATION, booking.reference, text)


def _cash(bundle: Bundle, booking: BookingRow) -> Iterator[Difference]:
    """Money that moved at the provider: of each payment and refund the same sum in both books. An entry's key begins
    with whose money it moved."""
    posted: dict[str, int] = {}
    for entry in bundle.entries:
        if entry.kind in MOVING:
            name = entry.dedupe_key.partition(":")[0]
            cash = sum(
                line.debit - line.credit for line in entry.lines if line.account == Account.CASH_AT_PROVIDER
            )
            posted[name] = posted.get(name, 0) + cash
    for payment in bundle.payments:
        yield from _one(booking, payment.public_id, posted.pop(payment.public_id, None), payment.captured)
    for refund in bundle.refunds:
        sent = refund.amount if refund.status == RefundStatus.DONE else 0
        yield from _one(booking, refund.public_id, posted.pop(refund.public_id, None), -sent)
    for name, cash in posted.items():
        text = f"{told(cash, booking.currency)} was posted for {name}, and there is no such payment or refund"
        yield Difference(Code.ENTRY_WITHOUT_MONEY, booking.reference, text)


def _one(booking: BookingRow, name: str, posted: int | None, moved: int) -> Iterator[Difference]:
    if posted == moved or (posted is None and not moved):
        return
    if moved < 0 or (posted or 0) < 0:
        missing, differs, verb = Code.REFUND_WITHOUT_ENTRY, Code.REFUND_DIFFERS, "sent back"
    else:
        missing, differs, verb = Code.PAYMENT_WITHOUT_ENTRY, Code.PAYMENT_DIFFERS, "took"
    amount = told(abs(moved), booking.currency)
    if posted is None:
        text = f"{name} {verb} {amount}, and the ledger has no entry of it"
        yield Difference(missing, booking.reference, text)
    else:
        text = f"{name} {verb} {amount}, the ledger says {told(abs(posted), booking.currency)}"
        yield Difference(differs, booking.reference, text)


def _refunds(bundle: Bundle, booking: BookingRow, held: Balances) -> Iterator[Difference]:
    for payment in bundle.payments:
        sent = sum(
            row.amount
            for row in bundle.refunds
            if row.payment == payment.public_id and row.status == RefundStatus.DONE
        )
        if sent != payment.refunded:
            said, done = told(payment.refunded, payment.currency), told(sent, payment.currency)
            text = f"{payment.public_id} says {said} was sent back, its refunds make {done}"
            yield Difference(Code.REFUND_DIFFERS, booking.reference, text)
        if sent > payment.captured:
            text = (
                f"{told(sent, payment.currency)} was sent back of {told(payment.captured, payment.currency)}"
            )
            yield Difference(Code.REFUNDED_TOO_MUCH, booking.reference, text)
    waiting = sum(row.amount for row in bundle.refunds if row.status != RefundStatus.DONE)
    owed = -held.get((Account.REFUND, booking.currency), 0)
    if owed != waiting:
        text = f"the ledger owes {told(owed, booking.currency)} of refunds, {told(waiting, booking.currency)} wait"
        yield Difference(Code.REFUND_OWED, booking.reference, text)


def _kept(bundle: Bundle, booking: BookingRow, found: Statement) -> Iterator[Difference]:
    """Of an ended booking no more than its fee stays with us: the worst that can happen is money and no room."""
    if booking.status not in ENDED:
        return
    waiting = sum(row.amount for row in bundle.refunds if row.status != RefundStatus.DONE)
    kept = found.captured - found.refunded - waiting
    fee = booking.cancellation_fee or 0
    if kept > fee:
        amount, allowed = told(kept, booking.currency), told(fee, booking.currency)
        text = f"it is {booking.status}, and {amount} was taken and kept; its fee is {allowed}"
        yield Difference(Code.KEPT_TOO_MUCH, booking.reference, text)
