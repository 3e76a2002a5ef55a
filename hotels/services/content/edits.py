"""Fields of a hotel that staff corrected: made, kept over what the supplier sends, given back.

A hotel's row holds what is shown; an edit holds staff's value and, beside it, what the supplier last sent. The content
hash stays the supplier's: a sync in which nothing changed writes nothing, one that rewrites the hotel puts the edits
over it (`of`, `overlay`, `keep`, in this order, in the merge's transaction and before it writes any hotel).

Nobody edits while a merge has read the edits and not yet written the hotels: `of` locks the table of edits against
writers until the transaction ends, and an edit is refused as busy when that takes long.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import msgspec
from django.db import OperationalError, connection, transaction
from django.db.models import Count
from psycopg import errors as postgres

from faredown.accounts.models import User
from faredown.audit.services import audit
from faredown.lib import background, clock, locking
from faredown.lib.errors import Conflict, invalid
from hotels import conf
from hotels.models import ContentEdit, Hotel, HotelText
from hotels.selectors import content_history, targets
from hotels.services.content import edit_fields, quality
from hotels.services.content.edit_fields import FIELDS, Field, Sheet
from hotels.services.content.hotel_rows import HotelRows

TASK = "hotels.find_edited"
"""Makes suggestions offer what staff changed; were it lost, the next sync would."""
WAIT_MS = 5000
"""How long staff wait for a merge of a page of hotels."""
_REASON_LENGTH = 200
_FOUND_BY = frozenset(("name", "off_sale"))
_JSON_COLUMNS = frozenset(("phones", "emails", "images", "notices"))


def make(
    hotel: Hotel,
    field: str,
    value: Any,
    *,
    language: str = "",
    reason: str,
    by: User,
    seen: str | None = None,
) -> ContentEdit:
    """Show `value` instead of what the supplier sends. The same again changes nothing; another value replaces the
    edit's and keeps what the supplier sent. `seen`: the `version` of the edit its author looked at.

    Raises InvalidInput naming the field (`reason`, `language` or the edited one), Conflict `edited_meanwhile`, `busy`.
    """
    chosen = FIELDS.get(field)
    if chosen is None:
        raise invalid("field", "unknown_field", "This is not for staff to edit.")
    language = edit_fields.language_of(chosen, language, known=conf.languages())
    reason = _reason(reason)
    with _editing():
        row = locking.locked_one(Hotel.objects.filter(pk=hotel.pk))
        sheet = sheet_of(row)
        held = ContentEdit.objects.filter(hotel=row, field=field, language=language).first()
        supplied = held.supplied if held else chosen.read(sheet, language)
        value = chosen.parse(value, supplied)
        if held is not None and held.value == value:
            return held
        if seen is not None and seen != version(held):
            raise Conflict("edited_meanwhile", "Somebody else edited this meanwhile. Look at it again.")
        edit = held or ContentEdit(hotel=row, field=field, language=language, supplied=supplied)
        edit.value, edit.reason, edit.edited_by = value, reason, by
        edit.save()
        _write(row, sheet, chosen, language, chosen.shown(value, supplied))
        audit.record("hotel.content_edited", target=row, by=by, field=field, language=language)
    return edit


def give_back(edit: ContentEdit, *, by: User) -> None:
    """Show again what the supplier last sent. Nothing happens when it was given back already; Conflict
    `edited_meanwhile` when it was edited since `edit` was read."""
    with _editing():
        held = ContentEdit.objects.filter(pk=edit.pk).first()
        if held is None:
            return
        if version(held) != version(edit):
            raise Conflict("edited_meanwhile", "Somebody else edited this meanwhile. Look at it again.")
        row = locking.locked_one(Hotel.objects.filter(edits=held))
        chosen = FIELDS[held.field]
        _write(row, sheet_of(row), chosen, held.language, held.supplied)
        held.delete()
        audit.record(content_history.GIVEN_BACK, target=row, by=by, field=held.field, language=held.language)


def version(edit: ContentEdit | None) -> str:
    """Changes with every edit of the field; not with what the supplier sends meanwhile."""
    return "" if edit is None else f"{edit.pk}@{edit.updated_at.isoformat()}"


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
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {ContentEdit._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")
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


def keep(edits: Sequence[ContentEdit]) -> int:
    """Writes those of which the supplier sends something else now."""
    held = dict(ContentEdit.objects.filter(pk__in=[edit.pk for edit in edits]).values_list("pk", "supplied"))
    changed = [edit for edit in edits if edit.pk in held and held[edit.pk] != edit.supplied]
    return ContentEdit.objects.bulk_update(changed, ["supplied"]) if changed else 0


def _reason(reason: str) -> str:
    text = " ".join(reason.replace("\x00", "").split())
    if not text:
        raise invalid("reason", "required", "Say why: the next editor will want to know.")
    if len(text) > _REASON_LENGTH:
        raise invalid("reason", "too_long", f"At most {_REASON_LENGTH} characters; these are {len(text)}.")
    return text


@contextmanager
def _editing() -> Iterator[None]:
    """A transaction that no merge comes between; what it reads after this is what the last merge wrote."""
    with transaction.atomic():
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{WAIT_MS}ms"])
                cursor.execute(f"LOCK TABLE {ContentEdit._meta.db_table} IN ROW EXCLUSIVE MODE")
        except OperationalError as error:
            if isinstance(error.__cause__, postgres.LockNotAvailable):
                raise Conflict("busy", "A sync is writing. Try again.", retry_after=5) from error
            raise
        yield


def _write(hotel: Hotel, sheet: Sheet, chosen: Field, language: str, shown: Any) -> None:
    before = dict(sheet.texts)
    chosen.put(sheet, language, shown)
    sheet.put(quality=_quality(sheet, rooms=hotel.rooms.count()))
    columns = {name: sheet.columns[name] for name in sheet.written}
    if "latitude" in columns:
        columns |= _placed(hotel, columns)
    now = clock.now()
    Hotel.objects.filter(pk=hotel.pk).update(**columns, updated_at=now)
    if chosen.name in _FOUND_BY:
        background.defer(TASK, now.isoformat())
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
