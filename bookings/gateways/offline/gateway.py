"""A payment provider that lives in a table of its own: for the demo and for tests, off in production.

It keeps a provider's habits (metadata, idempotency keys, holds) so that the flows around it are the real ones. Its
tokens each play one part; see API.md "payment tokens".
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from django.db import transaction

from bookings.gateways.errors import OutcomeUnknown, Refused
from bookings.gateways.port import Capability, CardFields, Charge, ChargeState, Listed, Order, RefundResult
from bookings.models import OfflineCharge, OfflineRefund
from faredown.lib import clock, ids
from faredown.lib.money import Money

HOLD_LASTS = timedelta(days=7)


class Token(StrEnum):
    OK = "tok_ok"
    DECLINED = "tok_declined"
    INSUFFICIENT = "tok_insufficient"
    REQUIRES_ACTION = "tok_requires_action"
    TIMEOUT = "tok_timeout"  # authorised, answer lost
    CAPTURE_FAILS = "tok_capture_fails"
    REFUND_FAILS = "tok_refund_fails"


TOKENS = frozenset(token.value for token in Token)
REFUSALS = {Token.DECLINED: "card_declined", Token.INSUFFICIENT: "insufficient_funds"}


class OfflineGateway:
    code = "offline"
    capability = Capability.AUTHORISE_CAPTURE

    def accepts(self, token: str) -> bool:
        return token in TOKENS

    def chargeable(self, amount: Money) -> Money:
        return amount

    def card_fields(self, amount: Money) -> CardFields | None:
        return None

    def authorise(self, order: Order) -> Charge:
        state = OfflineCharge.State.AUTHORISED
        if order.token in REFUSALS:
            state = OfflineCharge.State.DECLINED
        elif order.token == Token.REQUIRES_ACTION:
            state = OfflineCharge.State.REQUIRES_ACTION
        row, made = OfflineCharge.objects.get_or_create(
            payment_id=order.payment_id,
            defaults={
                "reference": ids.public_id("off"),
                "token": order.token,
                "state": state,
                "currency": order.amount.currency,
                "authorised_amount": order.amount.amount,
                "created_at": clock.now(),
            },
        )
        if made and order.token == Token.TIMEOUT:
            raise OutcomeUnknown("timeout", "authorised, answer lost")
        return _charge(row)

    def resume(self, reference: str, *, token: str) -> Charge:
        passed = token not in REFUSALS
        state = OfflineCharge.State.AUTHORISED if passed else OfflineCharge.State.DECLINED
        OfflineCharge.objects.filter(reference=reference, state=OfflineCharge.State.REQUIRES_ACTION).update(
            state=state, token=token if token in TOKENS else Token.OK
        )
        return _charge(_known(reference))

    def read(self, reference: str) -> Charge:
        return _charge(_known(reference))

    def find(self, payment_id: str, *, since: datetime) -> Charge | None:
        row = OfflineCharge.objects.filter(payment_id=payment_id).first()
        return _charge(row) if row else None

    def capture(self, reference: str, *, amount: Money, key: str) -> Charge:
        with transaction.atomic():
            row = _held(reference)
            if row.state == OfflineCharge.State.CAPTURED:
                return _charge(row)
            if row.state != OfflineCharge.State.AUTHORISED or amount.amount > row.authorised_amount:
                raise Refused("not_capturable", row.state)
            if row.token == Token.CAPTURE_FAILS:
                raise Refused("capture_refused", key)
            row.state, row.captured_amount = OfflineCharge.State.CAPTURED, amount.amount
            row.save(update_fields=["state", "captured_amount"])
        return _charge(row)

    def void(self, reference: str, *, key: str) -> Charge:
        with transaction.atomic():
            row = _held(reference)
            if row.state not in (OfflineCharge.State.DECLINED, OfflineCharge.State.CAPTURED):
                row.state = OfflineCharge.State.VOIDED
                row.save(update_fields=["state"])
        return _charge(row)

    def refund(self, reference: str, *, amount: Money, key: str) -> RefundResult:
        with transaction.atomic():
            row = _held(reference)
            if known := row.refunds.filter(refund_id=key).first():
                return _refund(known)
            sent = sum(known.amount for known in row.refunds.filter(succeeded=True))
            if row.state != OfflineCharge.State.CAPTURED or sent + amount.amount > row.captured_amount:
                raise Refused("not_refundable", row.state)
            return _refund(
                row.refunds.create(
                    reference=ids.public_id("ofr"),
                    refund_id=key,
                    amount=amount.amount,
                    succeeded=row.token != Token.REFUND_FAILS,
                    created_at=clock.now(),
                )
            )

    def find_refund(self, reference: str, *, key: str) -> RefundResult | None:
        row = OfflineRefund.objects.filter(refund_id=key).first()
        return _refund(row) if row else None

    def charges_since(self, since: datetime) -> Iterator[Listed]:
        rows = OfflineCharge.objects.filter(created_at__gte=since).order_by("pk").prefetch_related("refunds")
        for row in rows.iterator(chunk_size=500):
            sent = sum((known.amount for known in row.refunds.all() if known.succeeded), Decimal())
            yield Listed(
                charge=_charge(row),
                refunded=Money.of(sent, row.currency),
                disputed=Money.zero(row.currency),
                created_at=row.created_at,
            )


def build() -> OfflineGateway:
    return OfflineGateway()


def _known(reference: str) -> OfflineCharge:
    row = OfflineCharge.objects.filter(reference=reference).first()
    if row is None:
        raise Refused("no_such_charge")
    return row


def _held(reference: str) -> OfflineCharge:
    row = OfflineCharge.objects.select_for_update().filter(reference=reference).first()
    if row is None:
        raise Refused("no_such_charge")
    return row


def _charge(row: OfflineCharge) -> Charge:
    challenged = row.state == OfflineCharge.State.REQUIRES_ACTION
    return Charge(
        reference=row.reference,
        payment_id=row.payment_id,
        state=ChargeState(row.state),
        authorised=Money.of(row.authorised_amount, row.currency),
        captured=Money.of(row.captured_amount, row.currency),
        client_secret=f"{row.reference}_secret" if challenged else "",
        failure_code=REFUSALS.get(Token(row.token), "") if row.state == OfflineCharge.State.DECLINED else "",
        authorised_until=row.created_at + HOLD_LASTS,
    )


def _refund(row: OfflineRefund) -> RefundResult:
    return RefundResult(
        reference=row.reference,
        key=row.refund_id,
        succeeded=row.succeeded,
        failure_code="" if row.succeeded else "refund_refused",
    )
