"""A promotion code on a quote: found, judged, taken off the price, taken back.

A quote takes one code; another one replaces it. The price before the code stays frozen in the quote, so that taking the
code off gives exactly that price back. What a code costs is counted when the booking is placed (`redemptions`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from django.db import transaction

from bookings import eligibility
from bookings.eligibility import Part, Reason, Sale
from bookings.models import Promotion, Quote
from bookings.selectors import quotes
from bookings.selectors.quotes import QuotedOffer
from bookings.services import acceptance, freezing, redemptions
from faredown.accounts.models import User
from faredown.audit.services import audit
from faredown.lib import clock
from faredown.lib.errors import Conflict, FieldError, Unprocessable
from faredown.lib.locking import locked_one
from faredown.lib.money import Money
from hotels.pricing import rules
from hotels.services import pricing

FIELD = "promotion_code"

DETAILS = {
    Reason.UNKNOWN: "There is no such code.",
    Reason.NOT_YET: "This code is not valid yet.",
    Reason.OVER: "This code is no longer valid.",
    Reason.USED_UP: "This code has been used up.",
    Reason.USED_BY_YOU: "You have used this code already.",
    Reason.OTHER_STAY: "This code is not for this stay.",
    Reason.OTHER_CURRENCY: "This code is not for prices in this currency.",
    Reason.BELOW_MINIMUM: "This stay costs less than this code asks for.",
    Reason.NOTHING_OFF: "This code takes nothing off this price.",
}


def find(code: str) -> Promotion:
    """By what the guest typed. An inactive one is as unknown: the same answer after the same work."""
    wanted = eligibility.folded(code[: eligibility.CODE_LENGTH * 2])
    rows = Promotion.objects.select_related("destination", "hotel")
    found = rows.filter(code=wanted).first()
    if found is None or not found.is_active:
        raise refused(Reason.UNKNOWN)
    return found


def change(quote_id: str, code: str, *, by: User | None = None) -> Quote:
    """Put a code on an open quote, in place of one it has; an empty one takes it off. A new accept token either way.

    Raises NotFound, Conflict (`quote_used`, `price_changed`), Gone `quote_expired`, Unprocessable with the reason
    (`promotion_unknown`, ...).
    """
    quote = quotes.get(quote_id)
    acceptance.usable(quote)
    if code.strip():
        put(quote, find(code), by=by)
    else:
        take_off(quote)
    with transaction.atomic():
        current = locked_one(Quote.objects.select_related("hotel").filter(pk=quote.pk))
        acceptance.usable(current)
        quote.accept_token = acceptance.token(quote)
        quote.save(update_fields=_WRITTEN)
        named = quote.promotion.public_id if quote.promotion else ""
        audit.record("quote.promotion", target=quote, by=by, promotion=named, total=quote.total)
    return quote


def put(quote: Quote, promotion: Promotion, *, by: User | None = None) -> None:
    """Take it off the price of `quote`, which is changed and not saved. Raises as `change`."""
    full = [_without(offer) for offer in quotes.offers(quote)]
    shares = _shares(promotion, full)
    offers = [_with(offer, promotion, share) for offer, share in zip(full, shares, strict=True)]
    before = sum((offer.price.total for offer in full), Money.zero(quote.total_currency))
    discount = before - sum((offer.price.total for offer in offers), Money.zero(quote.total_currency))
    if not discount:
        raise refused(Reason.NOTHING_OFF)
    cost = redemptions.cost(promotion, discount)
    if reason := redemptions.reached(promotion, cost, redemptions.Who.of(user=by)):
        raise refused(reason)
    freezing.freeze(quote, offers)
    quote.promotion, quote.discount_amount, quote.promotion_cost = promotion, discount.amount, cost
    quote.promotion_cost_currency = cost.currency if cost else ""


def take_off(quote: Quote) -> None:
    """Back to the price before any code; changed, not saved."""
    freezing.freeze(quote, [_without(offer) for offer in quotes.offers(quote)])
    quote.promotion, quote.discount_amount, quote.promotion_cost = None, 0, None
    quote.promotion_cost_currency = ""


def refused(reason: Reason, kind: type[Unprocessable] | type[Conflict] = Unprocessable) -> Exception:
    return kind(reason.value, DETAILS[reason], errors=[FieldError(FIELD, reason.value, DETAILS[reason])])


_WRITTEN = (
    "offers",
    "price",
    "total_amount",
    "total_currency",
    "net_amount",
    "net_currency",
    "terms",
    "promotion",
    "discount_amount",
    "promotion_cost_amount",
    "promotion_cost_currency",
    "accept_token",
)


def _shares(promotion: Promotion, offers: Sequence[QuotedOffer]) -> list[Money]:
    """What it takes off each rate, before the guard."""
    rates, campaign = pricing.current_policy().rates, promotion.as_campaign()

    def convert(amount: Money, currency: str) -> Money:
        return rates.between(amount.currency, currency).convert(amount)

    first = offers[0].price
    if first.place is None or first.stay is None:
        raise refused(Reason.OTHER_STAY)
    sale = Sale(
        at=clock.now(),
        place=first.place,
        stay=first.stay,
        parts=tuple(Part(offer.price.total, offer.price.mandated) for offer in offers),
    )
    if reason := eligibility.refusal(campaign, sale, convert=convert):
        raise refused(reason)
    return eligibility.shares(campaign, sale, convert=convert)


def _with(offer: QuotedOffer, promotion: Promotion, share: Money) -> QuotedOffer:
    """Priced again with its share taken off, by the rules of now; these have to make the frozen price still."""
    if not share:
        return msgspec.structs.replace(offer, full_price=offer.price)
    facts: dict[str, Any] = {
        "place": offer.price.place,
        "stay": offer.price.stay,
        "currency": offer.price.currency,
    }
    if pricing.price_at(offer.rate, **facts).total != offer.price.total:
        raise Conflict("price_changed", "Prices have just changed. Look at the hotel's rates again.")
    taken = rules.Promotion(id=promotion.public_id, name=promotion.name, fixed=share)
    price = pricing.price_at(offer.rate, **facts, promotion=taken)
    return msgspec.structs.replace(offer, price=price, full_price=offer.price)


def _without(offer: QuotedOffer) -> QuotedOffer:
    return msgspec.structs.replace(offer, price=offer.before, full_price=None)
