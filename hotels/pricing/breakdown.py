"""A price and the steps it was made in, as values that are kept with a quote for good. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Any

import msgspec

from faredown.lib.money import Money
from hotels.pricing.rules import Basis, Place, Stay


class LineKind(StrEnum):
    NET = "net"
    EXCHANGE = "exchange"
    MARKUP_PERCENT = "markup_percent"
    MARKUP_TIER = "markup_tier"
    MARKUP_FIXED = "markup_fixed"
    MARKUP_LEAST = "markup_least"
    MARKUP_MOST = "markup_most"
    FLOOR = "floor"
    MANDATED = "mandated"
    TAX = "tax"
    PROMOTION = "promotion"
    PROMOTION_GUARD = "promotion_guard"


class Charge(msgspec.Struct, frozen=True):
    """Paid at the property, not to us: `kind` in the supplier's words ("City Tax"), for the whole stay."""

    kind: str
    amount: Money


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """What a supplier sells as one: `net` is for the whole stay and all its `rooms`."""

    net: Money
    board: str = ""
    rooms: int = 1
    mandated: Money | None = None
    at_property: tuple[Charge, ...] = ()


class Line(msgspec.Struct, frozen=True, omit_defaults=True):
    """A step of the total, in the shown currency. `rule_id`: what made it ("" where no rule did). `rounding`: what
    the exact step was rounded by, with whatever the line took on so that all lines add up."""

    kind: LineKind
    label: str
    amount: Money
    rule_id: str = ""
    rounding: Decimal = Decimal(0)


class AtProperty(msgspec.Struct, frozen=True):
    """`estimate` is in the shown currency at today's rate; None where no rate is known."""

    kind: str
    amount: Money
    estimate: Money | None


class TaxPart(msgspec.Struct, frozen=True, omit_defaults=True):
    """What we owe to the tax office out of the total, and of what: papers say the rate, or that it is on our margin.
    None in what was frozen before that was kept."""

    rule_id: str
    name: str
    amount: Money
    percent: Decimal | None = None
    basis: Basis | None = None


class Price(msgspec.Struct, frozen=True, kw_only=True):
    total: Money
    """Paid to us, in the shown currency."""
    net: Money
    """Our cost, in the supplier's currency."""
    net_converted: Money
    lines: tuple[Line, ...]
    exchange_rate: str
    """Units of the shown currency for one of the net's, as text; the spread is a line of its own."""
    exchange_spread_percent: str = "0"
    exchange_source: str = ""
    at_property: tuple[AtProperty, ...] = ()
    grand_total: Money
    """`total` and the estimates of what is paid at the property."""
    mandated: bool = False
    taxes: tuple[TaxPart, ...] = ()
    """Inside `total`, as it is after a promotion; the tax lines tell what was added before it."""
    rooms: int = 1
    board: str = ""
    place: Place | None = None
    stay: Stay | None = None
    """The facts the rules looked at; None in what several rates make together."""

    @property
    def currency(self) -> str:
        return self.total.currency

    def per_night(self, nights: int) -> list[Money]:
        """The total spread over the nights; the parts add up to it exactly."""
        return self.total.allocate([1] * nights)

    def per_room(self, rooms: int) -> list[Money]:
        return self.total.allocate([1] * rooms)

    def average_night(self, nights: int) -> Money:
        """What is shown under a list price: the grand total by night, rounded (it need not multiply back)."""
        return (self.grand_total / nights).rounded()


class Figures(msgspec.Struct, frozen=True):
    """A whole stay's total by room and night. Rows add up to `per_room`, columns to `per_night`, all of them to the
    total."""

    by_room_and_night: tuple[tuple[Money, ...], ...]
    per_room: tuple[Money, ...]
    per_night: tuple[Money, ...]
    total: Money


def figures(prices: Sequence[Price], *, nights: int) -> Figures:
    """Of prices bought together: each price's rooms share it alike."""
    rooms = [room for price in prices for room in price.per_room(price.rooms)]
    grid = tuple(tuple(room.allocate([1] * nights)) for room in rooms)
    columns = tuple(total([row[night] for row in grid]) for night in range(nights))
    return Figures(grid, tuple(rooms), columns, total(rooms))


def together(prices: Sequence[Price]) -> Price:
    """Several rates bought at once (one price per room, say) as one price. All of one net and shown currency."""
    first = prices[0]
    charges: dict[tuple[str, str], AtProperty] = {}
    taxes: dict[tuple[str, str], TaxPart] = {}
    for price in prices:
        for charge in price.at_property:
            key = (charge.kind, charge.amount.currency)
            charges[key] = _sum_charges(charges[key], charge) if key in charges else charge
        for tax in price.taxes:
            known = taxes.get((tax.rule_id, tax.name))
            amount = tax.amount if known is None else known.amount + tax.amount
            taxes[tax.rule_id, tax.name] = msgspec.structs.replace(tax, amount=amount)
    return Price(
        total=total([price.total for price in prices]),
        net=total([price.net for price in prices]),
        net_converted=total([price.net_converted for price in prices]),
        lines=tuple(line for price in prices for line in price.lines),
        exchange_rate=first.exchange_rate,
        exchange_spread_percent=first.exchange_spread_percent,
        exchange_source=first.exchange_source,
        at_property=tuple(charges.values()),
        grand_total=total([price.grand_total for price in prices]),
        mandated=any(price.mandated for price in prices),
        taxes=tuple(taxes.values()),
        rooms=sum(price.rooms for price in prices),
    )


def price_to_json(price: Price) -> dict[str, Any]:
    """Plain JSON values; amounts as text with every digit they have."""
    plain: dict[str, Any] = msgspec.to_builtins(price)
    return plain


def price_from_json(value: Mapping[str, Any]) -> Price:
    return msgspec.convert(value, Price)


def total(amounts: Sequence[Money]) -> Money:
    return sum(amounts[1:], amounts[0])


def _sum_charges(left: AtProperty, right: AtProperty) -> AtProperty:
    estimate = None
    if left.estimate is not None and right.estimate is not None:
        estimate = left.estimate + right.estimate
    return AtProperty(left.kind, left.amount + right.amount, estimate)
