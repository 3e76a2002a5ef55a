"""The house's rules made ready: once for a search, once for a hotel, so that a single rate costs little. Pure.

Book (every rule, indexed by place) -> Tariff (one stay, one currency) -> Desk (one supplier's hotel) -> Price

net -> shown currency (rate, spread) -> markup -> floor -> tax -> promotion, guarded -> total, rounded once
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import NamedTuple

import msgspec

from faredown.lib import money
from faredown.lib.money import Money
from hotels.pricing import rules as scopes
from hotels.pricing.breakdown import AtProperty, Charge, Item, Line, LineKind, Price, TaxPart
from hotels.pricing.exchange import Exchange, Rates, UnknownCurrency
from hotels.pricing.rules import Place, Promotion, Rule, Stay, TaxRule
from hotels.pricing.steps import HUNDRED, NOTHING, Markup, Markups, Step, Taxes, discount

_STAYS_KEPT, _HOTELS_KEPT = 32, 128
"""For prices asked one by one; whoever prices a whole answer holds its tariff, and one desk after the other."""
_AFTER_MARKUP = frozenset({LineKind.TAX, LineKind.PROMOTION, LineKind.PROMOTION_GUARD})


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """The house's side of every price."""

    rules: tuple[Rule, ...]
    rates: Rates
    taxes: tuple[TaxRule, ...] = ()
    least_margin_percent: Decimal = Decimal(0)


class Totals(NamedTuple):
    """In minor units of the shown currency; `grand` with the estimates of what is paid at the property."""

    total: int
    grand: int


