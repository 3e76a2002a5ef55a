"""The accept token: a keyed digest of exactly what the guest was shown. Booking needs it back."""

from __future__ import annotations

import msgspec

from bookings.models import Quote
from bookings.selectors import quotes
from faredown.lib import crypto
from faredown.lib.errors import FieldError, Unprocessable


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
