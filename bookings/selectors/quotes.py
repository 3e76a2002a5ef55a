"""A quote as a guest sees it: API and pages show the same values."""

from __future__ import annotations

from typing import Any

import msgspec

from bookings.models import Quote
from faredown.lib import clock
from faredown.lib.errors import NotFound
from faredown.lib.money import Money
from hotels.pricing.engine import AtProperty, Price, price_from_json
from suppliers.types import Occupancy, Rate


class QuotedOffer(msgspec.Struct, frozen=True, kw_only=True):
    """One frozen rate and the asked rooms it covers."""

    offer_id: str
    for_rooms: tuple[int, ...]
    rate: Rate
    price: Price


def get(quote_id: str) -> Quote:
    row = Quote.objects.select_related("hotel", "user").filter(public_id=quote_id).first()
    if row is None:
        raise NotFound("quote_not_found", "There is no such quote.")
    return row


def offers(quote: Quote) -> tuple[QuotedOffer, ...]:
    return msgspec.convert(quote.offers, tuple[QuotedOffer, ...])


def occupancies(quote: Quote) -> tuple[Occupancy, ...]:
    """The asked rooms, in the asker's order."""
    return msgspec.convert(quote.criteria["rooms"], tuple[Occupancy, ...])


def view(quote: Quote) -> dict[str, Any]:
    """The answer of `POST quotes/`."""
    return {
        "id": quote.public_id,
        "status": quote.status,
        **shown(quote),
        "accept_token": quote.accept_token,
    }


def shown(quote: Quote) -> dict[str, Any]:
    """Everything the accept token binds. No net and no markup in it: those are ours."""
    return {
        "expires_at": clock.iso(quote.expires_at),
        "hotel": {"id": quote.hotel.public_id, "name": quote.hotel.name},
        "stay": {
            "check_in": quote.check_in.isoformat(),
            "check_out": quote.check_out.isoformat(),
            "nights": (quote.check_out - quote.check_in).days,
        },
        "rooms": _rooms(quote),
        "price": price(quote.price, [(offer.rate, offer.price) for offer in offers(quote)]),
        "cancellation": cancellation(quote.terms),
        "rate_comments": quote.rate_comments,
        "changes": quote.changes,
    }


def price(frozen: dict[str, Any], parts: list[tuple[Rate, Price]]) -> dict[str, Any]:
    whole = price_from_json(frozen)
    return {
        "total": whole.total.as_json(),
        "breakdown": [_line(rate, part) for rate, part in parts],
        "pay_now": whole.total.as_json(),
        "pay_at_property": [_at_property(charge) for charge in whole.at_property],
        "grand_total": whole.grand_total.as_json(),
    }


def cancellation(frozen: dict[str, Any]) -> dict[str, Any]:
    steps = [{key: step[key] for key in ("starts_at", "hotel_local", "fee")} for step in frozen["steps"]]
    first = next((step for step in steps if step["starts_at"] == frozen["free_until"]), None)
    return {
        "non_refundable": frozen["non_refundable"] or not frozen["known"],
        "free_until": frozen["free_until"],
        "hotel_local": first["hotel_local"] if first else None,
        "hotel_timezone": frozen["timezone"],
        "steps": steps,
    }


def _line(rate: Rate, part: Price) -> dict[str, Any]:
    return {
        "label": f"{rate.room_name}, {rate.board_name}",
        "rooms": rate.rooms,
        "amount": part.total.as_json(),
    }


def _at_property(charge: AtProperty) -> dict[str, Any]:
    estimate: Money | None = charge.estimate
    return {
        "kind": charge.kind,
        "amount": charge.amount.as_json(),
        "estimate": estimate.as_json() if estimate else None,
    }


def _rooms(quote: Quote) -> list[dict[str, Any]]:
    covering = {index: offer.rate for offer in offers(quote) for index in offer.for_rooms}
    return [
        {
            "room": {"code": covering[index].room_code, "name": covering[index].room_name},
            "board": {"code": covering[index].board_code, "name": covering[index].board_name},
            "adults": asked.adults,
            "children_ages": list(asked.child_ages),
        }
        for index, asked in enumerate(occupancies(quote))
    ]
