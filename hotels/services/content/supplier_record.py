"""What a supplier says of a hotel at this moment, beside what we show. Nothing is written but the exchange's record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from faredown.lib.errors import Conflict, Unavailable
from hotels import conf
from hotels.models import ContentEdit, Hotel, HotelCode, Term
from hotels.models.names import ENGLISH
from hotels.selectors import facility_words
from hotels.services.content import hotel_edits, hotel_pages, hotel_rows
from hotels.services.content.edit_fields import FIELDS, Languages, Sheet
from hotels.services.content.hotel_rows import HotelRows
from hotels.services.content.tally import Tally
from suppliers import registry
from suppliers.content_types import ContentHotel
from suppliers.errors import NotConfigured, SupplierError, Throttled

MOST_LANGUAGES = 4
"""Asked at once: each is a call of its own, of the day's quota."""


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """One field: as it was sent, as a sync would read it, as it is shown."""

    field: str
    label: str
    language: str
    raw: Any
    read: Any
    shown: Any
    edited: bool

    @property
    def is_same(self) -> bool:
        return bool(self.read == self.shown)


class ComparedFacility(msgspec.Struct, frozen=True, kw_only=True):
    """As a sync would read it and as it is kept, in words; empty where one of them has it not."""

    code: str
    name: str
    read: str
    shown: str
    is_read: bool
    is_shown: bool

    @property
    def is_same(self) -> bool:
        return (self.is_read, self.read) == (self.is_shown, self.shown)


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """`compared` is empty when the supplier does not know the code, or nothing of its record can be shown."""

    supplier: str
    code: str
    languages: Sequence[str]
    is_known: bool
    findings: Sequence[str] = ()
    compared: Sequence[Compared] = ()
    counts: Sequence[tuple[str, int, int]] = ()
    """(what, at the supplier, here)"""
    facilities: Sequence[ComparedFacility] = ()

    @property
    def differing_facilities(self) -> int:
        return sum(not one.is_same for one in self.facilities)


def languages_asked() -> list[str]:
    return list(dict.fromkeys((ENGLISH, *conf.languages())))[:MOST_LANGUAGES]


def ask(code: HotelCode) -> Record:
    """Its record, fetched now. Raises Unavailable with a sentence for staff when the supplier gives none."""
    languages = languages_asked()
    if code.supplier not in registry.enabled(registry.Capability.CONTENT):
        raise Conflict("supplier_off", f"{code.supplier} is switched off for content.")
    try:
        found = registry.get(code.supplier).hotels_by_code([code.code], languages=languages)
    except SupplierError as error:
        raise Unavailable("supplier_failed", _sentence(code, error)) from error
    item = next((one for one in found if one.code == code.code), None)
    if item is None:
        return Record(supplier=code.supplier, code=code.code, languages=languages, is_known=False)
    return _compared(item, code, languages)


def _compared(item: ContentHotel, code: HotelCode, languages: Sequence[str]) -> Record:
    tally = Tally()
    rows = hotel_rows.of(item, hotel_pages.read_known(code.supplier), tally)
    findings = [f"{kind}: {example}" for kind, examples in tally.findings.items() for example in examples]
    record = Record(
        supplier=code.supplier, code=code.code, languages=languages, is_known=True, findings=findings
    )
    if rows is None:
        return record
    hotel = code.hotel
    shown, read = hotel_edits.sheet_of(hotel), hotel_edits.sheet_of_rows(rows)
    edited = set(ContentEdit.objects.filter(hotel=hotel).values_list("field", "language"))
    counts = (
        ("Photos", len(item.images), len(hotel.images)),
        ("Rooms", len(item.rooms), hotel.rooms.count()),
        ("Facilities", len(item.facilities), hotel.facilities.count()),
        ("Boards", len(item.board_codes), len(hotel.board_codes)),
    )
    fields = tuple(_fields(item, read, shown, languages, edited))
    facilities = tuple(_facilities(rows, hotel))
    return msgspec.structs.replace(record, compared=fields, counts=counts, facilities=facilities)


def _fields(
    item: ContentHotel, read: Sheet, shown: Sheet, languages: Sequence[str], edited: set[tuple[str, str]]
) -> Iterator[Compared]:
    for field in FIELDS.values():
        for language in _languages_of(field.languages, languages):
            yield Compared(
                field=field.name,
                label=field.label,
                language=language,
                raw=_raw(item, field.name, language),
                read=field.read(read, language),
                shown=field.read(shown, language),
                edited=(field.name, language) in edited,
            )


def _facilities(rows: HotelRows, hotel: Hotel) -> Iterator[ComparedFacility]:
    """Those that differ first, then in their codes' order."""
    names = hotel_rows.FACILITY_COLUMNS
    read = {row[0]: facility_words.of(dict(zip(names, row, strict=True))) for row in rows.facilities}
    kept = hotel.facilities.values("facility_id", *facility_words.VALUES)
    shown = {row["facility_id"]: facility_words.of(row) for row in kept}
    found = [
        ComparedFacility(
            code=term.code,
            name=term.name_in(ENGLISH),
            read=read.get(term.pk, ""),
            shown=shown.get(term.pk, ""),
            is_read=term.pk in read,
            is_shown=term.pk in shown,
        )
        for term in Term.objects.filter(pk__in=read.keys() | shown.keys())
    ]
    yield from sorted(found, key=lambda one: (one.is_same, one.code))


def _languages_of(kind: Languages, languages: Sequence[str]) -> Sequence[str]:
    """The English name is the shown one."""
    match kind:
        case Languages.NONE:
            return [""]
        case Languages.OPTIONAL:
            return ["", *(one for one in languages if one != ENGLISH)]
        case Languages.REQUIRED:
            return languages


def _raw(item: ContentHotel, field: str, language: str) -> Any:
    """As the supplier wrote it, before anything was cleaned."""
    match field:
        case "name":
            return item.names.get(language or ENGLISH, "")
        case "description":
            return item.descriptions.get(language, "")
        case "coordinates":
            point = {"latitude": item.latitude, "longitude": item.longitude}
            return {} if item.latitude is None and item.longitude is None else point
        case "stars":
            return item.category_code
        case "off_sale":
            return False
        case _:
            return msgspec.to_builtins(getattr(item, field))


def _sentence(code: HotelCode, error: SupplierError) -> str:
    who = f"{code.supplier} was asked for {code.code} and gave no record"
    match error:
        case NotConfigured():
            return f"{code.supplier} cannot be asked: {error.detail or 'it has no usable credential'}."
        case Throttled():
            return f"{who}: too many calls just now ({error.detail}). Try again in a minute."
        case _:
            token = f", their token {error.token}" if error.token else ""
            return f"{who}: {error.detail or type(error).__name__}{token}."


def codes(hotel: Hotel) -> list[HotelCode]:
    return list(HotelCode.objects.filter(hotel=hotel).order_by("supplier", "code"))
