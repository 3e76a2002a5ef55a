"""Content API answers -> what the catalogue keeps (REFERENCE section 9). One bad record costs only itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

import msgspec

from suppliers.adapters.hotelbeds import content_schemas as wire
from suppliers.adapters.hotelbeds.mapping import languages
from suppliers.adapters.hotelbeds.mapping.languages import ENGLISH
from suppliers.adapters.hotelbeds.mapping.values import NotAnAnswer, Refused, day, decode, each, words
from suppliers.adapters.hotelbeds.schemas import Code
from suppliers.types import (
    ContentCountry,
    ContentDestination,
    ContentRateComment,
    ContentType,
    ContentZone,
    TypeKind,
)

Record = TypeVar("Record", bound=Any)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    path: str
    key: str
    """Name of the list in the answer."""


COUNTRIES = Vocabulary("/locations/countries", "countries")
DESTINATIONS = Vocabulary("/locations/destinations", "destinations")
RATE_COMMENTS = Vocabulary("/types/ratecomments", "rateComments")
HOTELS = Vocabulary("/hotels", "hotels")
TYPES = {
    TypeKind.ACCOMMODATION: Vocabulary("/types/accommodations", "accommodations"),
    TypeKind.BOARD: Vocabulary("/types/boards", "boards"),
    TypeKind.BOARD_GROUP: Vocabulary("/types/boardgroups", "boards"),
    TypeKind.CATEGORY: Vocabulary("/types/categories", "categories"),
    TypeKind.CATEGORY_GROUP: Vocabulary("/types/groupcategories", "groupCategories"),
    TypeKind.CHAIN: Vocabulary("/types/chains", "chains"),
    TypeKind.CURRENCY: Vocabulary("/types/currencies", "currencies"),
    TypeKind.FACILITY: Vocabulary("/types/facilities", "facilities"),
    TypeKind.FACILITY_GROUP: Vocabulary("/types/facilitygroups", "facilityGroups"),
    TypeKind.FACILITY_TYPOLOGY: Vocabulary("/types/facilitytypologies", "facilityTypologies"),
    TypeKind.IMAGE: Vocabulary("/types/imagetypes", "imageTypes"),
    TypeKind.ISSUE: Vocabulary("/types/issues", "issues"),
    TypeKind.LANGUAGE: Vocabulary("/types/languages", "languages"),
    TypeKind.PROMOTION: Vocabulary("/types/promotions", "promotions"),
    TypeKind.RATE_CLASS: Vocabulary("/types/classifications", "classifications"),
    TypeKind.ROOM: Vocabulary("/types/rooms", "rooms"),
    TypeKind.SEGMENT: Vocabulary("/types/segments", "segments"),
    TypeKind.TERMINAL: Vocabulary("/types/terminals", "terminals"),
}

FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(9999, 12, 31)


@dataclass(slots=True)
class Page:
    """A page of any listing, its records still raw."""

    total: int
    records: list[msgspec.Raw]
    problems: list[str] = field(default_factory=list)


def page(body: bytes, key: str, *, counted: bool = True) -> Page:
    """`key` may hold one record instead of a list, and a single hotel comes as `hotel` (REFERENCE section 0, 9).

    `counted`: a listing, which says its total; without one and without records it is no answer.
    """
    answer = decode(body, dict[str, msgspec.Raw])
    raw = answer.get(key, answer.get(key.removesuffix("s")))
    if raw is None and counted and "total" not in answer:
        raise NotAnAnswer(f"no {key} in it")
    records = [] if raw is None else _many(raw)
    return Page(_number(answer.get("total")) or len(records), records)


def countries(pages: Mapping[str, Page]) -> Iterator[ContentCountry]:
    """`pages`: tag -> the same page in that language, English among them; so everywhere below."""
    records = by_code(pages, wire.Country)
    for code, tongues in records.items():
        record = tongues[ENGLISH]
        names = {tag: text(one.description, tag) for tag, one in tongues.items()}
        yield ContentCountry(code=code, iso_code=record.iso_code or code, names=said(names))


def destinations(pages: Mapping[str, Page]) -> Iterator[ContentDestination]:
    for code, tongues in by_code(pages, wire.Destination).items():
        record = tongues[ENGLISH]
        names = {tag: text(one.name, tag) for tag, one in tongues.items()}
        yield ContentDestination(
            code=code,
            country_code=record.country_code or "",
            iso_country_code=record.iso_code or record.country_code or "",
            names=said(names),
            zones=tuple(
                ContentZone(code=str(zone.zone_code), name=words(zone.name)) for zone in record.zones or ()
            ),
        )


def types(kind: TypeKind, pages: Mapping[str, Page]) -> Iterator[ContentType]:
    for code, tongues in by_code(
        pages, wire.TypeRecord, code=lambda record: _type_code(kind, record)
    ).items():
        names = said({tag: _type_name(kind, one, tag) for tag, one in tongues.items()})
        record = tongues[ENGLISH]
        yield ContentType(
            kind=kind,
            code=code,
            names=names,
            group=_type_group(kind, record),
            stars=_stars(record, names.get(ENGLISH, "")) if kind is TypeKind.CATEGORY else "",
        )


def rate_comments(one: Page) -> Iterator[ContentRateComment]:
    for record in each(one.records, wire.RateComment, one.problems, where="rate comment"):
        for rates in record.comments_by_rates or ():
            for period in rates.comments or ():
                yield ContentRateComment(
                    incoming=str(record.incoming),
                    hotel_code=str(record.hotel or ""),
                    code=str(record.code),
                    rate_codes=tuple(_rate_codes(rates.rate_codes)),
                    starts_on=_day_or(period.date_start, FIRST_DAY),
                    ends_on=_day_or(period.date_end, LAST_DAY),
                    text=(period.description or "").strip(),
                )


def by_code(
    pages: Mapping[str, Page],
    kind: type[Record],
    *,
    code: Callable[[Record], str] = lambda record: str(record.code),
) -> dict[str, dict[str, Record]]:
    """code -> tag -> record, in the order of the English page; what only other languages list is left out."""
    found: dict[str, dict[str, Record]] = {}
    for tag in (ENGLISH, *(tag for tag in pages if tag != ENGLISH)):
        one = pages[tag]
        for record in each(one.records, kind, one.problems, where=f"{kind.__name__} {tag}"):
            if tag == ENGLISH:
                found.setdefault(code(record), {})[tag] = record
            elif code(record) in found:
                found[code(record)].setdefault(tag, record)
    return found


def text(value: wire.Text | None, tag: str) -> str:
    """What is said in that language; a text marked as another language's is a stand-in, not a translation."""
    if value is None or value.language_code not in (None, languages.known(tag)):
        return ""
    return (value.content or "").strip()


