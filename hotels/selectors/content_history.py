"""What staff and syncs did to the corrections of a hotel or a place, also to those given back since."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from faredown.audit.models import Action
from faredown.lib import history
from faredown.lib.history import FieldChange
from hotels.models import ContentEdit, Owner

SHOWN = 100
_LONG = frozenset(("images", "notices"))
"""Of lists, what staff said of them tells enough."""


class Told(msgspec.Struct, frozen=True, kw_only=True):
    at: datetime
    who: str
    what: str
    field: str
    language: str
    url: str = ""
    fields: Sequence[FieldChange] = ()


def name(owner: Owner) -> str:
    """What it is, as edits and the names of actions say it: `hotel`, `destination`."""
    return str(owner._meta.model_name)


def edited(owner: Owner) -> str:
    """The action of the audit."""
    return f"{name(owner)}.content_edited"


def given_back(owner: Owner) -> str:
    return f"{name(owner)}.content_given_back"


def of(owner: Owner) -> list[Told]:
    """Newest first, at most SHOWN. Of a correction that was given back the values are kept, too."""
    told = [*_edited(owner), *_given_back(owner)]
    return sorted(told, key=lambda one: one.at, reverse=True)[:SHOWN]


def _edited(owner: Owner) -> list[Told]:
    events = history.events_of(ContentEdit)
    rows = history.newest(events, **{f"{name(owner)}_id": owner.pk}, most=SHOWN) if events else []
    return [
        Told(
            at=change.at,
            who=change.who,
            what="Corrected" if change.what == "Added" else change.what,
            field=row.field,
            language=row.language,
            url=change.url,
            fields=[one for one in change.fields if one.name in _told(row.field)],
        )
        for row, change in zip(rows, history.told(ContentEdit, rows), strict=True)
    ]


def _told(field: str) -> frozenset[str]:
    return frozenset(("value", "reason") if field in _LONG else ("value", "supplied", "reason"))


def _given_back(owner: Owner) -> list[Told]:
    rows = Action.objects.filter(
        target_type=owner._meta.label_lower,
        target_reference=str(getattr(owner, "public_id", owner.pk)),
        action=given_back(owner),
    ).select_related("by")
    return [
        Told(
            at=row.at,
            who=str(row.by) if row.by else history.PROGRAM,
            what="Given back",
            field=str(row.detail.get("field", "")),
            language=str(row.detail.get("language", "")),
        )
        for row in rows[:SHOWN]
    ]
