"""A supplier's content into the catalogue, one step at a time.

A run goes through its stages (`hotels.sync_stages`), page by page. The supplier is asked with no transaction open; a
page, its counts and the place to go on from are one transaction that checks the lease. A killed run goes on where it
was, writes nothing twice and never shows half a hotel. A supplier in trouble is waited for. One run per supplier.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import structlog
from django.db import IntegrityError, InterfaceError, OperationalError, connection, transaction

from faredown.accounts.models import User
from faredown.idempotency.services.leases import Held
from faredown.lib import background, clock
from faredown.lib.errors import Conflict, FieldError, InvalidInput
from faredown.messaging.services import outbox
from hotels import conf, sync_stages
from hotels.models import Destination, SyncRun
from hotels.models.names import ENGLISH
from hotels.services.content import marks, stages, turn, waiting
from suppliers import registry
from suppliers.errors import SupplierError

log = structlog.get_logger(__name__)

TASK = "hotels.sync_page"
OVERLAP = timedelta(days=2)
"""An incremental run looks this far behind the last good one: their days are not ours."""
FULL_EVERY = timedelta(days=6, hours=12)
"""A week, less what one run may begin later than the other: what no date of change tells is put right by then."""
STALLED = timedelta(minutes=5)
"""Longer than a step takes: a run that has not moved on for so long lost its task."""
IN_HANDS = timedelta(minutes=1)
"""A run that moved on, or should have, less than so long ago is somebody's, though nobody has the lease at this
moment: workers take it step by step."""
_NO_DESTINATION = FieldError("destination", "destination_not_sold", "The supplier has no such destination.")

Watcher = Callable[[SyncRun], None]


def sync(
    supplier: str,
    *,
    full: bool = False,
    sweep: bool = False,
    destination: Destination | None = None,
    languages: Sequence[str] | None = None,
    patience: timedelta = timedelta(),
    progress: Watcher | None = None,
) -> SyncRun:
    """A whole run, here and now; goes on with one that was interrupted. Until it is over, or staff paused it.

    Raises Conflict `sync_running` or `sync_paused`; what the supplier raises, when no waiting mends it (the run has
    failed) or it has lasted longer than `patience` (the run is left where it is, to be gone on with)."""
    held = turn.take(supplier)
    if held is None:
        raise Conflict("sync_running", "A sync of this supplier is running.", retry_after=60)
    run = None
    try:
        kind = _kind(full=full, sweep=sweep)
        run = begin(supplier, kind=kind, destination=destination, languages=languages)
        while run.status == SyncRun.Status.RUNNING:
            _tell(run, progress)
            run = _step_or_wait(run, held, patience=patience, progress=progress)
        _tell(run, progress)
        return run
    finally:
        _let_go(run, held)


def begin(
    supplier: str,
    *,
    kind: SyncRun.Kind | str = SyncRun.Kind.INCREMENTAL,
    destination: Destination | None = None,
    languages: Sequence[str] | None = None,
    by: User | None = None,
) -> SyncRun:
    """The run to go on with: one left running that asks for the same, or a new one. One left over that asks for
    something else is given up. Raises Conflict while one is paused, or another in somebody's hands."""
    facts = _asked(supplier, kind, destination, languages)
    left = SyncRun.objects.filter(supplier=supplier, status__in=SyncRun.OPEN).first()
    if left is not None:
        if left.status == SyncRun.Status.PAUSED:
            raise Conflict("sync_paused", "A sync of this supplier is paused: resume or stop it.")
        if all(getattr(left, name) == facts[name] for name in ("kind", "languages", "destination")):
            return left
        if _is_in_hands(left):
            raise Conflict("sync_running", "Another sync of this supplier is running.", retry_after=60)
        fail(left, "given up for another run")
    return _create(**facts, started_by=by)


def start(
    supplier: str,
    *,
    kind: SyncRun.Kind | str,
    destination: Destination | None = None,
    by: User | None = None,
    languages: Sequence[str] | None = None,
) -> SyncRun:
    """A run that workers do, from its first step. One destination: its hotels only, whatever the kind, and nothing is
    retired. Raises Conflict `sync_running` while one is running or paused, InvalidInput for a destination the supplier
    has no code of."""
    run = _create(**_asked(supplier, kind, destination, languages), started_by=by)
    background.defer(TASK, run.pk, run.stage, run.position)
    return run


def due(supplier: str, *, sweep: bool = False) -> SyncRun | None:
    """What the timetable asks for: go on with the run there is, or begin one. None while staff have one paused."""
    left = SyncRun.objects.filter(supplier=supplier, status__in=SyncRun.OPEN).first()
    if left is not None:
        return left if left.status == SyncRun.Status.RUNNING else None
    is_fresh = is_filled(supplier, since=clock.now() - FULL_EVERY)
    kind = SyncRun.Kind.INCREMENTAL if is_fresh else SyncRun.Kind.FULL
    return begin(supplier, kind=SyncRun.Kind.SWEEP if sweep else kind)


