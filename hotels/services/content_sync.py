"""A supplier's content into the catalogue, one step at a time.

A run goes through STAGES; `hotels` takes a step per page, the others one each. The supplier is asked with no
transaction open. A page of hotels, its counts and the place to go on from are one transaction that checks the lease;
other lists are merged a thousand records at a time, and merging them again changes nothing. A killed run goes
on where it was, writes nothing twice and never shows half a hotel. One run per supplier.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any, TypeVar

import structlog
from django.db import IntegrityError, transaction

from faredown.accounts.models import User
from faredown.idempotency.services import leases
from faredown.idempotency.services.leases import Held
from faredown.lib import background, clock
from faredown.lib.errors import Conflict, FieldError, InvalidInput
from hotels import conf
from hotels.models import Destination, SyncRun, SyncSeen
from hotels.models.names import ENGLISH
from hotels.services.content import derived, hotel_pages, turn, vocabularies
from hotels.services.content.tally import Tally
from suppliers import registry
from suppliers.port import Supplier
from suppliers.types import ContentPage, TypeKind

log = structlog.get_logger(__name__)

OVERLAP = timedelta(days=2)
"""An incremental run looks this far behind the last good one: their days are not ours."""

_TYPES = (
    *(TypeKind.FACILITY_GROUP, TypeKind.FACILITY, TypeKind.CATEGORY, TypeKind.BOARD),
    *(TypeKind.ACCOMMODATION, TypeKind.CHAIN, TypeKind.ROOM, TypeKind.IMAGE),
)
TASK = "hotels.sync_page"
STOPPED = "stopped by staff"
OPEN = (SyncRun.Status.RUNNING, SyncRun.Status.PAUSED)
_NO_DESTINATION = FieldError("destination", "destination_not_sold", "The supplier has no such destination.")
HOTELS = "hotels"
STAGES = (
    "countries",
    "destinations",
    *(f"types/{kind}" for kind in _TYPES),
    "rate_comments",
    HOTELS,
    "retire",
    "derive",
)

Progress = Callable[[SyncRun], None]
Item = TypeVar("Item")


def sync(
    supplier: str,
    *,
    full: bool = False,
    languages: Sequence[str] | None = None,
    progress: Progress | None = None,
) -> SyncRun:
    """A whole run, here and now. Goes on with one that was interrupted. Raises Conflict `sync_running`, or what the
    supplier raises (the run is then left where it is, to be gone on with)."""
    held = turn.take(supplier)
    if held is None:
        raise Conflict("sync_running", "A sync of this supplier is running.", retry_after=60)
    try:
        run = begin(supplier, full=full, languages=languages)
        while advance(run, held):
            turn.keep(held)
            if progress:
                progress(run)
        if progress:
            progress(run)
        return run
    finally:
        leases.release(held)


def begin(supplier: str, *, full: bool = False, languages: Sequence[str] | None = None) -> SyncRun:
    """The run to go on with: one left running that asks for the same, or a new one. The first ever is full."""
    wanted = _wanted(languages)
    since = None if full else _last_good(supplier, wanted)
    kind = SyncRun.Kind.FULL if since is None else SyncRun.Kind.INCREMENTAL
    left = SyncRun.objects.filter(supplier=supplier, status=SyncRun.Status.RUNNING).first()
    if left is not None:
        if left.kind == kind and left.languages == wanted:
            return left
        fail(left, "given up for another run")
    return _create(supplier=supplier, kind=kind, languages=wanted, changed_since=since)


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
    if destination is not None and not destination.codes.filter(supplier=supplier).exists():
        raise InvalidInput(
            "destination_not_sold", "The supplier has no such destination.", errors=[_NO_DESTINATION]
        )
    wanted = _wanted(languages)
    since = _last_good(supplier, wanted) if kind == SyncRun.Kind.INCREMENTAL else None
    if kind == SyncRun.Kind.INCREMENTAL and since is None:
        kind = SyncRun.Kind.FULL
    run = _create(
        supplier=supplier,
        kind=SyncRun.Kind(kind),
        languages=wanted,
        changed_since=since,
        destination=destination,
        started_by=by,
    )
    background.defer(TASK, run.pk, run.stage, run.position)
    return run


def pause(run: SyncRun) -> SyncRun:
    """After the page under way. Raises Conflict `sync_not_running`."""
    if not SyncRun.objects.filter(pk=run.pk, status=SyncRun.Status.RUNNING).update(
        status=SyncRun.Status.PAUSED
    ):
        raise Conflict("sync_not_running", "Only a running sync can be paused.")
    return SyncRun.objects.get(pk=run.pk)


def resume(run: SyncRun) -> SyncRun:
    """From where it was. Raises Conflict `sync_not_paused`."""
    paused = SyncRun.objects.filter(pk=run.pk, status=SyncRun.Status.PAUSED)
    if not paused.update(status=SyncRun.Status.RUNNING, waits_until=None, progress_at=clock.now()):
        raise Conflict("sync_not_paused", "Only a paused sync can be resumed.")
    resumed = SyncRun.objects.get(pk=run.pk)
    background.defer(TASK, resumed.pk, resumed.stage, resumed.position)
    return resumed


def stop(run: SyncRun) -> SyncRun:
    """For good: what it wrote stays, the next run begins anew. Raises Conflict `sync_over`."""
    with transaction.atomic():
        left = SyncRun.objects.select_for_update().get(pk=run.pk)
        if left.status not in OPEN:
            raise Conflict("sync_over", "This sync is over.")
        fail(left, STOPPED)
    return left


def step(run_id: int, *, stage: str, position: int) -> SyncRun | None:
    """One step of a run, for a task. None when there is nothing for this caller to do: the run is over, has moved on
    from (stage, position) already, or is in somebody's hands."""
    run = SyncRun.objects.filter(pk=run_id, status=SyncRun.Status.RUNNING).first()
    if run is None or (run.stage, run.position) != (stage, position):
        return None
    held = turn.take(run.supplier)
    if held is None:
        return None
    try:
        return run if advance(run, held) else None
    finally:
        leases.release(held)


