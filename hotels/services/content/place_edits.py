"""Names and positions of places that staff corrected: as they are shown, and kept over what the supplier sends.

A place's row holds what is shown, its content hash is the supplier's (as with hotels). A destination's position is no
supplier's: it is the middle of its hotels, which the sync works out and, where staff put another, only notes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db import connection
from django.db.models import Q

from faredown.lib import background, clock
from hotels import conf
from hotels.models import ContentEdit, Country, Destination, Place
from hotels.models.names import ENGLISH, pick
from hotels.services.content import distances, edit_rows, place_fields
from hotels.services.content.edit_fields import Field, Sheet

_Key = tuple[str | int, ...]


def languages() -> tuple[str, ...]:
    return tuple(dict.fromkeys((ENGLISH, *conf.languages(), *conf.place_languages())))


def sheet_of(place: Place) -> Sheet:
    """As it is shown."""
    if isinstance(place, Country | Destination):
        columns = (
            {"latitude": place.latitude, "longitude": place.longitude}
            if isinstance(place, Destination)
            else {}
        )
        return Sheet(columns, {language: (name, "") for language, name in place.names.items()})
    return Sheet({"name": place.name}, {})


def write(place: Place, sheet: Sheet, chosen: Field, language: str, shown: Any) -> None:
    """What a field shows from now on, and what follows from it: distances at once, suggestions by the next task."""
    chosen.put(sheet, language, shown)
    columns = {name: sheet.columns[name] for name in sheet.written}
    if chosen is place_fields.NAMES:
        columns["names"] = {tag: name for tag, (name, _) in sheet.texts.items()}
    now = clock.now()
    if isinstance(place, Destination):
        columns["updated_at"] = now
        if "names" in columns:
            columns["name"] = shown_name(columns["names"], otherwise=_code(place))
    type(place)._default_manager.filter(pk=place.pk).update(**columns)
    if chosen is not place_fields.POSITION:
        background.defer(edit_rows.TASK, now.isoformat())
    elif isinstance(place, Destination):
        with connection.cursor() as cursor:
            distances.of_places(cursor, [place.pk])


def shown_name(names: Mapping[str, str], *, otherwise: str) -> str:
    """In English, else in the language that sorts first: the database keeps no order of them."""
    return (pick(dict(sorted(names.items())), ENGLISH) or otherwise)[: place_fields.NAME_LENGTH]


class Corrected:
    """The corrected names of a page of places. Make it inside the transaction that writes them, before it writes any;
    whatever of the page was corrected passes through `names` or `name`, then `keep` notes what the supplier sends."""

    def __init__(self, edits: Iterable[ContentEdit]) -> None:
        self._of: dict[_Key, list[ContentEdit]] = {}
        for edit in edits:
            self._of.setdefault(_key(edit), []).append(edit)

    def names(self, supplied: Mapping[str, str], *key: str | int) -> dict[str, str]:
        """What is shown: by language."""
        shown = dict(supplied)
        for edit in self._of.get(key, ()):
            edit.supplied = supplied.get(edit.language, "")
            shown[edit.language] = edit.value
        return shown

    def name(self, supplied: str, *key: str | int) -> str:
        """What is shown."""
        shown = supplied
        for edit in self._of.get(key, ()):
            edit.supplied, shown = supplied, edit.value
        return shown

    def keep(self) -> int:
        return edit_rows.keep([edit for edits in self._of.values() for edit in edits])


def of_countries(iso_codes: Collection[str]) -> Corrected:
    """Keys: ("country", ISO code), ("region", ISO code, code)."""
    codes = list(iso_codes)
    return _corrected(Q(country__in=codes) | Q(region__country__in=codes))


def of_destinations(keys: Collection[int]) -> Corrected:
    """Keys: ("destination", its key), ("zone", its destination's key, code)."""
    known = list(keys)
    return _corrected(Q(destination__in=known) | Q(zone__destination__in=known))


def _corrected(which: Q) -> Corrected:
    edit_rows.shut_out_editors()
    names = ContentEdit.objects.filter(which, field=place_fields.NAME.name)
    return Corrected(names.select_related("region", "zone"))


def _key(edit: ContentEdit) -> _Key:
    if edit.region is not None:
        return "region", edit.region.country_id, edit.region.code
    if edit.zone is not None:
        return "zone", edit.zone.destination_id, edit.zone.code
    if edit.country_id is not None:
        return "country", edit.country_id
    return "destination", edit.destination_id or 0


def _code(place: Destination) -> str:
    """What a destination without any name is called, as at a sync."""
    code = place.codes.order_by("supplier", "code").values_list("code", flat=True).first()
    return code or place.name
