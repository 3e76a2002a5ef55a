"""What staff may correct of a hotel: how each field is judged, read and put. Pure but for the settings. (Of places:
`place_fields`.)

Values are JSON, never null: what is unknown is "" or {}. `supplied` has the shape a field is read in, `value` is what
staff said. Both are the same but for lists that staff only order or shorten (`images`, `notices`): there
`shown(value, supplied)` makes the list to be shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

import msgspec
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email

from faredown.lib.errors import invalid
from hotels.models.names import ENGLISH
from hotels.services.content import cleaning

MOST_LIST = 10
MOST_STARS = 7
NAME_LENGTH = 300
_PHONE = re.compile(r"\+?[0-9(][0-9 ()./-]{3,28}[0-9]( ?(x|ext\.?) ?[0-9]{1,6})?")
_web = URLValidator(schemes=("http", "https"))


@dataclass(slots=True)
class Sheet:
    """A hotel, or a place, as it is shown: column -> value, language -> (name, description). `written`: the columns put
    since."""

    columns: dict[str, Any]
    texts: dict[str, tuple[str, str]]
    written: set[str] = field(default_factory=set)

    def put(self, **columns: Any) -> None:
        self.columns |= columns
        self.written |= columns.keys()

    def put_text(self, language: str, *, name: str | None = None, description: str | None = None) -> None:
        """None keeps what is there; a language left with neither is dropped."""
        old_name, old_description = self.texts.get(language, ("", ""))
        text = (
            old_name if name is None else name,
            old_description if description is None else description,
        )
        if any(text):
            self.texts[language] = text
        else:
            self.texts.pop(language, None)


class Languages(StrEnum):
    NONE = "none"
    OPTIONAL = "optional"
    REQUIRED = "required"


def _as_it_is(value: Any, _supplied: Any) -> Any:
    return value


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """`parse(value, supplied)` raises InvalidInput naming the field; `put(sheet, language, shown)`."""

    name: str
    label: str
    parse: Callable[[Any, Any], Any]
    read: Callable[[Sheet, str], Any]
    put: Callable[[Sheet, str, Any], None]
    shown: Callable[[Any, Any], Any] = _as_it_is
    languages: Languages = Languages.NONE
    help: str = ""


def plain(name: str, value: Any, *, most: int, required: bool = False) -> str:
    if not isinstance(value, str):
        raise invalid(name, "not_text", "This is a text.")
    text = cleaning.plain(value)
    if required and not text:
        raise invalid(name, "required", "This cannot be empty.")
    if len(text) > most:
        raise invalid(name, "too_long", f"At most {most} characters; these are {len(text)}.")
    return text


def _text(name: str, label: str, most: int) -> Field:
    return Field(
        name=name,
        label=label,
        parse=lambda value, _: plain(name, value, most=most),
        read=lambda sheet, _: sheet.columns[name],
        put=lambda sheet, _, shown: sheet.put(**{name: shown}),
    )


def _read_name(sheet: Sheet, language: str) -> str:
    return sheet.texts.get(language, ("", ""))[0] if language else sheet.columns["name"]


def _put_name(sheet: Sheet, language: str, shown: str) -> None:
    """The shown name is the English one too, where there is one: a supplier's record is read the same way."""
    if language:
        sheet.put_text(language, name=shown)
        return
    sheet.put(name=shown)
    if sheet.texts.get(ENGLISH, ("", ""))[0]:
        sheet.put_text(ENGLISH, name=shown)


def _parse_description(value: Any, _: Any) -> str:
    if not isinstance(value, str):
        raise invalid("description", "not_text", "This is a text.")
    if len(value) > cleaning.LONGEST_DESCRIPTION:
        most = cleaning.LONGEST_DESCRIPTION
        raise invalid("description", "too_long", f"At most {most} characters; these are {len(value)}.")
    return cleaning.description(value)


def _parse_stars(value: Any, _: Any) -> str:
    if value == "":
        return ""
    message = f"Stars go from 0 to {MOST_STARS} in halves."
    try:
        stars = Decimal(value if isinstance(value, int | str | Decimal) else "NaN")
    except InvalidOperation:
        raise invalid("stars", "not_a_number", message) from None
    if isinstance(value, bool) or not stars.is_finite() or not 0 <= stars <= MOST_STARS or stars * 2 % 1:
        raise invalid("stars", "not_half_stars", message)
    return _stars(abs(stars))


