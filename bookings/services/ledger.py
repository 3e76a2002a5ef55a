"""Double entry. Every posting balances in each currency (the database refuses it otherwise), happens once, and is
chained to the booking's posting before it.

A placed booking posts nothing: nobody owes anything before the supplier has confirmed. The sale is written in the
guest's currency and the cost in the supplier's; each balances by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from typing import NamedTuple

from django.db import transaction
from django.db.models import Sum

from bookings import chain
from bookings.models import Account, Booking, Dispute, JournalLine, LedgerEntry, Payment, Refund
from faredown.lib import clock
from faredown.lib.locking import locked_one
from faredown.lib.money import Money
from hotels.pricing.engine import LineKind, price_from_json

_KEPT = Decimal("0.001")


class Posting(NamedTuple):
    """`amount` moves from `credit` to `debit`; a negative one the other way round, nothing when it is zero."""

    debit: Account
    credit: Account
    amount: Money


def post(booking: Booking, kind: str, *, key: str, postings: Sequence[Posting]) -> LedgerEntry | None:
    """None when `key` was posted before, or when there is nothing to post."""
    moved = [posting for posting in postings if posting.amount]
    if not moved:
        return None
    with transaction.atomic():
        # The lock makes the position gapless, and with the unique key a repeat harmless.
        locked_one(Booking.objects.filter(pk=booking.pk))
        if LedgerEntry.objects.filter(dedupe_key=key).exists():
            return None
        last = LedgerEntry.objects.filter(booking=booking).order_by("-position").first()
        entry = LedgerEntry(
            booking=booking,
            position=last.position + 1 if last else 1,
            kind=kind,
            dedupe_key=key,
            posted_at=clock.now(),
            previous_hash=last.hash if last else chain.START,
        )
        lines = [line for posting in moved for line in _lines(entry, posting)]
        entry.hash = _hash(entry, lines)
        entry.save(force_insert=True)
        JournalLine.objects.bulk_create(lines)
    return entry


def sale(booking: Booking) -> None:
    """On confirmation: the guest owes us the price, we owe the supplier the confirmed net and the state its tax.
    Revenue is what it would be without a promotion; what that gave away stands on an account of its own."""
    confirmed, tax = booking.confirmed_net or booking.net, _output_tax(booking)
    post(
        booking,
        "sale",
        key=f"{booking.reference}:sale",
        postings=[
            Posting(Account.GUEST_RECEIVABLE, Account.REVENUE, booking.total - tax),
            Posting(Account.GUEST_RECEIVABLE, Account.OUTPUT_TAX, tax),
            Posting(Account.PROMOTION, Account.REVENUE, _given_away(booking)),
            Posting(Account.SUPPLIER_COST, Account.SUPPLIER_PAYABLE, booking.net),
            Posting(Account.SUPPLIER_DIFFERENCE, Account.SUPPLIER_PAYABLE, confirmed - booking.net),
        ],
    )


def captured(payment: Payment, amount: Money, *, cut: Money) -> None:
    """`cut` is what of the owed amount the provider cannot move: too small to be owed on."""
    post(
        payment.booking,
        "capture",
        key=f"{payment.public_id}:capture",
        postings=[
            Posting(Account.CASH_AT_PROVIDER, Account.GUEST_RECEIVABLE, amount),
            Posting(Account.FX, Account.GUEST_RECEIVABLE, cut),
        ],
    )


def cancelled(booking: Booking, *, fee: Money, supplier_fee: Money) -> None:
    """The sale and its cost are undone but for the fees; what the guest then paid too much becomes refunds."""
    confirmed, tax = booking.confirmed_net or booking.net, _output_tax(booking)
    post(
        booking,
        "cancellation",
        key=f"{booking.reference}:cancellation",
        postings=[
            Posting(Account.REVENUE, Account.GUEST_RECEIVABLE, booking.total - tax),
            Posting(Account.OUTPUT_TAX, Account.GUEST_RECEIVABLE, tax),
            Posting(Account.REVENUE, Account.PROMOTION, _given_away(booking)),
            Posting(Account.GUEST_RECEIVABLE, Account.CANCELLATION_FEE, fee),
            Posting(Account.SUPPLIER_PAYABLE, Account.SUPPLIER_COST, confirmed - supplier_fee),
        ],
    )


def refund_owed(refund: Refund) -> None:
    """After a cancellation the guest has paid too much; any other refund is given up revenue."""
    given_up = refund.reason == Refund.Reason.STAFF
    source = Account.REVENUE if given_up else Account.GUEST_RECEIVABLE
    post(
        refund.payment.booking,
        "refund_owed",
        key=f"{refund.public_id}:owed",
        postings=[Posting(source, Account.REFUND, refund.amount)],
    )


def receivable(booking: Booking) -> Money:
    """What the guest owes us; less than zero: what we owe him and no refund stands for."""
    lines = JournalLine.objects.filter(
        entry__booking=booking, account=Account.GUEST_RECEIVABLE, currency=booking.total.currency
    )
    sums = lines.aggregate(debit=Sum("debit", default=0), credit=Sum("credit", default=0))
    return Money.of(sums["debit"] - sums["credit"], booking.total.currency)


def rounded_off(refund: Refund, left: Money) -> None:
    post(
        refund.payment.booking,
        "rounding",
        key=f"{refund.public_id}:rounding",
        postings=[Posting(Account.FX, Account.GUEST_RECEIVABLE, left)],
    )


def refunded(refund: Refund) -> None:
    post(
        refund.payment.booking,
        "refund",
        key=f"{refund.public_id}:refund:{refund.attempts}"
        if refund.attempts
        else f"{refund.public_id}:refund",
        postings=[Posting(Account.REFUND, Account.CASH_AT_PROVIDER, refund.amount)],
    )


def refund_returned(refund: Refund) -> None:
    """The guest's bank sent it back: it is at the provider again, and owed again."""
    post(
        refund.payment.booking,
        "refund_returned",
        key=f"{refund.public_id}:returned:{refund.attempts}",
        postings=[Posting(Account.CASH_AT_PROVIDER, Account.REFUND, refund.amount)],
    )


