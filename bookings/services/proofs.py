"""Proofs as rows: one at a time, what it found, and an alert when it found something."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.db import IntegrityError, transaction

from bookings.models import LedgerDifference, LedgerProof
from bookings.services.proving import proof
from bookings.services.proving.differences import Difference
from bookings.services.proving.proof import Outcome, Scope
from faredown.accounts.models import User
from faredown.audit.services import audit
from faredown.lib import clock
from faredown.lib.background import defer
from faredown.lib.errors import Conflict
from faredown.messaging.services import outbox

KEPT = 1000
DEAD = timedelta(minutes=30)
"""A proof that has not ended by then never will."""
STORED = timedelta(days=400)
Status = LedgerProof.Status


def request(*, by: User) -> LedgerProof:
    """Staff want one now; a worker makes it. Raises Conflict `proof_running`."""
    with transaction.atomic():
        row = _begin(by=by)
        audit.record("ledger.proof_requested", target=row, by=by)
        defer("bookings.prove_ledger", row.pk)
    return row


def run(row_pk: int | None = None, *, scope: Scope | None = None) -> LedgerProof | None:
    """The proof of a request, or a new one. None: another is running, or this one was made before."""
    if row_pk is None:
        try:
            row = _begin(by=None)
        except Conflict:
            return None
    else:
        found = LedgerProof.objects.filter(pk=row_pk, status=Status.RUNNING).first()
        if found is None:
            return None
        row = found
    return _prove(row, scope or Scope())


def _prove(row: LedgerProof, scope: Scope) -> LedgerProof:
    kept: list[Difference] = []
    try:
        outcome = proof.prove(scope, keep(kept))
    except Exception as error:  # the row must not stay running: it would refuse every later proof
        LedgerProof.objects.filter(pk=row.pk).update(
            status=Status.FAILED, finished_at=clock.now(), error=f"{type(error).__name__}: {error}"[:200]
        )
        raise
    return _finish(row, outcome, kept)


def keep(kept: list[Difference]) -> Callable[[Difference], None]:
    """Takes what is found, the first of them to be stored."""

    def take(difference: Difference) -> None:
        if len(kept) < KEPT:
            kept.append(difference)

    return take


def _finish(row: LedgerProof, outcome: Outcome, kept: list[Difference]) -> LedgerProof:
    with transaction.atomic():
        row.status = Status.DIFFERENCES if outcome.found else Status.CLEAN
        row.finished_at, row.found = clock.now(), outcome.found
        row.counts, row.totals = dict(outcome.counts), outcome.totals
        row.save(update_fields=["status", "finished_at", "found", "counts", "totals"])
        LedgerDifference.objects.bulk_create(
            LedgerDifference(proof=row, code=one.code, reference=one.reference[:64], text=one.text[:500])
            for one in kept
        )
        if outcome.found:
            outbox.alert(
                code="ledger_proof",
                subject=f"The ledger's proof found {outcome.found} differences",
                detail="\n".join(str(one) for one in kept[:50]),
                dedupe_key=f"ledger-proof:{row.pk}",
            )
        LedgerProof.objects.filter(started_at__lt=clock.now() - STORED).delete()
    return row


def _begin(*, by: User | None) -> LedgerProof:
    now = clock.now()
    LedgerProof.objects.filter(status=Status.RUNNING, started_at__lt=now - DEAD).update(
        status=Status.FAILED, finished_at=now, error="its worker died"
    )
    try:
        with transaction.atomic():
            return LedgerProof.objects.create(started_at=now, requested_by=by)
    except IntegrityError:
        raise Conflict("proof_running", "A proof is running; its result will be here soon.") from None
