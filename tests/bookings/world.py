"""A small world to book in: hotels of the simulator in our catalogue, and the journey up to a quote, a booking, a stay.

Everything runs for real: the simulator over HTTP, PostgreSQL, Valkey, the services themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from unittest import mock

from django.test.utils import override_settings

from bookings.models import Booking, Payment, Quote
from bookings.selectors import quotes
from bookings.services import booking, checkout, quoting
from bookings.services.booking import Order, Placed
from faredown.lib import ids
from hotels.criteria import Criteria
from hotels.models import Country, Destination, Hotel, HotelCode
from hotels.services import search
from hotels.services.hotel_offers import Combination, HotelOffers
from suppliers import registry
from suppliers.adapters.hotelbeds import client
from suppliers.simulators.hotelbeds.catalogue import Catalogue
from suppliers.simulators.hotelbeds.running import Control, Running, running
from suppliers.simulators.hotelbeds.settings import Settings
from suppliers.types import Occupancy

KEY, SECRET = "simulator-key", "simulator-secret"
FAMILY = (Occupancy(2, (7,)), Occupancy(1))
COUPLE = (Occupancy(2),)


def hotelbeds_settings(url: str) -> dict[str, Any]:
    return {
        "HOTELBEDS_BASE_URL": f"{url}/hotel-api",
        "HOTELBEDS_CONTENT_URL": f"{url}/hotel-content-api",
        "HOTELBEDS_API_KEY": KEY,
        "HOTELBEDS_SECRET": SECRET,
        "HOTELBEDS_QPS": 1000,
        "HOTELBEDS_DAILY_QUOTA": 0,
        # Tasks run where they are deferred: what has not happened by then will not happen while a guest waits.
        "BOOKINGS": {"wait_seconds": 0.0},
    }


@contextmanager
def simulator(**options: Any) -> Iterator[Running]:
    """The simulator, and our settings pointing at it."""
    chosen = Settings(hotels=200, seed=7, repeat_window=0, **options)
    # A travelled clock is the business's; calls are signed by the machine's, as the simulator checks them.
    signing = mock.patch.object(client, "clock", SimpleNamespace(now=lambda: datetime.now(UTC)))
    with running(chosen) as started, override_settings(**hotelbeds_settings(started.url)), signing:
        registry.forget()
        yield started
    registry.forget()


def list_hotels(*, destination: str, count: int) -> Destination:
    """Hotels of one place of the simulator's catalogue, as rows of ours."""
    catalogue = Catalogue(200, 7)
    codes = list(catalogue.in_destination(destination))[:count]
    first = catalogue.hotel(codes[0])
    assert first is not None
    country, _ = Country.objects.get_or_create(
        iso_code=first.iso, defaults={"code": first.country_code, "names": {"en": first.iso}}
    )
    place, _ = Destination.objects.get_or_create(
        name=first.destination_name,
        country=country,
        defaults={"latitude": first.latitude, "longitude": first.longitude},
    )
    for code in codes:
        found = catalogue.hotel(code)
        assert found is not None
        hotel = Hotel.objects.create(
            name=found.name,
            country=country,
            destination=place,
            stars=Decimal(str(found.stars)),
            latitude=found.latitude,
            longitude=found.longitude,
            timezone=found.timezone,
            address=found.address,
            postal_code=found.postal_code or "",
            city=found.city,
            phones=list(found.phones),
        )
        HotelCode.objects.create(supplier="hotelbeds", code=str(code), hotel=hotel)
    return place


