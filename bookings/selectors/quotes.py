"""A quote as a guest sees it: API and pages show the same values."""

from __future__ import annotations

from typing import Any

import msgspec

from bookings.models import Quote
from faredown.lib import clock
from faredown.lib.errors import NotFound
from faredown.lib.money import Money
from hotels.pricing.engine import AtProperty, LineKind, Price, price_from_json
from suppliers.types import Occupancy, Rate


class QuotedOffer(msgspec.Struct, frozen=True, kw_only=True):
    """One frozen rate and the asked rooms it covers."""

    offer_id: str
    for_rooms: tuple[int, ...]
    rate: Rate
    price: Price
    full_price: Price | None = None
    """Before a promotion; None without one."""

    @property
    def before(self) -> Price:
        return self.full_price or self.price


def get(quote_id: str) -> Quote:
    row = Quote.objects.select_related("hotel", "user", "promotion").filter(public_id=quote_id).first()
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
        "price": price(quote.price, quote),
        "cancellation": cancellation(quote.terms),
        "rate_comments": quote.rate_comments,
        "changes": quote.changes,
    }


def price(frozen: dict[str, Any], quote: Quote) -> dict[str, Any]:
    """The lines of the breakdown add up to the total: rooms at their price before a promotion, then the promotion."""
    whole = price_from_json(frozen)
    taken = promotion(quote)
    return {
        "total": whole.total.as_json(),
        "breakdown": [*map(_line, offers(quote)), *([_taken_off(taken)] if taken else ())],
        "promotion": taken,
        "pay_now": whole.total.as_json(),
        "pay_at_property": [_at_property(charge) for charge in whole.at_property],
        "grand_total": whole.grand_total.as_json(),
    }


def promotion(quote: Quote) -> dict[str, Any] | None:
    """The code on it and what it took off, as frozen with the price."""
    if quote.promotion is None:
        return None
    lines = (line for offer in offers(quote) for line in offer.price.lines)
    label = next(line.label for line in lines if line.kind is LineKind.PROMOTION)
    return {
        "id": quote.promotion.public_id,
        "code": quote.promotion.code,
        "label": label,
        "discount": quote.discount.as_json(),
        "total_before": (quote.total + quote.discount).as_json(),
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


def _line(offer: QuotedOffer) -> dict[str, Any]:
    return {
        "kind": "rooms",
        "label": f"{offer.rate.room_name}, {offer.rate.board_name}",
        "rooms": offer.rate.rooms,
        "amount": offer.before.total.as_json(),
        "promotion_id": None,
    }


def _taken_off(taken: dict[str, Any]) -> dict[str, Any]:
    return {
        "kind": "promotion",
        "label": taken["label"],
        "rooms": 0,
        "amount": (-Money.from_json(taken["discount"])).as_json(),
        "promotion_id": taken["id"],
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
