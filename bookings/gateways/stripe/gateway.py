"""Stripe: PaymentIntents held with `capture_method=manual` and captured or cancelled later.

A payment with a token (`pm_...`, `ctoken_...`: made by Stripe.js in the guest's browser) is confirmed at once. Without
one an intent is made that waits for the card, which the guest types into Stripe's fields with its client secret.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import msgspec
from django.conf import settings

from bookings.gateways.errors import GatewayError, Refused
from bookings.gateways.port import (
    Capability,
    CardFields,
    Charge,
    ChargeState,
    DisputeCase,
    Listed,
    Notice,
    Order,
    RefundResult,
)
from bookings.gateways.stripe import amounts, mapping, schemas, signatures
from bookings.gateways.stripe.client import Client, Declined
from faredown.lib import clock, ids
from faredown.lib.money import Money

CHARGE = {"expand": ["latest_charge"]}
CHARGES = {"expand": ["data.latest_charge"]}
STRIPE_FRAMES = ["https://*.js.stripe.com", "https://hooks.stripe.com"]
SKEW = timedelta(minutes=5)
"""Between our clock and Stripe's, on each side of the time an intent was asked for."""

_TOKEN = re.compile(r"(pm|ctoken)_[A-Za-z0-9_]{4,110}\Z")


class StripeGateway:
    code = "stripe"
    capability = Capability.AUTHORISE_CAPTURE

    def __init__(self, client: Client, *, webhook_secrets: Sequence[str], live: bool) -> None:
        self._client, self._secrets, self._live = client, webhook_secrets, live

    def accepts(self, token: str) -> bool:
        return not token or bool(_TOKEN.match(token))

    def chargeable(self, amount: Money) -> Money:
        return amounts.chargeable(amount)

    def card_fields(self, amount: Money) -> CardFields | None:
        """docs.stripe.com/security/guide, "Content security policy"."""
        script, api = _origin(settings.STRIPE_JS_URL), _origin(settings.STRIPE_API_URL)
        frames = [script, *STRIPE_FRAMES]
        return CardFields(
            script=f"{settings.STRIPE_JS_URL}/",
            key=settings.STRIPE_PUBLISHABLE_KEY,
            amount=amounts.units(amounts.chargeable(amount)),
            currency=amount.currency.lower(),
            sources={"script-src": frames[:-1], "frame-src": frames, "connect-src": [script, api]},
        )

    def authorise(self, order: Order) -> Charge:
        form = {
            "amount": amounts.units(order.amount),
            "currency": order.amount.currency.lower(),
            "capture_method": "manual",
            "payment_method_types": ["card"],
            "metadata": {
                mapping.PAYMENT_ID: order.payment_id,
                "booking": order.booking_reference,
                **({} if order.token else {mapping.ENTERED_AT_STRIPE: "1"}),
            },
            **_confirmed_with(order.token),
            **CHARGE,
        }
        try:
            intent = self._client.post(
                "authorise", "/v1/payment_intents", schemas.Intent, form, key=order.payment_id
            )
        except Declined as declined:
            return _declined(declined, order)
        return mapping.charge(intent)

    def resume(self, reference: str, *, token: str) -> Charge:
        if not token:
            return self.read(reference)
        form = {**_confirmed_with(token), **CHARGE}
        del form["confirm"]
        try:
            intent = self._client.post(
                "confirm",
                f"/v1/payment_intents/{reference}/confirm",
                schemas.Intent,
                form,
                key=f"{reference}:{token}",
            )
        except Refused:  # declined, or no longer to be confirmed: it says itself
            return self.read(reference)
        return mapping.charge(intent)

    def read(self, reference: str) -> Charge:
        return mapping.charge(
            self._client.get("read", f"/v1/payment_intents/{reference}", schemas.Intent, CHARGE)
        )

    def find(self, payment_id: str, *, since: datetime) -> Charge | None:
        """By listing: Stripe's search is only eventually consistent."""
        around = {"gte": _seconds(since - SKEW), "lte": _seconds(since + SKEW)}
        query = {"created": around, **CHARGES}
        for intent in self._client.each("find", "/v1/payment_intents", schemas.Intent, query):
            if intent.of_ours(mapping.PAYMENT_ID) == payment_id:
                return mapping.charge(intent)
        return None

    def capture(self, reference: str, *, amount: Money, key: str) -> Charge:
        form = {"amount_to_capture": amounts.units(amount), **CHARGE}
        try:
            intent = self._client.post(
                "capture", f"/v1/payment_intents/{reference}/capture", schemas.Intent, form, key=key
            )
        except Declined:
            raise
        except Refused as refusal:
            return self._as_it_stands(reference, refusal, (ChargeState.CAPTURED, ChargeState.VOIDED))
        return mapping.charge(intent)

    def void(self, reference: str, *, key: str) -> Charge:
        """Cancelling is safe to repeat by itself, and a repeat has to be a new request: under a used key Stripe would
        answer with an old failure for as long as it keeps that."""
        try:
            intent = self._client.post(
                "void",
                f"/v1/payment_intents/{reference}/cancel",
                schemas.Intent,
                CHARGE,
                key=f"{key}:{ids.public_id('try')}",
            )
        except Refused as refusal:
            return self._as_it_stands(reference, refusal, (ChargeState.VOIDED, ChargeState.CAPTURED))
        return mapping.charge(intent)

    def refund(self, reference: str, *, amount: Money, key: str) -> RefundResult:
        form = {
            "payment_intent": reference,
            "amount": amounts.units(amount),
            "metadata": {mapping.REFUND_KEY: key},
        }
        return mapping.refund(self._client.post("refund", "/v1/refunds", schemas.Refund, form, key=key))

    def find_refund(self, reference: str, *, key: str) -> RefundResult | None:
        results = map(mapping.refund, self._refunds(reference))
        return next((result for result in results if result.key == key), None)

    def charges_since(self, since: datetime) -> Iterator[Listed]:
        query = {"created": {"gte": _seconds(since)}, **CHARGES}
        for intent in self._client.each("list", "/v1/payment_intents", schemas.Intent, query):
            found = intent.charge
            sent_back = bool(found and found.amount_refunded and intent.amount_received)
            yield Listed(
                charge=mapping.listed(intent),
                refunded=mapping.refunded(intent, list(self._refunds(intent.id)) if sent_back else []),
                disputed=self._disputed(intent) if found and found.disputed else _none(intent),
                created_at=datetime.fromtimestamp(intent.created, UTC),
            )

    def notice(self, body: bytes, signature: str) -> Notice | None:
        signatures.verify(body, signature, secrets=self._secrets, now=clock.now().timestamp())
        try:
            event = msgspec.json.decode(body, type=schemas.Event)
        except (msgspec.DecodeError, UnicodeDecodeError):
            # Genuine, and not about an object: our endpoint was subscribed to more than mapping.EVENTS.
            return None
        about = mapping.about(event.type)
        if about is None or event.livemode != self._live:
            return None
        return Notice(
            event_id=event.id,
            kind=event.type,
            about=about,
            reference=event.data.object.id,
            created_at=datetime.fromtimestamp(event.created, UTC),
        )

    def read_refund(self, reference: str) -> RefundResult:
        return mapping.refund(self._client.get("read_refund", f"/v1/refunds/{reference}", schemas.Refund))

    def read_dispute(self, reference: str) -> DisputeCase:
        return mapping.dispute(self._client.get("read_dispute", f"/v1/disputes/{reference}", schemas.Dispute))

    def _as_it_stands(self, reference: str, refusal: Refused, expected: Sequence[ChargeState]) -> Charge:
        """A refusal because it is done already (by an answer we lost, or by Stripe itself) is none."""
        try:
            charge = self.read(reference)
        except GatewayError:
            raise refusal from None
        if charge.state not in expected:
            raise refusal
        return charge

    def _refunds(self, reference: str) -> Iterator[schemas.Refund]:
        return self._client.each("refunds", "/v1/refunds", schemas.Refund, {"payment_intent": reference})

    def _disputed(self, intent: schemas.Intent) -> Money:
        query = {"payment_intent": intent.id}
        found = self._client.each("disputes", "/v1/disputes", schemas.Dispute, query)
        return sum((mapping.dispute(one).withdrawn for one in found), _none(intent))


def build() -> StripeGateway:
    client = Client(
        key=settings.STRIPE_SECRET_KEY,
        url=settings.STRIPE_API_URL,
        deadline=settings.STRIPE_DEADLINE_SECONDS,
    )
    return StripeGateway(client, webhook_secrets=settings.STRIPE_WEBHOOK_SECRETS, live=settings.STRIPE_LIVE)


def _confirmed_with(token: str) -> dict[str, object]:
    if not token:
        return {}
    field = "confirmation_token" if token.startswith("ctoken_") else "payment_method"
    return {"confirm": True, field: token}


def _declined(declined: Declined, order: Order) -> Charge:
    if declined.intent is not None:
        charge = mapping.charge(declined.intent)
        return msgspec.structs.replace(charge, failure_code=charge.failure_code or declined.code)
    return Charge(
        reference="",
        payment_id=order.payment_id,
        state=ChargeState.DECLINED,
        authorised=order.amount,
        captured=Money.zero(order.amount.currency),
        failure_code=declined.code,
    )


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _seconds(instant: datetime) -> int:
    return int(instant.timestamp())


def _none(intent: schemas.Intent) -> Money:
    return amounts.read(0, intent.currency)
