"""What an invoice, a credit note or a receipt says, in values. Kept with the paper and never changed. Pure.

`VERSION` counts the shapes: a further field with a default keeps it, anything else is a new version with a reader and
a template of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

import msgspec

from bookings import taxes
from bookings.seller import Seller
from bookings.taxes import TaxLine
from faredown.lib.money import Money

VERSION = 1


class LineKind(StrEnum):
    STAY = "stay"
    PROMOTION = "promotion"
    CANCELLATION_FEE = "cancellation_fee"
    STAY_CANCELLED = "stay_cancelled"
    PRICE_REDUCED = "price_reduced"
    FEE_REDUCED = "fee_reduced"
    PAYMENT = "payment"
    ROUNDING = "rounding"


class Line(msgspec.Struct, frozen=True):
    kind: LineKind
    amount: Money
    text: str = ""
    """Of a stay its room and board, of a promotion its name."""
    rooms: int = 0


class Buyer(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    email: str
    country: str


class Stay(msgspec.Struct, frozen=True, kw_only=True):
    booking: str
    hotel: str
    place: str
    check_in: date
    check_out: date


class Settled(msgspec.Struct, frozen=True, kw_only=True):
    """How the money moved. `method` is the provider's name, `reference` ours for it there."""

    on: date
    method: str
    reference: str


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """Amounts include their taxes. A credit note's are negative where they go back to the guest."""

    number: str
    issued_on: date
    seller: Seller
    buyer: Buyer
    stay: Stay
    lines: tuple[Line, ...]
    total: Money
    taxes: tuple[TaxLine, ...] = ()
    margin_scheme: bool = False
    settled: Settled
    corrects: str = ""
    """The number of the invoice, and its date."""
    corrects_on: date | None = None


class Left(msgspec.Struct, frozen=True):
    """Of an invoice after its credit notes: the stay with its taxes, and a cancellation fee, which has none."""

    stay: Money
    taxes: tuple[TaxLine, ...]
    fee: Money


ROUNDING = 10
"""Minor units: providers move three-digit currencies (KWD) in steps of ten, and what is left of a step is nobody's."""


def is_rounding(amount: Money) -> bool:
    return abs(amount) < Money.from_minor(ROUNDING, amount.currency)


_OF_FEES = (LineKind.CANCELLATION_FEE, LineKind.FEE_REDUCED)


def left(invoice: Paper, credit_notes: Sequence[Paper]) -> Left:
    zero = Money.zero(invoice.total.currency)
    lines = [line for paper in (invoice, *credit_notes) for line in paper.lines]
    rest: tuple[TaxLine, ...] = invoice.taxes
    for note in credit_notes:
        rest = taxes.without(rest, taxes.negated(note.taxes))
    return Left(
        stay=sum((line.amount for line in lines if line.kind not in _OF_FEES), zero),
        taxes=rest,
        fee=sum((line.amount for line in lines if line.kind in _OF_FEES), zero),
    )


def credited(rest: Left, refund: Money, *, cancelled: bool) -> tuple[tuple[Line, ...], tuple[TaxLine, ...]]:
    """The lines and taxes of a credit note over `refund`, all of them negative but for a fee that is kept.

    After a cancellation the whole stay goes back with its taxes, and what is kept is the fee. Anything else is a lower
    price, with the taxes in it; where only a fee is left, a lower fee.
    """
    if rest.stay and cancelled:
        lines = [Line(LineKind.STAY_CANCELLED, -rest.stay)]
        if kept := rest.stay - refund:
            lines.append(Line(LineKind.ROUNDING if is_rounding(kept) else LineKind.CANCELLATION_FEE, kept))
        return tuple(lines), taxes.negated(rest.taxes)
    of_stay = min(refund, rest.stay)
    found = []
    if of_stay:
        found.append(Line(LineKind.PRICE_REDUCED, -of_stay))
    if of_fee := refund - of_stay:
        found.append(Line(LineKind.FEE_REDUCED, -of_fee))
    shared = taxes.share(rest.taxes, part=of_stay, whole=rest.stay) if of_stay else ()
    return tuple(found), taxes.negated(shared)