def dispute_moved(dispute: Dispute, *, withdrawn: Money, fee: Money) -> None:
    """The bank took money out of our balance, or put it back. Inside the transaction that counted the move; the row
    still says what was withdrawn before. A fee in another currency than the booking's stands on the dispute alone: it
    is no money of this booking's ledger."""
    ours = fee.currency == dispute.amount.currency == dispute.fee.currency
    post(
        dispute.payment.booking,
        "dispute",
        key=f"{dispute.provider_reference}:{dispute.moves}",
        postings=[
            Posting(Account.DISPUTE, Account.CASH_AT_PROVIDER, withdrawn - dispute.withdrawn),
            *([Posting(Account.PROVIDER_FEE, Account.CASH_AT_PROVIDER, fee - dispute.fee)] if ours else []),
        ],
    )


def dispute_lost(dispute: Dispute) -> None:
    post(
        dispute.payment.booking,
        "dispute_lost",
        key=f"{dispute.provider_reference}:lost",
        postings=[Posting(Account.CHARGEBACK, Account.DISPUTE, dispute.withdrawn)],
    )


def _output_tax(booking: Booking) -> Money:
    """What of the total is the state's, frozen when it was sold."""
    parts = (part.amount for part in price_from_json(booking.price).taxes)
    return sum(parts, Money.zero(booking.total.currency))


def _given_away(booking: Booking) -> Money:
    """The promotion's discount without the tax that is no longer owed on it, so that the revenue account shows what the
    tax lines of the price were reckoned on."""
    added = (line.amount for line in price_from_json(booking.price).lines if line.kind is LineKind.TAX)
    spared = sum(added, Money.zero(booking.total.currency)) - _output_tax(booking)
    return booking.quote.discount - spared if booking.quote.discount else booking.quote.discount


def _lines(entry: LedgerEntry, posting: Posting) -> list[JournalLine]:
    debit, credit = posting.debit, posting.credit
    if posting.amount.amount < 0:
        debit, credit = credit, debit
    # As the column keeps it: what is hashed is what is stored.
    amount, currency = abs(posting.amount.amount).quantize(_KEPT, ROUND_HALF_EVEN), posting.amount.currency
    nothing = Decimal(0)
    return [
        JournalLine(entry=entry, account=debit, debit=amount, credit=nothing, currency=currency),
        JournalLine(entry=entry, account=credit, debit=nothing, credit=amount, currency=currency),
    ]


def _hash(entry: LedgerEntry, lines: Sequence[JournalLine]) -> str:
    content = chain.Entry(
        reference=entry.booking.reference,
        position=entry.position,
        kind=entry.kind,
        dedupe_key=entry.dedupe_key,
        posted_at=chain.microseconds(entry.posted_at),
        lines=[
            chain.Line(
                line.account, chain.thousandths(line.debit), chain.thousandths(line.credit), line.currency
            )
            for line in lines
        ],
    )
    return chain.digest(content, previous=entry.previous_hash)
