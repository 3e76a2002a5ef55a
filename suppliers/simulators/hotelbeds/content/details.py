"""/hotels/{codes}/details: the list's record with every code unfolded into an object."""

from typing import Any

from suppliers.simulators.hotelbeds.catalogue import Catalogue, Hotel, categories, gazetteer, tables, texts
from suppliers.simulators.hotelbeds.content import records, wording
from suppliers.simulators.hotelbeds.content.asking import Asked

Record = dict[str, Any]


def detailed(catalogue: Catalogue, hotel: Hotel, asked: Asked) -> Record:
    """Texts of types carry no languageCode here (recorded 2024 and 2025)."""
    record = records.listed(catalogue, hotel, asked)
    unfolded: Record = {}
    for key, value in record.items():
        unfolded |= _unfold(catalogue, hotel, key, value, asked)
    return unfolded


def _unfold(catalogue: Catalogue, hotel: Hotel, key: str, value: Any, asked: Asked) -> Record:
    match key:
        case "countryCode":
            name = wording.plain("description", lambda language: texts.country(hotel.iso, language), asked)
            return {"country": {"code": value, "isoCode": hotel.iso, **name}}
        case "stateCode":
            return {
                "state": {
                    "code": value,
                    "name": dict(gazetteer.states()[hotel.iso]).get(value, "NOT ASSIGNED"),
                }
            }
        case "destinationCode":
            name = wording.plain("name", lambda language: catalogue.destination_name(value, language), asked)
            return {"destination": {"code": value, **name, "countryCode": hotel.country_code}}
        case "zoneCode":
            return {"zone": _zone(hotel)}
        case "categoryCode":
            return {"category": {"code": value, **_category(value, asked)}}
        case "categoryGroupCode":
            return {"categoryGroup": {"code": value, **_described("group_categories", value, asked)}}
        case "chainCode":
            name = tables.by_code("chains")[value]["name"]
            return {"chain": {"code": value, "description": wording.content(name)}}
        case "accommodationTypeCode":
            return {"accommodationType": _accommodation(value, asked)}
        case "boardCodes":
            return {"boards": [{"code": code, **_board(code, asked)} for code in value]}
        case "segmentCodes":
            return {
                "segments": [{"code": code, **_described("segments", str(code), asked)} for code in value]
            }
        case "rooms":
            return {"rooms": [_room(room, asked) for room in value]}
        case "facilities":
            return {"facilities": [_with_text(item, asked) for item in value]}
        case "terminals":
            return {"terminals": [_terminal(item) for item in value]}
        case "issues":
            return {"issues": [_issue(item) for item in value]}
        case "images":
            return {"images": [_image(item, asked) for item in value]}
    return {key: value}


def _zone(hotel: Hotel) -> Record:
    return {
        "zoneCode": hotel.zone_code,
        "name": hotel.zone_name,
        "description": wording.content(hotel.zone_name),
    }


def _category(code: str, asked: Asked) -> Record:
    return wording.plain("description", lambda language: categories.name(code, language), asked)


def _described(table: str, code: str, asked: Asked) -> Record:
    return wording.plain("description", lambda language: texts.column(table, code, language), asked)


def _board(code: str, asked: Asked) -> Record:
    return wording.plain("description", lambda language: texts.board(code, language), asked)


def _accommodation(code: str, asked: Asked) -> Record:
    text = wording.plain("typeMultiDescription", lambda language: texts.accommodation(code, language), asked)
    return {"code": code, **text, "typeDescription": texts.accommodation(code, texts.ENGLISH) or code}


def _room(room: Record, asked: Asked) -> Record:
    kind, characteristic = room["roomType"], room["characteristicCode"]
    found = {key: value for key, value in room.items() if key not in {"roomType", "characteristicCode"}}
    text = wording.found(lambda language: texts.room(room["roomCode"], language), asked)
    if text:
        found["description"] = text[1]
    found["type"] = {"code": kind, **_described("room_types", kind, asked)}
    found["characteristic"] = {
        "code": characteristic,
        **_described("room_characteristics", characteristic, asked),
    }
    if "roomFacilities" in room:
        found["roomFacilities"] = [_with_text(item, asked) for item in room["roomFacilities"]]
    if "roomStays" in room:
        found["roomStays"] = [
            {**stay, "roomStayFacilities": [_with_text(item, asked) for item in stay["roomStayFacilities"]]}
            for stay in room["roomStays"]
        ]
    return found


def _with_text(item: Record, asked: Asked) -> Record:
    key = (item["facilityCode"], item["facilityGroupCode"])
    return item | wording.plain("description", lambda language: texts.facility(*key, language), asked)


def _terminal(item: Record) -> Record:
    airport = next(row for row in tables.rows("destinations") if row["airport"] == item["terminalCode"])
    return {
        "terminalCode": item["terminalCode"],
        "terminalType": "A",
        "distance": item["distance"],
        "name": wording.content(airport["airport_name"]),
        "description": wording.content("Airport"),
    }


def _issue(item: Record) -> Record:
    row = next(row for row in tables.rows("issues") if row["type"] == item["issueType"])
    return item | {"name": wording.content(row["name"]), "description": wording.content(row["description"])}


def _image(item: Record, asked: Asked) -> Record:
    kind = item["imageTypeCode"]
    text = wording.plain("description", lambda language: texts.image_type(kind, language), asked)
    rest = {key: value for key, value in item.items() if key != "imageTypeCode"}
    return {"type": {"code": kind, **text}, **rest}
