"""Prices with the house's own rules and rates: the pure engine, fed from the database."""

from __future__ import annotations

from decimal import Decimal

import msgspec
from django.core.cache import cache
from django.db.models import Q

from faredown.lib import clock
from faredown.lib.errors import invalid
from hotels import conf
from hotels.models import ExchangeRate, Hotel, MarkupRule
from hotels.pricing import engine
from hotels.pricing.engine import Charge, Policy, Price
from hotels.pricing.exchange import PIVOT, Exchange, Rates, UnknownCurrency
from hotels.pricing.rules import Rule, Sale
from hotels.pricing.terms import guest_terms
from suppliers.types import Rate, Tax

__all__ = ["current_policy", "exchange", "forget_policy", "guest_terms", "price_rate", "sale_of"]

_POLICY_KEY = "hotels:policy:1"
_POLICY_LIFE = 60
"""Seconds; saving a rule or a rate forgets it at once, this is for changes made behind Django's back."""


def price_rate(
    rate: Rate, *, hotel: Hotel, currency: str, supplier: str, policy: Policy | None = None
) -> Price:
    """What the guest pays for the rate: the whole stay, all its rooms. Raises InvalidInput (field `currency`)."""
    return price_sale(
        rate, sale=sale_of(hotel, supplier), currency=currency, policy=policy or current_policy()
    )


def price_sale(rate: Rate, *, sale: Sale, currency: str, policy: Policy) -> Price:
    try:
        return engine.price(
            rate.net,
            sale=sale,
            policy=policy,
            currency=currency,
            mandated=rate.mandated_price,
            at_property=charges_of(rate),
        )
    except UnknownCurrency as error:
        raise _unknown(error) from error


def sale_of(hotel: Hotel, supplier: str) -> Sale:
    """Needs `hotel.destination` (select it)."""
    return Sale(
        supplier=supplier,
        country=hotel.country_id,
        destination=hotel.destination.public_id,
        hotel=hotel.public_id,
        stars=hotel.stars,
    )


def charges_of(rate: Rate) -> tuple[Charge, ...]:
    """Taxes and fees not included in the net, paid at the property. Included ones inform only."""
    charges = (_charge(tax) for tax in rate.taxes if not tax.included)
    return tuple(charge for charge in charges if charge is not None)


def exchange(base: str, quote: str) -> Exchange:
    """Raises InvalidInput (field `currency`) for a currency without a rate."""
    try:
        return current_policy().rates.between(base, quote)
    except UnknownCurrency as error:
        raise _unknown(error) from error


def current_policy() -> Policy:
    """Rules and rates in force now. Two queries, then kept for all processes for a minute."""
    if (kept := cache.get(_POLICY_KEY)) is not None:
        return msgspec.msgpack.decode(kept, type=Policy)
    policy = Policy(
        rules=tuple(_rules()),
        rates=Rates(_per_pivot(), conf.exchange_spread_percent()),
        least_margin_percent=conf.least_margin_percent(),
    )
    cache.set(_POLICY_KEY, msgspec.msgpack.encode(policy), _POLICY_LIFE)
    return policy


def forget_policy() -> None:
    cache.delete(_POLICY_KEY)


def _rules() -> list[Rule]:
    now = clock.now()
    rows = (
        MarkupRule.objects.filter(is_active=True)
        .filter(Q(valid_from__isnull=True) | Q(valid_from__lte=now))
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gt=now))
        .select_related("destination", "hotel")
    )
    return [_rule(row) for row in rows]


def _rule(row: MarkupRule) -> Rule:
    return Rule(
        id=row.public_id,
        name=row.name,
        priority=row.priority,
        percent=row.percent,
        fixed=row.fixed,
        supplier=row.supplier,
        country=row.country_id or "",
        destination=row.destination.public_id if row.destination else "",
        hotel=row.hotel.public_id if row.hotel else "",
        stars_from=row.stars_from,
        stars_to=row.stars_to,
    )


def _per_pivot() -> dict[str, Decimal]:
    """Units per EUR: the newest row of each currency against EUR, either way round; staff before published."""
    rows = (
        ExchangeRate.objects.filter(Q(base=PIVOT) | Q(quote=PIVOT), as_of__lte=clock.now())
        .order_by("base", "quote", "source", "-as_of")
        .distinct("base", "quote", "source")
    )
    newest: dict[str, ExchangeRate] = {}
    for row in rows:
        other = row.quote if row.base == PIVOT else row.base
        if other not in newest or _goes_before(row, newest[other]):
            newest[other] = row
    return {code: row.rate if row.base == PIVOT else Decimal(1) / row.rate for code, row in newest.items()}


def _goes_before(row: ExchangeRate, other: ExchangeRate) -> bool:
    staff = ExchangeRate.Source.STAFF
    return (row.as_of, row.source == staff) > (other.as_of, other.source == staff)


def _charge(tax: Tax) -> Charge | None:
    amount = tax.amount or tax.client_amount
    return Charge(tax.kind or "Tax", amount) if amount else None


def _unknown(error: UnknownCurrency) -> Exception:
    return invalid("currency", "unknown_currency", f"No exchange rate is known for {error.currency}.")