def said(texts: Mapping[str, str]) -> dict[str, str]:
    return {tag: one for tag, one in texts.items() if one}


def _many(raw: msgspec.Raw) -> list[msgspec.Raw]:
    """A list, one record instead of a list, or null."""
    start = bytes(memoryview(raw)[:1])
    if start == b"[":
        return decode(raw, list[msgspec.Raw])
    return [raw] if start == b"{" else []


def _type_code(kind: TypeKind, record: wire.TypeRecord) -> str:
    """Codes of facilities repeat across groups, those of issues across types."""
    if kind is TypeKind.FACILITY:
        return f"{record.facility_group_code}:{record.code}"
    if kind is TypeKind.ISSUE and record.type:
        return f"{record.type}:{record.code}"
    return str(record.code)


def _type_group(kind: TypeKind, record: wire.TypeRecord) -> str:
    group = {TypeKind.FACILITY: record.facility_group_code, TypeKind.ISSUE: record.type}.get(
        kind, record.group
    )
    return str(group or "")


def _type_name(kind: TypeKind, record: wire.TypeRecord, tag: str) -> str:
    if kind is TypeKind.ROOM:
        return _room_name(record, tag)
    for value in (record.type_multi_description, record.name, record.description, record.type_description):
        if isinstance(value, wire.Text) and (found := text(value, tag)):
            return found
    plain = record.type_description if tag == ENGLISH else None
    return plain if isinstance(plain, str) else ""


def _room_name(record: wire.TypeRecord, tag: str) -> str:
    """The plain `description` is English whatever was asked for; type and characteristic are translated."""
    if tag == ENGLISH and isinstance(record.description, str):
        return words(record.description)
    kind = record.type_description
    parts = (
        text(kind, tag) if isinstance(kind, wire.Text) else "",
        text(record.characteristic_description, tag),
    )
    return words(" ".join(parts)) if parts[0] else ""


def _stars(record: wire.TypeRecord, english: str) -> str:
    """`4EST` and `5LUX` 4 and 5, `H3_5` 3.5; others only where their English name counts stars (keys do not)."""
    code = str(record.code).upper()
    if exact := re.fullmatch(r"(\d)(?:EST|LUX)", code):
        return exact[1]
    if half := re.fullmatch(r"H(\d)_5", code):
        return f"{half[1]}.5"
    if "STAR" in english.upper() and record.simple_code:
        return f"{record.simple_code}.5" if "HALF" in english.upper() else str(record.simple_code)
    return ""


def _rate_codes(codes: list[Code] | str | None) -> list[str]:
    return codes.split() if isinstance(codes, str) else [str(code) for code in codes or ()]


def _day_or(text: str | None, otherwise: date) -> date:
    try:
        return day(text, what="date")
    except Refused:
        return otherwise


def _number(raw: msgspec.Raw | None) -> int | None:
    try:
        return None if raw is None else decode(raw, int)
    except NotAnAnswer:
        return None
