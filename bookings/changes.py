"""What moved between the search and the quote, told line by line so that the guest can agree to it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from faredown.lib import clock
from hotels.pricing.engine import Price
from hotels.services.offers import Offer
from suppliers.types import CancellationTerm, Rate

Change = dict[str, Any]


def between(
    offer: Offer, *, rate: Rate, price: Price, terms: Sequence[CancellationTerm] | None
) -> list[Change]:
    """`rate`, `price` and `terms` (the guest's) as they are now, against what the search showed."""
    shown = {
        "price": offer.price.total.as_json(),
        "board": {"code": offer.rate.board_code, "name": offer.rate.board_name},
        "cancellation": _terms(offer.terms, offer.rate.non_refundable),
        "taxes_at_property": _at_property(offer.price),
    }
    now = {
        "price": price.total.as_json(),
        "board": {"code": rate.board_code, "name": rate.board_name},
        "cancellation": _terms(terms, rate.non_refundable),
        "taxes_at_property": _at_property(price),
    }
    same = {
        "price": offer.price.total == price.total,
        "board": offer.rate.board_code == rate.board_code,
        # Terms that were not known at search time cannot have changed: the quote shows them for the first time.
        "cancellation": offer.rate.terms is None or _policy(offer.rate) == _policy(rate),
        "taxes_at_property": shown["taxes_at_property"] == now["taxes_at_property"],
    }
    rooms = {"rooms": list(offer.for_rooms)}
    return [
        {"field": field, "before": shown[field], "after": now[field], **rooms}
        for field in shown
        if not same[field]
    ]


def _policy(rate: Rate) -> tuple[bool, list[tuple[datetime, Decimal]] | None]:
    """Steps as shares of the net: a policy does not change because the price did."""
    if rate.terms is None:
        return rate.non_refundable, None
    whole = rate.net.amount or Decimal(1)
    return rate.non_refundable, [
        (term.starts_at, (term.fee.amount / whole).quantize(Decimal("0.001"))) for term in rate.terms
    ]


def _terms(terms: Sequence[CancellationTerm] | None, non_refundable: bool) -> dict[str, Any] | None:
    if terms is None:
        return None
    return {
        "non_refundable": non_refundable,
        "steps": [{"starts_at": clock.iso(step.starts_at), "fee": step.fee.as_json()} for step in terms],
    }


def _at_property(price: Price) -> list[dict[str, Any]]:
    return [{"kind": charge.kind, "amount": charge.amount.as_json()} for charge in price.at_property]
