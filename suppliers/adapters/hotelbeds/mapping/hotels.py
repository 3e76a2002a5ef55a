"""Hotel records of a list or of a details answer -> content hotels (REFERENCE section 9)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date

from suppliers.adapters.hotelbeds import content_schemas as wire
from suppliers.adapters.hotelbeds.mapping import facilities, surroundings
from suppliers.adapters.hotelbeds.mapping.content import UNASSIGNED
from suppliers.adapters.hotelbeds.mapping.languages import ENGLISH
from suppliers.adapters.hotelbeds.mapping.pages import Listing, Page, Problems, by_code, said, text
from suppliers.adapters.hotelbeds.mapping.values import Refused, day, words
from suppliers.content_types import ContentHotel, ContentImage, ContentRoom

_GUEST_PHONES = {"PHONEHOTEL": 0, "PHONEBOOKING": 1}
_NO_GUEST_PHONES = frozenset({"FAXNUMBER", "PHONEMANAGEMENT"})


HOTELS = Listing("/hotels", "hotels", wire.Hotel)
CODES = Listing("/hotels", "hotels", wire.Coded)
_NOWHERE = wire.Coordinates()


def hotels(pages: Mapping[str, Page[wire.Hotel]]) -> Iterator[ContentHotel]:
    """`pages`: tag -> the same hotels in that language, English (complete) among them."""
    languages = {tag: page.language for tag, page in pages.items()}
    problems = pages[ENGLISH].problems
    for code, tongues in by_code(pages).items():
        yield _hotel(code, tongues, languages, problems)


def codes(page: Page[wire.Coded]) -> tuple[str, ...]:
    return tuple(str(record.code) for record in page.records)


def _hotel(
    code: str, tongues: Mapping[str, wire.Hotel], languages: Mapping[str, str], problems: Problems
) -> ContentHotel:
    record, english = tongues[ENGLISH], languages[ENGLISH]
    place = record.coordinates or _NOWHERE
    return ContentHotel(
        code=code,
        names=said({tag: words(text(one.name, languages[tag])) for tag, one in tongues.items()}),
        descriptions=said({tag: text(one.description, languages[tag]) for tag, one in tongues.items()}),
        country_code=record.country_code or _code(record.country),
        region_code=_region(record),
        destination_code=record.destination_code or _code(record.destination),
        zone_code=str(record.zone_code or (record.zone and record.zone.zone_code) or ""),
        category_code=record.category_code or _code(record.category),
        accommodation_code=record.accommodation_type_code or _code(record.accommodation_type),
        chain_code=record.chain_code or _code(record.chain),
        board_codes=tuple(record.board_codes or [_code(board) for board in record.boards or ()]),
        latitude=place.latitude,
        longitude=place.longitude,
        address=words(text(record.address, english)),
        postal_code=str(record.postal_code or "").strip(),
        city=words(text(record.city, english)),
        emails=_emails(record.email),
        phones=_phones(record),
        web=(record.web or "").strip(),
        images=_images(record),
        facilities=facilities.of(record.facilities, code, problems),
        rooms=_rooms(code, tongues, languages, problems),
        notices=surroundings.notices(record),
        points=surroundings.points(code, record, problems),
        terminals=surroundings.terminals(code, record, problems),
        ranking=record.ranking,
        updated_on=_updated(record),
    )


def _code(nested: wire.Nested | None) -> str:
    return str(nested.code) if nested and nested.code is not None else ""


def _region(record: wire.Hotel) -> str:
    code = str(record.state_code or "") or _code(record.state)
    return "" if code == UNASSIGNED else code


def _emails(text: str | None) -> tuple[str, ...]:
    return tuple(part for part in re.split(r"[;,\s]+", text) if "@" in part) if text else ()


def _phones(record: wire.Hotel) -> tuple[str, ...]:
    """Those a guest may ring, the hotel's own first."""
    phones = [phone for phone in record.phones or () if phone.phone_type not in _NO_GUEST_PHONES]
    phones.sort(key=lambda phone: _GUEST_PHONES.get(phone.phone_type or "", 2))
    return tuple(dict.fromkeys(number for phone in phones if (number := words(phone.phone_number))))


def _images(record: wire.Hotel) -> tuple[ContentImage, ...]:
    """In display order: `visualOrder`, then `order`; what shares both in the order of its path, the same every time."""
    last = 1_000_000
    images = sorted(
        (image for image in record.images or () if image.path),
        key=lambda image: (
            last if image.visual_order is None else image.visual_order,
            last if image.order is None else image.order,
            image.path or "",
        ),
    )
    return tuple(
        ContentImage(
            path=image.path or "",
            kind=image.image_type_code or _code(image.type),
            room_code=image.room_code or "",
            position=position,
        )
        for position, image in enumerate(images)
    )


def _rooms(
    hotel: str, tongues: Mapping[str, wire.Hotel], languages: Mapping[str, str], problems: Problems
) -> tuple[ContentRoom, ...]:
    """A hotel's own names of its rooms are its wildcards, by full room code."""
    names: dict[str, dict[str, str]] = {}
    for tag, record in tongues.items():
        for wildcard in record.wildcards or ():
            if wildcard.room_type and (name := words(text(wildcard.hotel_room_description, languages[tag]))):
                names.setdefault(wildcard.room_type, {})[tag] = name
    rooms = {room.room_code: room for room in tongues[ENGLISH].rooms or () if room.room_code}
    return tuple(
        ContentRoom(
            code=code,
            names=names.get(code) or said({ENGLISH: words(room.description)}),
            facilities=facilities.of(room.room_facilities, hotel, problems),
            min_pax=room.min_pax,
            max_pax=room.max_pax,
            max_adults=room.max_adults,
            max_children=room.max_children,
        )
        for code, room in rooms.items()
    )


def _updated(record: wire.Hotel) -> date | None:
    try:
        return day(record.last_update, what="last update")
    except Refused:
        return None
