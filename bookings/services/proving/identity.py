"""What became of a booking's money, in the currency it was charged in, every account named:

captured = refunded + kept (supplier cost + tax + margin + fees - promotion + FX) + still owed.

Captured and refunded are the payments' word, everything else is the ledger's. What the provider keeps as its fee, and
what a guest's bank holds in a dispute, was captured too: both lie between our cash and the guest's money, and leave the
identity as it is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import ROUND_HALF_EVEN, Decimal
from typing import NamedTuple

from bookings.models import Account
from bookings.services.proving.differences import told
from bookings.services.proving.rows import BookingRow, EntryRow

SUPPLIERS = frozenset({Account.SUPPLIER_PAYABLE, Account.SUPPLIER_COST, Account.SUPPLIER_DIFFERENCE})
"""These are kept in the supplier's currency, all others in the guest's."""

Balances = dict[tuple[str, str], int]
"""(account, currency) -> debits less credits, in thousandths."""


class Statement(NamedTuple):
    """In thousandths of the currency of charge. `owed`: to the guest; less what the guest still owes us."""

    captured: int
    refunded: int
    supplier_cost: int
    tax: int
    margin: int
    fees: int
    promotion: int
    fx: int
    owed: int

    @property
    def kept(self) -> int:
        return self.supplier_cost + self.tax + self.margin + self.fees - self.promotion + self.fx

    @property
    def missing(self) -> int:
        return self.captured - self.refunded - self.kept - self.owed

    def in_words(self, currency: str) -> str:
        parts = (f"{name.replace('_', ' ')} {told(value, currency)}" for name, value in self._parts())
        return f"captured {told(self.captured, currency)} is not {', '.join(parts)} together"

    def _parts(self) -> Iterator[tuple[str, int]]:
        for name, value in zip(self._fields[1:], self[1:], strict=True):
            if value:
                yield name, -value if name == "promotion" else value


def balances(entries: Iterable[EntryRow]) -> Balances:
    found: Balances = defaultdict(int)
    for entry in entries:
        for account, debit, credit, currency in entry.lines:
            found[account, currency] += debit - credit
    return found


def statement(booking: BookingRow, held: Balances, *, captured: int, refunded: int) -> Statement:
    def credit(account: Account) -> int:
        return -held.get((account, booking.currency), 0)

    revenue = credit(Account.REVENUE)
    cost = _cost(booking, held)
    return Statement(
        captured=captured,
        refunded=refunded,
        supplier_cost=cost,
        tax=credit(Account.OUTPUT_TAX),
        margin=revenue - cost,
        fees=credit(Account.CANCELLATION_FEE),
        promotion=-credit(Account.PROMOTION),
        fx=credit(Account.FX),
        owed=credit(Account.REFUND) + credit(Account.GUEST_RECEIVABLE),
    )


def _cost(booking: BookingRow, held: Balances) -> int:
    """What the supplier costs, at the rate the sale was reckoned with."""
    net = sum(
        held.get((account, booking.net_currency), 0)
        for account in (Account.SUPPLIER_COST, Account.SUPPLIER_DIFFERENCE)
    )
    if booking.net_currency == booking.currency or not booking.rate:
        return net
    return int((net * Decimal(booking.rate)).to_integral_value(ROUND_HALF_EVEN))