class Book:
    """A policy to look things up in. Safe to share between threads."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.rules = sorted(policy.rules, key=lambda rule: rule.rank)
        self.taxes = sorted(policy.taxes, key=lambda rule: rule.rank)
        self.tariff = lru_cache(maxsize=_STAYS_KEPT)(self._tariff)

    def _tariff(self, stay: Stay, currency: str) -> Tariff:
        return Tariff(self, stay, currency)


class Tariff:
    """The rules that one stay can meet, its amounts in the shown currency. Raises UnknownCurrency where a price in
    it is asked for and there is no rate."""

    def __init__(self, book: Book, stay: Stay, currency: str) -> None:
        self.stay, self.currency = stay, currency
        self.digits = money.exponent(currency)
        self.unit = Decimal(1).scaleb(-self.digits)
        self.least_factor = HUNDRED + book.policy.least_margin_percent
        self.at = lru_cache(maxsize=_HOTELS_KEPT)(self._at)
        self._rates = book.policy.rates
        self._taxes = book.taxes
        self._by_place: dict[str, list[Rule]] = {}
        for rule in book.rules:
            if rule.fits_stay(stay):
                self._by_place.setdefault(rule.hotel or rule.destination or rule.country, []).append(rule)
        self._exchanges: dict[str, Exchange] = {}
        self._markups: dict[tuple[str, ...], Markups] = {}
        self._tax_sets: dict[tuple[str, ...], Taxes] = {}

    def _at(self, place: Place) -> Desk:
        keys = dict.fromkeys((place.hotel, place.destination, place.country, ""))
        near = (rule for key in keys for rule in self._by_place.get(key, ()))
        rules = sorted((rule for rule in near if rule.fits_place(place)), key=lambda rule: rule.rank)
        return Desk(self, place, rules, self._taxes_at(place))

    def exchange(self, currency: str) -> Exchange:
        if (known := self._exchanges.get(currency)) is None:
            known = self._exchanges[currency] = self._rates.between(currency, self.currency)
        return known

    def convert(self, amount: Decimal, currency: str) -> Decimal:
        return amount * self.exchange(currency).rate

    def rounded(self, amount: Decimal, rounding: str = ROUND_HALF_UP) -> Decimal:
        return amount.quantize(self.unit, rounding=rounding)

    def estimate(self, charge: Charge) -> Decimal | None:
        try:
            return self.rounded(self.convert(charge.amount.amount, charge.amount.currency))
        except UnknownCurrency:
            return None

    def markups(self, rules: Sequence[Rule]) -> Markups:
        key = tuple(rule.id for rule in rules)
        if (known := self._markups.get(key)) is None:
            ready = [Markup(rule, nights=self.stay.nights, convert=self.convert) for rule in rules]
            known = self._markups[key] = Markups(ready)
        return known

    def _taxes_at(self, place: Place) -> Taxes:
        matching = [rule for rule in self._taxes if rule.fits(place, self.stay)]
        chosen = scopes.chosen_taxes(matching)
        key = tuple(rule.id for rule in chosen)
        if (known := self._tax_sets.get(key)) is None:
            known = self._tax_sets[key] = Taxes(chosen)
        return known


class _Worked(NamedTuple):
    """`plain`: the net at the rate itself. `steps` are exact and, rounded, add up to `total`."""

    steps: list[Step]
    plain: Decimal
    total: Decimal
    exchange: Exchange


class Desk:
    """Sells one supplier's rates of one hotel."""

    def __init__(self, tariff: Tariff, place: Place, rules: Sequence[Rule], taxes: Taxes) -> None:
        self.place = place
        self._tariff, self._rules, self._taxes = tariff, rules, taxes
        self._boards: dict[str, Markups] = {}

    def grows(self, board: str) -> bool:
        """Whether of two rates of that board the one with the higher net never sells for less."""
        return self._on(board).grows

    def totals(self, item: Item) -> Totals:
        """What `price` comes to, without its breakdown. Raises UnknownCurrency (of net, mandated price or a rule)."""
        grand = total = self._total(item)
        for charge in item.at_property:
            if (estimate := self._tariff.estimate(charge)) is not None:
                grand += estimate
        digits = self._tariff.digits
        return Totals(int(total.scaleb(digits)), int(grand.scaleb(digits)))

    def price(self, item: Item, promotion: Promotion | None = None) -> Price:
        """The guest's price of one rate, whole stay, all its rooms. Raises UnknownCurrency as `totals`, and for a
        promotion's amounts."""
        worked, currency = self._work(item, promotion), self._tariff.currency
        charges = tuple(self._charge(charge) for charge in item.at_property)
        total = Money(worked.total, currency)
        return Price(
            total=total,
            net=item.net,
            net_converted=Money(self._tariff.rounded(worked.plain), currency),
            lines=self._lines(worked),
            exchange_rate=f"{worked.exchange.rate:f}",
            exchange_spread_percent="0" if item.mandated else f"{worked.exchange.spread_percent:f}",
            exchange_source=worked.exchange.source,
            at_property=charges,
            grand_total=sum((charge.estimate for charge in charges if charge.estimate), total),
            mandated=item.mandated is not None,
            taxes=self._tax_parts(worked),
            rooms=item.rooms,
            board=item.board,
            place=self.place,
            stay=self._tariff.stay,
        )

    def _total(self, item: Item) -> Decimal:
        """`_work(item, None).total`."""
        total = (
            None
            if item.mandated is not None
            else self._percents(item.net.amount, item.net.currency, item.board)
        )
        return self._work(item, None).total if total is None else total

    def quick_total(self, net: Decimal, currency: str, board: str) -> int | None:
        """`totals(...).total` of a rate at our price; None where only `totals` can tell. Raises as it does."""
        total = self._percents(net, currency, board)
        return None if total is None else int(total.scaleb(self._tariff.digits))

    def _percents(self, net: Decimal, currency: str, board: str) -> Decimal | None:
        """The total in one multiplication, where markup is plain percentages and there is no tax."""
        factor = None if self._taxes.rules else self._on(board).factor
        if factor is None or net < 0:
            return None
        exchange = self._tariff.exchange(currency)
        cost = net * exchange.rate
        if exchange.spread_percent:
            cost += cost * exchange.spread_percent / HUNDRED
        least = cost * self._tariff.least_factor / HUNDRED
        return self._round_up_to(max(cost * factor, least), least)

    def _on(self, board: str) -> Markups:
        if (known := self._boards.get(board)) is None:
            chosen = scopes.chosen_markups([rule for rule in self._rules if rule.fits_board(board)])
            known = self._boards[board] = self._tariff.markups(chosen)
        return known

    def _work(self, item: Item, promotion: Promotion | None) -> _Worked:
        if item.net.amount < 0:
            raise ValueError("a net price is not negative")
        exchange = self._tariff.exchange(item.net.currency)
        plain = item.net.amount * exchange.rate
        if item.mandated is not None:
            return self._mandated(item.mandated, plain, exchange)
        steps, cost = [Step(LineKind.NET, "Net", plain)], plain
        if exchange.spread_percent:
            cover = plain * exchange.spread_percent / HUNDRED
            steps.append(Step(LineKind.EXCHANGE, "Exchange cover", cover))
            cost += cover
        steps += self._on(item.board).steps(cost, item.rooms)
        sell = sum((step.amount for step in steps), start=NOTHING)
        floor = cost * self._tariff.least_factor / HUNDRED
        if sell < floor:
            steps.append(Step(LineKind.FLOOR, "Least margin", floor - sell))
            sell = floor
        least = floor
        if self._taxes.rules:
            steps += self._taxes.steps(sell, plain)
            sell += self._taxes.added(sell, plain)
            least += self._taxes.added(floor, plain)
        if promotion is not None:
            promoted = self._promoted(promotion, sell, least)
            steps += promoted
            sell += sum(step.amount for step in promoted)
        return _Worked(steps, plain, self._round_up_to(sell, least), exchange)

    def _round_up_to(self, exact: Decimal, least: Decimal) -> Decimal:
        """Never under cost + least margin (with its tax), not even by rounding."""
        total = self._tariff.rounded(exact)
        return total if total >= least else self._tariff.rounded(least, ROUND_CEILING)

    def _promoted(self, promotion: Promotion, sell: Decimal, least: Decimal) -> list[Step]:
        taken = discount(promotion, sell, self._tariff.convert)
        found = [Step(LineKind.PROMOTION, promotion.name, -taken, promotion.id)] if taken else []
        if sell - taken < least:
            kept = least - (sell - taken)
            found.append(
                Step(LineKind.PROMOTION_GUARD, "Promotion stops at the least margin", kept, promotion.id)
            )
        return found

    def _mandated(self, mandated: Money, plain: Decimal, exchange: Exchange) -> _Worked:
        """Exactly what the supplier says, tax inside it: no spread, no markup, no floor, no promotion."""
        total = self._tariff.rounded(self._tariff.convert(mandated.amount, mandated.currency))
        taxes = self._taxes.steps(self._taxes.taken_out(total, plain), plain) if self._taxes.rules else []
        kept = total - plain - sum(step.amount for step in taxes)
        steps = [
            Step(LineKind.NET, "Net", plain),
            Step(LineKind.MANDATED, "Selling price set by the supplier", kept),
            *taxes,
        ]
        return _Worked(steps, plain, total, exchange)

    def _lines(self, worked: _Worked) -> tuple[Line, ...]:
        """Rounded one by one; the last of what is ours before tax and promotion takes the remainder."""
        rounded = [self._tariff.rounded(step.amount) for step in worked.steps]
        ours = [index for index, step in enumerate(worked.steps) if step.kind not in _AFTER_MARKUP]
        rounded[ours[-1]] += worked.total - sum(rounded)
        currency = self._tariff.currency
        return tuple(
            Line(step.kind, step.label, Money(amount, currency), step.rule_id, _digits(amount - step.amount))
            for step, amount in zip(worked.steps, rounded, strict=True)
        )

    def _tax_parts(self, worked: _Worked) -> tuple[TaxPart, ...]:
        """The tax lines, unless a promotion took some of what they were reckoned on."""
        if not self._taxes.rules:
            return ()
        steps = [step for step in worked.steps if step.kind is LineKind.TAX]
        if any(step.kind is LineKind.PROMOTION for step in worked.steps):
            steps = self._taxes.steps(self._taxes.taken_out(worked.total, worked.plain), worked.plain)
        currency = self._tariff.currency
        rules = {rule.id: rule for rule in self._taxes.rules}
        return tuple(
            TaxPart(
                step.rule_id,
                step.label,
                Money(self._tariff.rounded(step.amount), currency),
                percent=rules[step.rule_id].percent,
                basis=rules[step.rule_id].basis,
            )
            for step in steps
        )

    def _charge(self, charge: Charge) -> AtProperty:
        estimate = self._tariff.estimate(charge)
        shown = None if estimate is None else Money(estimate, self._tariff.currency)
        return AtProperty(charge.kind, charge.amount, shown)


def _digits(difference: Decimal) -> Decimal:
    """Without trailing zeroes, so that "nothing" is told as nothing."""
    return difference.normalize() if difference else NOTHING