@dataclass
class World:
    """The test's hands: `world.quote()`, `world.book()`, `world.hotelbeds.faults(...)`."""

    hotelbeds: Control
    place: Destination
    check_in: date = field(default_factory=lambda: datetime.now(UTC).date() + timedelta(days=60))
    nights: int = 3

    def find(self, rooms: tuple[Occupancy, ...] = COUPLE, *, currency: str = "EUR") -> search.Search:
        asked = Criteria(
            check_in=self.check_in,
            check_out=self.check_in + timedelta(days=self.nights),
            rooms=rooms,
            currency=currency,
            residency="FR",
            destination_id=self.place.public_id,
        )
        return search.start(asked, channel="api")

    def rates(self, rooms: tuple[Occupancy, ...] = COUPLE) -> Iterator[HotelOffers]:
        found = self.find(rooms)
        for row in Hotel.objects.filter(destination=self.place).order_by("pk"):
            offers = search.hotel_rates(found, row.public_id)
            if offers.combinations:
                yield offers

    def choose(
        self,
        rooms: tuple[Occupancy, ...] = COUPLE,
        *,
        wanted: Callable[[HotelOffers, Combination], bool] = lambda *_: True,
    ) -> tuple[str, ...]:
        """Offer ids of the first combination that is wanted."""
        for offers in self.rates(rooms):
            for combination in offers.combinations:
                if wanted(offers, combination):
                    return combination.offer_ids
        raise AssertionError("no hotel sells what the test wants")

    def quote(self, rooms: tuple[Occupancy, ...] = COUPLE, **wish: Any) -> Quote:
        return quoting.quote(self.choose(rooms, **wish))

    def place_booking(self, quote: Quote, *, token: str = "tok_ok", key: str = "", **changes: Any) -> Placed:
        """Written down, not yet paid."""
        order = order_for(quote, token=token, key=key, **changes)
        return booking.place(quote.public_id, order, accept_token=quote.accept_token, by=None)

    def book(self, quote: Quote | None = None, *, token: str = "tok_ok", key: str = "") -> Placed:
        """All the way a guest goes; tasks run where they are deferred."""
        quote = quote or self.quote(wanted=refundable)
        order = order_for(quote, token=token, key=key)
        return checkout.book(quote.public_id, order, accept_token=quote.accept_token)

    def held(self, row: Booking) -> list[dict[str, Any]]:
        """What the simulator believes in under our reference."""
        return self.hotelbeds.bookings(row.reference)


def refundable(offers: HotelOffers, combination: Combination) -> bool:
    """Free to cancel today."""
    details = {detail.offer.id: detail for room in offers.rooms for detail in room.offers}
    chosen = [details[offer_id] for offer_id in combination.offer_ids if offer_id in details]
    return len(chosen) == len(combination.offer_ids) and all(one.cancellation.is_free_now for one in chosen)


def needs_check(offers: HotelOffers, combination: Combination) -> bool:
    details = {detail.offer.id: detail for room in offers.rooms for detail in room.offers}
    return all(
        offer_id in details and details[offer_id].offer.rate.needs_check for offer_id in combination.offer_ids
    )


def bookable(offers: HotelOffers, combination: Combination) -> bool:
    details = {detail.offer.id: detail for room in offers.rooms for detail in room.offers}
    return all(
        offer_id in details and not details[offer_id].offer.rate.needs_check
        for offer_id in combination.offer_ids
    )


def order_for(quote: Quote, *, token: str = "tok_ok", key: str = "", **changes: Any) -> Order:
    return Order(
        party={**party(quotes.occupancies(quote)), **changes},
        payment={"method": "offline", "token": token},
        key=key or ids.secret_token(),
        channel="api",
    )


def party(rooms: tuple[Occupancy, ...]) -> Mapping[str, Any]:
    return {
        "holder": {
            "first_name": "Amélie",
            "last_name": "Okafor",
            "email": "amelie.okafor@example.com",
            "phone": "+33 1 42 68 53 00",
            "country": "FR",
        },
        "rooms": [{"guests": _guests(room, index)} for index, room in enumerate(rooms)],
        "remarks": "A quiet room, please",
    }


def _guests(room: Occupancy, index: int) -> list[dict[str, Any]]:
    adults = [
        {
            "first_name": f"Tunde {'ABCDEFGH'[index]}{'ABCDEFGH'[number]}",
            "last_name": "Okafor",
            "type": "adult",
        }
        for number in range(room.adults)
    ]
    children = [
        {"first_name": "Zélie", "last_name": "Okafor", "type": "child", "age": age} for age in room.child_ages
    ]
    return [*adults, *children]


def latest_payment(row: Booking) -> Payment:
    return row.payments.latest("created_at")


def assert_ledger_balances(row: Booking) -> dict[tuple[str, str], Any]:
    """Balances by account and currency (debit minus credit), after checking that every entry balances."""
    balances: dict[tuple[str, str], Any] = {}
    for entry in row.ledger_entries.prefetch_related("lines"):
        sums: dict[str, Any] = {}
        for line in entry.lines.all():
            sums[line.currency] = sums.get(line.currency, 0) + line.debit - line.credit
            where = (line.account, line.currency)
            balances[where] = balances.get(where, 0) + line.debit - line.credit
        assert all(value == 0 for value in sums.values()), entry.kind
    return {where: value for where, value in balances.items() if value}
