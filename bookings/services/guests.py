"""Who travels: what a guest typed, checked against the rooms that were quoted. Every error names its field."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

from faredown.lib.errors import FieldError, InvalidInput
from suppliers.types import BookingGuest, GuestType, Occupancy

NAME_LENGTH = 50
REMARKS_LENGTH = 2000
EMAIL_LENGTH = 254
_UNUSABLE = frozenset({"Cc", "Cs", "Zl", "Zp"})
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_email = EmailValidator()


class Holder(msgspec.Struct, frozen=True, kw_only=True):
    first_name: str
    last_name: str
    email: str
    phone: str
    """E.164"""
    country: str


class Party(msgspec.Struct, frozen=True, kw_only=True):
    """`rooms` follow the asked rooms by index; the first adult of each leads it."""

    holder: Holder
    rooms: tuple[tuple[BookingGuest, ...], ...]
    remarks: str = ""


class _Form:
    """Collects every refusal, so that a guest corrects a form once."""

    def __init__(self) -> None:
        self.errors: list[FieldError] = []

    def refuse(self, field: str, code: str, message: str) -> None:
        self.errors.append(FieldError(field, code, message))

    def text(self, value: object, field: str, *, longest: int, required: bool = True) -> str:
        if value is None or value == "":
            if required:
                self.refuse(field, "required", "This is needed.")
            return ""
        if not isinstance(value, str):
            self.refuse(field, "not_text", "This must be text.")
            return ""
        text = unicodedata.normalize("NFC", value).strip()
        if not text and required:
            self.refuse(field, "required", "This is needed.")
        elif len(text) > longest:
            self.refuse(field, "too_long", f"At most {longest} characters.")
        elif any(_is_unusable(char) for char in text):
            self.refuse(field, "bad_characters", "This holds characters that cannot be used.")
        return text

    def name(self, value: object, field: str) -> str:
        name = " ".join(self.text(value, field, longest=NAME_LENGTH).split())
        if name and not any(char.isalpha() for char in name):
            self.refuse(field, "not_a_name", "Write the name as in the travel document.")
        return name

    def rows(self, value: object, field: str) -> list[Mapping[str, Any]] | None:
        if not isinstance(value, Sequence) or isinstance(value, str | bytes):
            self.refuse(field, "required" if value is None else "not_a_list", "A list is needed.")
            return None
        rows = [row if isinstance(row, Mapping) else {} for row in value]
        for index, row in enumerate(value):
            if not isinstance(row, Mapping):
                self.refuse(f"{field}.{index}", "not_an_object", "An object is needed.")
        return rows


def _is_unusable(char: str) -> bool:
    """Controls, lone surrogates, line separators, and the marks that turn the writing around: a voucher with one reads
    as something else than what the hotel was told."""
    return (unicodedata.category(char) in _UNUSABLE and char not in "\r\n\t") or char in _TURNING


def party(data: Mapping[str, Any], *, rooms: Sequence[Occupancy]) -> Party:
    """Raises InvalidInput with every refused field: `holder.phone`, `rooms.0.guests.1.age` ..."""
    form = _Form()
    holder = _holder(form, data.get("holder"))
    guests = _rooms(form, data.get("rooms"), rooms)
    remarks = form.text(data.get("remarks"), "remarks", longest=REMARKS_LENGTH, required=False)
    if form.errors:
        raise InvalidInput(detail=form.errors[0].message, errors=form.errors)
    return Party(holder=holder, rooms=guests, remarks=remarks)


def _holder(form: _Form, value: object) -> Holder:
    given: Mapping[str, Any] = value if isinstance(value, Mapping) else {}
    if not isinstance(value, Mapping):
        form.refuse("holder", "required", "Who books is needed.")
        return Holder(first_name="", last_name="", email="", phone="", country="")
    country = _country(form, given.get("country"))
    return Holder(
        first_name=form.name(given.get("first_name"), "holder.first_name"),
        last_name=form.name(given.get("last_name"), "holder.last_name"),
        email=_address(form, given.get("email")),
        phone=_phone(form, given.get("phone"), country),
        country=country,
    )


def _country(form: _Form, value: object) -> str:
    country = form.text(value, "holder.country", longest=40).upper()
    if country and country not in phonenumbers.SUPPORTED_REGIONS:
        form.refuse("holder.country", "not_a_country", "A country as two letters (ISO 3166).")
        return ""
    return country


def _address(form: _Form, value: object) -> str:
    address = form.text(value, "holder.email", longest=EMAIL_LENGTH)
    try:
        if address:
            _email(address)
    except ValidationError:
        form.refuse("holder.email", "not_an_address", "This is not an e-mail address.")
    return address


def _phone(form: _Form, value: object, country: str) -> str:
    """E.164. A number without +country is read in the holder's country."""
    typed = form.text(value, "holder.phone", longest=40)
    if not typed:
        return ""
    try:
        number = phonenumbers.parse(typed, country or None)
        if phonenumbers.is_valid_number(number):
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    except phonenumbers.NumberParseException:
        pass
    if country or typed.startswith("+"):
        form.refuse("holder.phone", "not_a_number", "This is not a telephone number.")
    else:
        form.refuse(
            "holder.phone", "country_needed", "Choose the country, or begin the number with + and its code."
        )
    return ""


