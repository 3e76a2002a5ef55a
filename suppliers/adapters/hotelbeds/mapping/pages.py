"""A page of any listing, decoded: whole at once where every record is sound, else record by record and field by field,
so that what cannot be read costs only itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Generic, TypeVar, get_args, get_origin

import msgspec

from suppliers.adapters.hotelbeds import content_schemas as wire
from suppliers.adapters.hotelbeds.mapping.languages import ENGLISH
from suppliers.adapters.hotelbeds.mapping.values import NotAnAnswer, decode

Record = TypeVar("Record", bound=wire.Coded)
Problems = list[tuple[str, str]]
"""(kind, example), as `suppliers.content_types.ContentPage` tells them."""

UNREADABLE_RECORD = "record_unreadable"
UNREADABLE_FIELD = "field_unreadable"
UNREADABLE_TRANSLATION = "translation_unreadable"
"""Texts in a further language: the record itself is there, in English."""
REPEATED_CODE = "code_repeated"
MISSING_LANGUAGE = "language_missing"


@dataclass(frozen=True, slots=True)
class Listing(Generic[Record]):
    path: str
    key: str
    """Name of the list in the answer."""
    record: type[Record]


@dataclass(slots=True)
class Page(Generic[Record]):
    total: int
    records: list[Record]
    language: str
    """Their code of the language asked for."""
    problems: Problems = field(default_factory=list)


def page(
    body: bytes, listing: Listing[Record], *, language: str = "ENG", counted: bool = True
) -> Page[Record]:
    """The key may hold one record instead of a list, and a single hotel comes as `hotel` (REFERENCE section 0, 9).

    `counted`: a listing, which says its total; without one and without records it is no answer.
    """
    whole = _whole(body, listing)
    if whole is not None:
        total, found = whole
        return Page(total or len(found), found, language)
    answer = decode(body, dict[str, msgspec.Raw])
    raw = answer.get(listing.key, answer.get(listing.key.removesuffix("s")))
    if raw is None and counted and "total" not in answer:
        raise NotAnAnswer(f"no {listing.key} in it")
    problems: Problems = []
    records = [] if raw is None else _records(raw, listing.record, problems)
    total = _number(answer.get("total")) or len(records)
    return Page(total, records, language, problems)


def by_code(
    pages: Mapping[str, Page[Record]], *, code: Callable[[Record], str] = lambda record: str(record.code)
) -> dict[str, dict[str, Record]]:
    """code -> tag -> record, in the order of the English page; what only other languages list is left out."""
    found: dict[str, dict[str, Record]] = {}
    english = pages[ENGLISH]
    for record in english.records:
        if (key := code(record)) in found:
            english.problems.append((REPEATED_CODE, key))
        else:
            found[key] = {ENGLISH: record}
    for tag, one in pages.items():
        if tag != ENGLISH:
            for record in one.records:
                if tongues := found.get(code(record)):
                    tongues.setdefault(tag, record)
    return found


def translated(problems: Problems, tag: str) -> Problems:
    """What cannot be read of a page in a further language."""
    return [(UNREADABLE_TRANSLATION, f"{tag} {example}") for _, example in problems]


def text(value: wire.Text | None, language: str) -> str:
    """What is said in that language; a text marked as another language's is a stand-in, not a translation."""
    if value is None or (value.language_code is not None and value.language_code != language):
        return ""
    return (value.content or "").strip()


def said(texts: Mapping[str, str]) -> dict[str, str]:
    return {tag: one for tag, one in texts.items() if one}


def _whole(body: bytes, listing: Listing[Record]) -> tuple[int | None, list[Record]] | None:
    """In one go, which costs half of record by record; None where the answer has another shape, or a bad record."""
    try:
        answer = _decoder(listing.key, listing.record).decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
    return None if answer.records is None else (answer.total, answer.records)


@lru_cache(maxsize=64)
def _decoder(key: str, record: type[wire.Coded]) -> msgspec.json.Decoder[Any]:
    fields = [("total", int | None, None), ("records", list[record] | None, None)]  # type: ignore[valid-type]
    return msgspec.json.Decoder(
        msgspec.defstruct("Answer", fields, rename={"records": key}, gc=False), strict=False
    )


def _records(raw: msgspec.Raw, kind: type[Record], problems: Problems) -> list[Record]:
    """Of a list, of one record instead of a list, or of null."""
    start = bytes(memoryview(raw)[:1])
    raws = decode(raw, list[msgspec.Raw]) if start == b"[" else [raw] if start == b"{" else []
    return [record for one in raws if (record := _salvaged(one, kind, problems)) is not None]


def _salvaged(raw: msgspec.Raw, kind: type[Record], problems: Problems) -> Record | None:
    """The record without the fields, and the members of lists, that cannot be read; None where it cannot be one."""
    try:
        return decode(raw, kind)
    except NotAnAnswer as error:
        reason = str(error)
    try:
        code = decode(raw, wire.Coded).code
    except NotAnAnswer:
        problems.append((UNREADABLE_RECORD, f"{kind.__name__}: {reason}"))
        return None
    where, parts = f"{kind.__name__} {code}", decode(raw, dict[str, msgspec.Raw])
    lost: Problems = []
    values: dict[str, Any] = {}
    for one in msgspec.structs.fields(kind):
        if (part := parts.get(one.encode_name)) is not None:
            values[one.name] = _part(part, one.type, lost, where=f"{where} {one.encode_name}")
        if one.required and values.get(one.name) is None:
            problems.append((UNREADABLE_RECORD, f"{where}: {reason}"))
            return None
    problems += lost
    return kind(**values)


def _part(raw: msgspec.Raw, kind: Any, problems: Problems, *, where: str) -> Any:
    try:
        return decode(raw, kind)
    except NotAnAnswer as error:
        members = _member_type(kind)
        if members is None or bytes(memoryview(raw)[:1]) != b"[":
            problems.append((UNREADABLE_FIELD, f"{where}: {error}"))
            return None
    sound = []
    for member in decode(raw, list[msgspec.Raw]):
        try:
            sound.append(decode(member, members))
        except NotAnAnswer as error:
            problems.append((UNREADABLE_FIELD, f"{where}: {error}"))
    return sound


def _member_type(kind: Any) -> Any:
    """`X` of `list[X] | None`."""
    for one in (kind, *get_args(kind)):
        if get_origin(one) is list:
            return get_args(one)[0]
    return None


def _number(raw: msgspec.Raw | None) -> int | None:
    try:
        return None if raw is None else decode(raw, int)
    except NotAnAnswer:
        return None
