"""Prices with the house's own rules and rates: the pure engine, fed from the database."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import NamedTuple

from faredown.lib.errors import invalid
from faredown.lib.money import Money
from hotels import conf
from hotels.models import Hotel
from hotels.pricing.engine import Book, Charge, Desk, Item, Policy, Price, Tariff, Totals
from hotels.pricing.exchange import Exchange, UnknownCurrency
from hotels.pricing.rules import Place, Promotion, Stay
from hotels.pricing.terms import guest_terms
from hotels.selectors import price_rules
from hotels.services import exchange_rates, versions
from suppliers.types import Rate, Sketch, Tax

__all__ = [
    "charges_of",
    "current_book",
    "current_policy",
    "due",
    "exchange",
    "forget_policy",
    "guest_terms",
    "item_of",
    "place_of",
    "price_at",
    "price_with",
    "sketched_total",
    "tariff",
    "totals",
]

_WITHOUT_CACHE_SECONDS = 2.0


def price_at(
    rate: Rate, *, place: Place, stay: Stay, currency: str, promotion: Promotion | None = None
) -> Price:
    """What the guest pays for the rate: the whole stay, all its rooms. Raises InvalidInput (field `currency`)."""
    return price_with(tariff(stay, currency), rate, place=place, promotion=promotion)


def price_with(tariff: Tariff, rate: Rate, *, place: Place, promotion: Promotion | None = None) -> Price:
    """As `price_at`, for who prices many rates of one stay."""
    try:
        return tariff.at(place).price(item_of(rate), promotion)
    except UnknownCurrency as error:
        raise _unknown(error) from error


def totals(rate: Rate, *, desk: Desk) -> Totals:
    """As `price_at` comes to, at a fraction of its cost. Raises InvalidInput (field `currency`)."""
    return _totals(item_of(rate), desk)


def sketched_total(sketch: Sketch, currency: str, *, desk: Desk) -> int:
    """What `totals` of the rate that the sketch is of tells as `total`; `currency` is its hotel's."""
    if sketch.mandated is None:
        try:
            total = desk.quick_total(sketch.net, currency, sketch.board_code)
        except UnknownCurrency as error:
            raise _unknown(error) from error
        if total is not None:
            return total
    mandated = None if sketch.mandated is None else Money(sketch.mandated, currency)
    item = Item(
        net=Money(sketch.net, currency), board=sketch.board_code, rooms=sketch.rooms, mandated=mandated
    )
    return _totals(item, desk).total


def due(amounts: Iterable[Money], *, tariff: Tariff) -> int:
    """What is paid at the property, estimated in minor units of the shown currency; nothing where no rate is known."""
    estimates = (tariff.estimate(Charge("", amount)) for amount in amounts)
    return sum(int(one.scaleb(tariff.digits)) for one in estimates if one is not None)


def _totals(item: Item, desk: Desk) -> Totals:
    try:
        return desk.totals(item)
    except UnknownCurrency as error:
        raise _unknown(error) from error


def tariff(stay: Stay, currency: str) -> Tariff:
    """The rules a stay can meet. Keep it while you price one answer: `tariff(...).at(place)` is a hotel's desk."""
    return current_book().tariff(stay, currency)


def place_of(hotel: Hotel, supplier: str) -> Place:
    """Needs `hotel.destination` and `hotel.chain` (select them)."""
    return Place(
        supplier=supplier,
        country=hotel.country_id,
        destination=hotel.destination.public_id,
        hotel=hotel.public_id,
        chain=hotel.chain.code if hotel.chain else "",
        stars=hotel.stars,
    )


def item_of(rate: Rate) -> Item:
    return Item(
        net=rate.net,
        board=rate.board_code,
        rooms=rate.rooms,
        mandated=rate.mandated_price,
        at_property=charges_of(rate),
    )


def charges_of(rate: Rate) -> tuple[Charge, ...]:
    """Taxes the guest pays at the property; included ones inform only."""
    if not rate.taxes:
        return ()
    charges = (_charge(tax) for tax in rate.taxes)
    return tuple(charge for charge in charges if charge is not None)


def exchange(base: str, quote: str) -> Exchange:
    """Raises InvalidInput (field `currency`) for a currency without a rate."""
    try:
        return current_policy().rates.between(base, quote)
    except UnknownCurrency as error:
        raise _unknown(error) from error


def current_policy() -> Policy:
    """Rules and rates in force now."""
    return current_book().policy


class _Copy(NamedTuple):
    """`version` in the cache says whether it is still everybody's."""

    version: str
    book: Book
    read_at: float

    def is_young(self) -> bool:
        """Without a cache nobody can tell us of a change: then a copy is good for a moment only."""
        return time.monotonic() - self.read_at < _WITHOUT_CACHE_SECONDS


class _Process:
    """What this process holds, taken and replaced whole: its threads share it."""

    copy: _Copy | None = None


def current_book() -> Book:
    """The policy made ready; read once by each process for as long as nobody forgets it."""
    version, held = versions.POLICY.current(), _Process.copy
    if held is not None and version == held.version and (version or held.is_young()):
        return held.book
    fresh = _Process.copy = _Copy(version, Book(_read_policy()), time.monotonic())
    return fresh.book


def forget_policy() -> None:
    exchange_rates.forget()


def _read_policy() -> Policy:
    return Policy(
        rules=tuple(price_rules.markups()),
        taxes=tuple(price_rules.taxes()),
        rates=exchange_rates.in_force(),
        least_margin_percent=conf.least_margin_percent(),
    )


def _charge(tax: Tax) -> Charge | None:
    return Charge(tax.kind or "Tax", tax.due) if tax.due else None


def _unknown(error: UnknownCurrency) -> Exception:
    return invalid("currency", "unknown_currency", f"No exchange rate is known for {error.currency}.")
