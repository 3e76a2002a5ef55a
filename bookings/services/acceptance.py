"""Whether a quote can still be booked, and the accept token: a keyed digest of exactly what the guest was shown."""

from __future__ import annotations

import msgspec

from bookings.models import Quote
from bookings.selectors import quotes
from bookings.states import QuoteStatus
from faredown.lib import clock, crypto
from faredown.lib.errors import Conflict, DomainError, FieldError, Gone, Unprocessable


def token(quote: Quote) -> str:
    # The hotel by its id: its name may be corrected by a sync while the guest types.
    bound = {**quotes.shown(quote), "hotel": quote.hotel.public_id}
    shown = msgspec.json.encode(bound, order="deterministic").decode()
    return crypto.fingerprint(f"quote-accept\0{quote.public_id}\0{shown}")


def verify(quote: Quote, given: object) -> None:
    """Raises Unprocessable when the token is not the one of this quote as it stands."""
    if isinstance(given, str) and given.isascii() and crypto.same(given, token(quote)):
        return
    detail = "This is not what the quote says. Ask for a new quote."
    raise Unprocessable(
        "accept_token_mismatch", detail, errors=[FieldError("accept_token", "mismatch", detail)]
    )


def usable(quote: Quote) -> None:
    """Raises Conflict `quote_used`, Gone `quote_expired`."""
    if quote.status == QuoteStatus.USED:
        raise _unusable(Conflict, "quote_used", "A booking was made with this quote already.")
    if quote.status == QuoteStatus.EXPIRED or quote.expires_at <= clock.now():
        raise _unusable(Gone, "quote_expired", "The quote has expired. Ask for a new one.")


def _unusable(kind: type[DomainError], code: str, detail: str) -> DomainError:
    return kind(code, detail, errors=[FieldError("quote_id", code, detail)])
