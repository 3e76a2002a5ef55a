"""A supplier's content other than its hotels: places, words, rate comments. Read whole, a thousand records at a time;
no transaction is open while the supplier is asked."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

from django.db import transaction

from faredown.lib import clock
from hotels.models import Country, DestinationCode, RateComment
from hotels.models.geography import destination_public_id, zone_public_id
from hotels.models.names import ENGLISH, pick
from hotels.services.content import cleaning, merging
from hotels.services.content.merging import Shape, digest, json
from hotels.services.content.tally import Tally, chunks
from suppliers.types import ContentCountry, ContentDestination, ContentRateComment, ContentType

CHUNK = 1000

COUNTRY = Shape(
    table="hotels_country",
    columns=("iso_code", "code", "names", "hotel_count", "content_hash"),
    key=("iso_code",),
    kept=("hotel_count",),
)
DESTINATION = Shape(
    table="hotels_destination",
    columns=(
        *("id", "public_id", "country_id", "name", "names", "content_hash", "updated_at"),
        *("hotel_count", "popularity", "is_featured", "image"),
    ),
    key=("id",),
    kept=("public_id", "hotel_count", "popularity", "is_featured", "image"),
)
DESTINATION_CODE = Shape(
    table="hotels_destinationcode",
    columns=("supplier", "code", "destination_id"),
    key=("supplier", "code"),
    compared=("destination_id",),
)
ZONE = Shape(
    table="hotels_zone",
    columns=("public_id", "destination_id", "code", "name", "hotel_count"),
    key=("destination_id", "code"),
    kept=("public_id", "hotel_count"),
    compared=("name",),
)
TERM = Shape(
    table="hotels_term",
    columns=("supplier", "kind", "code", "names", "group", "stars", "content_hash"),
    key=("supplier", "kind", "code"),
)
RATE_COMMENT = Shape(
    table="hotels_ratecomment",
    columns=(
        *("supplier", "incoming", "hotel_code", "code", "rate_codes", "starts_on", "ends_on", "text"),
        "content_hash",
    ),
    key=("supplier", "content_hash"),
    compared=(),
)


def countries(items: Iterable[ContentCountry]) -> Tally:
    tally = Tally()
    for chunk in chunks(items, CHUNK):
        rows = {}
        for item in chunk:
            code = item.iso_code.upper()
            if len(code) != 2 or not code.isascii() or not code.isalpha():
                tally.find("country_without_iso_code", f"{item.code} {item.iso_code}")
                continue
            names = _names(item.names)
            rows[code] = (code, item.code, json(names), 0, digest(item.code, names))
        tally.seen += len(chunk)
        with transaction.atomic():
            tally.written += merging.merge(COUNTRY, list(rows.values()))
    return tally


def destinations(items: Iterable[ContentDestination], *, supplier: str) -> Tally:
    tally = Tally()
    for chunk in chunks(items, CHUNK):
        tally.seen += len(chunk)
        with transaction.atomic():
            tally.written += _merge_destinations(chunk, supplier, tally)
    return tally


def terms(items: Iterable[ContentType], *, supplier: str) -> Tally:
    tally = Tally()
    for chunk in chunks(items, CHUNK):
        rows = {}
        for item in chunk:
            names, stars = _names(item.names), _stars(item.stars)
            if not names:
                tally.find("word_without_name", f"{item.kind} {item.code}")
            hashed = digest(names, item.group, str(stars))
            rows[item.code] = (supplier, str(item.kind), item.code, json(names), item.group, stars, hashed)
        tally.seen += len(chunk)
        with transaction.atomic():
            tally.written += merging.merge(TERM, list(rows.values()))
    return tally


def rate_comments(items: Iterable[ContentRateComment], *, supplier: str, full: bool) -> Tally:
    """A full read also removes those the supplier no longer lists: nothing refers to a comment's row."""
    tally, seen = Tally(), set[str]()
    for chunk in chunks(items, CHUNK):
        rows = {row[-1]: row for item in chunk if (row := _rate_comment(item, supplier, tally))}
        tally.seen += len(chunk)
        fresh = [row for hashed, row in rows.items() if hashed not in seen]
        seen |= rows.keys()
        with transaction.atomic():
            tally.written += merging.merge(RATE_COMMENT, fresh)
    if full:
        RateComment.objects.filter(supplier=supplier).exclude(content_hash__in=seen).delete()
    return tally


def _merge_destinations(chunk: list[ContentDestination], supplier: str, tally: Tally) -> int:
    known = _known_destinations(supplier, [item.code for item in chunk])
    iso = set(Country.objects.values_list("pk", flat=True))
    sound = {item.code: item for item in chunk if item.iso_country_code.upper() in iso}
    for item in chunk:
        if item.code not in sound:
            tally.find("destination_of_unknown_country", f"{item.code} {item.iso_country_code}")
    new = [code for code in sound if code not in known]
    known |= dict(zip(new, merging.next_ids(DESTINATION.table, len(new)), strict=True))
    written = merging.merge(DESTINATION, [_destination(item, known[code]) for code, item in sound.items()])
    merging.merge(DESTINATION_CODE, [(supplier, code, known[code]) for code in new])
    zones = {
        (known[code], zone.code): (
            zone_public_id(),
            known[code],
            zone.code,
            cleaning.name(zone.name) or zone.code,
            0,
        )
        for code, item in sound.items()
        for zone in item.zones
    }
    merging.merge(ZONE, list(zones.values()))
    return written


def _known_destinations(supplier: str, codes: list[str]) -> dict[str, int]:
    rows = DestinationCode.objects.filter(supplier=supplier, code__in=codes)
    return dict(rows.values_list("code", "destination_id"))


def _destination(item: ContentDestination, key: int) -> merging.Row:
    names = _names(item.names)
    name = (pick(names, ENGLISH) or item.code)[:200]
    country = item.iso_country_code.upper()
    hashed = digest(country, name, names)
    return (key, destination_public_id(), country, name, json(names), hashed, clock.now(), 0, 0, False, "")


def _rate_comment(item: ContentRateComment, supplier: str, tally: Tally) -> merging.Row | None:
    text = cleaning.plain(item.text)
    if not text or item.ends_on < item.starts_on:
        tally.find("rate_comment_without_text_or_dates", f"{item.incoming}|{item.code}")
        return None
    values = (
        *(item.incoming, item.hotel_code, item.code, list(item.rate_codes)),
        *(item.starts_on, item.ends_on, text),
    )
    return (supplier, *values, digest(*values))


def _names(names: dict[str, str]) -> dict[str, str]:
    cleaned = {language: cleaning.name(text)[:300] for language, text in names.items()}
    return {language: text for language, text in cleaned.items() if text}


def _stars(text: str) -> Decimal | None:
    try:
        stars = Decimal(text)
    except InvalidOperation:
        return None
    return stars.quantize(Decimal("0.1")) if stars.is_finite() and 0 <= stars <= 7 else None
