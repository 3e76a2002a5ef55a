"""Services' values as the plain shapes the serializers write. Net, markup and rules never leave the house here."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from faredown.lib import clock
from hotels.pricing.engine import Price
from hotels.selectors import hotels
from hotels.services.cancellation import Cancellation
from hotels.services.hotel_offers import Combination, HotelOffers, OfferDetail, RoomOffers
from hotels.services.listing import HotelCard
from hotels.services.search import Search, SearchPage


def search(
    found: Search, page: SearchPage, *, next_url: str | None, previous_url: str | None
) -> dict[str, Any]:
    return {
        "id": found.id,
        "status": found.status,
        "expires_at": found.expires_at,
        "kept": found.kept,
        "suppliers": found.suppliers,
        "total_hotels": found.total_hotels,
        "count": page.total,
        "next": next_url,
        "previous": previous_url,
        "results": [card(one) for one in page.results],
        "facets": page.facets,
        "price_histogram": page.histogram,
    }


def card(one: HotelCard) -> dict[str, Any]:
    best = one.cheapest
    return {
        "hotel": one.hotel,
        "distance_km": one.distance_km,
        "supplier": one.supplier,
        "offers_count": one.offers_count,
        "deals": one.deals,
        "cheapest": {
            "offer_ids": best.offer_ids,
            "price": best.price.total,
            "pay_at_property": best.price.at_property,
            "total": best.total,
            "per_night": best.per_night,
            "board_code": best.board_code,
            "board": best.board,
            "room": best.room,
            "cancellation": cancellation(best.cancellation),
            "rooms_left": best.rooms_left,
            "price_final": best.price_final,
        },
    }


def hotel_offers(found: HotelOffers) -> dict[str, Any]:
    return {
        "status": "complete" if found.complete else "running",
        "asked_at": found.asked_at,
        "hotel": hotels.summary(found.hotel, language=found.record.criteria.language),
        "rooms": [_room(room) for room in found.rooms],
        "combinations": [_combination(one) for one in found.combinations],
    }


def cancellation(terms: Cancellation) -> dict[str, Any]:
    return {
        "known": terms.known,
        "free_until": terms.free_until,
        "hotel_local": _local(terms.free_until, terms.timezone),
        "hotel_timezone": terms.timezone,
        "non_refundable": terms.non_refundable,
        "steps": [
            {
                "starts_at": step.starts_at,
                "hotel_local": _local(step.starts_at, terms.timezone),
                "fee": step.fee,
            }
            for step in terms.steps
        ],
    }


def breakdown(price: Price) -> list[dict[str, Any]]:
    """Lines that add up to the grand total; a fee without a known exchange rate is told apart, in its own currency."""
    lines: list[dict[str, Any]] = [{"kind": "stay", "name": "Stay", "amount": price.total}]
    return lines + [
        {"kind": "at_property", "name": charge.kind, "amount": charge.estimate}
        for charge in price.at_property
        if charge.estimate is not None
    ]


def _room(room: RoomOffers) -> dict[str, Any]:
    return {
        "code": room.code,
        "name": room.name,
        "images": room.images,
        "facilities": room.facilities,
        "max_pax": room.max_pax,
        "offers": [_offer(detail) for detail in room.offers],
    }


def _offer(detail: OfferDetail) -> dict[str, Any]:
    offer, rate = detail.offer, detail.offer.rate
    return {
        "offer_id": offer.id,
        "for_rooms": offer.for_rooms,
        "price": offer.price.total,
        "total": offer.price.grand_total,
        "per_night": detail.per_night,
        "breakdown": breakdown(offer.price),
        "board_code": rate.board_code,
        "board": detail.board,
        "cancellation": cancellation(detail.cancellation),
        "taxes_at_property": offer.price.at_property,
        "promotions": rate.promotions,
        "rooms_left": rate.allotment,
        "price_final": detail.price_final,
        "non_refundable": rate.non_refundable,
    }


def _combination(one: Combination) -> dict[str, Any]:
    return {"offer_ids": one.offer_ids, "price": one.price.total, "total": one.total}


def _local(instant: datetime | None, timezone: str) -> str | None:
    return None if instant is None else clock.in_zone(instant, timezone).isoformat()
