"""Content API answers -> what the catalogue keeps, hotels aside (REFERENCE section 9)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date

from suppliers.adapters.hotelbeds import content_schemas as wire
from suppliers.adapters.hotelbeds.mapping.languages import CODES, ENGLISH
from suppliers.adapters.hotelbeds.mapping.pages import Listing, Page, by_code, said, text
from suppliers.adapters.hotelbeds.mapping.values import Refused, day, words
from suppliers.adapters.hotelbeds.schemas import Code
from suppliers.content_types import (
    ContentCountry,
    ContentDestination,
    ContentRateComment,
    ContentRegion,
    ContentType,
    ContentZone,
    TypeKind,
)

COUNTRIES = Listing("/locations/countries", "countries", wire.Country)
DESTINATIONS = Listing("/locations/destinations", "destinations", wire.Destination)
RATE_COMMENTS = Listing("/types/ratecomments", "rateComments", wire.RateComment)
_WORDS = {
    TypeKind.ACCOMMODATION: ("accommodations", "accommodations"),
    TypeKind.BOARD: ("boards", "boards"),
    TypeKind.BOARD_GROUP: ("boardgroups", "boards"),
    TypeKind.CATEGORY: ("categories", "categories"),
    TypeKind.CATEGORY_GROUP: ("groupcategories", "groupCategories"),
    TypeKind.CHAIN: ("chains", "chains"),
    TypeKind.CURRENCY: ("currencies", "currencies"),
    TypeKind.FACILITY: ("facilities", "facilities"),
    TypeKind.FACILITY_GROUP: ("facilitygroups", "facilityGroups"),
    TypeKind.FACILITY_TYPOLOGY: ("facilitytypologies", "facilityTypologies"),
    TypeKind.IMAGE: ("imagetypes", "imageTypes"),
    TypeKind.ISSUE: ("issues", "issues"),
    TypeKind.LANGUAGE: ("languages", "languages"),
    TypeKind.PROMOTION: ("promotions", "promotions"),
    TypeKind.RATE_CLASS: ("classifications", "classifications"),
    TypeKind.ROOM: ("rooms", "rooms"),
    TypeKind.SEGMENT: ("segments", "segments"),
    TypeKind.TERMINAL: ("terminals", "terminals"),
}
TYPES = {kind: Listing(f"/types/{path}", key, wire.TypeRecord) for kind, (path, key) in _WORDS.items()}

UNASSIGNED = "XX"
"""The state `NOT ASSIGNED` that every country lists (samples/content/countries)."""
FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(9999, 12, 31)


def countries(pages: Mapping[str, Page[wire.Country]]) -> Iterator[ContentCountry]:
    """`pages`: tag -> the same page in that language, English among them; so everywhere below."""
    records = by_code(pages)
    for code, tongues in records.items():
        record = tongues[ENGLISH]
        names = {tag: text(one.description, pages[tag].language) for tag, one in tongues.items()}
        regions = (ContentRegion(str(state.code), words(state.name)) for state in record.states or ())
        yield ContentCountry(
            code=code,
            iso_code=record.iso_code or code,
            names=said(names),
            regions=tuple(region for region in regions if region.code != UNASSIGNED),
        )


def destinations(pages: Mapping[str, Page[wire.Destination]]) -> Iterator[ContentDestination]:
    for code, tongues in by_code(pages).items():
        record = tongues[ENGLISH]
        names = {tag: text(one.name, pages[tag].language) for tag, one in tongues.items()}
        yield ContentDestination(
            code=code,
            country_code=record.country_code or "",
            iso_country_code=record.iso_code or record.country_code or "",
            names=said(names),
            zones=tuple(
                ContentZone(code=str(zone.zone_code), name=words(zone.name)) for zone in record.zones or ()
            ),
        )


def types(kind: TypeKind, pages: Mapping[str, Page[wire.TypeRecord]]) -> Iterator[ContentType]:
    for code, tongues in by_code(pages, code=lambda record: _type_code(kind, record)).items():
        names = said({tag: _type_name(kind, one, pages[tag].language) for tag, one in tongues.items()})
        record = tongues[ENGLISH]
        yield ContentType(
            kind=kind,
            code=code,
            names=names,
            group=_type_group(kind, record),
            stars=_stars(record, names.get(ENGLISH, "")) if kind is TypeKind.CATEGORY else "",
            country_code=(record.country or "") if kind is TypeKind.TERMINAL else "",
        )


def rate_comments(one: Page[wire.RateComment]) -> Iterator[ContentRateComment]:
    for record in one.records:
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


def _type_code(kind: TypeKind, record: wire.TypeRecord) -> str:
    """Codes of facilities repeat across groups, those of issues across types."""
    if kind is TypeKind.FACILITY:
        return f"{record.facility_group_code}:{record.code}"
    if kind is TypeKind.ISSUE and record.type:
        return f"{record.type}:{record.code}"
    return str(record.code)


def _type_group(kind: TypeKind, record: wire.TypeRecord) -> str:
    """Of a terminal its kind: `A` an airport, the only one seen (samples 2024, 2025; the OpenAPI names no other)."""
    match kind:
        case TypeKind.FACILITY:
            return str(record.facility_group_code or "")
        case TypeKind.ISSUE | TypeKind.TERMINAL:
            return record.type or ""
    return record.group or ""


def _type_name(kind: TypeKind, record: wire.TypeRecord, language: str) -> str:
    if kind is TypeKind.ROOM:
        return _room_name(record, language)
    for value in (record.type_multi_description, record.name, record.description, record.type_description):
        if isinstance(value, wire.Text) and (found := text(value, language)):
            return found
    plain = record.type_description if language == CODES[ENGLISH] else None
    return plain if isinstance(plain, str) else ""


def _room_name(record: wire.TypeRecord, language: str) -> str:
    """The plain `description` is English whatever was asked for; type and characteristic are translated."""
    if language == CODES[ENGLISH] and isinstance(record.description, str):
        return words(record.description)
    kind = record.type_description
    parts = (
        text(kind, language) if isinstance(kind, wire.Text) else "",
        text(record.characteristic_description, language),
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