def is_filled(supplier: str, *, since: datetime | None = None) -> bool:
    """Whether a run read everything once, to its end."""
    whole = SyncRun.objects.filter(
        supplier=supplier, kind=SyncRun.Kind.FULL, destination=None, status=SyncRun.Status.DONE
    )
    return (whole.filter(started_at__gt=since) if since else whole).exists()


def pause(run: SyncRun) -> SyncRun:
    """After the page under way. Raises Conflict `sync_not_running`."""
    running = SyncRun.objects.filter(pk=run.pk, status=SyncRun.Status.RUNNING)
    if not running.update(status=SyncRun.Status.PAUSED):
        raise Conflict("sync_not_running", "Only a running sync can be paused.")
    return SyncRun.objects.get(pk=run.pk)


def resume(run: SyncRun) -> SyncRun:
    """From where it was. Raises Conflict `sync_not_paused`."""
    paused = SyncRun.objects.filter(pk=run.pk, status=SyncRun.Status.PAUSED)
    if not paused.update(
        status=SyncRun.Status.RUNNING, waits_until=None, left_at=None, progress_at=clock.now()
    ):
        raise Conflict("sync_not_paused", "Only a paused sync can be resumed.")
    resumed = SyncRun.objects.get(pk=run.pk)
    background.defer(TASK, resumed.pk, resumed.stage, resumed.position)
    return resumed


def stop(run: SyncRun) -> SyncRun:
    """For good: what it wrote stays, the next run begins anew. Raises Conflict `sync_over`."""
    if not _end(run, SyncRun.Status.STOPPED):
        raise Conflict("sync_over", "This sync is over.")
    return SyncRun.objects.get(pk=run.pk)


def step(run_id: int, *, stage: str, position: int) -> SyncRun | None:
    """One step of a run, for a task. None when there is nothing for this caller to do: the run is over, paused or
    waiting, has moved on from (stage, position) already, or is in somebody's hands."""
    run = _at(run_id, stage, position)
    held = turn.take(run.supplier) if run else None
    if held is None:
        return None
    try:
        # Read again: whoever had the lease until now may have done this very step.
        run = _at(run_id, stage, position)
        return advance(run, held) if run else None
    finally:
        turn.give_back(held)


def advance(run: SyncRun, held: Held) -> SyncRun:
    """Do the next step, or note why it has to wait. The run as it is then. Raises LeaseLost."""
    try:
        stages.take(run, registry.get(run.supplier), held)
    except SupplierError as error:
        run = SyncRun.objects.get(pk=run.pk)
        if error.retryable:
            waiting.note(run, error)
        else:
            _give_up(run, error)
    return SyncRun.objects.get(pk=run.pk)


def stumbled(run_id: int, error: Exception) -> None:
    """A step broke on something that is not the supplier's: it is tried again, less and less often."""
    run = SyncRun.objects.filter(pk=run_id, status=SyncRun.Status.RUNNING).first()
    if run is not None:
        waiting.note(run, error)


def stalled() -> list[SyncRun]:
    """Runs that should go on and of which nobody does a step: the wait is over, or their task was lost."""
    now = clock.now()
    running = SyncRun.objects.filter(status=SyncRun.Status.RUNNING)
    return [run for run in running if (run.waits_until or run.progress_at + STALLED) <= now]


def fail(run: SyncRun, reason: str) -> bool:
    """False: it was over already."""
    return _end(run, SyncRun.Status.FAILED, reason)


def _end(run: SyncRun, status: SyncRun.Status, reason: str = "") -> bool:
    with transaction.atomic():
        ended = SyncRun.objects.filter(pk=run.pk, status__in=SyncRun.OPEN).update(
            status=status, finished_at=clock.now(), error=reason[:2000], waits_until=None
        )
        marks.clear(run)
    return bool(ended)


def _is_in_hands(run: SyncRun) -> bool:
    last = max(run.progress_at, run.waits_until or run.progress_at)
    return run.left_at is None and last > clock.now() - IN_HANDS


def _let_go(run: SyncRun | None, held: Held) -> None:
    """Of the lease; whoever comes next need not guess whether somebody is still at the run, where it is unfinished."""
    try:
        if run is not None:
            turn.leave(run, held)
    finally:
        turn.give_back(held)


def _step_or_wait(run: SyncRun, held: Held, *, patience: timedelta, progress: Watcher | None) -> SyncRun:
    try:
        stages.take(run, registry.get(run.supplier), held)
    except (OperationalError, InterfaceError) as error:
        return _reconnected(run, error, patience)
    except turn.LeaseLost:
        run = SyncRun.objects.get(pk=run.pk)
        if run.status == SyncRun.Status.RUNNING:
            raise
        return run
    except SupplierError as error:
        run = SyncRun.objects.get(pk=run.pk)
        if not error.retryable:
            _give_up(run, error)
            raise
        until = waiting.note(run, error)
        if until - run.progress_at > patience:
            raise
        return _wait(run, held, progress)
    return SyncRun.objects.get(pk=run.pk)


