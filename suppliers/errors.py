"""What can go wrong with a supplier, told by the two facts a caller decides on.

`retryable`: asking the same again later may work. `outcome_known`: we know whether the supplier acted;
a booking or cancellation whose outcome is unknown is found again by our reference, never resent.
"""

from __future__ import annotations


class SupplierError(Exception):
    """Base. `detail` is for staff and logs, already free of keys and guests' names."""

    retryable = False
    outcome_known = True

    def __init__(self, detail: str = "", *, supplier: str = "", operation: str = "", token: str = "") -> None:
        super().__init__(detail)
        self.detail = detail
        self.supplier = supplier
        self.operation = operation
        self.token = token
        """The supplier's own id of the exchange (Hotelbeds `auditData.token`)."""


class Rejected(SupplierError):
    """The supplier refused for a reason of its own; nothing was done."""


class SoldOut(Rejected):
    """No room left, stop sales, release violated, contract closed."""


class PriceChanged(Rejected):
    """The price left the tolerance between check and booking."""


class RateExpired(Rejected):
    """The rate key is no longer accepted: search again."""


class InvalidRequest(Rejected):
    """We sent something that is not to their specification: a fault of ours."""


class NotFound(Rejected):
    """No such booking for this account."""


class AlreadyCancelled(Rejected):
    """The booking was cancelled before."""


class OutcomeUnknown(SupplierError):
    """Sent, and no answer that can be trusted came back."""

    outcome_known = False


class Throttled(SupplierError):
    """Over their rate limit or quota, or over our own budget; nothing was done."""

    retryable = True

    def __init__(self, detail: str = "", *, retry_after: float | None = None, **facts: str) -> None:
        super().__init__(detail, **facts)
        self.retry_after = retry_after


class QuotaUsedUp(Throttled):
    """The day's quota is gone, theirs or what we allow ourselves of it."""


class Unavailable(SupplierError):
    """Down, overloaded, or its breaker is open; nothing was done."""

    retryable = True


class Unreadable(Unavailable):
    """An answer to a question came, but not one we can read."""


class AccessDenied(SupplierError):
    """Key, signature or contract refused: staff must act."""


class NotConfigured(SupplierError):
    """No usable credential for this supplier and operation."""
