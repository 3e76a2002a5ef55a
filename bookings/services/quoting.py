"""A quote: price and terms checked with the supplier, frozen, shown, and bound to a token."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import msgspec
from django.db import transaction

from bookings import changes
from bookings.conf import rules
from bookings.models import Quote
from bookings.selectors import quotes
from bookings.selectors.quotes import QuotedOffer
from bookings.services import acceptance, freezing, price_check, promotions, transitions
from bookings.states import QuoteStatus
from faredown.accounts.models import User
from faredown.audit.services import audit
from faredown.lib import clock
from faredown.lib.errors import Conflict, Gone
from hotels.pricing.engine import Price
from hotels.services import fan_out, offers, pricing, rate_comments, search_log
from hotels.services.offers import Offer, Resolved
from suppliers import registry
from suppliers.registry import Capability
from suppliers.types import Rate


def quote(
    offer_ids: Sequence[str], *, promotion_code: str = "", user: User | None = None, language: str = "en"
) -> Quote:
    """Check and freeze offers of one hotel that together cover every asked room.

    Raises NotFound, Gone (`offer_expired`, `search_expired`), Unprocessable (`offers_do_not_cover_rooms`,
    `promotion_unknown`, ...), Conflict (`sold_out`, `price_changed`, `not_bookable`), Unavailable.
    """
    promotion = promotions.find(promotion_code) if promotion_code.strip() else None
    resolved = offers.resolve(offer_ids)
    chosen = resolved.offers
    supplier = chosen[0].supplier
    if supplier not in registry.enabled(Capability.BOOKING):
        raise Conflict("not_bookable", "This hotel cannot be booked at the moment.")
    expires_at = _expiry(resolved)
    rates = price_check.checked(chosen, language=language)
    prices = [_price(offer, rate, resolved) for offer, rate in zip(chosen, rates, strict=True)]
    row = _row(resolved, rates, prices, expires_at=expires_at, language=language)
    row.user = user
    if promotion is not None:
        promotions.put(row, promotion, by=user)
    row.accept_token = acceptance.token(row)
    with transaction.atomic():
        row.save(force_insert=True)
        audit.record("quote.made", target=row, by=user, total=row.total.as_json(), changes=len(row.changes))
        search_log.chosen(
            row.search_id, search_log.Kind.QUOTED, hotel=row.hotel.public_id, reference=row.public_id
        )
    return row


def expire_due() -> int:
    """Quotes whose time ran out unused."""
    due = Quote.objects.filter(status=QuoteStatus.OPEN, expires_at__lte=clock.now())[: rules().batch]
    return sum(transitions.move(row, QuoteStatus.EXPIRED) for row in due)


def get(quote_id: str) -> Quote:
    return quotes.get(quote_id)


def _row(
    resolved: Resolved, rates: list[Rate], prices: list[Price], *, expires_at: datetime, language: str
) -> Quote:
    asked, chosen, hotel = resolved.search.criteria, resolved.offers, resolved.hotel
    now = clock.now()
    row = Quote(
        search_id=resolved.search.id,
        supplier=chosen[0].supplier,
        hotel=hotel,
        check_in=asked.check_in,
        check_out=asked.check_out,
        criteria={**msgspec.to_builtins(asked), "language": language},
        rate_comments=_comments(chosen[0].supplier, rates, asked.check_in),
        changes=_changes(chosen, rates, prices),
        status_changed_at=now,
        expires_at=expires_at,
        created_at=now,
    )
    offers = zip(chosen, rates, prices, strict=True)
    freezing.freeze(
        row,
        [
            QuotedOffer(offer_id=offer.id, for_rooms=offer.for_rooms, rate=rate, price=price)
            for offer, rate, price in offers
        ],
    )
    return row


def _price(offer: Offer, rate: Rate, resolved: Resolved) -> Price:
    """As shown, unless the supplier moved something the price is made of."""
    if _cost_of(rate) == _cost_of(offer.rate):
        return offer.price
    return offers.price_of(resolved.search, resolved.hotel, offer.supplier, rate)


def _cost_of(rate: Rate) -> tuple[Any, ...]:
    return rate.net, rate.mandated_price, pricing.charges_of(rate)


def _changes(chosen: Sequence[Offer], rates: list[Rate], prices: list[Price]) -> list[changes.Change]:
    return [
        change
        for offer, rate, price in zip(chosen, rates, prices, strict=True)
        for change in changes.between(offer, rate=rate, price=price, terms=freezing.terms_of(rate, price))
    ]


def _comments(supplier: str, rates: list[Rate], check_in: date) -> list[str]:
    """Each text once: what a check answered, else what the catalogue holds under the rate's comment id."""
    texts = (
        rate.comments
        or rate_comments.comments_for(
            rate.comment_id, check_in, supplier=supplier, hotel_code=rate.hotel_code
        )
        for rate in rates
    )
    return list(dict.fromkeys(text for text in texts if text))


def _expiry(resolved: Resolved) -> datetime:
    """Our own time, but never past the safe life of the oldest answer a rate key may come from."""
    supplier = resolved.offers[0].supplier
    life = fan_out.rate_life(supplier)
    ages = [
        answer.age()
        for code, answer, _ in offers.answers_about(resolved.search, resolved.hotel.pk)
        if code == supplier and answer.age() < life
    ]
    left = min((life - age for age in ages), default=timedelta())
    if left < timedelta(seconds=rules().quote_least_seconds):
        raise Gone("offer_expired", "This offer has expired. Look at the hotel's rates again.")
    return clock.now() + min(left, timedelta(seconds=rules().quote_life_seconds))
