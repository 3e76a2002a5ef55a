"""What became of a booking's money, in the currency it was charged in, every account named:

captured = refunded + kept (supplier cost + tax + margin + fees - promotion + FX) + still owed.

Captured and refunded are the payments' word, everything else is the ledger's. Where that money is has an identity of
its own, over the accounts that are left:

captured - refunded = cash at the provider + provider's fees + held in disputes + lost to chargebacks.
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

KEPT_OR_OWED = ("supplier_cost", "tax", "margin", "fees", "promotion", "fx", "owed")
WHEREABOUTS = ("cash", "provider_fees", "disputed", "charged_back")

Balances = dict[tuple[str, str], int]
"""(account, currency) -> debits less credits, in thousandths."""


class Statement(NamedTuple):
    """In thousandths of the currency of charge. `owed`: to the guest; less what the guest still owes us. From `cash`
    on: where the money is."""

    captured: int
    refunded: int
    supplier_cost: int
    tax: int
    margin: int
    fees: int
    promotion: int
    fx: int
    owed: int
    cash: int
    provider_fees: int
    disputed: int
    charged_back: int

    @property
    def kept(self) -> int:
        return self.supplier_cost + self.tax + self.margin + self.fees - self.promotion + self.fx

    @property
    def found(self) -> int:
        return self.cash + self.provider_fees + self.disputed + self.charged_back

    def broken(self, currency: str) -> Iterator[str]:
        """What does not add up, in words."""
        if self.captured != self.refunded + self.kept + self.owed:
            parts = self._named(KEPT_OR_OWED, currency)
            kept = told(self.kept, currency)
            yield f"{self._moved(currency)}: that is not kept {kept} and owed ({parts})"
        if self.captured - self.refunded != self.found:
            parts = self._named(WHEREABOUTS, currency)
            yield f"{self._moved(currency)}: that is not what lies at the provider and beyond ({parts})"

    def _moved(self, currency: str) -> str:
        return f"captured {told(self.captured, currency)}, refunded {told(self.refunded, currency)}"

    def _named(self, names: tuple[str, ...], currency: str) -> str:
        values = ((name, int(getattr(self, name))) for name in names)
        return ", ".join(
            f"{name.replace('_', ' ')} {told(value, currency)}" for name, value in values if value
        )


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
        cash=-credit(Account.CASH_AT_PROVIDER),
        provider_fees=-credit(Account.PROVIDER_FEE),
        disputed=-credit(Account.DISPUTE),
        charged_back=-credit(Account.CHARGEBACK),
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
