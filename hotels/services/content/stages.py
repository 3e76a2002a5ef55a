"""One step of a run: a page asked for with no transaction open, then merged with the run's own counts and position in
one transaction that checks whose turn it is."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec
from django.db import transaction

from faredown.idempotency.services.leases import Held
from faredown.lib import clock
from hotels import conf, sync_stages
from hotels.models import DestinationCode, SyncRun
from hotels.services import versions
from hotels.services.content import derived, hotel_pages, places, retiring, turn, vocabularies
from hotels.services.content.tally import Tally
from suppliers.content_types import ContentPage, TypeKind
from suppliers.port import Supplier

UNKNOWN_AT_ONCE = 100
EMPTY_PAGES = 5
"""After as many pages without a record, whatever total it tells, a listing is over."""
UNREADABLE = "record_unreadable"
"""The kind of problem (suppliers.content_types.ContentPage) that leaves a record's code unknown."""
_LONG = {sync_stages.DERIVE, sync_stages.RETIRE}


class Work(msgspec.Struct):
    """What a step writes, and the page it comes from; None where the supplier was asked for no listing."""

    write: Callable[[], int]
    page: ContentPage[Any] | None = None
    is_last: bool = True
    """Without a page: nothing of the stage is left."""


def take(run: SyncRun, source: Supplier, held: Held) -> None:
    """`run` is good for nothing more when this raises: read it again."""
    began, tally, before = time.monotonic(), Tally(), (run.stage, run.position)
    work = _work(run, source, tally)
    turn.keep(held, life=turn.LONG_LIFE if run.stage in _LONG else turn.LIFE)
    with transaction.atomic():
        tally.written += work.write()
        ends = _read(run, work.page, source.page_size, tally) if work.page else work.is_last
        if ends and run.stage == sync_stages.RATE_COMMENTS and _is_whole(run, tally):
            tally.written += vocabularies.drop_unlisted_comments(run)
        tally.add_to(run, seconds=time.monotonic() - began)
        if ends:
            _move_on(run)
        turn.save(run, held, before=before)
        if tally.written or before[0] == sync_stages.DERIVE:
            versions.catalogue_changed()


def since(run: SyncRun) -> datetime | None:
    """Derived anew is what was written since the last good run derived. None: everything, as a full run does."""
    if run.kind == SyncRun.Kind.FULL and run.destination_id is None:
        return None
    done = SyncRun.objects.filter(supplier=run.supplier, status=SyncRun.Status.DONE)
    last = done.order_by("-started_at").first()
    began = last.counts.get(sync_stages.DERIVE, {}).get("began") if last else None
    return datetime.fromtimestamp(began, UTC) if began else None


def _work(run: SyncRun, source: Supplier, tally: Tally) -> Work:
    prepare = _types if run.stage.startswith(sync_stages.TYPES) else _WORK[run.stage]
    return prepare(run, source, tally)


def _countries(run: SyncRun, source: Supplier, tally: Tally) -> Work:
    page = source.countries(first=run.position, languages=_place_languages(run))
    return Work(lambda: places.countries(page.items, tally), page)


def _destinations(run: SyncRun, source: Supplier, tally: Tally) -> Work:
    page = source.destinations(first=run.position, languages=_place_languages(run))
    return Work(lambda: places.destinations(page.items, supplier=run.supplier, tally=tally), page)


def _types(run: SyncRun, source: Supplier, tally: Tally) -> Work:
    kind = TypeKind(run.stage.removeprefix(sync_stages.TYPES))
    page = source.types(kind, first=run.position, languages=run.languages, changed_since=run.changed_since)
    return Work(lambda: vocabularies.terms(page.items, supplier=run.supplier, tally=tally), page)


def _rate_comments(run: SyncRun, source: Supplier, tally: Tally) -> Work:
    page = source.rate_comments(first=run.position, changed_since=run.changed_since)
    return Work(lambda: vocabularies.rate_comments(page.items, run=run, tally=tally), page)


def _hotels(run: SyncRun, source: Supplier, tally: Tally) -> Work:
    page = source.hotels(
        first=run.position,
        languages=run.languages,
        changed_since=run.changed_since,
        destination_code=_destination_code(run),
    )
    rows = hotel_pages.rows(page.items, hotel_pages.known(run), tally)
    listed = [item.code for item in page.items]
    return Work(lambda: hotel_pages.merge(rows, run=run, listed=listed, tally=tally), page)


