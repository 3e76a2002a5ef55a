"""What a plan costs: season, weekday, events, lead time, occupancy, board, and a slow drift with the clock.

All amounts are whole cents of the account's currency, for all rooms and the whole stay (REFERENCE 4.3).
"""

import math
from dataclasses import dataclass
from datetime import date, datetime

from suppliers.simulators.hotelbeds import chance
from suppliers.simulators.hotelbeds.booking.plans import Plan
from suppliers.simulators.hotelbeds.booking.stay import Occupancy, Stay
from suppliers.simulators.hotelbeds.catalogue import Hotel

# Units of each currency for one euro: fixed, so that prices stay worked out from the seed alone.
PER_EURO = {
    "EUR": 1.0, "USD": 1.09, "GBP": 0.86, "AED": 4.01, "CHF": 0.95, "INR": 91.4, "THB": 38.6, "SGD": 1.46,
    "JPY": 163.0, "CNY": 7.85, "HKD": 8.52, "MYR": 4.85, "IDR": 17250.0, "VND": 27200.0, "PHP": 62.5, "KRW": 1490.0,
    "AUD": 1.66, "NZD": 1.81, "CAD": 1.49, "MXN": 19.8, "BRL": 5.9, "ARS": 1080.0, "COP": 4390.0, "CLP": 1010.0,
    "PEN": 4.07, "DOP": 64.5, "TRY": 36.5, "EGP": 52.6, "MAD": 10.8, "ZAR": 20.1, "KES": 141.0, "SAR": 4.09,
    "QAR": 3.97, "ILS": 4.03, "SEK": 11.4, "NOK": 11.7, "DKK": 7.46, "PLN": 4.3, "CZK": 25.2, "HUF": 396.0,
    "RON": 4.98, "BGN": 1.96, "ISK": 150.0, "RUB": 98.0, "LKR": 327.0, "MVR": 16.8, "TZS": 2850.0, "CRC": 565.0,
}  # fmt: skip
_STARS = {1: 38.0, 2: 54.0, 3: 82.0, 4: 128.0, 5: 245.0}
_BOARD_PER_ADULT = {"RO": 0, "SC": 0, "CB": 7, "BB": 9, "DB": 10, "AB": 12, "HB": 27, "FB": 43, "AI": 64}
_ADULTS = {1: 0.84, 2: 1.0, 3: 1.29, 4: 1.53}


@dataclass(frozen=True, slots=True)
class Price:
    """`offers` are (code, name, cents), negative and already inside `net`; `selling` only where it is mandated."""

    net: int
    nights: tuple[int, ...]
    selling: int | None
    offers: tuple[tuple[str, str, int], ...]


class Prices:
    def __init__(self, *, seed: int, currency: str, drift_seconds: int) -> None:
        self._seed = seed
        self._per_euro = PER_EURO[currency]
        self._drift_seconds = drift_seconds

    def epoch(self, now: datetime) -> int:
        """Prices stay the same within one epoch of one UTC day."""
        return int(now.timestamp() // self._drift_seconds)

    def nights(self, hotel: Hotel, stay: Stay, now: datetime) -> tuple[float, ...]:
        """The base room without board for two adults, each night, in the account's currency."""
        base = _STARS.get(round(hotel.stars), 70.0) * self._per_euro
        base *= chance.between(0.74, 1.46, self._seed, "hotel", hotel.code)
        base *= chance.between(0.8, 1.4, self._seed, "destination", hotel.destination_code)
        base *= self._drift(hotel, now) * _lead(stay.check_in, now.date())
        leisure = chance.unit(self._seed, "leisure", hotel.code) < 0.6
        return tuple(base * self._night(hotel, night, leisure=leisure) for night in stay.dates())

    def value(
        self,
        plan: Plan,
        base: tuple[float, ...],
        occupancy: Occupancy,
        *,
        lead: int,
        stars: float,
        factor: float,
    ) -> Price:
        """`base` from `nights`; `factor` holds the source market, and a fault where there is one."""
        persons = _ADULTS.get(occupancy.adults, 0.4 * occupancy.adults) + sum(map(_child, occupancy.ages))
        board = _BOARD_PER_ADULT.get(plan.board, 10) * self._per_euro * (0.55 + stars / 6)
        board *= occupancy.adults + 0.5 * sum(age >= 2 for age in occupancy.ages)
        scale = plan.factor * factor * occupancy.rooms * 100
        full = [max(100, round((night * persons + board) * scale)) for night in base]
        offers = _offers(plan, full, lead)
        total = sum(full)
        net = total + sum(offer[2] for offer in offers)
        if offers:
            full = [round(night * net / total) for night in full]
        selling = round(net * (1 + plan.mandate)) if plan.mandate else None
        return Price(net=net, nights=tuple(full), selling=selling, offers=tuple(offers))

    def market_factor(self, market: str) -> float:
        return chance.between(0.97, 1.03, self._seed, "market", market) if market else 1.0

    def _drift(self, hotel: Hotel, now: datetime) -> float:
        return chance.between(0.988, 1.012, self._seed, "drift", hotel.code, self.epoch(now))

    def _night(self, hotel: Hotel, night: date, *, leisure: bool) -> float:
        factor = 1 + _season_swing(hotel.latitude) * math.cos(
            2 * math.pi * (night.timetuple().tm_yday - _peak_day(hotel.latitude)) / 365.25
        )
        weekday = night.weekday()
        if leisure:
            factor *= 1.14 if weekday in (4, 5) else 1.0
        else:
            factor *= 1.09 if weekday < 4 else 0.93
        if (night.month, night.day) >= (12, 24) or (night.month, night.day) <= (1, 2):
            factor *= 1.3
        if chance.unit(self._seed, "event", hotel.destination_code, night) < 0.025:
            factor *= 1.4
        return factor


def _season_swing(latitude: float) -> float:
    return 0.12 if abs(latitude) < 12 else 0.22


def _peak_day(latitude: float) -> int:
    """High season: July in the north, January in the south and in the hot belt."""
    return 205 if latitude > 30 else 18


def _lead(check_in: date, today: date) -> float:
    days = (check_in - today).days
    return 1.07 if days < 3 else 1.03 if days < 14 else 1.0 if days < 90 else 0.97


def _child(age: int) -> float:
    return 0.0 if age < 2 else 0.15 if age < 6 else 0.3 if age < 12 else 0.5


def _offers(plan: Plan, nights: list[int], lead: int) -> list[tuple[str, str, int]]:
    offers: list[tuple[str, str, int]] = []
    total = sum(nights)
    if plan.free_night and len(nights) >= 5:
        offers.append(("9004", "Free nights", -min(nights)))
    if plan.early_booking and lead >= 45:
        offers.append(("9002", "Early Booking discount", -round(total * 0.1)))
    if plan.packaging:
        offers.append(("9005", "Exclusive discount", -round(total * 0.08)))
    return offers
