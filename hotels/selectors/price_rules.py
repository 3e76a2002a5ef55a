"""Staff's rules for prices as the engine's values: those active now."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from django.db.models import Q, QuerySet

from faredown.lib import clock
from hotels.models import MarkupRule, TaxRule
from hotels.pricing import rules
from hotels.pricing.rules import Basis, FixedPer, Rule, Season, Span, Tier

Windowed = TypeVar("Windowed", MarkupRule, TaxRule)


def markups() -> Iterator[Rule]:
    rows = _active(MarkupRule.objects.select_related("destination", "hotel"))
    return (_markup(row) for row in rows.prefetch_related("tiers", "seasons"))


def taxes() -> Iterator[rules.TaxRule]:
    return (_tax(row) for row in _active(TaxRule.objects.all()))


def _active(rows: QuerySet[Windowed]) -> QuerySet[Windowed]:
    now = clock.now()
    return (
        rows.filter(is_active=True)
        .filter(Q(valid_from__isnull=True) | Q(valid_from__lte=now))
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gt=now))
    )


def _markup(row: MarkupRule) -> Rule:
    return Rule(
        id=row.public_id,
        name=row.name,
        priority=row.priority,
        stacks=row.stacks,
        percent=row.percent,
        tiers=tuple(Tier(tier.above_amount, tier.percent) for tier in row.tiers.all()),
        fixed=row.fixed,
        fixed_per=FixedPer(row.fixed_per),
        least=row.least_amount,
        most=row.most_amount,
        currency=row.bounds_currency,
        supplier=row.supplier,
        country=row.country_id or "",
        destination=row.destination.public_id if row.destination else "",
        hotel=row.hotel.public_id if row.hotel else "",
        chains=tuple(row.chains),
        boards=tuple(row.boards),
        stars=Span(row.stars_from, row.stars_to),
        lead_days=Span(row.lead_days_from, row.lead_days_to),
        nights=Span(row.nights_from, row.nights_to),
        weekdays=tuple(row.weekdays),
        seasons=tuple(Season(season.starts_on, season.ends_on) for season in row.seasons.all()),
        channels=tuple(row.channels),
        user_types=tuple(row.user_types),
        residencies=tuple(row.residencies),
    )


def _tax(row: TaxRule) -> rules.TaxRule:
    return rules.TaxRule(
        id=row.public_id,
        name=row.name,
        percent=row.percent,
        basis=Basis(row.basis),
        priority=row.priority,
        stacks=row.stacks,
        supplier=row.supplier,
        country=row.country_id or "",
        user_types=tuple(row.user_types),
        residencies=tuple(row.residencies),
    )
