"""A supplier's cancellation terms as the guest's. Pure.

The supplier's fees are net. The guest's fee is (supplier's fee / net) x what he pays, so a full fee is the full price.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from faredown.lib.money import Money
from suppliers.types import CancellationTerm


def guest_terms(
    terms: Sequence[CancellationTerm], *, net: Money, total: Money
) -> tuple[CancellationTerm, ...]:
    """The same steps in the guest's money, in order of time. A fee is never above the total."""
    ordered = sorted(terms, key=lambda term: term.starts_at)
    return tuple(CancellationTerm(_fee(term.fee, net, total), term.starts_at, term.text) for term in ordered)


def together(parts: Sequence[Sequence[CancellationTerm]]) -> tuple[CancellationTerm, ...]:
    """Terms of several rates cancelled at once: at every step the fees then due of all of them."""
    instants = sorted({term.starts_at for terms in parts for term in terms})
    return tuple(_step(parts, instant) for instant in instants)


def fee_at(terms: Sequence[CancellationTerm], instant: datetime, *, currency: str) -> Money:
    """What cancelling costs then: the last step reached, nothing before the first."""
    reached = [term for term in terms if term.starts_at <= instant]
    return max(reached, key=lambda term: term.starts_at).fee if reached else Money.zero(currency)


def free_until(terms: Sequence[CancellationTerm] | None) -> datetime | None:
    """The first instant that costs something. None where terms are unknown or never cost anything."""
    charged = [term.starts_at for term in terms or () if term.fee]
    return min(charged, default=None)


def is_free_at(
    terms: Sequence[CancellationTerm] | None, instant: datetime, *, non_refundable: bool = False
) -> bool:
    """Only what is known to be free is: terms known, a first charge, and that one still ahead."""
    first = free_until(terms)
    return not non_refundable and first is not None and first > instant


def _fee(fee: Money, net: Money, total: Money) -> Money:
    if not net:
        return total
    share = min(fee.amount / net.amount, Decimal(1))
    return (total * share).rounded()


def _step(parts: Sequence[Sequence[CancellationTerm]], instant: datetime) -> CancellationTerm:
    currency = next(term.fee.currency for terms in parts for term in terms)
    fees = [fee_at(terms, instant, currency=currency) for terms in parts]
    text = next(term.text for terms in parts for term in terms if term.starts_at == instant)
    return CancellationTerm(sum(fees[1:], fees[0]), instant, text)
