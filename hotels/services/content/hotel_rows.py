"""A supplier's hotel as rows of ours. Pure but for the clock: references are looked up in `Known` made beforehand.

What does not fit our columns is left out of the record, never the record for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

from hotels.models.hotel import hotel_public_id
from hotels.selectors import arrivals
from hotels.services.content import cleaning, coordinates, quality
from hotels.services.content.coordinates import Point
from hotels.services.content.merging import Row, digest, json
from hotels.services.content.tally import Tally
from suppliers.content_types import ContentFacility, ContentHotel, ContentRoom

MOST_IMAGES = 200
MOST_LIST = 10
MOST_NEAR = 50
MOST_ROOM_FACILITIES = 100
MOST_KEPT = 50_000
LONGEST_CODE = 40
LONGEST_LABEL = 60
LONGEST_BOARD = 20
_SMALL, _LARGE = 2**15 - 1, 2**31 - 1
_MOST_AMOUNT = Decimal(10) ** 12

COLUMNS = (
    *("id", "public_id", "name", "country_id", "destination_id", "region_id", "zone_id", "stars"),
    *("category_id", "accommodation_id", "chain_id", "latitude", "longitude", "timezone", "address"),
    *("postal_code", "city", "emails", "phones", "web", "images", "board_codes", "facility_codes"),
    *("paid_facility_codes", "notices", "points", "terminals", "quality", "ranking", "status"),
    *("content_hash", "supplier_updated_on", "created_at", "updated_at"),
)
KEPT = ("public_id", "created_at")
TEXT_COLUMNS = ("language", "name", "description")
ROOM_COLUMNS = ("code", "names", "facilities", "min_pax", "max_pax", "max_adults", "max_children")
FACILITY_COLUMNS = (
    *("facility_id", "available", "fee", "number", "distance", "amount", "currency", "unit"),
    *("time_from", "time_to", "starts_on", "ends_on", "age_from", "age_to"),
)


class Known(msgspec.Struct, frozen=True):
    """Our keys by the supplier's codes. `terms`: (kind, code) -> (key, stars); `room_names` by room code."""

    destinations: Mapping[str, tuple[int, str]]
    """code -> (destination, country)"""
    zones: Mapping[tuple[int, str], int]
    terms: Mapping[tuple[str, str], tuple[int, Decimal | None]]
    room_names: Mapping[str, dict[str, str]]
    regions: Mapping[tuple[str, str], int] = {}
    """(country, code) -> region"""
    centres: Mapping[int, Point] = {}
    """destination -> its middle, where one is known"""
    packed: dict[str, str] = {}
    """`room_names` as JSON, of those asked for so far."""
    facilities: dict[ContentFacility, Row] = {}
    """Rows of those met so far: millions of a catalogue's are some thousands of different ones."""


class HotelRows(msgspec.Struct, frozen=True):
    """Everything written of one hotel. Rows of children lack the hotel's key, put in front when it is known."""

    code: str
    content_hash: str
    fields: dict[str, Any]
    texts: list[Row]
    rooms: list[Row]
    facilities: list[Row]

    def row(self, key: int, now: datetime) -> Row:
        made = {
            "id": key,
            "public_id": hotel_public_id(),
            "created_at": now,
            "updated_at": now,
            "status": "live",
        }
        values = made | self.fields | {"content_hash": self.content_hash}
        return [values[column] for column in COLUMNS]


def of(item: ContentHotel, known: Known, tally: Tally) -> HotelRows | None:
    """None, and a finding, for a record that cannot be placed or named."""
    destination = known.destinations.get(item.destination_code)
    names = {language: cleaning.name(text)[:300] for language, text in item.names.items()}
    name = names.get("en") or next((text for text in names.values() if text), "")
    if destination is None or not name or not 0 < len(item.code) <= LONGEST_CODE:
        kind = "hotel_of_unknown_destination" if destination is None else "hotel_without_name"
        tally.find("hotel_with_odd_code" if destination and name else kind, item.code)
        return None
    point = coordinates.of(item, known.centres.get(destination[0]), tally)
    fields = _fields(item, known, destination, tally) | {"name": name}
    descriptions = _descriptions(item, tally)
    languages = dict.fromkeys((*names, *descriptions))
    texts: list[Row] = [(one, names.get(one, ""), descriptions.get(one, "")) for one in languages]
    rooms = _rooms(item.rooms, known, tally)
    facilities = _facilities(item.facilities, known, tally)
    # As it was sent, not as it is understood: a middle that becomes known later is no change of theirs.
    hashed = digest(fields, item.latitude, item.longitude, texts, rooms, facilities)
    fields |= _position(point)
    fields["quality"] = _quality(item, fields, texts, has_point=point is not None)
    return HotelRows(item.code, hashed, fields, texts, rooms, facilities)


def _fields(item: ContentHotel, known: Known, destination: tuple[int, str], tally: Tally) -> dict[str, Any]:
    category, stars = known.terms.get(("category", item.category_code), (None, None))
    available = [one for one in item.facilities if one.available and len(one.code) <= LONGEST_LABEL]
    return {
        "country_id": destination[1],
        "destination_id": destination[0],
        "region_id": known.regions.get((destination[1], item.region_code)),
        "zone_id": known.zones.get((destination[0], item.zone_code)),
        "stars": stars,
        "category_id": category,
        "accommodation_id": _term(known, "accommodation", item.accommodation_code),
        "chain_id": _term(known, "chain", item.chain_code),
        "address": cleaning.name(item.address)[:400],
        "postal_code": cleaning.plain(item.postal_code)[:40],
        "city": cleaning.name(item.city)[:200],
        "emails": json(item.emails[:MOST_LIST]),
        "phones": json(item.phones[:MOST_LIST]),
        "web": cleaning.plain(item.web)[:300],
        "images": json(_images(item, tally)),
        "board_codes": [code for code in dict.fromkeys(item.board_codes) if len(code) <= LONGEST_BOARD],
        # What filters offer: the hours of arrival are no facility that a hotel has or lacks.
        "facility_codes": sorted({one.code for one in available} - arrivals.CODES),
        "paid_facility_codes": sorted({one.code for one in available if one.fee}),
        **_surroundings(item),
        "ranking": min(max(0, item.ranking or 0), _LARGE),
        "supplier_updated_on": item.updated_on,
    }


