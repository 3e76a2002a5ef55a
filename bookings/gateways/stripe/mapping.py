"""Stripe's objects as the port's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bookings.gateways.errors import OutcomeUnknown
from bookings.gateways.port import (
    Charge,
    ChargeState,
    DisputeCase,
    DisputeState,
    NoticeAbout,
    RefundResult,
)
from bookings.gateways.stripe import amounts, schemas
from faredown.lib.money import Money

PAYMENT_ID, REFUND_KEY, ENTERED_AT_STRIPE = "payment_id", "refund_key", "card_entered_at_stripe"
HOLD_LASTS = timedelta(days=4, hours=18)
"""The shortest that a card network keeps a hold, for a charge that does not say until when it stands."""

_STATES = {
    "requires_action": ChargeState.REQUIRES_ACTION,
    "requires_confirmation": ChargeState.REQUIRES_ACTION,
    "requires_capture": ChargeState.AUTHORISED,
    "succeeded": ChargeState.CAPTURED,
    "canceled": ChargeState.VOIDED,
}
_DISPUTES = {
    "won": DisputeState.WON,
    "lost": DisputeState.LOST,
    "warning_closed": DisputeState.WON,  # an inquiry that ended without a dispute
    "prevented": DisputeState.WON,
}
_ABOUT = {
    "payment_intent.amount_capturable_updated": NoticeAbout.CHARGE,
    "payment_intent.canceled": NoticeAbout.CHARGE,
    "payment_intent.payment_failed": NoticeAbout.CHARGE,
    "payment_intent.requires_action": NoticeAbout.CHARGE,
    "payment_intent.succeeded": NoticeAbout.CHARGE,
    "refund.created": NoticeAbout.REFUND,
    "refund.updated": NoticeAbout.REFUND,
    "refund.failed": NoticeAbout.REFUND,
    "charge.refund.updated": NoticeAbout.REFUND,
    "charge.dispute.created": NoticeAbout.DISPUTE,
    "charge.dispute.updated": NoticeAbout.DISPUTE,
    "charge.dispute.closed": NoticeAbout.DISPUTE,
    "charge.dispute.funds_withdrawn": NoticeAbout.DISPUTE,
    "charge.dispute.funds_reinstated": NoticeAbout.DISPUTE,
}
EVENTS = tuple(_ABOUT)
"""What the endpoint is to be subscribed to."""


def about(kind: str) -> NoticeAbout | None:
    return _ABOUT.get(kind)


def charge(intent: schemas.Intent) -> Charge:
    """Raises OutcomeUnknown while Stripe itself does not know how it ends (`processing`), or for a status that is
    younger than this module."""
    state = _state(intent)
    if state is None:
        raise OutcomeUnknown("processing", intent.status)
    return _charge(intent, state)


def listed(intent: schemas.Intent) -> Charge:
    """For a list: what is being processed is not decided."""
    return _charge(intent, _state(intent) or ChargeState.REQUIRES_ACTION)


def _charge(intent: schemas.Intent, state: ChargeState) -> Charge:
    failure = intent.last_payment_error
    return Charge(
        reference=intent.id,
        payment_id=intent.of_ours(PAYMENT_ID),
        state=state,
        authorised=amounts.read(intent.amount, intent.currency),
        captured=_captured(intent),
        client_secret=(intent.client_secret or "") if state is ChargeState.REQUIRES_ACTION else "",
        failure_code=failure.reason if failure else (intent.cancellation_reason or ""),
        authorised_until=_until(intent),
    )


def refund(found: schemas.Refund) -> RefundResult:
    return RefundResult(
        reference=found.id,
        key=(found.metadata or {}).get(REFUND_KEY, ""),
        succeeded=found.status == "succeeded",
        pending=found.status in ("pending", "requires_action"),
        failure_code=(found.failure_reason or f"refund_{found.status}")[:60]
        if found.status in ("failed", "canceled")
        else "",
    )


def dispute(found: schemas.Dispute) -> DisputeCase:
    """Each move of the balance is a withdrawal or its reversal; what both come to is what is gone."""
    gone = sum(move.amount for move in found.balance_transactions) < 0
    charged = amounts.read(found.amount, found.currency)
    until = found.evidence_details.due_by if found.evidence_details else None
    return DisputeCase(
        reference=found.id,
        charge_reference=found.payment_intent or "",
        state=_DISPUTES.get(found.status, DisputeState.OPEN),
        amount=charged,
        withdrawn=charged if gone else Money.zero(charged.currency),
        fee=_fee(found, charged.currency),
        reason=found.reason[:60],
        evidence_until=datetime.fromtimestamp(until, UTC) if until else None,
    )


def refunded(intent: schemas.Intent, refunds: list[schemas.Refund]) -> Money:
    """What was sent back of what was captured. The released rest of a hold that was taken in part may stand among the
    refunds, too (in older charges): one that is not ours, of just that amount."""
    moved = [one for one in refunds if one.status in ("succeeded", "pending")]
    released = intent.amount - intent.amount_received
    rest = next((one for one in moved if not one.metadata and one.amount == released), None)
    sent = sum(one.amount for one in moved if one is not rest or intent.amount == intent.amount_received)
    return amounts.read(sent, intent.currency)


def _state(intent: schemas.Intent) -> ChargeState | None:
    if intent.status == "requires_payment_method":
        # A card typed into Stripe's own fields may be followed by another one on the same intent.
        waiting = bool(intent.of_ours(ENTERED_AT_STRIPE))
        return ChargeState.REQUIRES_ACTION if waiting else ChargeState.DECLINED
    return _STATES.get(intent.status)


def _captured(intent: schemas.Intent) -> Money:
    taken = intent.amount_received if intent.status == "succeeded" else 0
    return amounts.read(taken, intent.currency)


def _until(intent: schemas.Intent) -> datetime:
    found = intent.charge
    details = found.payment_method_details if found else None
    if details and details.card and details.card.capture_before:
        return datetime.fromtimestamp(details.card.capture_before, UTC)
    held_at = found.created if found else intent.created
    return datetime.fromtimestamp(held_at, UTC) + HOLD_LASTS


def _fee(found: schemas.Dispute, currency: str) -> Money:
    moves = found.balance_transactions
    if not moves:
        return Money.zero(currency)
    return amounts.read(sum(move.fee for move in moves), moves[0].currency)
