"""The kinds of exchange we have with a supplier: what budgets, breakers, credentials and records are kept by."""

from __future__ import annotations

from enum import StrEnum


class Operation(StrEnum):
    STATUS = "status"
    CONTENT = "content"
    AVAILABILITY = "availability"
    CHECK_RATES = "check_rates"
    BOOK = "book"
    BOOKING_DETAIL = "booking_detail"
    BOOKING_LIST = "booking_list"
    CHANGE = "change"
    CANCEL = "cancel"
    RECONFIRMATIONS = "reconfirmations"


class Api(StrEnum):
    """The supplier's two front doors; each has its own rate limit."""

    CONTENT = "content_api"
    BOOKING = "booking_api"


class Outcome(StrEnum):
    OK = "ok"
    REFUSED = "refused"
    """A business answer: sold out, price changed, not found."""
    INVALID = "invalid"
    """They say our request breaks their specification."""
    DENIED = "denied"
    THROTTLED = "throttled"
    UNAVAILABLE = "unavailable"
    UNREADABLE = "unreadable"
    """An answer came, but not one we could read."""
    UNKNOWN = "unknown"
    """Sent, and we do not know whether it was done."""


EFFECTFUL = frozenset({Operation.BOOK, Operation.CANCEL, Operation.CHANGE})
"""Never sent twice: a repeat may book or cancel twice."""

SHEDDABLE = frozenset({Operation.CONTENT, Operation.AVAILABILITY})
"""What gives way first when the budget runs low; the rest may use the share kept back."""


def api_of(operation: Operation) -> Api:
    return Api.CONTENT if operation is Operation.CONTENT else Api.BOOKING