def _surroundings(item: ContentHotel) -> dict[str, str]:
    notices = [
        {
            "code": notice.code,
            "from": notice.starts_on,
            "until": notice.ends_on,
            "alternative": notice.alternative,
        }
        for notice in item.notices[:MOST_NEAR]
    ]
    points = [
        {"name": cleaning.name(point.name)[:200], "metres": point.metres} for point in item.points[:MOST_NEAR]
    ]
    terminals = [{"code": one.code, "metres": one.metres} for one in item.terminals[:MOST_NEAR]]
    return {"notices": json(notices), "points": json(points), "terminals": json(terminals)}


def _position(point: Point | None) -> dict[str, Any]:
    if point is None:
        return {"latitude": None, "longitude": None, "timezone": "UTC"}
    latitude, longitude = point
    return {"latitude": latitude, "longitude": longitude, "timezone": cleaning.timezone(latitude, longitude)}


def _quality(item: ContentHotel, fields: dict[str, Any], texts: Sequence[Row], *, has_point: bool) -> int:
    return quality.of(
        photos=len(item.images),
        described_in=[language for language, _, description in texts if description],
        has_coordinates=has_point,
        facilities=len(fields["facility_codes"]),
        rooms=len(item.rooms),
        has_stars=fields["stars"] is not None,
        contacts=bool(fields["address"]) + bool(item.phones),
    )


def _descriptions(item: ContentHotel, tally: Tally) -> dict[str, str]:
    longest = max(map(len, item.descriptions.values()), default=0)
    if longest > cleaning.LONGEST_DESCRIPTION:
        tally.find("hotel_with_too_long_description", f"{item.code} {longest}")
    return {language: cleaning.description(text) for language, text in item.descriptions.items()}


def _images(item: ContentHotel, tally: Tally) -> list[dict[str, str]]:
    if len(item.images) > MOST_IMAGES:
        tally.find("hotel_with_too_many_images", f"{item.code} {len(item.images)}")
    ordered = sorted(item.images, key=lambda image: image.position)
    paths = {image.path: image for image in reversed(ordered)}
    return [
        {"path": image.path, "kind": image.kind, "room_code": image.room_code}
        for image in ordered
        if paths[image.path] is image
    ][:MOST_IMAGES]


def _rooms(items: Sequence[ContentRoom], known: Known, tally: Tally) -> list[Row]:
    rooms = {room.code: room for room in items}
    if odd := [code for code in rooms if not 0 < len(code) <= LONGEST_LABEL]:
        tally.find("room_with_odd_code", odd[0])
    return [_room(room, known) for code, room in rooms.items() if code not in odd]


def _room(room: ContentRoom, known: Known) -> Row:
    """The hotel's own name of a room goes before the vocabulary's, language by language."""
    people = (room.min_pax, room.max_pax, room.max_adults, room.max_children)
    seats = [_within(number, 0, _SMALL) for number in people]
    return (room.code, _room_names(room, known), _room_facilities(room), *seats)


def _room_names(room: ContentRoom, known: Known) -> str:
    """Most rooms are the vocabulary's: their names are packed once a run."""
    own = {language: name for language, text in room.names.items() if (name := cleaning.name(text))}
    if own:
        return json(known.room_names.get(room.code, {}) | own)
    packed = known.packed.get(room.code)
    if packed is None:
        packed = known.packed[room.code] = json(known.room_names.get(room.code, {}))
    return packed


def _room_facilities(room: ContentRoom) -> str:
    if not room.facilities:
        return "[]"
    facilities = [
        {"code": one.code, "fee": one.fee, "number": one.number}
        for one in room.facilities[:MOST_ROOM_FACILITIES]
        if one.available
    ]
    return json(facilities)


def _facilities(items: tuple[ContentFacility, ...], known: Known, tally: Tally) -> list[Row]:
    rows: dict[int, Row] = {}
    for item in items:
        row = known.facilities.get(item)
        if row is None:
            key = _term(known, "facility", item.code)
            if key is None:
                tally.find("unknown_facility", item.code)
                continue
            if len(known.facilities) >= MOST_KEPT:
                known.facilities.clear()
            row = known.facilities[item] = _facility(key, item)
        rows.setdefault(row[0], row)
    return list(rows.values())


def _facility(key: int, item: ContentFacility) -> Row:
    number, distance = _within(item.number, -_LARGE, _LARGE), _within(item.distance, -_LARGE, _LARGE)
    amount = item.amount
    if amount is None or abs(amount.amount) >= _MOST_AMOUNT:
        fee: Row = (None, "", "")
    else:
        fee = (amount.amount, amount.currency, item.unit.value if item.unit else "")
    hours, days = (item.time_from, item.time_to), (item.starts_on, item.ends_on)
    ages = _within(item.age_from, 0, _SMALL), _within(item.age_to, 0, _SMALL)
    return (key, item.available, item.fee, number, distance, *fee, *hours, *days, *ages)


def _within(number: int | None, least: int, most: int) -> int | None:
    return number if number is not None and least <= number <= most else None


def _term(known: Known, kind: str, code: str) -> int | None:
    found = known.terms.get((kind, code))
    return found[0] if found else None
