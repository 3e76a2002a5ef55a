"""What was confirmed against what was quoted: net, terms, rooms. The guest keeps what was quoted; a gap is ours."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from bookings.conf import rules
from bookings.models import Booking
from bookings.selectors import quotes
from suppliers.types import Confirmation, ConfirmedRoom, Rate


class Comparison(NamedTuple):
    same_currency: bool
    for_staff: list[tuple[str, str]]
    """(queue code, reason) of every gap past its limit."""


def between(booking: Booking, held: Confirmation) -> Comparison:
    rates = [offer.rate for offer in quotes.offers(booking.quote)]
    same_currency = held.net.currency == booking.net.currency
    gaps = [*_net(booking, held, same_currency), *_rooms(rates, held), *_stay(booking, held)]
    gaps += _terms(rates, held)
    return Comparison(same_currency, gaps)


def _net(booking: Booking, held: Confirmation, same_currency: bool) -> list[tuple[str, str]]:
    if not same_currency:
        return [("price_difference", f"Quoted {booking.net}, confirmed {held.net}: another currency.")]
    gap = abs(held.net - booking.net)
    limit = booking.net * rules().difference_limit_percent / Decimal(100)
    if gap > limit:
        return [("price_difference", f"Quoted net {booking.net}, confirmed {held.net}.")]
    return []


def _rooms(rates: list[Rate], held: Confirmation) -> list[tuple[str, str]]:
    quoted = sorted((rate.room_code, rate.board_code, rate.rooms) for rate in rates)
    confirmed = sorted((room.room_code, room.board_code, room.rooms) for room in held.rooms)
    if quoted == confirmed:
        return []
    return [("terms_difference", f"Quoted rooms {quoted}, confirmed {confirmed}.")]


def _stay(booking: Booking, held: Confirmation) -> list[tuple[str, str]]:
    if (held.check_in, held.check_out) == (booking.check_in, booking.check_out):
        return []
    return [("terms_difference", f"Confirmed for {held.check_in} to {held.check_out}.")]


def _terms(rates: list[Rate], held: Confirmation) -> list[tuple[str, str]]:
    """Only a policy that is harder on us than the quoted one: it starts earlier or costs a larger share."""
    pairs = zip(rates, held.rooms, strict=False)
    harder = [room.room_code for rate, room in pairs if _is_harder(rate, room)]
    return [("terms_difference", f"Confirmed with a harder cancellation policy: {harder}.")] if harder else []


def _is_harder(rate: Rate, room: ConfirmedRoom) -> bool:
    """Shares of the net are compared: another price alone is not another policy."""
    if not rate.terms or rate.non_refundable or not rate.net or not room.net:
        return False
    quoted = [(term.starts_at, term.fee.amount / rate.net.amount) for term in rate.terms]
    limit = Decimal(rules().difference_limit_percent) / Decimal(100)
    for term in room.terms:
        reached = [share for starts_at, share in quoted if starts_at <= term.starts_at]
        if term.fee.amount / room.net.amount > max(reached, default=Decimal(0)) + limit:
            return True
    return False
