"""What a supplier's static content arrives in: the other half of `suppliers.types`, by the same rules."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from enum import StrEnum
from typing import Generic, TypeVar

import msgspec

from faredown.lib.money import Money

Item = TypeVar("Item")

Texts = Mapping[str, str]
"""BCP 47 language -> text."""


class ContentRegion(msgspec.Struct, frozen=True, gc=False):
    """A state, province or the like."""

    code: str
    name: str


class ContentCountry(msgspec.Struct, frozen=True, kw_only=True):
    code: str
    iso_code: str
    names: dict[str, str]
    regions: tuple[ContentRegion, ...] = ()


class ContentZone(msgspec.Struct, frozen=True, kw_only=True):
    code: str
    name: str


class ContentDestination(msgspec.Struct, frozen=True, kw_only=True):
    code: str
    country_code: str
    iso_country_code: str
    names: dict[str, str]
    zones: tuple[ContentZone, ...] = ()


class TypeKind(StrEnum):
    """A supplier's vocabularies. The catalogue keeps those it shows."""

    ACCOMMODATION = "accommodation"
    BOARD = "board"
    BOARD_GROUP = "board_group"
    CATEGORY = "category"
    CATEGORY_GROUP = "category_group"
    CHAIN = "chain"
    CURRENCY = "currency"
    FACILITY = "facility"
    FACILITY_GROUP = "facility_group"
    FACILITY_TYPOLOGY = "facility_typology"
    IMAGE = "image"
    ISSUE = "issue"
    LANGUAGE = "language"
    PROMOTION = "promotion"
    RATE_CLASS = "rate_class"
    ROOM = "room"
    SEGMENT = "segment"
    TERMINAL = "terminal"


class ContentType(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One word of a vocabulary. A facility's `code` is `<group>:<code>`: codes repeat across groups."""

    kind: TypeKind
    code: str
    names: dict[str, str]
    group: str = ""
    stars: str = ""
    """Categories only: stars as text, "3.5" for H3_5; empty where the category is not one of stars."""
    country_code: str = ""
    """Terminals only: the supplier's own code of the country; `group` is what kind of terminal it is."""


class ContentRateComment(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    incoming: str
    hotel_code: str
    code: str
    rate_codes: tuple[str, ...]
    starts_on: date
    ends_on: date
    text: str


class ContentImage(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    path: str
    kind: str
    room_code: str = ""
    position: int = 0


class FeeUnit(StrEnum):
    """What a fee is asked for: each car, dog or room (unit), or each guest; every night, or once."""

    UNIT_NIGHT = "unit_night"
    UNIT_STAY = "unit_stay"
    PERSON_NIGHT = "person_night"
    PERSON_STAY = "person_stay"


class ContentFacility(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    code: str
    """`<group>:<code>`, as in `ContentType`."""
    available: bool = True
    fee: bool = False
    number: int | None = None
    distance: int | None = None
    amount: Money | None = None
    unit: FeeUnit | None = None
    """Of the amount."""
    time_from: time | None = None
    time_to: time | None = None
    """On the hotel's clock. 00:00 is the day's beginning or its end, and often stands where nobody said an hour."""
    starts_on: date | None = None
    ends_on: date | None = None
    """The days it is there: a season, a certificate's life. Both count."""
    age_from: int | None = None
    age_to: int | None = None
    """Of those it is for; both count."""


class ContentNotice(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Something guests must know: building works, a closed pool. `code` is `<type>:<code>`, as in `ContentType`."""

    code: str
    starts_on: date | None = None
    ends_on: date | None = None
    alternative: bool = False
    """Another hotel's services may be used instead."""


class ContentPoint(msgspec.Struct, frozen=True, gc=False):
    """A point of interest near the hotel, as the supplier names it."""

    name: str
    metres: int | None = None


class ContentTerminal(msgspec.Struct, frozen=True, gc=False):
    """An airport, station or port near the hotel."""

    code: str
    metres: int | None = None


class ContentRoom(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    code: str
    names: dict[str, str]
    facilities: tuple[ContentFacility, ...] = ()
    min_pax: int | None = None
    max_pax: int | None = None
    max_adults: int | None = None
    max_children: int | None = None


class ContentHotel(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    code: str
    names: dict[str, str]
    descriptions: dict[str, str]
    country_code: str
    destination_code: str
    region_code: str = ""
    zone_code: str = ""
    category_code: str = ""
    accommodation_code: str = ""
    chain_code: str = ""
    board_codes: tuple[str, ...] = ()
    latitude: float | None = None
    longitude: float | None = None
    """As the supplier says: possibly (0, 0), exchanged, or off the globe."""
    address: str = ""
    postal_code: str = ""
    city: str = ""
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    web: str = ""
    images: tuple[ContentImage, ...] = ()
    facilities: tuple[ContentFacility, ...] = ()
    rooms: tuple[ContentRoom, ...] = ()
    notices: tuple[ContentNotice, ...] = ()
    points: tuple[ContentPoint, ...] = ()
    terminals: tuple[ContentTerminal, ...] = ()
    ranking: int | None = None
    updated_on: date | None = None


class ContentPage(msgspec.Struct, Generic[Item], frozen=True):
    """A page of a listing: `items`, and how many there are in all.

    `problems`: (kind, example) of each record that could not be read, or not whole.
    """

    items: tuple[Item, ...]
    total: int
    problems: tuple[tuple[str, str], ...] = ()
