"""What payment providers tell us: taken in once if it is genuine, then the object read at the provider and its effect
written together with the mark that this event is done. Late, twice and out of order change nothing."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import structlog
from django.db import transaction

from bookings.gateways import registry
from bookings.gateways.errors import Forged, GatewayError, Refused
from bookings.gateways.port import Charge, DisputeCase, NoticeAbout, Notifying, RefundResult
from bookings.models import Payment, Refund, WebhookEvent
from bookings.services import disputes, outside, provider_calls, refund, settlement
from faredown.lib import clock, metrics
from faredown.lib.background import defer
from faredown.lib.errors import NotFound, invalid

log = structlog.get_logger(__name__)

BATCH = 200

Read = Charge | RefundResult | DisputeCase


class _Effect(NamedTuple):
    outcome: str
    let_go: tuple[int, Charge] | None = None
    """A hold that nobody wants: released before the event counts as applied."""


def receive(gateway_code: str, body: bytes, *, signature: str) -> None:
    """Take a webhook in. A repeat is answered like the first. Raises InvalidInput for a forged or stale one."""
    try:
        notice = _gateway(gateway_code).notice(body, signature)
    except Forged as forged:
        _count(gateway_code, forged.code)
        log.warning("webhook_refused", gateway=gateway_code, reason=forged.code)
        raise invalid("signature", forged.code, "This webhook is not signed as it should be.") from None
    if notice is None:
        _count(gateway_code, "not_for_us")
        return
    with transaction.atomic():
        row, made = WebhookEvent.objects.get_or_create(
            gateway=gateway_code,
            event_id=notice.event_id,
            defaults={
                "kind": notice.kind,
                "about": notice.about,
                "reference": notice.reference,
                "occurred_at": notice.created_at,
                "received_at": clock.now(),
                "next_check_at": clock.now() + provider_calls.backoff(0),
            },
        )
        if made:
            defer("bookings.apply_webhook", row.pk)
    _count(gateway_code, "taken" if made else "repeated")


def due() -> list[int]:
    rows = WebhookEvent.objects.filter(applied_at=None, next_check_at__lte=clock.now())
    return list(rows.order_by("next_check_at").values_list("pk", flat=True)[:BATCH])


def apply(event_pk: int) -> None:
    """Read what it is about and draw the consequence. Safe to run twice at once."""
    event = WebhookEvent.objects.get(pk=event_pk)
    if event.applied_at is not None:
        return
    read_at = clock.now()
    outside.guard()
    _later(event)  # whatever comes of it, the others have their turn first
    try:
        found: Read | str = _read(_gateway(event.gateway), event)
    except Refused as gone:  # it is not there (any more)
        found = gone.code
    except GatewayError:
        return
    effect = _apply(event, found, read_at=read_at)
    if effect is not None and effect.let_go is not None:
        settlement.let_go(*effect.let_go)
        _apply(event, effect.outcome, read_at=clock.now())


def _apply(event: WebhookEvent, found: Read | str, *, read_at: datetime) -> _Effect | None:
    """The effect and the mark in one transaction; a text is the outcome alone. None: what we read may be older than
    what another event of the same object has applied meanwhile, and has to be read again."""
    with transaction.atomic():
        same = WebhookEvent.objects.filter(gateway=event.gateway, reference=event.reference)
        rows = {row.pk: row for row in same.order_by("pk").select_for_update()}
        event = rows[event.pk]
        if event.applied_at is not None:
            return _Effect(event.outcome)
        if any(row.applied_at and row.applied_at >= read_at for row in rows.values()):
            return None
        effect = _Effect(found) if isinstance(found, str) else _effect(event, found)
        if effect.let_go is None:
            event.applied_at, event.outcome = clock.now(), effect.outcome[:60]
            event.save(update_fields=["applied_at", "outcome"])
    return effect


def _read(gateway: Notifying, event: WebhookEvent) -> Read:
    match event.about:
        case NoticeAbout.REFUND:
            return gateway.read_refund(event.reference)
        case NoticeAbout.DISPUTE:
            return gateway.read_dispute(event.reference)
        case _:
            return gateway.read(event.reference)


def _effect(event: WebhookEvent, found: Read) -> _Effect:
    match found:
        case RefundResult():
            return _Effect(_refund(event, found))
        case DisputeCase():
            payment = _payment(event, provider_reference=found.charge_reference)
            if payment is None:
                return _Effect("not_ours")
            disputes.follow(payment.pk, found)
            return _Effect("applied")
        case Charge():
            payment = _payment(event, public_id=found.payment_id)
            if payment is None:
                return _Effect("not_ours")
            given_up = settlement.apply(payment.pk, found, answers_us=False)
            return _Effect("given_up" if given_up else "applied", (payment.pk, found) if given_up else None)


def _refund(event: WebhookEvent, found: RefundResult) -> str:
    row = Refund.objects.select_related("payment").filter(public_id=found.key.partition("-")[0]).first()
    if row is None or row.payment.gateway != event.gateway:
        return "not_ours"
    if found.key != refund.key(row):
        return "earlier_try"
    refund.settle(row.pk, found)
    return "applied"


def _payment(event: WebhookEvent, **known: str) -> Payment | None:
    if not all(known.values()):
        return None
    return Payment.objects.filter(gateway=event.gateway, **known).first()


def _later(event: WebhookEvent) -> None:
    due_at = clock.now() + provider_calls.backoff(event.attempts)
    WebhookEvent.objects.filter(pk=event.pk, applied_at=None).update(
        attempts=event.attempts + 1, next_check_at=due_at
    )


def _gateway(code: str) -> Notifying:
    gateway = registry.get(code)
    if not isinstance(gateway, Notifying):
        raise NotFound("unknown_gateway", "There is no such payment provider.")
    return gateway


def _count(gateway_code: str, outcome: str) -> None:
    metrics.webhooks.labels(gateway_code, outcome).inc()
