"""The booking summary beside every step: the frozen quote in a reader's words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import msgspec
from babel.dates import format_datetime
from babel.numbers import format_currency
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from bookings import terms
from bookings.models import Quote
from bookings.selectors import quotes
from bookings.views.naming import Names
from faredown.lib import clock
from faredown.lib.money import Money
from hotels.forms import sleeps
from hotels.pricing.engine import AtProperty, price_from_json
from hotels.selectors import images
from hotels.views import photos
from hotels.views.photos import Photo
from suppliers.types import CancellationTerm, Occupancy, Rate


class RoomLine(msgspec.Struct, frozen=True):
    name: str
    board: str
    sleeps: str


class Taken(msgspec.Struct, frozen=True):
    """A promotion: what the stay would cost without it, and what it takes off."""

    code: str
    label: str
    before: Money
    discount: Money


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    hotel_name: str
    hotel_address: str
    stars: Decimal | None
    photo: Photo | None
    rooms: tuple[RoomLine, ...]
    check_in: date
    check_out: date
    nights: int
    guests: int
    promotion: Taken | None
    pay_now: Money
    at_property: tuple[AtProperty, ...]
    total: Money
    per_night: Money
    free_until: datetime | None
    non_refundable: bool
    steps: tuple[CancellationTerm, ...]
    timezone: str
    comments: tuple[str, ...]


class Moved(msgspec.Struct, frozen=True):
    """One thing that is not as the search showed it."""

    label: str
    before: str
    after: str


def of(quote: Quote) -> Summary:
    hotel, price = quote.hotel, price_from_json(quote.price)
    asked = quotes.occupancies(quote)
    covering = {index: offer.rate for offer in quotes.offers(quote) for index in offer.for_rooms}
    names = Names(hotel)
    nights = (quote.check_out - quote.check_in).days
    until = terms.free_until(quote.terms)
    return Summary(
        hotel_name=hotel.name,
        hotel_address=", ".join(part for part in (hotel.address, hotel.city) if part),
        stars=hotel.stars,
        photo=photos.of(images.image(hotel.images[0])) if hotel.images else None,
        rooms=tuple(_room(covering[index], room, names) for index, room in enumerate(asked)),
        check_in=quote.check_in,
        check_out=quote.check_out,
        nights=nights,
        guests=sum(room.adults + len(room.child_ages) for room in asked),
        promotion=taken(quote),
        pay_now=price.total,
        at_property=price.at_property,
        total=price.grand_total,
        per_night=price.average_night(nights),
        free_until=until if until is not None and until > clock.now() else None,
        non_refundable=quote.terms["non_refundable"] or not quote.terms["known"],
        steps=terms.steps(quote.terms),
        timezone=hotel.timezone,
        comments=tuple(quote.rate_comments),
    )


def taken(quote: Quote) -> Taken | None:
    found = quotes.promotion(quote)
    if found is None:
        return None
    before, discount = Money.from_json(found["total_before"]), Money.from_json(found["discount"])
    return Taken(found["code"], found["label"], before, -discount)


def _room(rate: Rate, asked: Occupancy, names: Names) -> RoomLine:
    return RoomLine(
        names.room(rate.room_code, rate.room_name),
        names.board(rate.board_code, rate.board_name),
        sleeps(asked),
    )


def moved(quote: Quote) -> list[Moved]:
    return [_moved(change, quote.hotel.timezone) for change in quote.changes]


_LABELS = {
    "price": gettext_lazy("Price"),
    "board": gettext_lazy("Meals"),
    "cancellation": gettext_lazy("Cancellation"),
    "taxes_at_property": gettext_lazy("Paid at the hotel"),
}


def _moved(change: dict[str, Any], timezone: str) -> Moved:
    field = change["field"]
    label = str(_LABELS.get(field, field))
    rooms = change.get("rooms") or []
    if rooms and len(rooms) == 1 and rooms[0] > 0:
        label = _("Room %(n)d: %(what)s") % {"n": rooms[0] + 1, "what": label}
    return Moved(label, _told(field, change["before"], timezone), _told(field, change["after"], timezone))


def _told(field: str, value: Any, timezone: str) -> str:
    if not value:
        return _("nothing")
    if field == "price":
        return _money(value)
    if field == "board":
        return str(value["name"])
    if field == "taxes_at_property":
        return ", ".join(f"{charge['kind']} {_money(charge['amount'])}" for charge in value)
    return ", ".join(_terms_told(value, timezone))


def _terms_told(value: dict[str, Any], timezone: str) -> Iterator[str]:
    if value["non_refundable"]:
        yield _("Non-refundable")
        return
    for step in value["steps"]:
        local = clock.in_zone(datetime.fromisoformat(step["starts_at"]), timezone)
        at = format_datetime(local, "d MMM y, HH:mm", locale=_locale())
        yield _("from %(at)s: %(fee)s") % {"at": at, "fee": _money(step["fee"])}


def _money(value: dict[str, str]) -> str:
    return format_currency(Money.from_json(value).amount, value["currency"], locale=_locale())


def _locale() -> str:
    return (get_language() or "en").replace("-", "_")
