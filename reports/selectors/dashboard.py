"""The first page of the backoffice: a handful of figures, each against the period before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.urls import reverse

from bookings.models import StaffTask
from faredown.lib import clock
from faredown.lib.backoffice import NOTHING, money
from reports.selectors import sales, supply
from reports.selectors.periods import Period, last_days, months_back

DAYS = 30
MONTHS = 6
QUEUE_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Card:
    label: str
    value: str
    note: str
    icon: str
    tone: str
    direction: int = 0
    """1 better than the period before, -1 worse, 0 the same or not comparable."""


@dataclass(frozen=True, slots=True)
class Month:
    label: str
    bookings: int
    revenue: str


@dataclass(frozen=True, slots=True)
class Place:
    label: str
    bookings: int
    revenue: str


@dataclass(frozen=True, slots=True)
class Waiting:
    reference: str
    url: str
    reason: str
    due: str
    overdue: bool


@dataclass(frozen=True, slots=True)
class Dashboard:
    cards: list[Card]
    months: list[Month]
    months_peak: int
    destinations: list[Place]
    queue: list[Waiting]
    suppliers: list[supply.OperationHealth]


def _compared(now: Decimal, before: Decimal, *, unit: str = "%") -> tuple[str, int]:
    """`+12.5% from the 30 days before` and the direction; in points where a rate is compared."""
    if unit == "%":
        if not before:
            return (f"nothing in the {DAYS} days before", 0)
        change = (now - before) * 100 / before
    else:
        change = now - before
    change = change.quantize(Decimal("0.1"))
    direction = (change > 0) - (change < 0)
    return (f"{change:+}{unit} from the {DAYS} days before", direction)


def _cards(period: Period, currency: str) -> list[Card]:
    now, before = sales.sold(period, currency=currency), sales.sold(period.before, currency=currency)
    bookings_note, bookings_up = _compared(Decimal(now.bookings), Decimal(before.bookings))
    revenue_note, revenue_up = _compared(now.revenue.amount, before.revenue.amount)
    if now.left_out:
        revenue_note = f"without {', '.join(now.left_out)}: no exchange rate"
    rate, rate_before = sales.success_rate(period), sales.success_rate(period.before)
    rate_note, rate_up = (f"of the last {DAYS} days", 0)
    if rate is not None and rate_before is not None:
        rate_note, rate_up = _compared(rate, rate_before, unit=" points")
    waiting = StaffTask.objects.filter(resolved_at__isnull=True).count()
    return [
        Card("Bookings", f"{now.bookings:,}", bookings_note, "menu_book", "count", bookings_up),
        Card("Revenue", money(now.revenue), revenue_note, "payments", "money", revenue_up),
        Card("Confirmed", NOTHING if rate is None else f"{rate}%", rate_note, "target", "rate", rate_up),
        Card("Waiting for staff", f"{waiting:,}", "open tasks", "assignment_late", "alert"),
    ]


def _months(until: datetime, currency: str) -> list[Month]:
    spans = months_back(MONTHS, until=until)
    found = sales.by_month(spans[0].start, currency=currency)
    months = []
    for span in spans:
        sold = found.get((span.start.year, span.start.month))
        revenue = money(sold.revenue) if sold else NOTHING
        months.append(Month(f"{span.start:%b %Y}", sold.bookings if sold else 0, revenue))
    return months


def _queue(now: datetime) -> list[Waiting]:
    tasks = StaffTask.objects.filter(resolved_at__isnull=True).select_related("booking").order_by("due_at")
    return [
        Waiting(
            reference=task.booking.reference,
            url=reverse("admin:bookings_booking_change", args=(task.booking_id,)),
            reason=task.reason,
            due=f"due {task.due_at:%d %b %H:%M} UTC",
            overdue=task.due_at < now,
        )
        for task in tasks[:QUEUE_SHOWN]
    ]


def dashboard() -> Dashboard:
    now, currency = clock.now(), settings.DEFAULT_CURRENCY
    period = last_days(DAYS, until=now)
    months = _months(now, currency)
    places = sales.top_destinations(period, currency=currency)
    return Dashboard(
        cards=_cards(period, currency),
        months=months,
        months_peak=max(1, *(month.bookings for month in months)),
        destinations=[Place(p.name, p.sales.bookings, money(p.sales.revenue)) for p in places],
        queue=_queue(now),
        suppliers=supply.health(now - timedelta(hours=24)),
    )
