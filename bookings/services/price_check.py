"""The last word of the supplier before a quote: rates that need a check are checked, the others stay as they are."""

from __future__ import annotations

from collections.abc import Sequence

import structlog

from bookings.services import outside
from faredown.lib import clock
from faredown.lib.errors import Conflict, DomainError, Gone, Unavailable
from faredown.messaging.services import outbox
from hotels.services.offers import Offer
from suppliers import registry
from suppliers.errors import (
    AccessDenied,
    InvalidRequest,
    NotConfigured,
    PriceChanged,
    RateExpired,
    Rejected,
    SupplierError,
)
from suppliers.types import Rate

log = structlog.get_logger(__name__)

OUR_FAULT = (AccessDenied, NotConfigured, InvalidRequest)


def checked(offers: Sequence[Offer], *, language: str) -> list[Rate]:
    """A bookable rate per offer, in order. Only RECHECK rates are sent: a call that mixes both kinds may fail, and a
    BOOKABLE rate needs none (REFERENCE section 5). Raises Conflict `sold_out`, Gone `offer_expired`, Unavailable."""
    asked = [offer.rate for offer in offers if offer.rate.needs_check]
    answers = iter(_ask(offers[0].supplier, asked, language=language) if asked else ())
    return [next(answers) if offer.rate.needs_check else offer.rate for offer in offers]


def _ask(supplier: str, rates: Sequence[Rate], *, language: str) -> Sequence[Rate]:
    outside.guard()
    try:
        found = registry.get(supplier).check_rates(rates, language=language).rates
    except SupplierError as error:
        raise refusal(error) from error
    if len(found) != len(rates) or any(rate.needs_check for rate in found):
        log.warning("price_check_incomplete", supplier=supplier, asked=len(rates), answered=len(found))
        raise Unavailable(
            "price_not_confirmed", "The price could not be confirmed. Try again.", retry_after=10
        )
    return found


def refusal(error: SupplierError) -> DomainError:
    """A supplier's error as the guest's."""
    if isinstance(error, RateExpired):
        return Gone("offer_expired", "This offer has expired. Look at the hotel's rates again.")
    if isinstance(error, PriceChanged):
        return Conflict("price_changed", "The price has just changed. Look at the hotel's rates again.")
    if isinstance(error, OUR_FAULT):
        outbox.alert(
            code="adapter_refused",
            subject=f"{error.supplier or 'A supplier'} refused {error.operation or 'a price check'}",
            detail=f"{type(error).__name__}: {error.detail}",
            related_reference=error.token,
            # One an hour: every guest who asks for a quote meets the same refusal.
            dedupe_key=f"adapter_refused:{error.supplier}:{clock.now():%Y-%m-%dT%H}",
        )
        return Unavailable("supplier_unavailable", "This hotel cannot be booked right now. Try again later.")
    if isinstance(error, Rejected):
        return Conflict("sold_out", "This room has just been sold. Choose another one.")
    return Unavailable(
        "supplier_unavailable", "This hotel cannot be asked right now. Try again.", retry_after=10
    )
