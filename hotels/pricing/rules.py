"""Markup and tax rules as values, and which sales they fall on. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum

import msgspec

from faredown.lib.money import Money


class UserType(StrEnum):
    """Who asks: somebody without a login, somebody signed in, somebody of the house."""

    GUEST = "guest"
    MEMBER = "member"
    STAFF = "staff"


class Channel(StrEnum):
    WEB = "web"
    API = "api"


class FixedPer(StrEnum):
    STAY = "stay"
    NIGHT = "night"
    ROOM = "room"
    ROOM_NIGHT = "room_night"


class Basis(StrEnum):
    """What a tax is a percentage of: what we keep over the net, or all that the guest pays us."""

    MARGIN = "margin"
    TOTAL = "total"


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where and whose: the same for every rate of a hotel. `country` is ISO, `destination` and `hotel` public ids,
    `chain` the supplier's code."""

    supplier: str
    country: str = ""
    destination: str = ""
    hotel: str = ""
    chain: str = ""
    stars: Decimal | None = None


class Stay(msgspec.Struct, frozen=True, kw_only=True):
    """When and to whom: the same for a whole search. `lead_days` from the day of sale (UTC) to check-in; a rule that
    asks for something not known here (None, empty) does not match."""

    check_in: date | None = None
    nights: int = 1
    lead_days: int | None = None
    channel: str = ""
    user_type: str = ""
    residency: str = ""


class Span(msgspec.Struct, frozen=True):
    """From and to, both included; None is open."""

    least: Decimal | int | None = None
    most: Decimal | int | None = None

    def holds(self, value: Decimal | int | None) -> bool:
        if self.least is None and self.most is None:
            return True
        if value is None:
            return False
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)


class Season(msgspec.Struct, frozen=True):
    """Check-in from `first` to `last`, both included."""

    first: date
    last: date


class Tier(msgspec.Struct, frozen=True):
    """`percent` of the part of the cost above `above`, up to the next tier; `above` is in the rule's currency."""

    above: Decimal
    percent: Decimal


ANY = Span()


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """What is added to the cost of one rate, whole stay. Empty scope matches everything.

    A rule that does not stack is a base: the first that matches (lowest priority number, then lower id) is used alone.
    Rules that stack are added on top of it, all that match. `least`, `most` (of this rule's markup) and the tiers are
    in `currency`. Tiers are graduated like an income tax, so a dearer room never sells for less than a cheaper one.
    """

    id: str
    name: str = ""
    priority: int = 100
    stacks: bool = False
    percent: Decimal = Decimal(0)
    tiers: tuple[Tier, ...] = ()
    fixed: Money | None = None
    fixed_per: FixedPer = FixedPer.STAY
    least: Decimal | None = None
    most: Decimal | None = None
    currency: str = ""
    supplier: str = ""
    country: str = ""
    destination: str = ""
    hotel: str = ""
    chains: tuple[str, ...] = ()
    boards: tuple[str, ...] = ()
    stars: Span = ANY
    lead_days: Span = ANY
    nights: Span = ANY
    weekdays: tuple[int, ...] = ()
    """Of check-in; ISO: Monday is 1."""
    seasons: tuple[Season, ...] = ()
    channels: tuple[str, ...] = ()
    user_types: tuple[str, ...] = ()
    residencies: tuple[str, ...] = ()

    @property
    def rank(self) -> tuple[int, str]:
        return self.priority, self.id

    def fits_stay(self, stay: Stay) -> bool:
        return (
            _among(self.channels, stay.channel)
            and _among(self.user_types, stay.user_type)
            and _among(self.residencies, stay.residency)
            and self.nights.holds(stay.nights)
            and self.lead_days.holds(stay.lead_days)
            and self._fits_date(stay.check_in)
        )

    def fits_place(self, place: Place) -> bool:
        return (
            self.supplier in ("", place.supplier)
            and self.country in ("", place.country)
            and self.destination in ("", place.destination)
            and self.hotel in ("", place.hotel)
            and _among(self.chains, place.chain)
            and self.stars.holds(place.stars)
        )

    def fits_board(self, board: str) -> bool:
        return _among(self.boards, board)

    def _fits_date(self, check_in: date | None) -> bool:
        if not self.weekdays and not self.seasons:
            return True
        if check_in is None:
            return False
        in_season = any(season.first <= check_in <= season.last for season in self.seasons)
        on_day = check_in.isoweekday() in self.weekdays
        return (not self.seasons or in_season) and (not self.weekdays or on_day)


class TaxRule(msgspec.Struct, frozen=True, kw_only=True):
    """VAT, GST and the like that we owe on a sale, added to its price. Bases and stacking as with markup rules."""

    id: str
    name: str
    percent: Decimal
    basis: Basis = Basis.TOTAL
    priority: int = 100
    stacks: bool = False
    supplier: str = ""
    country: str = ""
    user_types: tuple[str, ...] = ()
    residencies: tuple[str, ...] = ()

    @property
    def rank(self) -> tuple[int, str]:
        return self.priority, self.id

    def fits(self, place: Place, stay: Stay) -> bool:
        return (
            self.supplier in ("", place.supplier)
            and self.country in ("", place.country)
            and _among(self.user_types, stay.user_type)
            and _among(self.residencies, stay.residency)
        )


class Promotion(msgspec.Struct, frozen=True, kw_only=True):
    """A discount the guest has earned: a percentage of the price, or an amount, never more than `cap`."""

    id: str
    name: str = ""
    percent: Decimal = Decimal(0)
    fixed: Money | None = None
    cap: Money | None = None


def chosen_markups(matching: Sequence[Rule]) -> tuple[Rule, ...]:
    """Of the matching rules in order of rank: the first base, then everything that stacks."""
    base = next((rule for rule in matching if not rule.stacks), None)
    stacked = tuple(rule for rule in matching if rule.stacks)
    return stacked if base is None else (base, *stacked)


def chosen_taxes(matching: Sequence[TaxRule]) -> tuple[TaxRule, ...]:
    base = next((rule for rule in matching if not rule.stacks), None)
    stacked = tuple(rule for rule in matching if rule.stacks)
    return stacked if base is None else (base, *stacked)


def _among(wanted: tuple[str, ...], value: str) -> bool:
    return not wanted or value in wanted