def advance(run: SyncRun, held: Held) -> bool:
    """Do the next step. True when another one follows."""
    source = registry.get(run.supplier)
    if run.stage == HOTELS:
        _page(run, source, held)
    else:
        tally = _whole(run, source, held)
        with transaction.atomic():
            tally.add_to(run, run.stage)
            _move_on(run, held)
    return run.status == SyncRun.Status.RUNNING


def fail(run: SyncRun, reason: str) -> None:
    run.status, run.finished_at, run.error = SyncRun.Status.FAILED, clock.now(), reason[:2000]
    run.save()
    SyncSeen.objects.filter(run=run).delete()


def _whole(run: SyncRun, source: Supplier, held: Held) -> Tally:
    """A stage in one step. Merging it again after an interruption changes nothing."""
    match run.stage.split("/"):
        case ["countries"]:
            nations = _pages(
                lambda first: source.countries(first=first, languages=run.languages), source.page_size
            )
            return vocabularies.countries(turn.keeping(held, nations))
        case ["destinations"]:
            items = _pages(
                lambda first: source.destinations(first=first, languages=run.languages), source.page_size
            )
            return vocabularies.destinations(turn.keeping(held, items), supplier=run.supplier)
        case ["types", kind]:
            words = _pages(
                lambda first: source.types(TypeKind(kind), first=first, languages=run.languages),
                source.page_size,
            )
            return vocabularies.terms(turn.keeping(held, words), supplier=run.supplier)
        case ["rate_comments"]:
            comments = _pages(
                lambda first: source.rate_comments(first=first, changed_since=run.changed_since),
                source.page_size,
            )
            full = run.kind == SyncRun.Kind.FULL
            alive = turn.keeping(held, comments)
            return vocabularies.rate_comments(alive, supplier=run.supplier, full=full)
        case ["retire"]:
            return derived.retire_unlisted(run) if run.kind == SyncRun.Kind.FULL else Tally()
        case ["derive"]:
            return derived.refresh()
    raise ValueError(f"no such stage: {run.stage}")


def _pages(ask: Callable[[int], ContentPage[Item]], size: int) -> Iterator[Item]:
    first = total = 1
    while first <= total:
        page = ask(first)
        yield from page.items
        total = page.total
        first += size


def _page(run: SyncRun, source: Supplier, held: Held) -> None:
    page = source.hotels(first=run.position, languages=run.languages, changed_since=run.changed_since)
    tally = Tally()
    rows = hotel_pages.rows(page.items, hotel_pages.known(run.supplier), tally)
    with transaction.atomic():
        tally.written = hotel_pages.merge(rows, run=run, listed=[item.code for item in page.items])
        tally.add_to(run, HOTELS)
        run.total = page.total
        run.position += source.page_size
        if run.position > page.total:
            _move_on(run, held)
        else:
            _save(run, held)


def _move_on(run: SyncRun, held: Held) -> None:
    following = STAGES.index(run.stage) + 1
    if following < len(STAGES):
        run.stage, run.position, run.total = STAGES[following], 1, 0
    else:
        run.status, run.finished_at = SyncRun.Status.DONE, clock.now()
        SyncSeen.objects.filter(run=run).delete()
        log.info("content_synced", supplier=run.supplier, kind=run.kind, counts=run.counts)
    _save(run, held)


def _save(run: SyncRun, held: Held) -> None:
    if not leases.holds(held):
        raise turn.LeaseLost
    run.lease_token = held.token
    run.save()


def _wanted(languages: Sequence[str] | None) -> list[str]:
    return list(dict.fromkeys((ENGLISH, *(languages or conf.languages()))))


def _create(**facts: Any) -> SyncRun:
    try:
        with transaction.atomic():
            return SyncRun.objects.create(stage=STAGES[0], position=1, **facts)
    except IntegrityError as error:
        raise Conflict("sync_running", "A sync of this supplier is running or paused.") from error


def _last_good(supplier: str, languages: Sequence[str]) -> date | None:
    """The day to ask changes from; None when there was no good run with these languages yet."""
    done = SyncRun.objects.filter(supplier=supplier, status=SyncRun.Status.DONE, languages=list(languages))
    last = done.order_by("-started_at").first()
    return None if last is None else (last.started_at - OVERLAP).date()
