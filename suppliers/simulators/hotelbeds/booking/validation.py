"""The service's own rules and texts (REFERENCE 3.3, 4.1, 6). Everything here refuses; nothing changes anything."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from suppliers.simulators.hotelbeds.booking.rate_keys import Kind, RateKey, RateKeys
from suppliers.simulators.hotelbeds.booking.requests import (
    AvailabilityRequest,
    BookingRequest,
    Filter,
    Geolocation,
    OccupancyRequest,
    Pax,
    Review,
    StayRequest,
)
from suppliers.simulators.hotelbeds.booking.stay import Occupancy, Stay
from suppliers.simulators.hotelbeds.settings import Settings
from suppliers.simulators.hotelbeds.wire import WireError

_DISTRIBUTION = (
    "The distribution of paxes is not correct. "
    "The number of {what} specified in the paxes do not match with the requested ones"
)


class Rules:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def invalid(self, message: str) -> WireError:
        return WireError(
            self._settings.invalid_data_status, f"Invalid data. {message}", category="INVALID_DATA"
        )

    def at(self, place: str, message: str) -> WireError:
        return self.invalid(f"Error at property {place}: {message}")

    # availability

    def stay(self, asked: StayRequest, today: date) -> Stay:
        check_in = self.day("stay.checkIn", asked.check_in)
        stay = Stay(check_in, self.day("stay.checkOut", asked.check_out))
        if stay.check_in < today:
            raise self.invalid("The check-in must be in the future.")
        if stay.nights < 1:
            raise self.at("stay", "checkIn must be prior to checkOut date")
        if stay.nights > self._settings.max_nights:
            limit = self._settings.max_nights
            raise self.at("stay", f"The number of nights must be less than or equal to {limit}")
        self._within("stay.shiftDays", asked.shift_days, 1, 5)
        return stay

    def day(self, place: str, text: str) -> date:
        try:
            return date.fromisoformat(text)
        except ValueError as error:
            raise self.at(place, f"Invalid date '{text}', the format must be YYYY-MM-DD") from error

    def occupancies(self, asked: Sequence[OccupancyRequest]) -> tuple[Occupancy, ...]:
        if not asked:
            raise self.at("occupancies", "property is mandatory")
        if sum(occupancy.rooms for occupancy in asked) > self._settings.max_rooms:
            limit = self._settings.max_rooms
            raise self.at("occupancies", f"The number of rooms must be less than or equal to {limit}")
        return tuple(self._occupancy(occupancy) for occupancy in asked)

    def _occupancy(self, asked: OccupancyRequest) -> Occupancy:
        self._least("occupancies.rooms", asked.rooms, 1)
        self._least("occupancies.adults", asked.adults, 1)
        self._least("occupancies.children", asked.children, 0)
        paxes = asked.paxes or []
        self._pax_types("occupancies.paxes", paxes)
        children = [pax for pax in paxes if pax.type == "CH"]
        if asked.children and not children:
            raise self.at("occupancies", "The age of children is mandatory")
        if len(children) != asked.children:
            raise self.at("occupancies", "The number of children is wrong")
        ages = [pax.age for pax in children if pax.age is not None]
        if len(ages) != len(children):
            raise self.at("occupancies", "The age of children is mandatory")
        return Occupancy(asked.rooms, asked.adults, tuple(ages))

    def filters(self, request: AvailabilityRequest) -> None:
        places = [request.hotels, request.geolocation, request.destination]
        if sum(place is not None for place in places) != 1:
            raise self.invalid(
                "The request must have unique filter. Options: Destination, Geolocation, Hotels"
            )
        limit = self._settings.max_hotels
        if request.hotels is not None and len(request.hotels.hotel) > limit:
            raise self.at("hotels", f"Exceeded maximum hotels in request. Max is {limit} hotels")
        if request.geolocation is not None:
            self._geolocation(request.geolocation)
        for review in request.reviews or []:
            self._review(review)
        market = request.source_market
        if market is not None and not (len(market) == 2 and market.isascii() and market.isalpha()):
            raise self.at("sourceMarket", "property size must be between 2 and 2")
        if request.filter is not None:
            self._filter(request.filter)

    def _geolocation(self, asked: Geolocation) -> None:
        centre = asked.latitude is not None and asked.longitude is not None
        circle = centre and asked.radius is not None and asked.unit in ("km", "mi")
        rectangle = centre and asked.secondary_latitude is not None and asked.secondary_longitude is not None
        if not circle and not rectangle:
            raise self.at(
                "geolocation",
                "Geolocation by radius requires primary coordinates, radius and unit. "
                "Geolocation by area requires all coordinates",
            )
        if circle and asked.radius is not None and not 0 < asked.radius <= 200:
            raise self.at("geolocation.radius", "property value must be less than or equal to 200")

    def _review(self, asked: Review) -> None:
        if asked.type not in ("HOTELBEDS", "TRIPADVISOR"):
            raise self.at("reviews.type", f"Unknown review type {asked.type}")
        if asked.max_rate < asked.min_rate:
            raise self.at("reviews", "maxRate should be higher or equals than minRate")

    def _filter(self, asked: Filter) -> None:
        self._within("filter.maxHotels", asked.max_hotels, 1, 2000)
        self._within("filter.maxRooms", asked.max_rooms, 1, 50)
        self._within("filter.minCategory", asked.min_category, 1, 5)
        self._within("filter.maxCategory", asked.max_category, 1, 5)
        self._least("filter.maxRatesPerRoom", asked.max_rates_per_room, 1)
        self._least("filter.minRate", asked.min_rate, 0)
        if asked.min_rate is not None and asked.max_rate is not None and asked.max_rate < asked.min_rate:
            raise self.at("filter", "maxRate should be higher or equals than minRate")
        lowest, highest = asked.min_category, asked.max_category
        if lowest is not None and highest is not None and highest < lowest:
            raise self.at("filter", "maxCategory should be higher or equals than minCategory")

    # keys

    def keys(self, texts: Sequence[str], keys: RateKeys, now: float) -> list[RateKey]:
        """Readable, alive, and all of one hotel and one stay."""
        if not texts:
            raise self.at("rooms", "property is mandatory")
        read = [self._key(text, keys, now) for text in texts]
        if len({key.stay for key in read}) > 1:
            raise self.at("rooms", "All rates must be on the same booking dates (checkin/checkout)")
        if len({key.hotel for key in read}) > 1:
            raise self.at("rooms", "Only one hotel is allowed per request")
        return read

    def _key(self, text: str, keys: RateKeys, now: float) -> RateKey:
        key = keys.read(text)
        if key is None:
            raise self.at("rooms.rateKey", "rateKey is invalid")
        if now - key.issued > self._settings.rate_key_ttl:
            expired = "Error at property rooms.rateKey: rateKey is invalid. The rate has expired"
            if self._settings.expired_key_category == "PRODUCT_ERROR":
                raise WireError(500, expired, category="PRODUCT_ERROR")
            raise self.invalid(expired)
        return key

    def one_kind(self, keys: Sequence[RateKey]) -> None:
        if len(keys) > self._settings.max_rate_keys:
            raise self.at("rooms", f"property size must be between 1 and {self._settings.max_rate_keys}")
        if len({key.kind is Kind.RECHECK for key in keys}) > 1:
            raise self.at("rooms", "You cannot combine rates of type BOOKABLE and RECHECK")

    # bookings

    def booking(self, asked: BookingRequest) -> None:
        self.size("clientReference", asked.client_reference.strip(), 1, 20)
        self.size("holder.name", asked.holder.name.strip(), 1, 50)
        self.size("holder.surname", asked.holder.surname.strip(), 1, 50)
        self.size("remark", asked.remark or "", 0, 2000)
        if asked.creation_user is not None:
            self.size("creationUser", asked.creation_user, 1, 50)
        tolerance = asked.tolerance
        if tolerance is not None and (not 0 <= tolerance <= 100 or round(tolerance, 2) != tolerance):
            raise self.at("tolerance", "property value must be a percentage with up to two decimals")

    def paxes(self, key: RateKey, paxes: Sequence[Pax]) -> None:
        """The people given for one key, against the occupancy it was searched with."""
        self._pax_types("rooms.paxes", paxes)
        for pax in paxes:
            self.size("rooms.paxes.name", pax.name or "", 0, 50)
            self.size("rooms.paxes.surname", pax.surname or "", 0, 50)
        wanted = key.occupancy
        rooms: dict[int, list[Pax]] = {}
        for pax in paxes:
            rooms.setdefault(pax.room_id or 1, []).append(pax)
        if sorted(rooms) != list(range(1, wanted.rooms + 1)):
            raise self.at("rooms.paxes", _DISTRIBUTION.format(what="rooms"))
        for people in rooms.values():
            adults = [pax for pax in people if pax.type == "AD"]
            children = [pax for pax in people if pax.type == "CH"]
            if len(adults) != wanted.adults:
                raise self.at("rooms.paxes", _DISTRIBUTION.format(what="adults"))
            if Counter(pax.age for pax in children) != Counter(wanted.ages):
                raise self.at("rooms.paxes", _DISTRIBUTION.format(what="children"))
            if not any((pax.name or "").strip() for pax in adults):
                raise self.at("rooms.paxes", "An adult name must be reported for each room")

    def size(self, place: str, text: str, least: int, most: int) -> None:
        if not text and least:
            raise self.at(place, "property is mandatory")
        if not least <= len(text) <= most:
            raise self.at(place, f"property size must be between {least} and {most}")

    def _pax_types(self, place: str, paxes: Sequence[Pax]) -> None:
        for pax in paxes:
            if pax.type not in ("AD", "CH"):
                raise self.at(place, f"Unknown pax type {pax.type}")
            self._within(f"{place}.age", pax.age, 0, 99)
            self._least(f"{place}.roomId", pax.room_id, 1)

    def _within(self, place: str, value: int | None, least: int, most: int) -> None:
        if value is not None and not least <= value <= most:
            raise self.at(place, f"property value must be between {least} and {most}")

    def _least(self, place: str, value: float | None, least: int) -> None:
        if value is not None and value < least:
            raise self.at(place, f"property value must be greater than or equal to {least}")
