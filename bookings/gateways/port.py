"""What a payment provider must be able to do for us.

Every method may raise `gateways.errors.GatewayError`, nothing else.
Nothing here is called with a database transaction open.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from typing import Protocol

import msgspec

from faredown.lib.money import Money


class ChargeState(StrEnum):
    REQUIRES_ACTION = "requires_action"
    AUTHORISED = "authorised"
    CAPTURED = "captured"
    VOIDED = "voided"
    DECLINED = "declined"


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What to hold. `payment_id` is our metadata: the provider finds the charge again by it, and never makes two."""

    payment_id: str
    booking_reference: str
    amount: Money
    token: str


class Charge(msgspec.Struct, frozen=True, kw_only=True):
    """A charge as the provider holds it now."""

    reference: str
    state: ChargeState
    authorised: Money
    captured: Money
    client_secret: str = ""
    failure_code: str = ""
    authorised_until: datetime | None = None


class RefundResult(msgspec.Struct, frozen=True, kw_only=True):
    reference: str
    succeeded: bool
    failure_code: str = ""


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A charge as it stands in the provider's own book, for comparing ours with it."""

    payment_id: str
    """Our metadata; empty for a charge that is none of ours."""
    charge: Charge
    refunded: Money
    """Sent back, of what was captured."""
    disputed: Money
    """Taken back by the guest's bank and not given again."""
    created_at: datetime


class Gateway(Protocol):
    code: str

    def accepts(self, token: str) -> bool:
        """Whether the token is one of this provider's; nothing is asked of the provider."""

    def authorise(self, order: Order) -> Charge:
        """Hold the money. A decline is a Charge, not an error. Repeating it for one `payment_id` answers the same."""

    def resume(self, reference: str, *, token: str) -> Charge:
        """How the charge stands after the guest's challenge; `token` is what the guest came back with, if anything."""

    def find(self, payment_id: str) -> Charge | None:
        """By our metadata. None: the provider never made it."""

    def capture(self, reference: str, *, amount: Money, key: str) -> Charge:
        """Take up to the held amount, once; what is not taken is released. Raises Refused."""

    def void(self, reference: str, *, key: str) -> Charge:
        """Release the hold. Voiding twice is once."""

    def refund(self, reference: str, *, amount: Money, key: str) -> RefundResult:
        """Send money back. The same key answers the same."""

    def find_refund(self, key: str) -> RefundResult | None: ...

    def charges_since(self, since: datetime) -> Iterator[Listed]:
        """Every charge made at `since` or later, whatever became of it. Pages are asked for as the caller goes on."""