def _codes(run: SyncRun, source: Supplier, tally: Tally) -> Work:
    page = source.hotel_codes(first=run.position)
    return Work(lambda: hotel_pages.meet(page.items, run=run, tally=tally), page)


def _retire(run: SyncRun, _: Supplier, tally: Tally) -> Work:
    return Work(lambda: retiring.retire_unlisted(run, tally))


def _unknown(run: SyncRun, source: Supplier, tally: Tally) -> Work:
    """Hotels that a sweep met and we do not have; asked for once each, whatever comes of it."""
    codes = retiring.unknown(run, most=UNKNOWN_AT_ONCE)
    items = source.hotels_by_code(codes, languages=run.languages) if codes else ()
    rows = hotel_pages.rows(items, hotel_pages.known(run), tally)
    given = {item.code for item in items}
    for code in codes:
        if code not in given:
            tally.find("listed_hotel_not_given", code)
    tally.seen += len(codes)
    run.position += len(codes)

    def write() -> int:
        retiring.asked_for(run, codes)
        return hotel_pages.write(rows, supplier=run.supplier, tally=tally)

    return Work(write, is_last=len(codes) < UNKNOWN_AT_ONCE)


def _derive(run: SyncRun, _: Supplier, _tally: Tally) -> Work:
    step, run.total = derived.STEPS[run.position - 1], len(derived.STEPS)
    run.position += 1
    return Work(lambda: step(run, since(run)), is_last=run.position > run.total)


_WORK: dict[str, Callable[[SyncRun, Supplier, Tally], Work]] = {
    sync_stages.COUNTRIES: _countries,
    sync_stages.DESTINATIONS: _destinations,
    sync_stages.RATE_COMMENTS: _rate_comments,
    sync_stages.HOTELS: _hotels,
    sync_stages.CODES: _codes,
    sync_stages.RETIRE: _retire,
    sync_stages.UNKNOWN: _unknown,
    sync_stages.DERIVE: _derive,
}


def _place_languages(run: SyncRun) -> list[str]:
    return list(dict.fromkeys((*run.languages, *conf.place_languages())))


def _destination_code(run: SyncRun) -> str:
    if run.destination_id is None:
        return ""
    codes = DestinationCode.objects.filter(supplier=run.supplier, destination=run.destination_id)
    return codes.values_list("code", flat=True)[0]


def _read(run: SyncRun, page: ContentPage[Any], page_size: int, tally: Tally) -> bool:
    """Whether the stage is over, by what the newest page says there is. Where the listing has become shorter, what
    follows may have moved up past us: as much before this page is read once more (half a page at most, so that a total
    that goes up and down still comes to an end), then on from where we were (`again`)."""
    tally.seen += len(page.items)
    for kind, example in page.problems:
        tally.find(kind, example)
        tally.gaps += kind == UNREADABLE
    counts = run.counts.setdefault(run.stage, {"seen": 0, "written": 0, "unchanged": 0})
    shrunk = max(0, run.total - page.total) if run.position > 1 else 0
    back = min(shrunk, page_size // 2)
    again = counts.pop("again", 0)
    if not page.items and run.position <= page.total:
        tally.find("page_empty", f"{run.stage} {run.position} of {page.total}")
        tally.gaps += page_size
    if shrunk:
        tally.find("total_shrank", f"{run.stage} {run.position}: to {page.total} by {shrunk}")
        tally.gaps += shrunk - back
        counts["again"] = again - back if again else run.position + page_size
        run.position = max(1, run.position - back)
    else:
        run.position = again or run.position + page_size
    run.total = page.total
    missed = counts.get("gaps", 0) + tally.gaps
    return run.position > page.total or (not page.items and missed > EMPTY_PAGES * page_size)


def _is_whole(run: SyncRun, tally: Tally) -> bool:
    gaps = tally.gaps + run.counts.get(run.stage, {}).get("gaps", 0)
    return run.kind == SyncRun.Kind.FULL and not gaps


def _move_on(run: SyncRun) -> None:
    stages = sync_stages.of(run.kind, one_destination=run.destination_id is not None)
    following = stages.index(run.stage) + 1
    if following < len(stages):
        run.stage, run.position, run.total = stages[following], 1, 0
        began = int(clock.now().timestamp())
        run.counts[run.stage] = {"seen": 0, "written": 0, "unchanged": 0, "began": began}
    else:
        run.status, run.finished_at = SyncRun.Status.DONE, clock.now()
