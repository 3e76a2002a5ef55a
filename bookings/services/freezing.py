"""What a quote promises for the rates it holds: price and terms, written from them as they stand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from bookings import terms
from bookings.models import Quote
from bookings.selectors.quotes import QuotedOffer
from hotels.pricing import engine
from hotels.pricing.engine import Price
from hotels.pricing.terms import guest_terms
from suppliers.types import CancellationTerm, Rate


def freeze(row: Quote, offers: Sequence[QuotedOffer]) -> None:
    """Sets offers, price, total, net and terms of `row`, which need not be saved yet. Needs its hotel."""
    price = engine.together([offer.price for offer in offers])
    row.offers = [_stored(offer) for offer in offers]
    row.price = engine.price_to_json(price)
    row.total, row.net = price.total, price.net
    row.terms = terms.freeze(
        [terms_of(offer.rate, offer.price) for offer in offers],
        non_refundable=any(offer.rate.non_refundable for offer in offers),
        timezone=row.hotel.timezone,
        total=price.total,
    )


def terms_of(rate: Rate, price: Price) -> tuple[CancellationTerm, ...] | None:
    """The guest's, in proportion to what he pays; None while the supplier has not told them."""
    return None if rate.terms is None else guest_terms(rate.terms, net=price.net, total=price.total)


def _stored(offer: QuotedOffer) -> dict[str, Any]:
    full = {} if offer.full_price is None else {"full_price": engine.price_to_json(offer.full_price)}
    return {
        "offer_id": offer.offer_id,
        "for_rooms": list(offer.for_rooms),
        "rate": msgspec.to_builtins(offer.rate),
        "price": engine.price_to_json(offer.price),
        **full,
    }
