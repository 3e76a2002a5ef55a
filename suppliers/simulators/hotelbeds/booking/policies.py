"""Cancellation policies: steps in the hotel's own time (REFERENCE 4.4)."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from suppliers.simulators.hotelbeds import chance
from suppliers.simulators.hotelbeds.booking.plans import Plan, Terms
from suppliers.simulators.hotelbeds.booking.prices import Price
from suppliers.simulators.hotelbeds.booking.stay import Stay
from suppliers.simulators.hotelbeds.catalogue import Hotel
from suppliers.simulators.hotelbeds.wire import money

_USUAL = time(23, 59)
_OTHER_HOURS = (time(14, 0), time(3, 0), time(22, 59, 59))


@dataclass(frozen=True, slots=True)
class Step:
    """From `instant` on cancelling costs `cents`; the last step reached applies alone."""

    cents: int
    start: str
    instant: float

    def wire(self) -> dict[str, str]:
        return {"amount": money(self.cents), "from": self.start}


def steps(
    plan: Plan, hotel: Hotel, stay: Stay, price: Price, *, spanish_today: date, hardened: bool
) -> list[Step]:
    """`hardened`: what the price check may bring, the full amount from the first date on."""
    if plan.terms is Terms.NON_REFUNDABLE:
        return [_step(price.net, hotel, spanish_today - timedelta(days=1), _USUAL)]
    hour = _hour(hotel)
    late = stay.check_in - timedelta(days=plan.days_before)
    early = late - timedelta(days=5)
    if hardened:
        return [_step(price.net, hotel, early - timedelta(days=2), hour)]
    if plan.terms is Terms.FIRST_NIGHT:
        return [_step(min(price.nights[0], price.net), hotel, late, hour)]
    if plan.terms is Terms.TWO_STEPS:
        return [_step((price.net + 1) // 2, hotel, early, hour), _step(price.net, hotel, late, hour)]
    return [_step(price.net, hotel, late, hour)]


def fee(reached: list[tuple[float, int]], now: float) -> int:
    """Of (instant, cents) steps, the one in force now; 0 before the first."""
    in_force = 0
    for instant, cents in sorted(reached):
        if instant <= now:
            in_force = cents
    return in_force


def _hour(hotel: Hotel) -> time:
    return (
        _USUAL
        if chance.unit("hour", hotel.code) < 0.9
        else chance.pick(_OTHER_HOURS, "which hour", hotel.code)
    )


def _step(cents: int, hotel: Hotel, day: date, hour: time) -> Step:
    start, instant = _local(hotel.timezone, day, hour)
    return Step(cents, start, instant)


@lru_cache(maxsize=4096)
def _local(zone: str, day: date, hour: time) -> tuple[str, float]:
    moment = datetime.combine(day, hour, tzinfo=ZoneInfo(zone))
    return moment.isoformat(), moment.timestamp()
