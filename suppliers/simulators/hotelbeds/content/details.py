"""/hotels/{codes}/details: the list's record with every code unfolded into an object."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from suppliers.simulators.hotelbeds.catalogue import Catalogue, Hotel, categories, gazetteer, tables, texts
from suppliers.simulators.hotelbeds.content import records, wording
from suppliers.simulators.hotelbeds.content.asking import Asked

Record = dict[str, Any]


def detailed(catalogue: Catalogue, hotel: Hotel, asked: Asked) -> Record:
    """Texts of types carry no languageCode here (recorded 2024 and 2025)."""
    whole = _Unfolding(catalogue, hotel, asked)
    unfolded: Record = {}
    for key, value in records.listed(catalogue, hotel, asked).items():
        name, unfold = _UNFOLDED.get(key, (key, None))
        unfolded[name] = value if unfold is None else unfold(whole, value)
    return unfolded


@dataclass(frozen=True, slots=True)
class _Unfolding:
    """A hotel's record being unfolded: a method for each key that is a code in the list and an object here."""

    catalogue: Catalogue
    hotel: Hotel
    asked: Asked

    def country(self, code: str) -> Record:
        iso = self.hotel.iso
        name = wording.plain("description", lambda language: texts.country(iso, language), self.asked)
        return {"code": code, "isoCode": iso, **name}

    def state(self, code: str) -> Record:
        return {"code": code, "name": dict(gazetteer.states()[self.hotel.iso]).get(code, "NOT ASSIGNED")}

    def destination(self, code: str) -> Record:
        name = wording.plain("name", partial(self.catalogue.destination_name, code), self.asked)
        return {"code": code, **name, "countryCode": self.hotel.country_code}

    def zone(self, code: int) -> Record:
        name = self.hotel.zone_name
        return {"zoneCode": code, "name": name, "description": wording.content(name)}

    def category(self, code: str) -> Record:
        text = wording.plain("description", partial(categories.name, code), self.asked)
        return {"code": code, **text}

    def category_group(self, code: str) -> Record:
        return {"code": code, **_described("group_categories", code, self.asked)}

    def chain(self, code: str) -> Record:
        return {"code": code, "description": wording.content(tables.by_code("chains")[code]["name"])}

    def accommodation(self, code: str) -> Record:
        text = wording.plain("typeMultiDescription", partial(texts.accommodation, code), self.asked)
        return {"code": code, **text, "typeDescription": texts.accommodation(code, texts.ENGLISH) or code}

    def boards(self, codes: list[str]) -> list[Record]:
        return [
            {"code": code, **wording.plain("description", partial(texts.board, code), self.asked)}
            for code in codes
        ]

    def segments(self, codes: list[int]) -> list[Record]:
        return [{"code": code, **_described("segments", str(code), self.asked)} for code in codes]

    def rooms(self, items: list[Record]) -> list[Record]:
        return [_room(item, self.asked) for item in items]

    def facilities(self, items: list[Record]) -> list[Record]:
        return [_with_text(item, self.asked) for item in items]

    def terminals(self, items: list[Record]) -> list[Record]:
        return [_terminal(item) for item in items]

    def issues(self, items: list[Record]) -> list[Record]:
        return [_issue(item) for item in items]

    def images(self, items: list[Record]) -> list[Record]:
        return [_image(item, self.asked) for item in items]


# Key of the list -> key of the details, and how the one becomes the other.
_UNFOLDED: dict[str, tuple[str, Callable[[_Unfolding, Any], Any]]] = {
    "countryCode": ("country", _Unfolding.country),
    "stateCode": ("state", _Unfolding.state),
    "destinationCode": ("destination", _Unfolding.destination),
    "zoneCode": ("zone", _Unfolding.zone),
    "categoryCode": ("category", _Unfolding.category),
    "categoryGroupCode": ("categoryGroup", _Unfolding.category_group),
    "chainCode": ("chain", _Unfolding.chain),
    "accommodationTypeCode": ("accommodationType", _Unfolding.accommodation),
    "boardCodes": ("boards", _Unfolding.boards),
    "segmentCodes": ("segments", _Unfolding.segments),
    "rooms": ("rooms", _Unfolding.rooms),
    "facilities": ("facilities", _Unfolding.facilities),
    "terminals": ("terminals", _Unfolding.terminals),
    "issues": ("issues", _Unfolding.issues),
    "images": ("images", _Unfolding.images),
}


def _described(table: str, code: str, asked: Asked) -> Record:
    return wording.plain("description", lambda language: texts.column(table, code, language), asked)


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
