"""Stripe's objects, as far as they are read here, of API version VERSION (docs.stripe.com/api)."""

from __future__ import annotations

import msgspec

VERSION = "2024-06-20"
"""Sent with every call: an account's own default never changes what is read here."""


class CardDetails(msgspec.Struct, frozen=True):
    capture_before: int | None = None


class MethodDetails(msgspec.Struct, frozen=True):
    card: CardDetails | None = None


class Charge(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    amount: int
    currency: str
    created: int
    amount_captured: int = 0
    amount_refunded: int = 0
    disputed: bool = False
    payment_method_details: MethodDetails | None = None


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    code: str | None = None
    decline_code: str | None = None

    @property
    def reason(self) -> str:
        """`insufficient_funds` says more than `card_declined`."""
        return (self.decline_code or self.code or "card_declined")[:60]


class Intent(msgspec.Struct, frozen=True, kw_only=True):
    """A PaymentIntent, its `latest_charge` expanded."""

    id: str
    status: str
    amount: int
    currency: str
    created: int
    amount_received: int = 0
    client_secret: str | None = None
    latest_charge: Charge | str | None = None
    last_payment_error: Failure | None = None
    cancellation_reason: str | None = None
    metadata: dict[str, str] | None = None

    @property
    def charge(self) -> Charge | None:
        return self.latest_charge if isinstance(self.latest_charge, Charge) else None

    def of_ours(self, name: str) -> str:
        return (self.metadata or {}).get(name, "")


class Refund(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    amount: int
    currency: str
    status: str | None = None
    failure_reason: str | None = None
    payment_intent: str | None = None
    metadata: dict[str, str] | None = None
    created: int = 0


class BalanceMove(msgspec.Struct, frozen=True, kw_only=True):
    """A BalanceTransaction: in the currency our account is paid out in, not in the charge's."""

    amount: int
    currency: str
    fee: int = 0


class EvidenceDetails(msgspec.Struct, frozen=True):
    due_by: int | None = None


class Dispute(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    amount: int
    currency: str
    status: str
    reason: str = ""
    payment_intent: str | None = None
    balance_transactions: list[BalanceMove] = []
    evidence_details: EvidenceDetails | None = None


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """A list; its rows are decoded by who asked."""

    data: list[msgspec.Raw]
    has_more: bool = False


class Named(msgspec.Struct, frozen=True):
    id: str


class EventObject(msgspec.Struct, frozen=True, kw_only=True):
    """Only its name is believed: it is read anew."""

    id: str
    object: str = ""
    payment_intent: str | None = None


class EventData(msgspec.Struct, frozen=True):
    object: EventObject


class Event(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    type: str
    created: int
    data: EventData
    livemode: bool = False


class ErrorBody(Failure, frozen=True, kw_only=True):
    type: str = ""
    payment_intent: Intent | None = None


class ErrorAnswer(msgspec.Struct, frozen=True):
    error: ErrorBody
