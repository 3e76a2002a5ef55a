"""What a guest types at the checkout. The rules are the services'; forms only show their refusals beside the fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import phonenumbers
from babel import Locale
from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from bookings.eligibility import CODE_LENGTH
from bookings.gateways.offline.gateway import Token
from bookings.services import guests
from faredown.lib.errors import FieldError, InvalidInput
from hotels.forms import sleeps
from suppliers.types import GuestType, Occupancy

_REFUSALS = {
    "required": gettext_lazy("This is needed."),
    "too_long": gettext_lazy("This is too long."),
    "bad_characters": gettext_lazy("This holds characters that cannot be used."),
    "not_a_name": gettext_lazy("Write the name as in the travel document."),
    "not_a_country": gettext_lazy("Choose a country."),
    "not_an_address": gettext_lazy("This is not an e-mail address."),
    "not_a_number": gettext_lazy("This is not a telephone number."),
    "country_needed": gettext_lazy("Choose the country, or begin the number with + and its code."),
}
_TOKENS = {
    Token.OK: gettext_lazy("Pays: the card is good"),
    Token.DECLINED: gettext_lazy("Is declined"),
    Token.INSUFFICIENT: gettext_lazy("Has not enough money"),
    Token.REQUIRES_ACTION: gettext_lazy("Asks for a confirmation at the bank"),
    Token.TIMEOUT: gettext_lazy("Pays, but the provider's answer is lost"),
    Token.CAPTURE_FAILS: gettext_lazy("Is authorised, but the money cannot be taken"),
    Token.REFUND_FAILS: gettext_lazy("Pays, but a refund fails"),
}
WISHES = {
    "quiet": ("Quiet room", gettext_lazy("Quiet room")),
    "high_floor": ("High floor", gettext_lazy("High floor")),
    "one_bed": ("One large bed", gettext_lazy("One large bed")),
    "twin": ("Two single beds", gettext_lazy("Two single beds")),
    "near": ("Rooms near each other", gettext_lazy("Rooms near each other")),
    "cot": ("Cot for a baby", gettext_lazy("Cot for a baby")),
}
"""What the hotel reads (English) and what the guest reads."""

_NEEDED = {"aria-required": "true"}


def _name(label: Any, *, complete: str) -> forms.CharField:
    """Required for the eye and the screen reader; judged once, by the service."""
    widget = forms.TextInput(
        attrs={"autocomplete": complete, "maxlength": str(guests.NAME_LENGTH), **_NEEDED}
    )
    return forms.CharField(label=label, required=False, widget=widget)


class Person:
    """The bound fields of one guest."""

    def __init__(self, form: GuestsForm, prefix: str, title: str) -> None:
        self.title = title
        self.first_name = form[f"{prefix}_first"]
        self.last_name = form[f"{prefix}_last"]


class Room:
    def __init__(self, title: str, people: list[Person], *, lead_is_holder: bool) -> None:
        self.title = title
        self.people = people
        self.lead_is_holder = lead_is_holder


class GuestsForm(forms.Form):
    """Who books and who travels. The holder is the first adult of the first room."""

    first_name = _name(gettext_lazy("First Name"), complete="given-name")
    last_name = _name(gettext_lazy("Last Name"), complete="family-name")
    email = forms.CharField(
        label=gettext_lazy("Email Address"),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "maxlength": "254", **_NEEDED}),
    )
    phone = forms.CharField(
        label=gettext_lazy("Phone Number"),
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "maxlength": "40", **_NEEDED}),
    )
    country = forms.CharField(label=gettext_lazy("Country"), required=False)

    def __init__(self, *args: Any, occupancies: Sequence[Occupancy], **options: Any) -> None:
        super().__init__(*args, **options)
        self.occupancies = occupancies
        self.fields["country"].widget = forms.Select(
            choices=[("", _("Select country")), *countries()], attrs={"autocomplete": "country", **_NEEDED}
        )
        for prefix, _kind, _age, title in self._others():
            self.fields[f"{prefix}_first"] = _name(f"{title}: {_('First Name')}", complete="off")
            self.fields[f"{prefix}_last"] = _name(f"{title}: {_('Last Name')}", complete="off")

    @property
    def rooms(self) -> list[Room]:
        others = list(self._others())
        return [
            Room(
                sleeps(occupancy),
                [
                    Person(self, prefix, title)
                    for prefix, *_rest, title in others
                    if prefix.startswith(f"room{index}_")
                ],
                lead_is_holder=index == 0,
            )
            for index, occupancy in enumerate(self.occupancies)
        ]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = self.cleaned_data
        self.party = self.as_party(data)
        try:
            guests.party(self.party, rooms=self.occupancies)
        except InvalidInput as refusal:
            for error in refusal.errors:
                self._refuse(error)
        return data

    def as_party(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """The service's shape: `{holder, rooms: [{guests}]}`."""
        rooms: list[dict[str, Any]] = [{"guests": []} for _room in self.occupancies]
        rooms[0]["guests"].append(
            _guest(data.get("first_name"), data.get("last_name"), GuestType.ADULT, None)
        )
        for prefix, kind, age, _title in self._others():
            index = int(prefix.removeprefix("room").partition("_")[0])
            rooms[index]["guests"].append(
                _guest(data.get(f"{prefix}_first"), data.get(f"{prefix}_last"), kind, age)
            )
        holder = {name: data.get(name) for name in ("first_name", "last_name", "email", "phone", "country")}
        return {"holder": holder, "rooms": rooms}

    def _others(self) -> Iterator[tuple[str, GuestType, int | None, str]]:
        """(field prefix, type, age, title) of everybody but the holder, in the order the service wants them."""
        for index, occupancy in enumerate(self.occupancies):
            for adult in range(1 if index == 0 else 0, occupancy.adults):
                title = self._within(index, _("Adult %(n)d") % {"n": adult + 1})
                yield f"room{index}_adult{adult}", GuestType.ADULT, None, title
            for child, age in enumerate(occupancy.child_ages):
                title = self._within(index, _("Child %(n)d, age %(age)d") % {"n": child + 1, "age": age})
                yield f"room{index}_child{child}", GuestType.CHILD, age, title

    def _within(self, index: int, title: str) -> str:
        return (
            title if len(self.occupancies) == 1 else _("Room %(n)d, %(who)s") % {"n": index + 1, "who": title}
        )

    def _refuse(self, error: FieldError) -> None:
        message = str(_REFUSALS.get(error.code, error.message))
        name = self._field_of(error.field)
        if name and self.has_error(name):
            return
        # The holder's name is checked twice, as a holder and as a guest: told once.
        self.add_error(name, message)

    def _field_of(self, path: str) -> str | None:
        """`holder.phone`, `rooms.1.guests.0.first_name` -> the field's name; None for what no field can cure."""
        if path.startswith("holder."):
            return path.removeprefix("holder.")
        names = {"rooms.0.guests.0.first_name": "first_name", "rooms.0.guests.0.last_name": "last_name"}
        places = [1, *(0 for _room in self.occupancies[1:])]
        for prefix, *_rest in self._others():
            index = int(prefix.removeprefix("room").partition("_")[0])
            for part in ("first", "last"):
                names[f"rooms.{index}.guests.{places[index]}.{part}_name"] = f"{prefix}_{part}"
            places[index] += 1
        return names.get(path)


