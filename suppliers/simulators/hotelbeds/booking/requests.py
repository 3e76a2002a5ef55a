"""Request bodies. Unknown fields are let through and numbers may arrive as text, as the real service does."""

import re
from typing import Any, TypeVar

import msgspec

from suppliers.simulators.hotelbeds.wire import WireError, invalid_request

T = TypeVar("T", bound=msgspec.Struct)


class StayRequest(msgspec.Struct, rename="camel"):
    check_in: str
    check_out: str
    shift_days: int | None = None
    allow_only_shift: bool = True


class Pax(msgspec.Struct, rename="camel", omit_defaults=True):
    type: str
    age: int | None = None
    room_id: int | None = None
    name: str | None = None
    surname: str | None = None


class OccupancyRequest(msgspec.Struct):
    rooms: int
    adults: int
    children: int
    paxes: list[Pax] | None = None


class HotelCodes(msgspec.Struct):
    hotel: list[int]


class Geolocation(msgspec.Struct, rename="camel"):
    latitude: float | None = None
    longitude: float | None = None
    radius: float | None = None
    unit: str | None = None
    secondary_latitude: float | None = None
    secondary_longitude: float | None = None


class Destination(msgspec.Struct):
    code: str
    zone: int | None = None


class Keywords(msgspec.Struct, rename="camel"):
    keyword: list[int]
    all_included: bool = False


class Boards(msgspec.Struct):
    board: list[str]
    included: bool = False


class RoomCodes(msgspec.Struct):
    room: list[str]
    included: bool = False


class Review(msgspec.Struct, rename="camel"):
    type: str
    min_rate: float = 0
    max_rate: float = 5
    min_review_count: int = 0


class Filter(msgspec.Struct, rename="camel"):
    max_hotels: int | None = None
    max_rooms: int | None = None
    min_rate: float | None = None
    max_rate: float | None = None
    max_rates_per_room: int | None = None
    min_category: int | None = None
    max_category: int | None = None
    contract: str | None = None
    packaging: bool | None = None
    payment_type: str | None = None
    hotel_package: str | None = None


class AvailabilityRequest(msgspec.Struct, rename="camel"):
    stay: StayRequest
    occupancies: list[OccupancyRequest]
    hotels: HotelCodes | None = None
    geolocation: Geolocation | None = None
    destination: Destination | None = None
    keywords: Keywords | None = None
    boards: Boards | None = None
    rooms: RoomCodes | None = None
    accommodations: list[str] | None = None
    reviews: list[Review] | None = None
    filter: Filter | None = None
    daily_rate: bool = False
    source_market: str | None = None
    language: str | None = None
    aif_use: bool = False


class KeyedRoom(msgspec.Struct, rename="camel"):
    rate_key: str
    paxes: list[Pax] | None = None


class CheckRatesRequest(msgspec.Struct):
    rooms: list[KeyedRoom]
    upselling: bool = False
    expand_cxl: bool = msgspec.field(default=False, name="expandCXL")
    language: str | None = None


class Holder(msgspec.Struct):
    name: str
    surname: str


class BookingRequest(msgspec.Struct, rename="camel"):
    client_reference: str
    holder: Holder
    rooms: list[KeyedRoom]
    creation_user: str | None = None
    remark: str | None = None
    tolerance: float | None = None
    language: str | None = None


class ChangeRequest(msgspec.Struct):
    mode: str
    booking: dict[str, Any]
    language: str | None = None


def decode(body: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=kind, strict=False)
    except msgspec.ValidationError as error:
        raise _unreadable(str(error)) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise invalid_request(f"Error at property : {error}") from error


def convert(value: object, kind: type[T]) -> T:
    try:
        return msgspec.convert(value, kind, strict=False)
    except msgspec.ValidationError as error:
        raise _unreadable(str(error)) from error


def _unreadable(text: str) -> WireError:
    """msgspec's `... - at `$.hotels.hotel[...]`` as the service words it: `hotels->hotel: ...`."""
    reason, _, path = text.partition(" - at `$")
    steps = re.sub(r"\[[^]]*\]", "", path.rstrip("`")).strip(".").replace(".", "->")
    return invalid_request(f"Error at property {steps}: {reason}")
