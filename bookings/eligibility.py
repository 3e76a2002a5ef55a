"""Whether a promotion falls on a sale, and what it takes off which part of it. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

import msgspec

from faredown.lib.money import Money
from hotels.pricing.exchange import UnknownCurrency
from hotels.pricing.rules import Place, Stay

Convert = Callable[[Money, str], Money]
"""At the plain rate, every digit kept. Raises UnknownCurrency."""

CODE_LENGTH = 40


class Reason(StrEnum):
    """Why a code gives nothing here: the error's code in answers."""

    UNKNOWN = "promotion_unknown"
    NOT_YET = "promotion_not_yet"
    OVER = "promotion_over"
    USED_UP = "promotion_used_up"
    USED_BY_YOU = "promotion_used_by_you"
    OTHER_STAY = "promotion_not_for_stay"
    OTHER_CURRENCY = "promotion_not_for_currency"
    BELOW_MINIMUM = "promotion_below_minimum"
    NOTHING_OFF = "promotion_nothing_off"


class Campaign(msgspec.Struct, frozen=True, kw_only=True):
    """A promotion's rules. Empty scope matches everything; from and to are included, but for `valid_to`."""

    id: str
    name: str = ""
    percent: Decimal = Decimal(0)
    fixed: Money | None = None
    cap: Money | None = None
    minimum: Money | None = None
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    stay_from: date | None = None
    stay_to: date | None = None
    supplier: str = ""
    country: str = ""
    destination: str = ""
    hotel: str = ""
    channels: tuple[str, ...] = ()
    residencies: tuple[str, ...] = ()
    currencies: tuple[str, ...] = ()


class Part(msgspec.Struct, frozen=True):
    """One rate of the sale at its price before a promotion."""

    total: Money
    mandated: bool = False


class Sale(msgspec.Struct, frozen=True, kw_only=True):
    at: datetime
    place: Place
    stay: Stay
    parts: tuple[Part, ...]

    @property
    def total(self) -> Money:
        return sum((part.total for part in self.parts[1:]), self.parts[0].total)

    @property
    def open_to_promotion(self) -> Money:
        """What is not mandated."""
        free = (part.total for part in self.parts if not part.mandated)
        return sum(free, Money.zero(self.total.currency))


def folded(code: str) -> str:
    """How a code is kept and compared: `" spring-25 "` -> `"SPRING-25"`."""
    return unicodedata.normalize("NFKC", code).strip().casefold().upper()


def refusal(campaign: Campaign, sale: Sale, *, convert: Convert) -> Reason | None:
    """The first reason why it takes nothing off; None: it takes something off, as far as limits and guard let it."""
    if campaign.valid_from is not None and sale.at < campaign.valid_from:
        return Reason.NOT_YET
    if campaign.valid_to is not None and sale.at >= campaign.valid_to:
        return Reason.OVER
    if not _fits(campaign, sale):
        return Reason.OTHER_STAY
    currency = sale.total.currency
    if campaign.currencies and currency not in campaign.currencies:
        return Reason.OTHER_CURRENCY
    try:
        if campaign.minimum is not None and sale.total < convert(campaign.minimum, currency).rounded():
            return Reason.BELOW_MINIMUM
        return None if any(shares(campaign, sale, convert=convert)) else Reason.NOTHING_OFF
    except UnknownCurrency:
        return Reason.OTHER_CURRENCY


def shares(campaign: Campaign, sale: Sale, *, convert: Convert) -> list[Money]:
    """What it takes off each part, before the guard of each: the percentage, the amount and the cap hold for the whole
    stay, so the discount is reckoned once, rounded once, and shared by price. Nothing falls on a mandated part."""
    base, currency = sale.open_to_promotion, sale.total.currency
    wanted = base * campaign.percent / 100
    if campaign.fixed is not None:
        wanted += convert(campaign.fixed, currency)
    if campaign.cap is not None:
        wanted = min(wanted, convert(campaign.cap, currency))
    weights = [Decimal(0) if part.mandated else part.total.amount for part in sale.parts]
    return min(wanted, base).rounded().allocate(weights)


def _fits(campaign: Campaign, sale: Sale) -> bool:
    place, stay = sale.place, sale.stay
    return (
        campaign.supplier in ("", place.supplier)
        and campaign.country in ("", place.country)
        and campaign.destination in ("", place.destination)
        and campaign.hotel in ("", place.hotel)
        and _among(campaign.channels, stay.channel)
        and _among(campaign.residencies, stay.residency)
        and _fits_nights(campaign, stay)
    )


def _fits_nights(campaign: Campaign, stay: Stay) -> bool:
    """Every night of the stay."""
    if campaign.stay_from is None and campaign.stay_to is None:
        return True
    if stay.check_in is None:
        return False
    last_night = stay.check_in + timedelta(days=stay.nights - 1)
    begins = campaign.stay_from is None or stay.check_in >= campaign.stay_from
    return begins and (campaign.stay_to is None or last_night <= campaign.stay_to)


def _among(wanted: Sequence[str], value: str) -> bool:
    return not wanted or value in wanted
