"""The tax lines of a paper, from the breakdown that was frozen with the price. Pure.

A tax on the whole price (VAT, GST) is told by its rate with what it was reckoned on. A tax on our margin is ours to
reckon with the tax office: a paper then says that the margin scheme was used and names no amount (in the Union,
Directive 2006/112/EC, articles 226(13) and 308 to 310), so that neither our margin nor the tax on it can be read off.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import msgspec

from faredown.lib.money import Money
from hotels.pricing.engine import Price, TaxPart
from hotels.pricing.rules import Basis

HUNDRED = Decimal(100)


class TaxLine(msgspec.Struct, frozen=True):
    """`base` without the tax. `percent` is None where the rate was not frozen with the price."""

    name: str
    percent: Decimal | None
    base: Money
    amount: Money


class Taxation(msgspec.Struct, frozen=True):
    lines: tuple[TaxLine, ...] = ()
    margin_scheme: bool = False


def of(price: Price) -> Taxation:
    """What is inside the price's total."""
    shown = [part for part in price.taxes if part.basis is not Basis.MARGIN]
    hidden = [part for part in price.taxes if part.basis is Basis.MARGIN]
    zero = Money.zero(price.currency)
    before_tax = price.total - sum((part.amount for part in price.taxes), zero)
    lines = (_line(part, before_tax, alone=not hidden) for part in shown if part.amount or part.percent == 0)
    return Taxation(tuple(lines), margin_scheme=any(part.amount for part in hidden))


def share(lines: Sequence[TaxLine], *, part: Money, whole: Money) -> tuple[TaxLine, ...]:
    """The same taxes of a part of the sum they are in: all of them for the whole, in proportion for less."""
    if part == whole:
        return tuple(lines)
    ratio = part.amount / whole.amount
    return tuple(
        msgspec.structs.replace(
            line, base=(line.base * ratio).rounded(), amount=(line.amount * ratio).rounded()
        )
        for line in lines
    )


def without(lines: Sequence[TaxLine], taken: Sequence[TaxLine]) -> tuple[TaxLine, ...]:
    """What is left of `lines` once `taken` (of the same taxes) are given back."""
    gone = {(line.name, line.percent): line for line in taken}
    left = []
    for line in lines:
        other = gone.get((line.name, line.percent))
        if other is not None:
            line = TaxLine(line.name, line.percent, line.base - other.base, line.amount - other.amount)  # noqa: PLW2901
        left.append(line)
    return tuple(left)


def negated(lines: Sequence[TaxLine]) -> tuple[TaxLine, ...]:
    return tuple(msgspec.structs.replace(line, base=-line.base, amount=-line.amount) for line in lines)


def _line(part: TaxPart, before_tax: Money, *, alone: bool) -> TaxLine:
    """Beside a tax on the margin the base is worked out from the rate: the difference would give the margin away."""
    base = before_tax
    if not alone and part.percent:
        base = (part.amount * HUNDRED / part.percent).rounded()
    return TaxLine(part.name, part.percent, base, part.amount)
