"""The arithmetic of single steps, made ready for one shown currency. Pure; exact, nothing is rounded here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from faredown.lib.money import Money
from hotels.pricing.breakdown import LineKind
from hotels.pricing.rules import Basis, FixedPer, Promotion, Rule, TaxRule

HUNDRED = Decimal(100)
NOTHING = Decimal(0)

Convert = Callable[[Decimal, str], Decimal]
"""An amount of a currency in the shown one. Raises UnknownCurrency."""


class Step(NamedTuple):
    kind: LineKind
    label: str
    amount: Decimal
    rule_id: str = ""


class Markup:
    """One rule, its amounts in the shown currency."""

    __slots__ = (
        "_bands",
        "_first_bound",
        "_fixed",
        "_least",
        "_most",
        "_night_factor",
        "_per_room",
        "_rule",
        "slope",
    )

    def __init__(self, rule: Rule, *, nights: int, convert: Convert) -> None:
        self._rule = rule
        self.slope = min(rule.percent, *(tier.percent for tier in rule.tiers)) if rule.tiers else rule.percent
        """The least percentage on a further unit of cost."""
        tiers = sorted(rule.tiers, key=lambda tier: tier.above)
        bounds = [*(convert(tier.above, rule.currency) for tier in tiers), None]
        self._bands = [
            (lower, upper, tier.percent)
            for tier, (lower, upper) in zip(tiers, pairwise(bounds), strict=True)
            if lower is not None
        ]
        self._first_bound = bounds[0]
        self._fixed = convert(rule.fixed.amount, rule.fixed.currency) if rule.fixed else NOTHING
        by_night = rule.fixed_per in (FixedPer.NIGHT, FixedPer.ROOM_NIGHT)
        self._night_factor = nights if by_night else 1
        self._per_room = rule.fixed_per in (FixedPer.ROOM, FixedPer.ROOM_NIGHT)
        self._least = None if rule.least is None else convert(rule.least, rule.currency)
        self._most = None if rule.most is None else convert(rule.most, rule.currency)

    @property
    def is_plain(self) -> bool:
        """A percentage of any cost, and no more."""
        bounded = self._least is not None or self._most is not None
        return self._first_bound is None and not self._fixed and not bounded

    def steps(self, cost: Decimal, rooms: int) -> list[Step]:
        """A percentage is of the cost, the exchange cover included; a fixed amount is converted plainly."""
        rule, found = self._rule, []
        if rule.percent:
            below = cost if self._first_bound is None else min(cost, self._first_bound)
            amount = below * rule.percent / HUNDRED
            found.append(Step(LineKind.MARKUP_PERCENT, rule.name, amount, rule.id))
        if self._first_bound is not None and cost > self._first_bound:
            found.append(Step(LineKind.MARKUP_TIER, rule.name, self._above(cost), rule.id))
        if self._fixed:
            times = self._night_factor * (rooms if self._per_room else 1)
            found.append(Step(LineKind.MARKUP_FIXED, rule.name, self._fixed * times, rule.id))
        if self._least is not None or self._most is not None:
            found += self._bounded(sum((step.amount for step in found), start=NOTHING))
        return found

    def _above(self, cost: Decimal) -> Decimal:
        parts = (
            ((cost if upper is None else min(cost, upper)) - lower) * percent / HUNDRED
            for lower, upper, percent in self._bands
            if cost > lower
        )
        return sum(parts, start=NOTHING)

    def _bounded(self, markup: Decimal) -> list[Step]:
        if self._least is not None and markup < self._least:
            return [Step(LineKind.MARKUP_LEAST, self._rule.name, self._least - markup, self._rule.id)]
        if self._most is not None and markup > self._most:
            return [Step(LineKind.MARKUP_MOST, self._rule.name, self._most - markup, self._rule.id)]
        return []


class Markups:
    """The rules that fall on one kind of rate together."""

    __slots__ = ("factor", "grows", "rules")

    def __init__(self, rules: Sequence[Markup]) -> None:
        self.rules = rules
        self.grows = HUNDRED + sum((rule.slope for rule in rules), start=NOTHING) >= 0
        """A dearer rate never sells for less. Only discounts that stack beyond the whole cost can break that."""
        plain = all(rule.is_plain for rule in rules)
        self.factor = 1 + sum((rule.slope for rule in rules), start=NOTHING) / HUNDRED if plain else None
        """What a cost is multiplied by, where every rule is a percentage and no more."""

    def steps(self, cost: Decimal, rooms: int) -> list[Step]:
        return [step for rule in self.rules for step in rule.steps(cost, rooms)]


class Taxes:
    """The taxes of one place and stay. `plain` is the net at the rate itself: what the margin is counted over."""

    __slots__ = ("_on_margin", "_on_total", "rules")

    def __init__(self, rules: Sequence[TaxRule]) -> None:
        self.rules = rules
        shares = {
            basis: sum((rule.percent for rule in rules if rule.basis is basis), start=NOTHING) / HUNDRED
            for basis in Basis
        }
        self._on_margin, self._on_total = shares[Basis.MARGIN], shares[Basis.TOTAL]

    def steps(self, sell: Decimal, plain: Decimal) -> list[Step]:
        """On a selling price before tax."""
        found = []
        for rule in self.rules:
            basis = max(sell - plain, NOTHING) if rule.basis is Basis.MARGIN else sell
            found.append(Step(LineKind.TAX, rule.name, basis * rule.percent / HUNDRED, rule.id))
        return found

    def added(self, sell: Decimal, plain: Decimal) -> Decimal:
        return sum((step.amount for step in self.steps(sell, plain)), start=NOTHING)

    def taken_out(self, gross: Decimal, plain: Decimal) -> Decimal:
        """The selling price before tax whose tax makes it `gross`."""
        sell = (gross + plain * self._on_margin) / (1 + self._on_total + self._on_margin)
        return sell if sell >= plain else gross / (1 + self._on_total)


def discount(promotion: Promotion, price: Decimal, convert: Convert) -> Decimal:
    """Of the price with tax, before the guard; never more than the price."""
    wanted = price * promotion.percent / HUNDRED
    if promotion.fixed is not None:
        wanted += _shown(promotion.fixed, convert)
    if promotion.cap is not None:
        wanted = min(wanted, _shown(promotion.cap, convert))
    return max(min(wanted, price), NOTHING)


def _shown(money: Money, convert: Convert) -> Decimal:
    return convert(money.amount, money.currency)
