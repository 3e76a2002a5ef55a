"""One rate worked out: plan, stay and occupancy give price, policies, taxes, rooms left and the key to it all."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from suppliers.simulators.hotelbeds import chance
from suppliers.simulators.hotelbeds.booking import policies, taxes
from suppliers.simulators.hotelbeds.booking.allotments import Allotments
from suppliers.simulators.hotelbeds.booking.plans import Plan, Plans
from suppliers.simulators.hotelbeds.booking.prices import Price, Prices
from suppliers.simulators.hotelbeds.booking.rate_keys import Kind, RateKey
from suppliers.simulators.hotelbeds.booking.stay import Occupancy, Stay
from suppliers.simulators.hotelbeds.catalogue import Catalogue, Hotel, RoomType
from suppliers.simulators.hotelbeds.clock import MADRID, Clock
from suppliers.simulators.hotelbeds.settings import Settings

UNMOVED = 10_000


@dataclass(frozen=True, slots=True)
class Rate:
    hotel: Hotel
    plan: Plan
    key: RateKey
    price: Price
    steps: list[policies.Step]
    levies: list[taxes.Levy]
    allotment: int

    @property
    def sold_out(self) -> bool:
        return self.allotment < self.key.occupancy.rooms


@dataclass(frozen=True, slots=True)
class Conditions:
    """Under what a hotel is valued: the market asked from, and what a fault does to price (1/10,000) and policies."""

    market: str = ""
    factor: int = UNMOVED
    hardened: bool = False
    packaging: bool = False


@dataclass(frozen=True, slots=True)
class _Basis:
    """What all rates of one hotel, stay and occupancy share at one moment."""

    hotel: Hotel
    now: datetime
    spanish_today: date
    nights: tuple[float, ...]
    levies: list[taxes.Levy]


class Rates:
    def __init__(
        self, settings: Settings, catalogue: Catalogue, clock: Clock, allotments: Allotments
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._allotments = allotments
        self.plans = Plans(catalogue)
        self.prices = Prices(
            seed=settings.seed, currency=settings.currency, drift_seconds=settings.price_drift_seconds
        )

    def generation(self) -> tuple[int, int, int]:
        """While this stays the same, the same question has the same prices and policies."""
        now = self._clock.now()
        return self.prices.epoch(now), now.toordinal(), self._clock.spanish_today().toordinal()

    def of_hotel(self, code: int, stay: Stay, occupancy: Occupancy, conditions: Conditions) -> Iterator[Rate]:
        """Every rate on sale: fitting rooms that are not gone. Package rates only where asked for."""
        found = self.plans.of(code)
        if found is None or not self._loaded(code, stay):
            return
        hotel, plans = found
        basis = self._basis(hotel, stay, occupancy)
        nights = stay.night_names()
        left: dict[str, int] = {}
        for plan in plans:
            room = plan.room
            if room.code not in left:
                left[room.code] = (
                    self._allotments.left(hotel, room.code, nights) if fits(room, occupancy) else 0
                )
            gone = left[room.code] < occupancy.rooms
            if gone or (plan.packaging and not self._shows_packaging(plan, conditions, code)):
                continue
            key = _key(basis, plan, stay, occupancy, conditions)
            yield self._value(basis, plan, key, left=left[room.code])

    def again(self, key: RateKey) -> Rate | None:
        """The rate a key names, at today's price. None when the plan is no longer there."""
        found = self.plans.of(key.hotel)
        if found is None or key.plan >= len(found[1]):
            return None
        hotel, plans = found
        plan = plans[key.plan]
        left = self._allotments.left(hotel, plan.room.code, key.stay.night_names())
        return self._value(self._basis(hotel, key.stay, key.occupancy), plan, key, left=left)

    def _basis(self, hotel: Hotel, stay: Stay, occupancy: Occupancy) -> _Basis:
        now = self._clock.now()
        return _Basis(
            hotel=hotel,
            now=now,
            spanish_today=now.astimezone(MADRID).date(),
            nights=self.prices.nights(hotel, stay, now),
            levies=taxes.levies(hotel, stay, occupancy, currency=self._settings.currency),
        )

    def _value(self, basis: _Basis, plan: Plan, key: RateKey, *, left: int) -> Rate:
        hotel, today = basis.hotel, basis.spanish_today
        factor = self.prices.market_factor(key.market) * key.factor / UNMOVED
        lead = (key.stay.check_in - basis.now.date()).days
        price = self.prices.value(
            plan, basis.nights, key.occupancy, lead=lead, stars=hotel.stars, factor=factor
        )
        steps = policies.steps(plan, hotel, key.stay, price, spanish_today=today, hardened=key.hardened)
        return Rate(hotel, plan, replace(key, net=price.net), price, steps, basis.levies, left)

    def _loaded(self, code: int, stay: Stay) -> bool:
        """Contracts reach only so far ahead, for each hotel a little differently."""
        ahead = (stay.check_out - self._clock.spanish_today()).days
        return ahead <= self._settings.horizon_days * chance.between(0.75, 1.0, "loaded", code)

    def _shows_packaging(self, plan: Plan, conditions: Conditions, code: int) -> bool:
        if conditions.packaging:
            return True
        return self._settings.unasked_packaging and chance.unit("unasked", code, plan.number) < 0.05


def fits(room: RoomType, occupancy: Occupancy) -> bool:
    persons = occupancy.adults + occupancy.children
    return (
        room.min_adults <= occupancy.adults <= room.max_adults
        and occupancy.children <= room.max_children
        and room.min_pax <= persons <= room.max_pax
    )


def _key(basis: _Basis, plan: Plan, stay: Stay, occupancy: Occupancy, conditions: Conditions) -> RateKey:
    return RateKey(
        stay=stay,
        hotel=basis.hotel.code,
        incoming=plan.incoming,
        room=plan.room.code,
        contract=plan.contract,
        board=plan.board,
        promo=plan.promo,
        occupancy=occupancy,
        plan=plan.number,
        kind=Kind.RECHECK if plan.recheck else Kind.BOOKABLE,
        rate_class=plan.rate_class,
        packaging=plan.packaging,
        net=0,
        issued=int(basis.now.timestamp()),
        market=conditions.market,
        factor=conditions.factor,
        hardened=conditions.hardened,
    )
