"""Fields of hotels and places that staff corrected: made, and given back. What follows from a correction, and how it is
kept over what suppliers send: `hotel_edits`, `place_edits`. Who waits for whom: `edit_rows`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import QuerySet

from faredown.accounts.models import User
from faredown.audit.services import audit
from faredown.lib import locking
from faredown.lib.errors import Conflict, invalid
from hotels import conf
from hotels.models import ContentEdit, Hotel, Owner
from hotels.selectors import content_history
from hotels.services.content import edit_fields, edit_rows, hotel_edits, place_edits, place_fields
from hotels.services.content.edit_fields import Field, Sheet

_REASON_LENGTH = 200


def make(
    owner: Owner,
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
    chosen = fields_of(owner).get(field)
    if chosen is None:
        raise invalid("field", "unknown_field", "This is not for staff to edit.")
    language = edit_fields.language_of(chosen, language, known=languages_of(owner))
    reason = _reason(reason)
    with edit_rows.editing():
        row = _locked(owner)
        sheet = sheet_of(row)
        of = {content_history.name(row): row, "field": field, "language": language}
        held = ContentEdit.objects.filter(**of).first()
        supplied = held.supplied if held else chosen.read(sheet, language)
        value = chosen.parse(value, supplied)
        if held is not None and held.value == value:
            return held
        if seen is not None and seen != version(held):
            raise Conflict("edited_meanwhile", "Somebody else edited this meanwhile. Look at it again.")
        edit = held or ContentEdit(**of, supplied=supplied)
        edit.value, edit.reason, edit.edited_by = value, reason, by
        edit.save()
        _write(row, sheet, chosen, language, chosen.shown(value, supplied))
        audit.record(content_history.edited(row), target=row, by=by, field=field, language=language)
    return edit


def give_back(edit: ContentEdit, *, by: User) -> None:
    """Show again what the supplier last sent. Nothing happens when it was given back already; Conflict
    `edited_meanwhile` when it was edited since `edit` was read."""
    with edit_rows.editing():
        row = _locked(edit.owner)
        held = ContentEdit.objects.filter(pk=edit.pk).first()
        if held is None:
            return
        if version(held) != version(edit):
            raise Conflict("edited_meanwhile", "Somebody else edited this meanwhile. Look at it again.")
        chosen = fields_of(row)[held.field]
        _write(row, sheet_of(row), chosen, held.language, held.supplied)
        held.delete()
        done = content_history.given_back(row)
        audit.record(done, target=row, by=by, field=held.field, language=held.language)


def version(edit: ContentEdit | None) -> str:
    """Changes with every edit of the field; not with what the supplier sends meanwhile."""
    return "" if edit is None else f"{edit.pk}@{edit.updated_at.isoformat()}"


def fields_of(owner: Owner) -> Mapping[str, Field]:
    """What staff may correct of it, in the order of its page."""
    return edit_fields.FIELDS if isinstance(owner, Hotel) else place_fields.of(owner)


def languages_of(owner: Owner) -> Collection[str]:
    """In which its texts are read and may be corrected: places in more, to be found by them."""
    return conf.languages() if isinstance(owner, Hotel) else place_edits.languages()


def sheet_of(owner: Owner) -> Sheet:
    """As it is shown."""
    return hotel_edits.sheet_of(owner) if isinstance(owner, Hotel) else place_edits.sheet_of(owner)


def _reason(reason: str) -> str:
    text = " ".join(reason.replace("\x00", "").split())
    if not text:
        raise invalid("reason", "required", "Say why: the next editor will want to know.")
    if len(text) > _REASON_LENGTH:
        raise invalid("reason", "too_long", f"At most {_REASON_LENGTH} characters; these are {len(text)}.")
    return text


def _locked(owner: Owner) -> Owner:
    """Not against rows that point at it: a merge that waits for us may have put new hotels into a destination."""
    rows: QuerySet[Any] = type(owner)._default_manager.filter(pk=owner.pk)
    row: Owner = locking.locked_one(rows, wait_ms=edit_rows.WAIT_MS, no_key=True)
    return row


def _write(row: Owner, sheet: Sheet, chosen: Field, language: str, shown: Any) -> None:
    if isinstance(row, Hotel):
        hotel_edits.write(row, sheet, chosen, language, shown)
    else:
        place_edits.write(row, sheet, chosen, language, shown)
