"""/types/*: boards, rooms, facilities, categories and the rest of the supplier's code lists."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from suppliers.simulators.hotelbeds.catalogue import (
    categories,
    facilities,
    gazetteer,
    geography,
    images,
    rooms,
    tables,
    texts,
)
from suppliers.simulators.hotelbeds.catalogue.model import RoomType
from suppliers.simulators.hotelbeds.content import wording
from suppliers.simulators.hotelbeds.content.asking import Asked
from suppliers.simulators.hotelbeds.content.lists import Entry, Listed, Record

_FLAGS = (
    "number", "logic", "fee", "distance", "ageFrom", "ageTo", "dateFrom", "dateTo", "timeFrom", "timeTo",
    "indYesOrNo", "amount", "currency", "appType", "text",
)  # fmt: skip
_OLD_CURRENCIES = {"AFA": "AFGHANI", "ESP": "SPANISH PESETA", "ITL": "ITALIAN LIRA"}


def lists() -> Sequence[Listed]:
    found = (
        ("accommodations", "accommodations", _accommodations),
        ("boards", "boards", _boards),
        ("boardgroups", "boards", _boards),
        ("categories", "categories", _categories),
        ("chains", "chains", _chains),
        ("classifications", "classifications", _classifications),
        ("currencies", "currencies", _currencies),
        ("facilities", "facilities", _facilities),
        ("facilitygroups", "facilityGroups", _facility_groups),
        ("facilitytypologies", "facilityTypologies", _typologies),
        ("groupcategories", "groupCategories", _group_categories),
        ("imagetypes", "imageTypes", _image_types),
        ("issues", "issues", _issues),
        ("languages", "languages", _languages),
        ("promotions", "promotions", _promotions),
        ("rooms", "rooms", _rooms),
        ("segments", "segments", _segments),
        ("terminals", "terminals", _terminals),
    )
    return [Listed(f"/types/{path}", key, entries) for path, key, entries in found]


def _described(code: str | int, text: wording.Wording, **rest: Any) -> Entry:
    """The commonest shape: a code, other plain fields, a description in the asked language."""

    def write(asked: Asked) -> Record:
        return {"code": code, **rest, **wording.typed("description", text, asked)}

    return Entry(str(code), write)


def _english(text: str) -> wording.Wording:
    """Texts nobody has translated."""
    return lambda language: (text or None) if language == texts.ENGLISH else None


def _everywhere(text: str) -> wording.Wording:
    """Proper names."""
    return lambda _: text


def _accommodations() -> Sequence[Entry]:
    codes = [key for key in tables.by_language("accommodations")[texts.ENGLISH] if key != "language"]
    return [Entry(code, partial(_accommodation, code)) for code in sorted(codes)]


def _accommodation(code: str, asked: Asked) -> Record:
    text = wording.typed("typeMultiDescription", partial(texts.accommodation, code), asked)
    return {"code": code, **text, "typeDescription": texts.accommodation(code, texts.ENGLISH)}


def _boards() -> Sequence[Entry]:
    """Some have no description at all (HH)."""
    first = [key for key in tables.by_language("boards")[texts.ENGLISH] if key != "language"]
    codes = sorted([*first, *tables.by_code("other_boards")])
    return [_described(code, partial(texts.board, code), multiLingualCode=code) for code in codes]


def _categories() -> Sequence[Entry]:
    return [
        _described(
            category.code,
            partial(categories.name, category.code),
            simpleCode=category.simple,
            accommodationType="",
            group=category.group,
        )
        for category in categories.categories().values()
    ]


def _group_categories() -> Sequence[Entry]:
    def entry(row: dict[str, str]) -> Entry:
        def write(asked: Asked) -> Record:
            name = wording.typed("name", _english(row["name"]), asked)
            column = partial(texts.column, "group_categories", row["code"])
            text = wording.typed("description", column, asked)
            return {"code": row["code"], "order": int(row["order"]), **name, **text}

        return Entry(row["code"], write)

    return [entry(row) for row in tables.rows("group_categories")]


def _chains() -> Sequence[Entry]:
    return [_described(row["code"], _everywhere(row["name"])) for row in tables.rows("chains")]


def _classifications() -> Sequence[Entry]:
    return [_described(r["code"], _english(r["description"])) for r in tables.rows("classifications")]


def _currencies() -> Sequence[Entry]:
    used = {country.currency for country in gazetteer.countries().values()}
    return [
        _described(code, _currency_text(code), currencyType="LIBERATE")
        for code in sorted(used | set(_OLD_CURRENCIES))
    ]


def _currency_text(code: str) -> wording.Wording:
    old = _OLD_CURRENCIES.get(code)
    return _english(old) if old else partial(texts.currency, code)


def _facilities() -> Sequence[Entry]:
    """The pair of code and group is what identifies one; `codes` finds all with the code."""

    def write(code: int, group: int, typology: int, asked: Asked) -> Record:
        text = wording.typed("description", lambda language: texts.facility(code, group, language), asked)
        return {"code": code, "facilityGroupCode": group, "facilityTypologyCode": typology, **text}

    found = sorted(facilities.defined(), key=lambda item: (str(item[0][0]), item[0][1]))
    return [Entry(str(key[0]), partial(write, *key, typology)) for key, typology in found]


def _facility_groups() -> Sequence[Entry]:
    rows = tables.rows("facility_groups")
    return [_described(int(r["code"]), partial(texts.column, "facility_groups", r["code"])) for r in rows]


def _typologies() -> Sequence[Entry]:
    def write(code: int, flags: frozenset[str], _: Asked) -> Record:
        return {"code": code, **{f"{flag}Flag": flag in flags for flag in _FLAGS}}

    return [
        Entry(str(code), partial(write, code, flags)) for code, flags in facilities.typology_flags().items()
    ]


def _image_types() -> Sequence[Entry]:
    return [_described(code, partial(texts.image_type, code)) for code in sorted(images.LETTERS)]


def _issues() -> Sequence[Entry]:
    def write(row: dict[str, str], asked: Asked) -> Record:
        text = wording.typed("description", _english(row["description"]), asked)
        name = wording.typed("name", _english(row["name"]), asked)
        alternative = row["alternative"] == "true"
        return {"code": row["code"], "type": row["type"], **text, **name, "alternative": alternative}

    return [Entry(row["code"], partial(write, row)) for row in tables.rows("issues")]


def _languages() -> Sequence[Entry]:
    rows = tables.rows("languages")
    return [_described(r["code"], partial(texts.language_name, r["code"]), name=r["name"]) for r in rows]


def _promotions() -> Sequence[Entry]:
    """One has a name and no description (014)."""

    def write(row: dict[str, str], asked: Asked) -> Record:
        text = wording.typed("description", _english(row["description"]), asked)
        return {"code": row["code"], **text, **wording.typed("name", _english(row["name"]), asked)}

    return [Entry(row["code"], partial(write, row)) for row in tables.rows("promotions")]


def _rooms() -> Sequence[Entry]:
    return [Entry(room.code, partial(_room, room)) for room in rooms.every_room()]


def _room(room: RoomType, asked: Asked) -> Record:
    def column(table: str, code: str) -> Callable[[str], str | None]:
        return partial(texts.column, table, code)

    whole = wording.found(partial(texts.room, room.code), asked)
    return {
        "code": room.code,
        "type": room.type_code,
        "characteristic": room.characteristic_code,
        "minPax": room.min_pax,
        "maxPax": room.max_pax,
        "maxAdults": room.max_adults,
        "maxChildren": room.max_children,
        "minAdults": room.min_adults,
        **({"description": whole[1]} if whole else {}),
        **wording.typed("typeDescription", column("room_types", room.type_code), asked),
        **wording.typed(
            "characteristicDescription", column("room_characteristics", room.characteristic_code), asked
        ),
    }


def _segments() -> Sequence[Entry]:
    rows = tables.rows("segments")
    return [_described(int(r["code"]), partial(texts.column, "segments", r["code"])) for r in rows]


def _terminals() -> Sequence[Entry]:
    def write(port: geography.Airport, asked: Asked) -> Record:
        name = wording.typed("name", _english(port.name), asked)
        text = wording.typed("description", _english("Airport"), asked)
        return {"code": port.code, "type": "A", "country": gazetteer.own_code(port.iso), **name, **text}

    found = sorted(geography.airports().values(), key=lambda port: port.code)
    return [Entry(port.code, partial(write, port)) for port in found]
