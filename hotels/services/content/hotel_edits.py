"""Hotels whose fields staff corrected: as they are shown, and kept over what the supplier sends.

A hotel's row holds what is shown; an edit holds staff's value and, beside it, what the supplier last sent. The content
hash stays the supplier's: a sync in which nothing changed writes nothing, one that rewrites the hotel puts the edits
over it (`of`, `overlay`, `edit_rows.keep`, in this order, in the merge's transaction and before it writes any hotel).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import msgspec
from django.db.models import Count

from faredown.lib import background, clock
from hotels.models import ContentEdit, Hotel, HotelText
from hotels.selectors import targets
from hotels.services.content import edit_fields, edit_rows, quality
from hotels.services.content.edit_fields import FIELDS, Field, Sheet
from hotels.services.content.hotel_rows import HotelRows

_FOUND_BY = frozenset(("name", "off_sale"))
_JSON_COLUMNS = frozenset(("phones", "emails", "images", "notices"))


def sheet_of(hotel: Hotel) -> Sheet:
    """As it is shown."""
    texts = HotelText.objects.filter(hotel=hotel).values_list("language", "name", "description")
    return Sheet(
        {name: getattr(hotel, name) for name in edit_fields.COLUMNS},
        {language: (name, description) for language, name, description in texts},
    )


def sheet_of_rows(rows: HotelRows) -> Sheet:
    """As the supplier sends it: listed is on sale."""
    columns = {name: _decoded(name, value) for name, value in rows.fields.items()}
    texts = {language: (name, description) for language, name, description in rows.texts}
    return Sheet({"status": Hotel.Status.LIVE.value, **columns}, texts)


def of(hotel_keys: Collection[int]) -> dict[int, list[ContentEdit]]:
    """The edits of these hotels. Call it inside the transaction that writes them, before it writes any."""
    edit_rows.shut_out_editors()
    found: dict[int, list[ContentEdit]] = {}
    for edit in ContentEdit.objects.filter(hotel__in=list(hotel_keys)) if hotel_keys else ():
        found.setdefault(edit.hotel_id or 0, []).append(edit)
    return found


def overlay(rows: HotelRows, edits: Sequence[ContentEdit]) -> HotelRows:
    """The rows with staff's values in them; each edit notes what the supplier sends now."""
    sheet = sheet_of_rows(rows)
    for edit in edits:
        chosen = FIELDS[edit.field]
        edit.supplied = chosen.read(sheet, edit.language)
        chosen.put(sheet, edit.language, chosen.shown(edit.value, edit.supplied))
    sheet.put(quality=_quality(sheet, rooms=len(rows.rooms)))
    written = {name: _encoded(name, sheet.columns[name]) for name in sheet.written}
    rewritten = [(language, *text) for language, text in sheet.texts.items()]
    return msgspec.structs.replace(rows, fields=rows.fields | written, texts=rewritten)


def write(hotel: Hotel, sheet: Sheet, chosen: Field, language: str, shown: Any) -> None:
    """What a field shows from now on, and what follows from it."""
    before = dict(sheet.texts)
    chosen.put(sheet, language, shown)
    sheet.put(quality=_quality(sheet, rooms=hotel.rooms.count()))
    columns = {name: sheet.columns[name] for name in sheet.written}
    if "latitude" in columns:
        columns |= _placed(hotel, columns)
    now = clock.now()
    Hotel.objects.filter(pk=hotel.pk).update(**columns, updated_at=now)
    if chosen.name in _FOUND_BY:
        background.defer(edit_rows.TASK, now.isoformat())
    for changed in {*before, *sheet.texts}:
        if before.get(changed) == sheet.texts.get(changed):
            continue
        if changed not in sheet.texts:
            HotelText.objects.filter(hotel=hotel, language=changed).delete()
            continue
        name, description = sheet.texts[changed]
        HotelText.objects.update_or_create(
            hotel=hotel, language=changed, defaults={"name": name, "description": description}
        )


def _placed(hotel: Hotel, columns: dict[str, Any]) -> dict[str, Any]:
    """What follows from where it is: far from the centre, and in which zone of time (as at a sync, a hotel that nobody
    can place borrows its destination's)."""
    place = hotel.destination
    latitude, longitude = columns["latitude"], columns["longitude"]
    if latitude is None:
        neighbours = Hotel.objects.filter(destination=place, latitude__isnull=False).exclude(pk=hotel.pk)
        zones = neighbours.values_list("timezone", flat=True)
        common = zones.annotate(held=Count("pk")).order_by("-held", "timezone").first()
        return {"centre_metres": None, "timezone": common or "UTC"}
    if place.latitude is None or place.longitude is None:
        return {"centre_metres": None}
    centre = (place.latitude, place.longitude)
    return {"centre_metres": round(targets.distance_km(latitude, longitude, to=centre) * 1000)}


def _quality(sheet: Sheet, *, rooms: int) -> int:
    columns = sheet.columns
    return quality.of(
        photos=len(columns["images"]),
        described_in=[language for language, (_, description) in sheet.texts.items() if description],
        has_coordinates=columns["latitude"] is not None,
        facilities=len(columns["facility_codes"]),
        rooms=rooms,
        has_stars=columns["stars"] is not None,
        contacts=bool(columns["address"]) + bool(columns["phones"]),
    )


def _decoded(name: str, value: Any) -> Any:
    return msgspec.json.decode(value) if name in _JSON_COLUMNS and isinstance(value, str) else value


def _encoded(name: str, value: Any) -> Any:
    return msgspec.json.encode(value).decode() if name in _JSON_COLUMNS else value
