"""What was sold. Sums in several currencies are told in one, at today's rate, and only ever as an estimate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth

from bookings.models import Booking
from bookings.states import BookingStatus
from faredown.lib.errors import InvalidInput
from faredown.lib.money import Money
from hotels.services import pricing
from reports.selectors.periods import Period

SOLD = (BookingStatus.CONFIRMED, BookingStatus.CANCELLING, BookingStatus.COMPLETED)
DECIDED = (*SOLD, BookingStatus.CANCELLED, BookingStatus.REJECTED)


Row = Mapping[str, Any]
"""{total_currency, bookings, amount, ...}: one currency's share of a sum."""


@dataclass(frozen=True, slots=True)
class Sales:
    """`left_out`: currencies sold in for which no rate is known; their amounts are not in `revenue`."""

    bookings: int
    revenue: Money
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlaceSales:
    name: str
    sales: Sales


def _in(period: Period) -> QuerySet[Booking]:
    return Booking.objects.filter(created_at__gte=period.start, created_at__lt=period.end)


def _sum(rows: Iterable[Row], currency: str) -> Sales:
    revenue, bookings, left_out = Money.zero(currency), 0, []
    for row in rows:
        bookings += row["bookings"]
        amount = Money.of(row["amount"] or Decimal(0), row["total_currency"])
        try:
            revenue += pricing.exchange(amount.currency, currency).convert(amount)
        except InvalidInput:
            left_out.append(amount.currency)
    return Sales(bookings, revenue.rounded(), tuple(sorted(left_out)))


def sold(period: Period, *, currency: str) -> Sales:
    rows = (
        _in(period)
        .filter(status__in=SOLD)
        .order_by()
        .values("total_currency")
        .annotate(bookings=Count("pk"), amount=Sum("total_amount"))
    )
    return _sum(rows, currency)


def success_rate(period: Period) -> Decimal | None:
    """Percent of the decided bookings that the supplier confirmed; None where nothing was decided."""
    counts = _in(period).aggregate(
        decided=Count("pk", filter=Q(status__in=DECIDED)),
        rejected=Count("pk", filter=Q(status=BookingStatus.REJECTED)),
    )
    if not counts["decided"]:
        return None
    kept = Decimal(counts["decided"] - counts["rejected"])
    share = kept * 100 / Decimal(counts["decided"])
    return share.quantize(Decimal("0.1"))


def by_month(since: datetime, *, currency: str) -> dict[tuple[int, int], Sales]:
    """{(year, month): Sales} of the months in which something was sold."""
    rows = (
        Booking.objects.filter(created_at__gte=since, status__in=SOLD)
        .order_by()
        .annotate(month=TruncMonth("created_at"))
        .values("month", "total_currency")
        .annotate(bookings=Count("pk"), amount=Sum("total_amount"))
    )
    months: dict[tuple[int, int], list[Row]] = {}
    for row in rows:
        months.setdefault((row["month"].year, row["month"].month), []).append(row)
    return {month: _sum(found, currency) for month, found in months.items()}


def top_destinations(period: Period, *, currency: str, limit: int = 5) -> list[PlaceSales]:
    rows = (
        _in(period)
        .filter(status__in=SOLD)
        .order_by()
        .values("hotel__destination_id", "hotel__destination__name", "total_currency")
        .annotate(bookings=Count("pk"), amount=Sum("total_amount"))
    )
    places: dict[tuple[int, str], list[Row]] = {}
    for row in rows:
        key = (row["hotel__destination_id"], row["hotel__destination__name"])
        places.setdefault(key, []).append(row)
    ranked = [PlaceSales(name, _sum(found, currency)) for (_, name), found in places.items()]
    ranked.sort(key=lambda place: (-place.sales.bookings, -place.sales.revenue.amount, place.name))
    return ranked[:limit]
