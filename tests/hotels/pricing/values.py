"""Short words for the tables. Per EUR: 1.10 USD, 0.85 GBP, 160 JPY, 0.33 KWD; AED is pegged (1.10 x 3.6725 = 4.03975).

The stay: three nights from Saturday 14 August 2027, sold 90 days before on the website to a guest from France, in a
four-star hotel of chain SOL in Spain, with breakfast.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from faredown.lib.money import Money
from hotels.pricing import engine
from hotels.pricing.engine import Item, Policy, Price
from hotels.pricing.exchange import Rates
from hotels.pricing.rules import Basis, Place, Promotion, Rule, Season, Span, Stay, TaxRule, Tier

PER_EUR = {"USD": Decimal("1.10"), "GBP": Decimal("0.85"), "JPY": Decimal(160), "KWD": Decimal("0.33")}
PLACE = Place(
    supplier="hotelbeds", country="ES", destination="dst_1", hotel="htl_1", chain="SOL", stars=Decimal(4)
)
STAY = Stay(
    check_in=date(2027, 8, 14), nights=3, lead_days=90, channel="web", user_type="guest", residency="FR"
)
_numbers = count(1)


def money(text: str) -> Money:
    amount, currency = text.split()
    return Money.of(amount, currency)


def rule(percent: str = "0", **facts: Any) -> Rule:
    """Of equal priority the one written first goes first."""
    if isinstance(facts.get("fixed"), str):
        facts["fixed"] = money(facts["fixed"])
    made: dict[str, Any] = {"id": f"mkr_{next(_numbers):05}", "name": "Rule", "percent": Decimal(percent)}
    return Rule(**(made | facts))


def stack(percent: str = "0", **facts: Any) -> Rule:
    return rule(percent, stacks=True, **facts)


def tiers(percent: str, *steps: str, currency: str = "EUR", **facts: Any) -> Rule:
    """`tiers("20", "15 over 100", "10 over 300")`: 20 % up to 100, 15 % of the part to 300, then 10 %."""
    found = tuple(
        Tier(Decimal(above), Decimal(share)) for share, above in (step.split(" over ") for step in steps)
    )
    return rule(percent, tiers=found, currency=currency, **facts)


def bounded(percent: str, *, least: str = "", most: str = "", currency: str = "EUR", **facts: Any) -> Rule:
    return rule(
        percent,
        least=Decimal(least) if least else None,
        most=Decimal(most) if most else None,
        currency=currency,
        **facts,
    )


def tax(percent: str, basis: Basis = Basis.TOTAL, **facts: Any) -> TaxRule:
    return TaxRule(id=f"txr_{next(_numbers):05}", name="VAT", percent=Decimal(percent), basis=basis, **facts)


def margin_tax(percent: str, **facts: Any) -> TaxRule:
    return tax(percent, Basis.MARGIN, **facts)


def promo(percent: str = "0", *, fixed: str = "", cap: str = "") -> Promotion:
    return Promotion(
        id="prm_1",
        name="SUMMER",
        percent=Decimal(percent),
        fixed=money(fixed) if fixed else None,
        cap=money(cap) if cap else None,
    )


def season(first: str, last: str) -> Season:
    return Season(date.fromisoformat(first), date.fromisoformat(last))


def span(least: int | None, most: int | None = None) -> Span:
    return Span(least, most)


def policy(*rules: Rule, taxes: tuple[TaxRule, ...] = (), spread: str = "0", least: str = "0") -> Policy:
    rates = Rates(PER_EUR, Decimal(spread))
    return Policy(rules=rules, taxes=taxes, rates=rates, least_margin_percent=Decimal(least))


def priced(
    net: str, house: Policy, shown: str = "EUR", promotion: Promotion | None = None, **item: Any
) -> Price:
    if isinstance(item.get("mandated"), str):
        item["mandated"] = money(item["mandated"])
    made: dict[str, Any] = {"net": money(net), "board": "BB"}
    sold = Item(**(made | item))
    return engine.price(sold, place=PLACE, stay=STAY, policy=house, currency=shown, promotion=promotion)
