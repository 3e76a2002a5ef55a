"""What staff may correct of a country, region, destination or zone. Values as in `edit_fields`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hotels.models import Country, Destination, Place, Region, Zone
from hotels.services.content import edit_fields
from hotels.services.content.edit_fields import Field, Languages, Sheet

NAME_LENGTH = 200


def _parse_name(value: Any, _: Any) -> str:
    return edit_fields.plain("name", value, most=NAME_LENGTH, required=True)


def _put_name(sheet: Sheet, language: str, shown: str) -> None:
    sheet.put_text(language, name=shown)


def _put_position(sheet: Sheet, _: str, shown: dict[str, float]) -> None:
    sheet.put(latitude=shown.get("latitude"), longitude=shown.get("longitude"))


NAMES = Field(
    name="name",
    label="Name",
    parse=_parse_name,
    read=lambda sheet, language: sheet.texts.get(language, ("", ""))[0],
    put=_put_name,
    languages=Languages.REQUIRED,
)
"""One for each language; the English one is shown where a language has none."""
NAME = Field(
    name="name",
    label="Name",
    parse=_parse_name,
    read=lambda sheet, _: sheet.columns["name"],
    put=lambda sheet, _, shown: sheet.put(name=shown),
    help="The same in every language: the supplier sends one.",
)
POSITION = Field(
    name="coordinates",
    label="Position",
    parse=edit_fields.parse_coordinates,
    read=edit_fields.read_coordinates,
    put=_put_position,
    help="Decimal degrees: the centre that hotels' distances are measured from. Both empty: unknown.",
)

_OF: Mapping[type[Place], Mapping[str, Field]] = {
    Country: {"name": NAMES},
    Region: {"name": NAME},
    Destination: {"name": NAMES, "coordinates": POSITION},
    Zone: {"name": NAME},
}


def of(place: Place) -> Mapping[str, Field]:
    return _OF[type(place)]
