"""What a payment provider must be able to do for us.

Every method may raise `gateways.errors.GatewayError`, nothing else.
Nothing here is called with a database transaction open.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable

import msgspec

from faredown.lib.money import Money


class Capability(StrEnum):
    AUTHORISE_CAPTURE = "authorise_capture"  # held first, taken once the room is ours
    CHARGE_NOW = "charge_now"  # taken at once (UPI, bank transfers): a rejected booking is refunded by itself


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
    payment_id: str = ""
    """Our metadata; empty for a charge that is none of ours."""
    authorised: Money
    captured: Money
    client_secret: str = ""
    failure_code: str = ""
    authorised_until: datetime | None = None


class RefundResult(msgspec.Struct, frozen=True, kw_only=True):
    reference: str
    succeeded: bool
    pending: bool = False
    """Taken on, and not yet known how it ends: asked about again later."""
    key: str = ""
    """Ours, that it was sent with."""
    failure_code: str = ""


class DisputeState(StrEnum):
    OPEN = "open"
    WON = "won"
    LOST = "lost"


class DisputeCase(msgspec.Struct, frozen=True, kw_only=True):
    """The guest's bank asks for the money back. What was `withdrawn` is no longer at the provider."""

    reference: str
    charge_reference: str
    state: DisputeState
    amount: Money
    withdrawn: Money
    fee: Money
    """The provider's, in the currency it pays us out in; it stays whatever the outcome."""
    reason: str = ""
    evidence_until: datetime | None = None


class NoticeAbout(StrEnum):
    CHARGE = "charge"
    REFUND = "refund"
    DISPUTE = "dispute"


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """A webhook: that something happened to an object. How that stands now is read, not believed."""

    event_id: str
    kind: str
    about: NoticeAbout
    reference: str
    created_at: datetime


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A charge as it stands in the provider's own book, for comparing ours with it."""

    charge: Charge
    refunded: Money
    """Sent back, of what was captured."""
    disputed: Money
    """Taken back by the guest's bank and not given again."""
    created_at: datetime


class CardFields(msgspec.Struct, frozen=True, kw_only=True):
    """What a page needs so that a guest types the card into the provider's own fields: no card number comes to us."""

    script: str
    key: str
    """The provider's public one."""
    amount: int
    """As the provider counts it."""
    currency: str
    sources: dict[str, list[str]]
    """What that page's content security policy has to allow, and no other page's does."""


class Gateway(Protocol):
    code: str
    capability: Capability

    def accepts(self, token: str) -> bool:
        """Whether the token is one of this provider's; nothing is asked of the provider."""

    def chargeable(self, amount: Money) -> Money:
        """The most of an amount that this provider can move: it may know fewer digits of a currency than we sell in."""

    def card_fields(self, amount: Money) -> CardFields | None:
        """None: this provider has none."""

    def authorise(self, order: Order) -> Charge:
        """Hold the money. A decline is a Charge, not an error. Repeating it for one `payment_id` answers the same."""

    def resume(self, reference: str, *, token: str) -> Charge:
        """How the charge stands after the guest's challenge; `token` is what the guest came back with, if anything."""

    def read(self, reference: str) -> Charge:
        """How the charge stands now."""

    def find(self, payment_id: str, *, since: datetime) -> Charge | None:
        """By our metadata, asked for at `since`. None: the provider never made it."""

    def capture(self, reference: str, *, amount: Money, key: str) -> Charge:
        """Take up to the held amount, once; what is not taken is released. A charge that was captured before answers as
        it stands. Raises Refused."""

    def void(self, reference: str, *, key: str) -> Charge:
        """Release the hold. Voiding twice is once; a charge that is captured by now answers so, and keeps its money."""

    def refund(self, reference: str, *, amount: Money, key: str) -> RefundResult:
        """Send money back. The same key answers the same."""

    def find_refund(self, reference: str, *, key: str) -> RefundResult | None:
        """One of the charge's refunds, by the key it was sent with."""

    def charges_since(self, since: datetime) -> Iterator[Listed]:
        """Every charge made at `since` or later, whatever became of it. Pages are asked for as the caller goes on."""


@runtime_checkable
class Notifying(Gateway, Protocol):
    """A provider that tells us by webhook what happens to its objects."""

    def notice(self, body: bytes, signature: str) -> Notice | None:
        """What a webhook is about; None when it is genuine and none of our business. Raises Forged."""

    def read_refund(self, reference: str) -> RefundResult: ...

    def read_dispute(self, reference: str) -> DisputeCase: ...
