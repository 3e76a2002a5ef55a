"""The search card: what was typed, kept as typed, and read into `Criteria`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from faredown.lib import clock
from faredown.lib.errors import DomainError, FieldError
from hotels.criteria import Criteria
from hotels.services import criteria as asking
from suppliers.types import Occupancy

DEFAULT_NIGHTS = 3
DEFAULT_ADULTS = 2

_TEXTS: Mapping[str, str | Promise] = {
    "in_the_past": gettext_lazy("Check-in is in the past."),
    "too_far_ahead": gettext_lazy("Check-in is too far ahead."),
    "not_after_check_in": gettext_lazy("Check-out must be after check-in."),
    "too_long": gettext_lazy("A stay is at most 30 nights."),
    "number_of_rooms": gettext_lazy("Choose from 1 to 9 rooms."),
    "too_many": gettext_lazy("There are too many children in one room."),
    "unknown_currency": gettext_lazy("We do not sell in this currency."),
    "destination_not_searchable": gettext_lazy("Choose a city, an area or a hotel, not a whole country."),
}
_FIELDS = {"destination_id": "destination", "hotel_ids": "destination"}


@dataclass(slots=True)
class RoomFields:
    adults: int = DEFAULT_ADULTS
    ages: list[str] = field(default_factory=list)
    """One entry per child as typed; "" where the age is still to be told."""

    @property
    def children(self) -> int:
        return len(self.ages)


@dataclass(slots=True)
class StayForm:
    """Bound or not, it always has something to draw. `errors` by field: destination, check_in, check_out, rooms."""

    q: str = ""
    known: str = ""
    destination: str = ""
    check_in: str = ""
    check_out: str = ""
    rooms: list[RoomFields] = field(default_factory=lambda: [RoomFields()])
    errors: dict[str, str] = field(default_factory=dict)
    choices: list[object] = field(default_factory=list)
    asks_guests: bool = False

    @classmethod
    def blank(cls) -> StayForm:
        tomorrow = clock.today() + timedelta(days=1)
        return cls(
            check_in=tomorrow.isoformat(), check_out=(tomorrow + timedelta(days=DEFAULT_NIGHTS)).isoformat()
        )

    @classmethod
    def read(cls, data: QueryDict) -> StayForm:
        form = cls.blank()
        form.q = _clean(data.get("q", ""))
        form.known = _clean(data.get("known", ""))
        form.destination = _clean(data.get("pick") or data.get("destination", ""))
        if data.get("pick"):
            form.known = form.q
        form.check_in = _clean(data.get("check_in", form.check_in))
        form.check_out = _clean(data.get("check_out", form.check_out))
        form.asks_guests = "update" in data
        form.rooms = form._read_rooms(data)
        return form

    @property
    def place_was_typed(self) -> bool:
        """The text is newer than the chosen id (without JavaScript the id stays when the text changes)."""
        return not self.destination or bool(self.known and self.known != self.q)

    def criteria(self, *, currency: str, language: str, residency: str = "") -> Criteria | None:
        """None with `errors` filled where a field cannot even be read; what it means is judged by the service."""
        check_in, check_out = self._date("check_in"), self._date("check_out")
        occupancies = self._occupancies()
        if self.errors or check_in is None or check_out is None:
            return None
        return Criteria(
            destination_id=self.destination,
            check_in=check_in,
            check_out=check_out,
            rooms=occupancies,
            currency=currency,
            language=language,
            residency=residency,
        )

    def refuse(self, error: DomainError) -> None:
        """Show a service's refusal beside its fields."""
        reasons = error.errors or [FieldError("destination", error.code, error.detail)]
        for reason in reasons:
            root = reason.field.split(".")[0]
            self.errors[_FIELDS.get(root, root)] = str(_TEXTS.get(reason.code, reason.message))

    def query(self, **extra: str) -> str:
        """The whole search as a query string."""
        pairs = [
            ("q", self.q),
            ("known", self.q),
            ("destination", self.destination),
            ("check_in", self.check_in),
            ("check_out", self.check_out),
            ("rooms", str(len(self.rooms))),
        ]
        for room in self.rooms:
            pairs += [("adults", str(room.adults)), ("children", str(room.children))]
            pairs += [("ages", age) for age in room.ages]
        return urlencode([*pairs, *extra.items()])

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The same as hidden fields of another form."""
        return [
            (name, value) for name, values in QueryDict(self.query()).lists() for value in map(str, values)
        ]

    @property
    def nights(self) -> int:
        check_in, check_out = _iso_date(self.check_in), _iso_date(self.check_out)
        return (check_out - check_in).days if check_in and check_out else 0

    @property
    def check_in_date(self) -> date | None:
        return _iso_date(self.check_in)

    @property
    def check_out_date(self) -> date | None:
        return _iso_date(self.check_out)

    @property
    def adults(self) -> int:
        return sum(room.adults for room in self.rooms)

    @property
    def children(self) -> int:
        return sum(room.children for room in self.rooms)

    @property
    def guests(self) -> int:
        return self.adults + self.children

    @property
    def guests_text(self) -> str:
        parts = [ngettext("%(n)d adult", "%(n)d adults", self.adults) % {"n": self.adults}]
        if self.children:
            parts.append(ngettext("%(n)d child", "%(n)d children", self.children) % {"n": self.children})
        if len(self.rooms) > 1:
            parts.append(ngettext("%(n)d room", "%(n)d rooms", len(self.rooms)) % {"n": len(self.rooms)})
        return ", ".join(parts)

    @property
    def first_day(self) -> str:
        return clock.today().isoformat()

    @property
    def last_day(self) -> str:
        return (clock.today() + timedelta(days=asking.MAX_DAYS_AHEAD)).isoformat()

    room_choices = range(1, asking.MAX_ROOMS + 1)
    adult_choices = range(1, asking.MAX_ADULTS + 1)
    child_choices = range(asking.MAX_CHILDREN + 1)
    age_choices = range(asking.MAX_CHILD_AGE + 1)

    def _read_rooms(self, data: QueryDict) -> list[RoomFields]:
        """`adults` and `children` once per room, `ages` once per child, all in the order of the rooms."""
        adults = data.getlist("adults") or [str(DEFAULT_ADULTS)]
        children = data.getlist("children")
        ages = iter(data.getlist("ages"))
        wanted = _number(data.get("rooms", str(len(adults))))
        if not 1 <= wanted <= asking.MAX_ROOMS:
            self.errors["rooms"] = str(_TEXTS["number_of_rooms"])
            wanted = 1
        return [
            RoomFields(
                adults=_number(adults[at]) if at < len(adults) else DEFAULT_ADULTS,
                ages=self._read_ages(children[at] if at < len(children) else "0", ages),
            )
            for at in range(wanted)
        ]

    def _read_ages(self, children: str, ages: Iterable[str]) -> list[str]:
        wanted = _number(children)
        if not 0 <= wanted <= asking.MAX_CHILDREN:
            self.errors["rooms"] = str(_TEXTS["too_many"])
            return []
        given = iter(ages)
        return [_clean(next(given, ""))[:3] for _child in range(wanted)]

    def _date(self, name: str) -> date | None:
        found = _iso_date(getattr(self, name))
        if found is None:
            self.errors[name] = (
                _("Give the day of check-in.") if name == "check_in" else _("Give the day of check-out.")
            )
        return found

    def _occupancies(self) -> tuple[Occupancy, ...]:
        if any(not age.isdecimal() for room in self.rooms for age in room.ages):
            self.errors["rooms"] = _("Tell us the age of each child at check-in.")
            self.asks_guests = True
            return ()
        return tuple(Occupancy(room.adults, tuple(int(age) for age in room.ages)) for room in self.rooms)


def sleeps(occupancy: Occupancy) -> str:
    """2 adults, 1 child (7)"""
    adults = ngettext("%(n)d adult", "%(n)d adults", occupancy.adults) % {"n": occupancy.adults}
    count = len(occupancy.child_ages)
    if not count:
        return adults
    children = ngettext("%(n)d child", "%(n)d children", count) % {"n": count}
    return f"{adults}, {children} ({', '.join(map(str, occupancy.child_ages))})"


def _clean(text: str) -> str:
    return text.replace("\x00", "").strip()[:120]


def _number(text: str) -> int:
    """-1 for what is no small number: refused later by the range."""
    return int(text) if text.isdecimal() and len(text) <= 3 else -1


def _iso_date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
