"""Which hotels a search is about: its place, and the filters on the hotel itself (REFERENCE 4.2)."""

from typing import Any

from suppliers.simulators.hotelbeds import chance
from suppliers.simulators.hotelbeds.booking.requests import (
    AvailabilityRequest,
    Filter,
    Geolocation,
    Keywords,
    Review,
)
from suppliers.simulators.hotelbeds.catalogue import Catalogue, Hotel
from suppliers.simulators.hotelbeds.settings import Settings
from suppliers.simulators.hotelbeds.wire import invalid_request

_KM_PER_MILE = 1.609344
_KEYWORDS = range(1, 121)
_ACCOMMODATIONS = {
    "H": "HOTEL",
    "A": "APARTMENT",
    "P": "APTHOTEL",
    "L": "HOSTEL",
    "S": "RESORT",
    "G": "HOSTEL",
    "Q": "HOTEL",
    "V": "HOMES",
    "R": "RURAL",
    "X": "HISTORIC",
}


def candidates(request: AvailabilityRequest, catalogue: Catalogue, settings: Settings) -> list[int]:
    """Codes in ascending order, at most as many as a request may name."""
    if request.hotels is not None:
        found = sorted(set(request.hotels.hotel))
    elif request.geolocation is not None:
        found = _around(request.geolocation, catalogue)
    elif request.destination is not None and settings.destination_search:
        found = list(catalogue.in_destination(request.destination.code, request.destination.zone))
    else:
        raise invalid_request('Error at property destination: Unrecognized field "destination"')
    return found[: settings.max_hotels]


def _around(asked: Geolocation, catalogue: Catalogue) -> list[int]:
    latitude, longitude = asked.latitude or 0.0, asked.longitude or 0.0
    if asked.radius is not None:
        km = asked.radius * (_KM_PER_MILE if asked.unit == "mi" else 1)
        return sorted(catalogue.near(latitude, longitude, km))
    south, east = asked.secondary_latitude or 0.0, asked.secondary_longitude or 0.0
    return sorted(catalogue.within(north=latitude, west=longitude, south=south, east=east))


class HotelFilter:
    """What a search asks of the hotel, whatever it sells."""

    def __init__(self, request: AvailabilityRequest) -> None:
        self._accommodations = set(request.accommodations or ())
        self._filter = request.filter or Filter()
        self._keywords = request.keywords
        self._reviews = request.reviews or []

    def lets_through(self, hotel: Hotel) -> bool:
        if self._accommodations and accommodation(hotel) not in self._accommodations:
            return False
        lowest, highest = self._filter.min_category or 0, self._filter.max_category or 5
        if not lowest <= int(hotel.stars) <= highest:
            return False
        if self._keywords is not None and not _has_keywords(hotel, self._keywords):
            return False
        return all(_has_review(hotel, review) for review in self._reviews)


def accommodation(hotel: Hotel) -> str:
    """The Booking API's word for a type that the Content API gives as a letter."""
    return _ACCOMMODATIONS.get(hotel.accommodation_type_code, hotel.accommodation_type_code)


def keywords(hotel: Hotel) -> list[int]:
    count = 3 + int(chance.unit("keywords", hotel.code) * 6)
    return sorted({chance.pick(_KEYWORDS, "keyword", hotel.code, index) for index in range(count)})


def reviews(hotel: Hotel) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for kind in ("HOTELBEDS", "TRIPADVISOR"):
        count = int(chance.unit("reviews", kind, hotel.code) ** 3 * 2400)
        if count:
            rate = min(5.0, 2.9 + hotel.stars / 5 + chance.unit("rating", kind, hotel.code) * 1.2)
            rows.append({"rate": f"{rate:.1f}", "reviewCount": count, "type": kind})
    return rows


def _has_keywords(hotel: Hotel, asked: Keywords) -> bool:
    owned = set(keywords(hotel))
    wanted = set(asked.keyword)
    return wanted <= owned if asked.all_included else bool(wanted & owned)


def _has_review(hotel: Hotel, asked: Review) -> bool:
    return any(
        review["type"] == asked.type
        and asked.min_rate <= float(review["rate"]) <= asked.max_rate
        and review["reviewCount"] >= asked.min_review_count
        for review in reviews(hotel)
    )
