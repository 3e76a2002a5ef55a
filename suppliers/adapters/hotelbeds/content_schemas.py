"""What the Content API sends, typed (REFERENCE section 9). Everything beyond a code may be missing."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from suppliers.adapters.hotelbeds.schemas import Code, Flag, Wire


class Text(Wire):
    content: str | None = None
    language_code: str | None = None


class Coded(Wire):
    """A record of a listing."""

    code: Code


class State(Wire):
    code: Code
    name: str | None = None


class Country(Coded):
    iso_code: str | None = None
    description: Text | None = None
    states: list[State] | None = None


class Zone(Wire):
    zone_code: Code
    name: str | None = None


class Destination(Coded):
    name: Text | None = None
    country_code: str | None = None
    iso_code: str | None = None
    zones: list[Zone] | None = None


class TypeRecord(Coded):
    """A word of any vocabulary: where its text stands differs by vocabulary and by year."""

    name: Text | str | None = None
    description: Text | str | None = None
    type_multi_description: Text | None = None
    type_description: Text | str | None = None
    characteristic_description: Text | None = None
    facility_group_code: Code | None = None
    group: str | None = None
    simple_code: int | None = None
    type: str | None = None
    country: str | None = None


class CommentPeriod(Wire):
    date_start: str | None = None
    date_end: str | None = None
    description: str | None = None


class CommentsByRates(Wire):
    rate_codes: list[Code] | str | None = None
    comments: list[CommentPeriod] | None = None


class RateComment(Coded):
    incoming: Code
    hotel: Code | None = None
    comments_by_rates: list[CommentsByRates] | None = None


class Coordinates(Wire):
    latitude: float | None = None
    longitude: float | None = None


class Phone(Wire):
    phone_number: str | None = None
    phone_type: str | None = None


class Nested(Wire):
    """`{code, ...}` of a details answer, where a list answer has `...Code`."""

    code: Code | None = None
    zone_code: Code | None = None


class Image(Wire):
    path: str | None = None
    image_type_code: str | None = None
    type: Nested | None = None
    room_code: str | None = None
    order: int | None = None
    visual_order: int | None = None


class Facility(msgspec.Struct, rename="camel", gc=False, frozen=True):
    """Comes by the million, most of them the same: compared as a value."""

    facility_code: int
    facility_group_code: int
    ind_logic: Flag = None
    ind_yes_or_no: Flag = None
    ind_fee: Flag = None
    number: int | None = None
    distance: int | None = None
    amount: Decimal | None = None
    currency: str | None = None
    application_type: str | None = None
    time_from: str | None = None
    time_to: str | None = None
    date_from: str | None = None
    date_to: str | None = None
    age_from: int | None = None
    age_to: int | None = None


class Issue(Wire):
    issue_code: Code | None = None
    issue_type: Code | None = None
    date_from: str | None = None
    date_to: str | None = None
    order: int | None = None
    alternative: Flag = None


class InterestPoint(Wire):
    poi_name: str | None = None
    distance: str | int | None = None
    order: int | None = None


class HotelTerminal(Wire):
    terminal_code: str | None = None
    distance: int | None = None


class HotelRoom(Wire):
    room_code: str | None = None
    room_facilities: list[Facility] | None = None
    min_pax: int | None = None
    max_pax: int | None = None
    max_adults: int | None = None
    max_children: int | None = None
    description: str | None = None


class Wildcard(Wire):
    """The hotel's own name of a room. Here `roomType` holds the full code."""

    room_type: str | None = None
    hotel_room_description: Text | None = None


class Hotel(Coded):
    """A record of a list answer (`countryCode`) or of a details answer (`country: {code}`)."""

    name: Text | None = None
    description: Text | None = None
    country_code: str | None = None
    country: Nested | None = None
    state_code: Code | None = None
    state: Nested | None = None
    destination_code: str | None = None
    destination: Nested | None = None
    zone_code: Code | None = None
    zone: Nested | None = None
    category_code: str | None = None
    category: Nested | None = None
    chain_code: str | None = None
    chain: Nested | None = None
    accommodation_type_code: str | None = None
    accommodation_type: Nested | None = None
    board_codes: list[str] | None = None
    boards: list[Nested] | None = None
    coordinates: Coordinates | None = None
    address: Text | None = None
    postal_code: Code | None = None
    city: Text | None = None
    email: str | None = None
    phones: list[Phone] | None = None
    web: str | None = None
    images: list[Image] | None = None
    facilities: list[Facility] | None = None
    rooms: list[HotelRoom] | None = None
    wildcards: list[Wildcard] | None = None
    issues: list[Issue] | None = None
    interest_points: list[InterestPoint] | None = None
    terminals: list[HotelTerminal] | None = None
    ranking: int | None = None
    last_update: str | None = None
