"""A supplier's hotel as rows of ours. Pure but for the clock: references are looked up in `Known` made beforehand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

from hotels.models.hotel import hotel_public_id
from hotels.services.content import cleaning
from hotels.services.content.merging import Row, digest, json
from hotels.services.content.tally import Tally
from suppliers.types import ContentFacility, ContentHotel, ContentRoom

MOST_IMAGES = 200
MOST_LIST = 10

COLUMNS = (
    *("id", "public_id", "name", "country_id", "destination_id", "zone_id", "stars", "category_id"),
    *("accommodation_id", "chain_id", "latitude", "longitude", "timezone", "address", "postal_code", "city"),
    *("emails", "phones", "web", "images", "board_codes", "facility_codes", "ranking", "status"),
    *("content_hash", "supplier_updated_on", "created_at", "updated_at"),
)
KEPT = ("public_id", "created_at")


class Known(msgspec.Struct, frozen=True):
    """Our keys by the supplier's codes. `terms`: (kind, code) -> (key, stars); `room_names` by room code."""

    destinations: Mapping[str, tuple[int, str]]
    """code -> (destination, country)"""
    zones: Mapping[tuple[int, str], int]
    terms: Mapping[tuple[str, str], tuple[int, Decimal | None]]
    room_names: Mapping[str, dict[str, str]]


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
    if destination is None or not name:
        tally.find("hotel_of_unknown_destination" if name else "hotel_without_name", item.code)
        return None
    fields = _fields(item, known, destination, tally) | {"name": name}
    descriptions = {language: cleaning.description(text) for language, text in item.descriptions.items()}
    languages = dict.fromkeys((*names, *descriptions))
    texts: list[Row] = [(one, names.get(one, ""), descriptions.get(one, "")) for one in languages]
    rooms = [_room(room, known) for room in {room.code: room for room in item.rooms}.values()]
    facilities = _facilities(item.facilities, known, tally)
    hashed = digest(fields, texts, rooms, facilities)
    return HotelRows(item.code, hashed, fields, texts, rooms, facilities)


def _fields(item: ContentHotel, known: Known, destination: tuple[int, str], tally: Tally) -> dict[str, Any]:
    latitude, longitude = _coordinates(item, tally)
    category, stars = known.terms.get(("category", item.category_code), (None, None))
    return {
        "country_id": destination[1],
        "destination_id": destination[0],
        "zone_id": known.zones.get((destination[0], item.zone_code)),
        "stars": stars,
        "category_id": category,
        "accommodation_id": _term(known, "accommodation", item.accommodation_code),
        "chain_id": _term(known, "chain", item.chain_code),
        "latitude": latitude,
        "longitude": longitude,
        "timezone": "UTC"
        if latitude is None or longitude is None
        else cleaning.timezone(latitude, longitude),
        "address": cleaning.name(item.address)[:400],
        "postal_code": cleaning.plain(item.postal_code)[:40],
        "city": cleaning.name(item.city)[:200],
        "emails": json(item.emails[:MOST_LIST]),
        "phones": json(item.phones[:MOST_LIST]),
        "web": cleaning.plain(item.web)[:300],
        "images": json(_images(item, tally)),
        "board_codes": list(dict.fromkeys(item.board_codes)),
        "facility_codes": sorted({one.code for one in item.facilities if one.available}),
        "ranking": max(0, item.ranking or 0),
        "supplier_updated_on": item.updated_on,
    }


def _coordinates(item: ContentHotel, tally: Tally) -> tuple[float | None, float | None]:
    """None for what is not on the globe, or the point (0, 0) that stands for "not known"."""
    latitude, longitude = item.latitude, item.longitude
    if latitude is None or longitude is None:
        tally.find("hotel_without_coordinates", item.code)
        return None, None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180) or (latitude == 0 and longitude == 0):
        tally.find("hotel_with_odd_coordinates", f"{item.code} {latitude} {longitude}")
        return None, None
    return latitude, longitude


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


def _room(room: ContentRoom, known: Known) -> Row:
    """The hotel's own name of a room goes before the vocabulary's, language by language."""
    own = {language: cleaning.name(text) for language, text in room.names.items()}
    names = known.room_names.get(room.code, {}) | {language: text for language, text in own.items() if text}
    return (room.code, json(names), room.min_pax, room.max_pax, room.max_adults, room.max_children)


def _facilities(items: tuple[ContentFacility, ...], known: Known, tally: Tally) -> list[Row]:
    rows: dict[int, Row] = {}
    for item in items:
        key = _term(known, "facility", item.code)
        if key is None:
            tally.find("unknown_facility", item.code)
            continue
        amount = item.amount.amount if item.amount else None
        currency = item.amount.currency if item.amount else ""
        rows.setdefault(key, (key, item.available, item.fee, item.number, item.distance, amount, currency))
    return list(rows.values())


def _term(known: Known, kind: str, code: str) -> int | None:
    found = known.terms.get((kind, code))
    return found[0] if found else None