def _rooms(form: _Form, value: object, asked: Sequence[Occupancy]) -> tuple[tuple[BookingGuest, ...], ...]:
    rows = form.rows(value, "rooms")
    if rows is not None and len(rows) != len(asked):
        form.refuse("rooms", "wrong_count", f"{len(asked)} rooms were quoted, {len(rows)} are given.")
    return tuple(
        _room(form, row, f"rooms.{index}", occupancy)
        for index, (row, occupancy) in enumerate(zip(rows or (), asked, strict=False))
    )


def _room(form: _Form, row: Mapping[str, Any], field: str, asked: Occupancy) -> tuple[BookingGuest, ...]:
    given = form.rows(row.get("guests"), f"{field}.guests")
    guests = tuple(_guest(form, one, f"{field}.guests.{index}") for index, one in enumerate(given or ()))
    adults = sum(guest.type is GuestType.ADULT for guest in guests)
    if given is not None and adults != asked.adults:
        form.refuse(
            f"{field}.guests", "wrong_adults", f"{asked.adults} adults were quoted, {adults} are given."
        )
    children = len(guests) - adults
    if given is not None and children != len(asked.child_ages):
        form.refuse(
            f"{field}.guests",
            "wrong_children",
            f"{len(asked.child_ages)} children were quoted, {children} are given.",
        )
    else:
        for index in _unexpected(guests, asked):
            form.refuse(
                f"{field}.guests.{index}.age",
                "not_as_searched",
                "The age must be the one that was searched.",
            )
    return guests


def _guest(form: _Form, row: Mapping[str, Any], field: str) -> BookingGuest:
    kind = row.get("type")
    if kind not in tuple(GuestType):
        form.refuse(f"{field}.type", "not_a_type", "adult or child.")
    child = kind == GuestType.CHILD
    return BookingGuest(
        type=GuestType.CHILD if child else GuestType.ADULT,
        first_name=form.name(row.get("first_name"), f"{field}.first_name"),
        last_name=form.name(row.get("last_name"), f"{field}.last_name"),
        age=_age(form, row.get("age"), f"{field}.age", child=child),
    )


def _age(form: _Form, value: object, field: str, *, child: bool) -> int | None:
    if value is None or value == "":
        if child:
            form.refuse(field, "required", "A child's age is needed.")
        return None
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 3:
        value = int(value)
    low, high = (0, 17) if child else (18, 120)
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        form.refuse(field, "out_of_range", f"From {low} to {high}.")
        return None
    return value


def _unexpected(guests: Sequence[BookingGuest], asked: Occupancy) -> Iterator[int]:
    """Children whose age was not searched for. Several of one age are counted."""
    left = Counter(asked.child_ages)
    for index, guest in enumerate(guests):
        if guest.type is GuestType.CHILD and guest.age is not None:
            if not left[guest.age]:
                yield index
            left[guest.age] -= 1
