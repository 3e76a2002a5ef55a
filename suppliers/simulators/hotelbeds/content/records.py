"""A hotel as the Content API writes it: the list's record with codes, and the details' one with nested objects."""

from functools import lru_cache
from random import Random
from typing import Any

from suppliers.simulators.hotelbeds import chance
from suppliers.simulators.hotelbeds.catalogue import (
    Catalogue,
    Hotel,
    RoomType,
    categories,
    descriptions,
    facilities,
    gazetteer,
    geography,
    images,
    names,
    tables,
)
from suppliers.simulators.hotelbeds.catalogue.geography import Airport
from suppliers.simulators.hotelbeds.content import wording
from suppliers.simulators.hotelbeds.content.asking import Asked

Record = dict[str, Any]

_PHONES = ("PHONEBOOKING", "PHONEHOTEL", "FAXNUMBER")
_AIRPORT_KM = 150.0
_SQUARE_KM = 80.0
"""From the middle of a square degree to its corners, at most."""
TEXTS = frozenset({"code", "name", "description", "wildcards"})


def listed(catalogue: Catalogue, hotel: Hotel, asked: Asked) -> Record:
    """Only what is asked for; every optional key is absent, never null, where the hotel has nothing to say (REFERENCE
    section 9)."""
    if asked.fields is not None and asked.fields <= TEXTS:
        return asked.trim(_texts(hotel, asked) | _wildcards(hotel))
    return asked.trim(_whole(catalogue, hotel, asked))


def _texts(hotel: Hotel, asked: Asked) -> Record:
    record: Record = {"code": hotel.code, "name": wording.content(hotel.name)}
    return record | wording.plain(
        "description", lambda language: descriptions.written(hotel, language), asked
    )


def _whole(catalogue: Catalogue, hotel: Hotel, asked: Asked) -> Record:
    draw = Random(f"{hotel.code}/content")
    group = categories.categories()[hotel.category_code].group
    record = _texts(hotel, asked)
    record["countryCode"] = hotel.country_code
    if draw.random() < 0.92:
        record["stateCode"] = _state(catalogue, hotel)
    record |= {"destinationCode": hotel.destination_code, "zoneCode": hotel.zone_code}
    record["coordinates"] = {"longitude": hotel.longitude, "latitude": hotel.latitude}
    record["categoryCode"] = hotel.category_code
    if draw.random() < 0.97:
        record["categoryGroupCode"] = group
    if hotel.chain_code:
        record["chainCode"] = hotel.chain_code
    record["accommodationTypeCode"] = hotel.accommodation_type_code
    if draw.random() < 0.93:
        record["boardCodes"] = list(hotel.board_codes)
    record |= _segments(hotel, draw) | _whereabouts(catalogue, hotel) | _contacts(hotel, draw)
    record |= _rooms(hotel) | _sights(hotel, draw) | _images(hotel)
    return record | _wildcards(hotel) | _closing(hotel, draw)


def has_pms_codes(code: int) -> bool:
    return chance.unit("pms", code) < 0.15


def _state(catalogue: Catalogue, hotel: Hotel) -> str:
    destination = catalogue.destination(hotel.destination_code)
    return destination.state if destination else "XX"


def _segments(hotel: Hotel, draw: Random) -> Record:
    by_setting = {"beach": [37, 81], "resort": [81], "city": [45, 34]}[hotel.setting]
    codes = by_setting + ([49] if hotel.stars >= 5 else []) + ([61] if draw.random() < 0.1 else [])
    return {"segmentCodes": codes} if hotel.richness > 0.3 else {}


def _whereabouts(catalogue: Catalogue, hotel: Hotel) -> Record:
    position = catalogue.layout.position(hotel.code)
    address = names.address(Random(f"{catalogue.seed}/{position}/address"), hotel.iso)
    found: Record = {"content": address.line}
    if address.street:
        found["street"] = address.street
    if address.number:
        found["number"] = address.number
    record: Record = {"address": found}
    if hotel.postal_code:
        record["postalCode"] = hotel.postal_code
    return record | {"city": wording.content(hotel.city)}


def _contacts(hotel: Hotel, draw: Random) -> Record:
    record: Record = {"email": hotel.email} if hotel.email else {}
    if draw.random() < 0.22:
        record["license"] = f"{draw.choice(('HT', 'H', 'AT', 'VT'))}-{draw.randint(100, 99999):06d}"
    phones = [{"phoneNumber": n, "phoneType": kind} for n, kind in zip(hotel.phones, _PHONES, strict=False)]
    if phones and draw.random() < 0.06:
        phones.append({"phoneNumber": "000000000", "phoneType": "PHONEMANAGEMENT"})
    return record | ({"phones": phones} if phones else {})


def _rooms(hotel: Hotel) -> Record:
    if hotel.richness < 0.08:
        return {}
    return {"rooms": [_room(hotel, room, number) for number, room in enumerate(hotel.rooms)]}