def _stars(stars: Decimal | None) -> str:
    return "" if stars is None else str(stars.quantize(Decimal("0.1")))


def parse_coordinates(value: Any, _: Any) -> dict[str, float]:
    """{}: nobody knows where it is."""
    if value == {}:
        return {}
    try:
        latitude, longitude = _degrees(value["latitude"]), _degrees(value["longitude"])
    except (TypeError, ValueError, KeyError):
        raise invalid("coordinates", "not_a_point", "Latitude and longitude are two numbers.") from None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise invalid("coordinates", "not_on_the_globe", "Latitude is -90 to 90, longitude -180 to 180.")
    if latitude == 0 and longitude == 0:
        raise invalid("coordinates", "not_a_place", "The point 0, 0 stands for unknown: leave both empty.")
    return {"latitude": round(latitude, 6), "longitude": round(longitude, 6)}


def _degrees(value: Any) -> float:
    text = str(value)
    if "_" in text:
        raise ValueError("1_0 is ten to Python and a slip to people")
    return float(text)


def read_coordinates(sheet: Sheet, _: str) -> dict[str, float]:
    latitude, longitude = sheet.columns["latitude"], sheet.columns["longitude"]
    return {} if latitude is None else {"latitude": latitude, "longitude": longitude}


def _put_coordinates(sheet: Sheet, _: str, shown: dict[str, float]) -> None:
    if not shown:
        sheet.put(latitude=None, longitude=None, timezone="UTC")
        return
    zone = cleaning.timezone(shown["latitude"], shown["longitude"])
    sheet.put(latitude=shown["latitude"], longitude=shown["longitude"], timezone=zone)


def _many(name: str, label: str, is_sound: Callable[[str], bool], wrong: str) -> Field:
    def parse(value: Any, _: Any) -> list[str]:
        if not isinstance(value, list):
            raise invalid(name, "not_a_list", "This is a list of texts.")
        texts = [plain(name, text, most=100) for text in value]
        kept = list(dict.fromkeys(text for text in texts if text))
        if len(kept) > MOST_LIST:
            raise invalid(name, "too_many", f"At most {MOST_LIST}.")
        if bad := next((text for text in kept if not is_sound(text)), None):
            raise invalid(name, "malformed", f"{wrong}: {bad}")
        return kept

    return Field(
        name=name,
        label=label,
        parse=parse,
        read=lambda sheet, _: list(sheet.columns[name]),
        put=lambda sheet, _, shown: sheet.put(**{name: shown}),
        help="One a line.",
    )


def _is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def _parse_web(value: Any, _: Any) -> str:
    text = plain("web", value, most=300)
    try:
        if text:
            _web(text if "://" in text else f"https://{text}")
    except ValidationError:
        raise invalid("web", "malformed", "This is no web address.") from None
    return text


def _parse_images(value: Any, supplied: list[dict[str, Any]]) -> dict[str, list[str]]:
    """{"first": paths in the order they are shown in, "hidden": paths}; the supplier's others follow in its order."""
    first, hidden = (_names("images", value, part) for part in ("first", "hidden"))
    known = {image["path"] for image in supplied}
    if unknown := next((path for path in (*first, *hidden) if path not in known), None):
        raise invalid("images", "unknown_image", f"The supplier sent no such photo: {unknown[:200]}")
    if set(first) & set(hidden):
        raise invalid("images", "first_and_hidden", "A photo is shown first or hidden, not both.")
    if not first and not hidden:
        raise invalid("images", "nothing_chosen", "Choose photos to show first or to hide.")
    return {"first": first, "hidden": hidden}


