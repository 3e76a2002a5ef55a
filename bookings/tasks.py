"""The worker's door to the services. Each task is safe to run twice, late, or not at all: the sweeper finds the row."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task

from bookings.services import (
    booking,
    cancellation,
    invoices,
    orphans,
    payment,
    proofs,
    quoting,
    reconciliation,
    reconfirmation,
    refund,
    seals,
    vouchers,
    webhooks,
)
from bookings.services.proving.proof import Scope
from faredown.idempotency.services import slots
from faredown.lib import clock
from suppliers import registry
from suppliers.registry import Capability

PULL_EVERY = timedelta(seconds=30)
SWEEP_EVERY = timedelta(seconds=10)
SEAL_EVERY = timedelta(hours=1)
PROVE_EVERY = timedelta(days=1)
NIGHTLY = Scope(supplier_days=3)
RECONFIRMATIONS_SINCE = timedelta(days=2)
RECONFIRMATIONS_UNTIL = timedelta(days=1)  # their calendar may be a day ahead of ours


@shared_task(name="bookings.confirm")
def confirm(booking_pk: int) -> None:
    booking.confirm(booking_pk)


@shared_task(name="bookings.capture")
def capture(payment_pk: int) -> None:
    payment.capture(payment_pk)


@shared_task(name="bookings.void")
def void(payment_pk: int) -> None:
    payment.void(payment_pk)


@shared_task(name="bookings.refund")
def send_refund(refund_pk: int) -> None:
    refund.send(refund_pk)


@shared_task(name="bookings.apply_webhook")
def apply_webhook(event_pk: int) -> None:
    webhooks.apply(event_pk)


@shared_task(name="bookings.cancel")
def cancel(booking_pk: int) -> None:
    cancellation.execute(booking_pk)


@shared_task(name="bookings.cancel_orphan")
def cancel_orphan(orphan_pk: int) -> None:
    orphans.cancel(orphan_pk)


@shared_task(name="bookings.send_voucher")
def send_voucher(booking_pk: int) -> None:
    vouchers.issue(booking_pk)


@shared_task(name="bookings.issue_credit_note")
def issue_credit_note(refund_pk: int) -> None:
    invoices.credit(refund_pk)


@shared_task(name="bookings.sweep")
def sweep() -> None:
    if slots.claim("bookings.sweep", every=SWEEP_EVERY):
        reconciliation.sweep()


@shared_task(name="bookings.expire_quotes")
def expire_quotes() -> None:
    quoting.expire_due()


@shared_task(name="bookings.seal_ledger")
def seal_ledger() -> None:
    if slots.claim("bookings.seal_ledger", every=SEAL_EVERY):
        seals.seal_or_tell()


@shared_task(name="bookings.prove_ledger")
def prove_ledger(proof_pk: int | None = None) -> None:
    """The proof that staff asked for, or every night's."""
    if proof_pk is not None:
        proofs.run(proof_pk)
    elif slots.claim("bookings.prove_ledger", every=PROVE_EVERY):
        proofs.run(scope=NIGHTLY)


@shared_task(name="bookings.pull_reconfirmations")
def pull_reconfirmations(supplier: str = "") -> None:
    """One supplier's (after a push), or everybody's (by the timetable). However many pushes come, one pull follows."""
    if supplier and not slots.claim(f"bookings.pull_reconfirmations.{supplier}", every=PULL_EVERY):
        return
    now = clock.now()
    for code in [supplier] if supplier else registry.enabled(Capability.BOOKING):
        reconfirmation.pull(code, since=now - RECONFIRMATIONS_SINCE, until=now + RECONFIRMATIONS_UNTIL)