def _reconnected(run: SyncRun, error: Exception, patience: timedelta) -> SyncRun:
    """The run as the database has it, once it answers again: nothing of the broken step stayed."""
    while clock.now() - run.progress_at < patience:
        log.warning("content_sync_lost_database", error=str(error)[:300])
        connection.close()
        time.sleep(1.0)
        try:
            return SyncRun.objects.get(pk=run.pk)
        except (OperationalError, InterfaceError) as again:
            error = again
    raise error


def _wait(run: SyncRun, held: Held, progress: Watcher | None) -> SyncRun:
    """Until the run may go on, or staff say otherwise."""
    until = run.waits_until
    while run.status == SyncRun.Status.RUNNING and until and clock.now() < until:
        _tell(run, progress)
        turn.keep(held)
        time.sleep(min(1.0, (until - clock.now()).total_seconds()) if clock.now() < until else 0)
        run = SyncRun.objects.get(pk=run.pk)
    return run


def _give_up(run: SyncRun, error: SupplierError) -> None:
    reason = f"{type(error).__name__}: {error.detail}"
    log.error("content_sync_failed", supplier=run.supplier, stage=run.stage, reason=reason)
    with transaction.atomic():
        if not fail(run, reason):
            return
        outbox.alert(
            code="sync_failed",
            subject=f"The sync of {run.supplier} failed",
            detail=f"At {run.stage} {run.position}: {reason}\nNo waiting mends this. The catalogue stays as it is; "
            "start a sync when it is put right.",
            related_reference=run.public_id,
            dedupe_key=f"sync_failed:{run.public_id}",
        )


def _at(run_id: int, stage: str, position: int) -> SyncRun | None:
    run = SyncRun.objects.filter(
        pk=run_id, status=SyncRun.Status.RUNNING, stage=stage, position=position
    ).first()
    return run if run and not (run.waits_until and run.waits_until > clock.now()) else None


def _asked(
    supplier: str,
    kind: SyncRun.Kind | str,
    destination: Destination | None,
    languages: Sequence[str] | None,
) -> dict[str, Any]:
    """An incremental run, or a sweep, of what was never read whole is a full one."""
    if destination is not None and not destination.codes.filter(supplier=supplier).exists():
        raise InvalidInput(
            "destination_not_sold", "The supplier has no such destination.", errors=[_NO_DESTINATION]
        )
    wanted = _languages(supplier, languages or ())
    kind, since = SyncRun.Kind(kind), None
    if kind == SyncRun.Kind.INCREMENTAL:
        since = _last_good(supplier, wanted)
        kind = kind if since or destination else SyncRun.Kind.FULL
    elif kind == SyncRun.Kind.SWEEP and not destination:
        kind = kind if is_filled(supplier) else SyncRun.Kind.FULL
    return {
        "supplier": supplier,
        "kind": kind,
        "languages": wanted,
        "destination": destination,
        "changed_since": since,
    }


def _languages(supplier: str, asked: Sequence[str]) -> list[str]:
    """English first; all that are configured, unless fewer are asked for. Those of the configured that the last whole
    run read come along: a record is written whole, and would lose its texts in a language left out."""
    whole = SyncRun.objects.filter(supplier=supplier, status=SyncRun.Status.DONE, destination=None)
    last = whole.exclude(kind=SyncRun.Kind.SWEEP).order_by("-started_at").first()
    kept = {*asked, *(last.languages if last else ())} if asked else set(conf.languages())
    return list(dict.fromkeys((ENGLISH, *(one for one in conf.languages() if one in kept), *asked)))


def _create(**facts: Any) -> SyncRun:
    first = sync_stages.of(facts["kind"], one_destination=facts["destination"] is not None)[0]
    try:
        with transaction.atomic():
            return SyncRun.objects.create(stage=first, position=1, **facts)
    except IntegrityError as error:
        raise Conflict("sync_running", "A sync of this supplier is running or paused.") from error


def _last_good(supplier: str, languages: Sequence[str]) -> date | None:
    """The day to ask changes from; None when there was no good run of the whole with these languages yet."""
    done = SyncRun.objects.filter(
        supplier=supplier,
        status=SyncRun.Status.DONE,
        kind__in=(SyncRun.Kind.FULL, SyncRun.Kind.INCREMENTAL),
        destination=None,
        languages=list(languages),
    )
    last = done.order_by("-started_at").first()
    return None if last is None else (last.started_at - OVERLAP).date()


def _kind(*, full: bool, sweep: bool) -> SyncRun.Kind:
    if full:
        return SyncRun.Kind.FULL
    return SyncRun.Kind.SWEEP if sweep else SyncRun.Kind.INCREMENTAL


def _tell(run: SyncRun, progress: Watcher | None) -> None:
    if progress:
        progress(run)