def _room(hotel: Hotel, room: RoomType, number: int) -> Record:
    draw = Random(f"{hotel.code}/{room.code}")
    record: Record = {
        "roomCode": room.code,
        "isParentRoom": draw.random() < 0.3,
        "minPax": room.min_pax,
        "maxPax": room.max_pax,
        "maxAdults": room.max_adults,
        "maxChildren": room.max_children,
        "minAdults": room.min_adults,
        "roomType": room.type_code,
        "characteristicCode": room.characteristic_code,
    }
    if hotel.richness > 0.35 and draw.random() < 0.8:
        record["roomFacilities"] = facilities.of_room(hotel, room.code)
        if draw.random() < 0.6:
            record["roomStays"] = [_stay(draw, room)]
    if has_pms_codes(hotel.code) and (number == 0 or draw.random() < 0.5):
        record["PMSRoomCode"] = f"{room.type_code[:1]}{draw.randint(10, 99)}{room.characteristic_code[:1]}"
    return record


def _stay(draw: Random, room: RoomType) -> Record:
    bed = 1 if room.type_code == "TWN" else draw.choice((150, 155, 294))
    beds = [{"facilityCode": bed, "facilityGroupCode": 61, "number": 2 if bed == 1 else 1}]
    if room.max_pax > 2:
        beds.append({"facilityCode": 284, "facilityGroupCode": 61, "number": 1})
    return {"stayType": "BED", "order": "1", "description": "Bed room", "roomStayFacilities": beds}


def _sights(hotel: Hotel, draw: Random) -> Record:
    record: Record = {}
    if found := facilities.of_hotel(hotel):
        record["facilities"] = found
    if hotel.richness > 0.3 and (terminals := _terminals(hotel)):
        record["terminals"] = terminals
    if points := facilities.points_of_interest(hotel):
        record["interestPoints"] = points
    if draw.random() < 0.08:
        record["issues"] = [_issue(draw)]
    return record


def _terminals(hotel: Hotel) -> list[Record]:
    """Distance in whole kilometres."""
    near = sorted(
        (gazetteer.distance_km(hotel.latitude, hotel.longitude, port.latitude, port.longitude), port.code)
        for port in _airports_about(round(hotel.latitude), round(hotel.longitude))
    )
    return [
        {"terminalCode": code, "distance": max(1, round(km))} for km, code in near[:2] if km <= _AIRPORT_KM
    ]


@lru_cache(maxsize=8192)
def _airports_about(latitude: int, longitude: int) -> tuple[Airport, ...]:
    """Those that a hotel in the square degree around may be near to."""
    return tuple(
        port
        for port in geography.airports().values()
        if gazetteer.distance_km(latitude, longitude, port.latitude, port.longitude)
        < _AIRPORT_KM + _SQUARE_KM
    )


def _issue(draw: Random) -> Record:
    row = draw.choice(tables.rows("issues"))
    return {
        "issueCode": row["code"],
        "issueType": row["type"],
        "dateFrom": f"2026-{draw.randint(1, 12):02d}-01",
        "dateTo": f"2027-{draw.randint(1, 12):02d}-28",
        "order": 1,
        "alternative": row["alternative"] == "true",
    }


def _images(hotel: Hotel) -> Record:
    found = []
    for image in images.of_hotel(hotel):
        record: Record = {"imageTypeCode": image.kind, "path": image.path}
        if image.room_code:
            kind, _, characteristic = image.room_code.partition(".")
            record |= {"roomCode": image.room_code, "roomType": kind, "characteristicCode": characteristic}
        found.append(record | {"order": image.order, "visualOrder": image.visual_order})
    return {"images": found} if found else {}


def _wildcards(hotel: Hotel) -> Record:
    """Here `roomType` is the full code and `roomCode` the type: as on the wire."""
    draw = Random(f"{hotel.code}/wildcards")
    if draw.random() > 0.3:
        return {}
    found = [
        {
            "roomType": room.code,
            "roomCode": room.type_code,
            "characteristicCode": room.characteristic_code,
            "hotelRoomDescription": wording.content(_own_name(draw, hotel, room)),
        }
        for room in hotel.rooms
        if draw.random() < 0.4
    ]
    return {"wildcards": found} if found else {}


def _own_name(draw: Random, hotel: Hotel, room: RoomType) -> str:
    plain = room.name.title()
    place = hotel.zone_name.split(" - ")[0]
    return draw.choice((f"{plain} Room", room.name, f"{plain} {place}", f"{plain} (max {room.max_pax})"))


def _closing(hotel: Hotel, draw: Random) -> Record:
    record: Record = {}
    if draw.random() < 0.6:
        record["web"] = draw.choice(("www.", "http://www.", "https://")) + names.domain(hotel.name)
    record["lastUpdate"] = hotel.last_update.isoformat()
    if draw.random() < 0.25:
        record["S2C"] = f"{draw.randint(3, 5)}*"
    record["ranking"] = draw.randint(1, 400)
    if draw.random() < 0.15:
        record["exclusiveDeal"] = draw.choice((1, 2, 2, 3, 3, 3))
    return record
