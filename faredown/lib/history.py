"""What the triggers recorded of a row (django-pghistory), as staff can read it: when, what, who, from what to what."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Field, Model

from faredown.lib.fields import EncryptedTextField

SHOWN = 200
VALUE_LENGTH = 300
NOTHING = "-"
PROGRAM = "the program"
STRANGER = "somebody not signed in"
LABELS = {"insert": "Added", "update": "Changed", "delete": "Deleted"}
# What opens something: kept where the program needs it, never put before a reader.
_SECRET = re.compile(r"secret|token|password|(api|client|request|placed)_key")


@dataclass(frozen=True, slots=True)
class FieldChange:
    name: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Change:
    at: datetime
    """UTC."""
    what: str
    who: str
    url: str
    """The path of the request that made it; empty for a task or a command."""
    fields: Sequence[FieldChange]


def of(model: type[Model], pk: object) -> list[Change]:
    """Newest first, at most `SHOWN`; nothing of a model that is not tracked."""
    events = events_of(model)
    # One more than is shown: the oldest shown is compared with it.
    return told(model, newest(events, pgh_obj_id=pk, most=SHOWN + 1))[:SHOWN] if events else []


def events_of(model: type[Model]) -> type[Model] | None:
    """The table of what was recorded; pghistory hangs it on the model by label, one table for all labels here."""
    found: set[type[Model]] = set(getattr(model, "pgh_event_models", {}).values())
    return next(iter(found), None)


def newest(events: type[Model], *, most: int = SHOWN, **where: object) -> list[Any]:
    """What was recorded of one row or of several, with who did it."""
    rows = events._default_manager.filter(**where).select_related("pgh_context").order_by("-pgh_id")
    return list(rows[:most])


def told(model: type[Model], rows: Sequence[Any]) -> list[Change]:
    """One change for each of these events, newest first, each against the one before it of the same row."""
    events = events_of(model)
    if events is None or not rows:
        return []
    people, columns = _people(rows), _columns(model, events)
    before: dict[Any, Any] = {}
    changes = []
    for row in reversed(rows):
        changes.append(
            Change(
                at=row.pgh_created_at,
                what=LABELS.get(row.pgh_label, row.pgh_label),
                who=_who(row, people),
                url=_context(row).get("url") or "",
                fields=list(_differences(columns, row, before.get(row.pgh_obj_id))),
            )
        )
        before[row.pgh_obj_id] = row
    return changes[::-1]


def _columns(model: type[Model], events: type[Model]) -> list[Field[Any, Any]]:
    """Those a reader may see, without the clock that moves with every write."""
    moving = {field.name for field in model._meta.concrete_fields if getattr(field, "auto_now", False)}
    return [
        field
        for field in events._meta.concrete_fields
        if not field.name.startswith("pgh_")
        and field.name not in moving
        and not isinstance(field, EncryptedTextField)
        and not _SECRET.search(field.name)
    ]


def _differences(columns: Sequence[Field[Any, Any]], row: Any, before: Any) -> Iterator[FieldChange]:
    """Against the state before. An addition is told in full; a change of what was never recorded cannot be told."""
    if row.pgh_label == "delete" or (before is None and row.pgh_label != "insert"):
        return
    for field in columns:
        name = str(field.verbose_name)
        old = None if before is None else field.value_from_object(before)
        yield from _difference(name, old, field.value_from_object(row))


def _difference(name: str, old: Any, new: Any) -> Iterator[FieldChange]:
    """Of two mappings only the entries that differ."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in dict.fromkeys((*old, *new)):
            yield from _difference(f"{name}: {key}", old.get(key), new.get(key))
    elif old != new and (shown := (_text(old), _text(new))) != (NOTHING, NOTHING):
        yield FieldChange(name, *shown)


def _text(value: Any) -> str:
    if value is None or value in ("", [], {}):
        return NOTHING
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    text = str(value)
    return text if len(text) <= VALUE_LENGTH else f"{text[:VALUE_LENGTH]} ..."


def _context(row: Any) -> dict[str, Any]:
    return row.pgh_context.metadata if row.pgh_context else {}


def _people(rows: Sequence[Any]) -> dict[int, str]:
    asked = {user for row in rows if (user := _context(row).get("user")) is not None}
    return {pk: str(person) for pk, person in get_user_model()._default_manager.in_bulk(asked).items()}


def _who(row: Any, people: Mapping[int, str]) -> str:
    context = _context(row)
    user = context.get("user")
    if user is None:
        return STRANGER if context.get("url") else PROGRAM
    return people.get(user, f"user {user}, who is gone")