class PreferencesForm(forms.Form):
    wishes = forms.MultipleChoiceField(
        required=False,
        label=gettext_lazy("Wishes"),
        choices=[(code, shown) for code, (_said, shown) in WISHES.items()],
        widget=forms.CheckboxSelectMultiple,
    )
    arrival = forms.ChoiceField(
        required=False,
        label=gettext_lazy("When do you expect to arrive?"),
        choices=[
            ("", gettext_lazy("I do not know yet")),
            *((f"{h:02}:00", f"{h:02}:00 - {h:02}:59") for h in range(24)),
        ],
    )
    note = forms.CharField(
        required=False,
        label=gettext_lazy("Anything else for the hotel"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def remarks(self) -> str:
        """As the hotel reads it."""
        data = self.cleaned_data
        parts = [WISHES[code][0] for code in data["wishes"]]
        if data["arrival"]:
            parts.append(f"Arrival about {data['arrival']}")
        return ". ".join([*parts, *([data["note"]] if data["note"] else [])])


class TokenForm(forms.Form):
    """The demo's gateway: which part the card plays."""

    token = forms.ChoiceField(
        label=gettext_lazy("Test card"),
        choices=list(_TOKENS.items()),
        widget=forms.RadioSelect,
        initial=Token.OK,
    )


class CardForm(forms.Form):
    """A card that was typed into the provider's fields: only its name for it comes to us."""

    token = forms.CharField(
        label=gettext_lazy("Card"),
        max_length=120,
        widget=forms.HiddenInput,
        error_messages={"required": gettext_lazy("Please enter your card.")},
    )


class Agreement(forms.Form):
    agree_terms = forms.BooleanField(
        label=gettext_lazy("Terms of booking"),
        error_messages={"required": gettext_lazy("Please agree to the terms to go on.")},
    )
    agree_changes = forms.BooleanField(
        label=gettext_lazy("I have seen what moved and agree to it."),
        error_messages={"required": gettext_lazy("Please say that you agree to what moved.")},
    )

    def __init__(self, *args: Any, moved: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not moved:
            del self.fields["agree_changes"]


class TokenPaymentForm(Agreement, TokenForm):
    pass


class CardPaymentForm(Agreement, CardForm):
    pass


class PromotionForm(forms.Form):
    """An empty code takes off the one that is there."""

    promotion_code = forms.CharField(
        label=gettext_lazy("Promotion code"),
        required=False,
        max_length=CODE_LENGTH,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )


class LookupForm(forms.Form):
    reference = forms.CharField(
        label=gettext_lazy("Booking Reference"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
    email = forms.EmailField(
        label=gettext_lazy("Email Address"), widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )


def countries() -> list[tuple[str, str]]:
    """ISO code and name in the reader's language, by name."""
    names = Locale.parse(get_language() or "en", sep="-").territories
    regions = sorted(phonenumbers.SUPPORTED_REGIONS, key=lambda code: names.get(code, code))
    return [(code, str(names.get(code, code))) for code in regions]


def _guest(first_name: Any, last_name: Any, kind: GuestType, age: int | None) -> dict[str, Any]:
    return {"first_name": first_name, "last_name": last_name, "type": str(kind), "age": age}