def _show_images(value: dict[str, list[str]], supplied: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Photos the supplier no longer has are gone; new ones come last."""
    held = {image["path"]: image for image in supplied}
    first = [held[path] for path in value["first"] if path in held]
    left_out = {*value["first"], *value["hidden"]}
    return first + [image for image in supplied if image["path"] not in left_out]


def _parse_notices(value: Any, supplied: list[dict[str, Any]]) -> dict[str, list[str]]:
    """{"hidden": codes}."""
    hidden = _names("notices", value, "hidden")
    known = {notice["code"] for notice in supplied}
    if unknown := next((code for code in hidden if code not in known), None):
        raise invalid("notices", "unknown_notice", f"The supplier sent no such notice: {unknown[:60]}")
    if not hidden:
        raise invalid("notices", "nothing_chosen", "Choose notices to hide.")
    return {"hidden": hidden}


def _show_notices(value: dict[str, list[str]], supplied: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [notice for notice in supplied if notice["code"] not in value["hidden"]]


def _names(name: str, value: Any, part: str) -> list[str]:
    found = value.get(part, []) if isinstance(value, dict) else None
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise invalid(name, "malformed", "This names what is shown first or hidden.")
    return list(dict.fromkeys(found))


def _parse_off_sale(value: Any, _: Any) -> bool:
    if value is not True:
        raise invalid("off_sale", "only_off", "Give the field back to put the hotel on sale again.")
    return True


def _put_description(sheet: Sheet, language: str, shown: str) -> None:
    sheet.put_text(language, description=shown)


_ALL = (
    Field(
        name="name",
        label="Name",
        parse=lambda value, _: plain("name", value, most=NAME_LENGTH, required=True),
        read=_read_name,
        put=_put_name,
        languages=Languages.OPTIONAL,
    ),
    Field(
        name="off_sale",
        label="Off sale",
        parse=_parse_off_sale,
        read=lambda sheet, _: sheet.columns["status"] == "retired",
        put=lambda sheet, _, shown: sheet.put(status="retired" if shown else "live"),
        help="It leaves search and stays out of it, whatever the supplier lists.",
    ),
    Field(
        name="stars",
        label="Stars",
        parse=_parse_stars,
        read=lambda sheet, _: _stars(sheet.columns["stars"]),
        put=lambda sheet, _, shown: sheet.put(stars=Decimal(shown) if shown else None),
        help="0 to 7 in halves; empty: not rated.",
    ),
    _text("address", "Address", 400),
    _text("postal_code", "Postal code", 40),
    _text("city", "City", 200),
    Field(
        name="coordinates",
        label="Coordinates",
        parse=parse_coordinates,
        read=read_coordinates,
        put=_put_coordinates,
        help="Decimal degrees; both empty: unknown. The time zone follows.",
    ),
    _many("phones", "Telephones", lambda text: bool(_PHONE.fullmatch(text)), "This is no telephone number"),
    _many("emails", "E-mail addresses", _is_email, "This is no e-mail address"),
    Field(
        name="web",
        label="Web",
        parse=_parse_web,
        read=lambda sheet, _: sheet.columns["web"],
        put=lambda sheet, _, shown: sheet.put(web=shown),
    ),
    Field(
        name="images",
        label="Photos",
        parse=_parse_images,
        read=lambda sheet, _: list(sheet.columns["images"]),
        put=lambda sheet, _, shown: sheet.put(images=shown),
        shown=_show_images,
    ),
    Field(
        name="notices",
        label="Notices",
        parse=_parse_notices,
        read=lambda sheet, _: list(sheet.columns.get("notices", ())),
        put=lambda sheet, _, shown: sheet.put(notices=shown),
        shown=_show_notices,
    ),
    Field(
        name="description",
        label="Description",
        parse=_parse_description,
        read=lambda sheet, language: sheet.texts.get(language, ("", ""))[1],
        put=_put_description,
        languages=Languages.REQUIRED,
        help="Paragraphs, lists and bold are kept; everything else is cleaned away.",
    ),
)

FIELDS = {one.name: one for one in _ALL}
COLUMNS = (
    *("name", "status", "stars", "address", "postal_code", "city", "latitude", "longitude", "timezone"),
    *("phones", "emails", "web", "images", "notices", "facility_codes"),
)
"""Of a hotel's row, those a field reads or puts, or its quality is counted from."""


def language_of(chosen: Field, language: str, *, known: Collection[str]) -> str:
    """As an edit keeps it: '' where a field has none; English is '' where it may be left out. Raises InvalidInput."""
    if chosen.languages is Languages.NONE and language:
        raise invalid("language", "no_language", f"{chosen.label} is the same in every language.")
    if chosen.languages is Languages.REQUIRED and not language:
        raise invalid("language", "required", f"{chosen.label} needs a language.")
    if language and language not in known:
        raise invalid("language", "unknown_language", "The catalogue has no texts in this language.")
    return "" if chosen.languages is Languages.OPTIONAL and language == ENGLISH else language
