"""From a supplier's net to what the guest pays. Pure: values in, a value out, nothing looked up.

    net -> shown currency (rate, spread) -> markup of the first matching rule -> floor -> total, rounded once

The rounded lines add up to the total: the last line carries the remainder. A mandated price is sold at exactly
what the supplier says, without spread, markup or floor. Money paid at the property stays apart, in its own currency.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum
from typing import Any

import msgspec

from faredown.lib.money import Money
from hotels.pricing import rules as markup
from hotels.pricing.exchange import Exchange, Rates, UnknownCurrency
from hotels.pricing.rules import Rule, Sale

_PERCENT = Decimal(100)


class LineKind(StrEnum):
    NET = "net"
    EXCHANGE = "exchange"
    MARKUP_PERCENT = "markup_percent"
    MARKUP_FIXED = "markup_fixed"
    FLOOR = "floor"
    MANDATED = "mandated"


class Charge(msgspec.Struct, frozen=True):
    """Paid at the property, not to us: `kind` in the supplier's words ("City Tax"), for the whole stay."""

    kind: str
    amount: Money


class Line(msgspec.Struct, frozen=True):
    """A step of the total, in the shown currency. `rule_id`: what made it ("" where no rule did)."""

    kind: LineKind
    label: str
    amount: Money
    rule_id: str = ""


class AtProperty(msgspec.Struct, frozen=True):
    """`estimate` is in the shown currency at today's rate; None where no rate is known."""

    kind: str
    amount: Money
    estimate: Money | None


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
    at_property: tuple[AtProperty, ...] = ()
    grand_total: Money
    """`total` and the estimates of what is paid at the property."""
    mandated: bool = False

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


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """The house's side of a price: same for every rate of an answer."""

    rules: tuple[Rule, ...]
    rates: Rates
    least_margin_percent: Decimal = Decimal(0)


def price(
    net: Money,
    *,
    sale: Sale,
    policy: Policy,
    currency: str,
    mandated: Money | None = None,
    at_property: Sequence[Charge] = (),
) -> Price:
    """The guest's price of one rate, whole stay, all its rooms. Raises UnknownCurrency (of net or mandated)."""
    if net.amount < 0:
        raise ValueError("a net price is not negative")
    exchange = policy.rates.between(net.currency, currency)
    if mandated is None:
        steps = _cost(net, exchange) + _markup(net, sale, policy, exchange)
        total, lines = _floored(steps, policy.least_margin_percent)
    else:
        total = policy.rates.between(mandated.currency, currency).convert(mandated).rounded()
        cost = exchange.convert(net).rounded()
        lines = (
            Line(LineKind.NET, "Net", cost),
            Line(LineKind.MANDATED, "Selling price set by the supplier", total - cost),
        )
    charges = tuple(_charge(charge, policy.rates, currency) for charge in at_property)
    return Price(
        total=total,
        net=net,
        net_converted=exchange.convert(net).rounded(),
        lines=lines,
        exchange_rate=f"{exchange.rate:f}",
        exchange_spread_percent="0" if mandated else f"{exchange.spread_percent:f}",
        at_property=charges,
        grand_total=sum((charge.estimate for charge in charges if charge.estimate), total),
        mandated=mandated is not None,
    )


def together(prices: Sequence[Price]) -> Price:
    """Several rates bought at once (one price per room, say) as one price. All of one net and shown currency."""
    first = prices[0]
    charges: dict[tuple[str, str], AtProperty] = {}
    for charge in (charge for price in prices for charge in price.at_property):
        key = (charge.kind, charge.amount.currency)
        charges[key] = _sum_charges(charges[key], charge) if key in charges else charge
    return Price(
        total=_sum([price.total for price in prices]),
        net=_sum([price.net for price in prices]),
        net_converted=_sum([price.net_converted for price in prices]),
        lines=tuple(line for price in prices for line in price.lines),
        exchange_rate=first.exchange_rate,
        exchange_spread_percent=first.exchange_spread_percent,
        at_property=tuple(charges.values()),
        grand_total=_sum([price.grand_total for price in prices]),
        mandated=any(price.mandated for price in prices),
    )


def price_to_json(price: Price) -> dict[str, Any]:
    """Plain JSON values; amounts as text with every digit they have."""
    plain: dict[str, Any] = msgspec.to_builtins(price)
    return plain


def price_from_json(value: Mapping[str, Any]) -> Price:
    return msgspec.convert(value, Price)


def _cost(net: Money, exchange: Exchange) -> list[Line]:
    """Exact, unrounded."""
    converted = exchange.convert(net)
    lines = [Line(LineKind.NET, "Net", converted)]
    if exchange.spread_percent:
        spread = converted * exchange.spread_percent / _PERCENT
        lines.append(Line(LineKind.EXCHANGE, "Exchange cover", spread))
    return lines


def _markup(net: Money, sale: Sale, policy: Policy, exchange: Exchange) -> list[Line]:
    """Exact, unrounded. A percentage is of the cost, the spread included; a fixed amount is converted plainly."""
    rule = markup.first_match(policy.rules, sale)
    if rule is None:
        return []
    lines = []
    if rule.percent:
        cost = _sum([line.amount for line in _cost(net, exchange)])
        lines.append(Line(LineKind.MARKUP_PERCENT, rule.name, cost * rule.percent / _PERCENT, rule.id))
    if rule.fixed:
        fixed = policy.rates.between(rule.fixed.currency, exchange.quote).convert(rule.fixed)
        lines.append(Line(LineKind.MARKUP_FIXED, rule.name, fixed, rule.id))
    return lines


def _floored(steps: list[Line], least_margin_percent: Decimal) -> tuple[Money, tuple[Line, ...]]:
    """Never under cost + least margin, not even by rounding; the rounded lines add up to the total."""
    cost = _sum([line.amount for line in steps if line.kind in (LineKind.NET, LineKind.EXCHANGE)])
    floor = cost * (_PERCENT + least_margin_percent) / _PERCENT
    exact = _sum([line.amount for line in steps])
    if exact < floor:
        steps = [*steps, Line(LineKind.FLOOR, "Least margin", floor - exact)]
    total = max(exact, floor).rounded()
    if total < floor:
        total = floor.rounded(ROUND_CEILING)
    rounded = [line.amount.rounded() for line in steps]
    rounded[-1] += total - _sum(rounded)
    return total, tuple(
        Line(line.kind, line.label, amount, line.rule_id) for line, amount in zip(steps, rounded, strict=True)
    )


def _charge(charge: Charge, rates: Rates, currency: str) -> AtProperty:
    try:
        estimate = rates.between(charge.amount.currency, currency).convert(charge.amount).rounded()
    except UnknownCurrency:
        return AtProperty(charge.kind, charge.amount, None)
    return AtProperty(charge.kind, charge.amount, estimate)


def _sum_charges(left: AtProperty, right: AtProperty) -> AtProperty:
    estimate = None
    if left.estimate is not None and right.estimate is not None:
        estimate = left.estimate + right.estimate
    return AtProperty(left.kind, left.amount + right.amount, estimate)


def _sum(amounts: Sequence[Money]) -> Money:
    return sum(amounts[1:], amounts[0])
