"""A search from the first question to a page of priced hotels: the one door for pages, API and others' services.

    criteria -> validate -> start -> (get ->) page -> hotel_rates -> offers.resolve

The record binds channel, kind of user, currency and language; suppliers' nets are shared between searches beneath it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from faredown.lib import clock
from hotels import conf
from hotels.criteria import Criteria
from hotels.models import HotelCode
from hotels.pricing.rules import Channel, UserType
from hotels.selectors import targets
from hotels.services import criteria as judging
from hotels.services import fan_out, hotel_offers, listing, search_ids, search_index, search_log, shelf
from hotels.services.availability import Outcome, State
from hotels.services.fan_out import Batch, Record
from hotels.services.filtering import SORTS, Filters
from hotels.services.hotel_offers import HotelOffers
from hotels.services.listing import Found, SearchPage
from suppliers import registry

__all__ = [
    "SORTS",
    "Criteria",
    "Filters",
    "HotelOffers",
    "Search",
    "SearchPage",
    "SearchStatus",
    "SupplierState",
    "get",
    "hotel_rates",
    "page",
    "start",
    "validate",
]

validate = judging.validate


class SearchStatus(StrEnum):
    RUNNING = "running"
    COMPLETE = "complete"


class SupplierState(msgspec.Struct, frozen=True, kw_only=True):
    """One supplier's part, its batches together."""

    code: str
    status: State
    hotels: int
    elapsed_ms: int


class Search(msgspec.Struct, frozen=True, kw_only=True):
    """A search as it is now. Complete: every supplier answered, failed or ran out of time. Not `kept`: no Redis keeps
    searches just now, and only the process that made this one may still know it a moment later."""

    id: str
    criteria: Criteria
    channel: str
    user_type: str
    status: SearchStatus
    created_at: datetime
    expires_at: datetime
    suppliers: tuple[SupplierState, ...]
    total_hotels: int
    kept: bool
    found: Found

    @property
    def is_complete(self) -> bool:
        return self.status is SearchStatus.COMPLETE


def start(asked: Criteria, *, channel: str = Channel.WEB, user_type: str = UserType.GUEST) -> Search:
    """Ask every enabled supplier about the place's hotels, best first. Waits at most `search_wait_seconds`; what comes
    later joins the search. Raises what `validate` raises."""
    valid = judging.validate(asked)
    now = clock.now()
    target = targets.find(valid)
    record = Record(
        id=search_ids.new(),
        criteria=valid,
        channel=channel,
        user_type=user_type,
        created_at=now,
        expires_at=now + timedelta(seconds=conf.search_life_seconds()),
        batches=tuple(_batches(target)),
        point=_point(target),
    )
    fan_out.save(record)
    jobs = fan_out.batch_jobs(record)
    fan_out.dispatch(record, jobs)
    fan_out.wait(record, jobs)
    found = _search(record)
    search_log.asked(found)
    return found


def get(search_id: str) -> Search:
    """Raises NotFound `search_not_found`, Gone `search_expired`."""
    return _search(search_ids.record(search_id))


def page(
    search: Search,
    *,
    filters: Filters | None = None,
    sort: str = "recommended",
    page: int = 1,
    page_size: int = 20,
    version: str = "",
) -> SearchPage:
    """`version`: that of the page this one follows. Raises InvalidInput naming the field."""
    wanted = filters or Filters()
    found = listing.page(
        search.found, filters=wanted, sort=sort, page=page, page_size=page_size, version=version
    )
    search_log.shown(search, found, filters=wanted, sort=sort)
    return found


def hotel_rates(search: Search, hotel_public_id: str) -> HotelOffers:
    """Raises NotFound for a hotel the search did not ask for."""
    found = hotel_offers.of(search.found.record, hotel_public_id)
    if found.complete:
        search_log.chosen(search.id, search_log.Kind.OPENED, hotel=hotel_public_id)
    return found


def _search(record: Record) -> Search:
    jobs = fan_out.batch_jobs(record)
    states = fan_out.outcomes(record, jobs)
    answered = [job for job in jobs if states[job].state.has_answer]
    answers = fan_out.answers(record, answered)
    lost = [job for job in answered if job not in answers]
    if lost:  # the cache forgot them: ask again
        fan_out.dispatch(record, lost)
        states |= fan_out.outcomes(record, lost)
    index = search_index.of(record, answers)
    running = any(outcome.is_open for outcome in states.values())
    return Search(
        id=record.id,
        criteria=record.criteria,
        channel=record.channel,
        user_type=record.user_type,
        status=SearchStatus.RUNNING if running else SearchStatus.COMPLETE,
        created_at=record.created_at,
        expires_at=record.expires_at,
        suppliers=tuple(_suppliers({(job.supplier, job.name): outcome for job, outcome in states.items()})),
        total_hotels=len(index.hotels),
        kept=not shelf.cache.is_away(),
        found=Found(record, answers, index),
    )


_TELLING = (State.WAITING, State.FAILED, State.OVER_BUDGET, State.LATE, State.STALE, State.OK, State.CACHED)
"""Of several batches the state that says most about the supplier."""


def _suppliers(states: dict[tuple[str, str], Outcome]) -> Iterator[SupplierState]:
    for code in dict.fromkeys(supplier for supplier, _ in states):
        parts = [outcome for (supplier, _), outcome in states.items() if supplier == code]
        yield SupplierState(
            code=code,
            status=min((part.state for part in parts), key=_TELLING.index),
            hotels=sum(part.hotels for part in parts),
            elapsed_ms=max(part.elapsed_ms for part in parts),
        )


def _batches(target: targets.Target) -> Iterator[Batch]:
    """At most `search_max_hotels` of the place, best ranked first, as many to a question as the supplier takes."""
    for supplier in registry.enabled(registry.Capability.AVAILABILITY):
        rows = _codes(target, supplier)
        size = registry.get(supplier).max_hotels
        for first in range(0, len(rows), size):
            part = rows[first : first + size]
            yield Batch(supplier, tuple(code for code, _ in part), tuple(key for _, key in part))


def _codes(target: targets.Target, supplier: str) -> Sequence[tuple[str, int]]:
    rows = targets.live_hotels(target)
    codes = (
        HotelCode.objects.filter(supplier=supplier, hotel__in=rows)
        .order_by("hotel__ranking", "hotel_id", "code")
        .values_list("code", "hotel_id", "hotel__latitude", "hotel__longitude")
    )
    inside = (
        (code, key)
        for code, key, latitude, longitude in codes
        if targets.is_inside(target, latitude, longitude)
    )
    return list(inside)[: conf.search_max_hotels()]


def _point(target: targets.Target) -> tuple[float, float] | None:
    if target.latitude is None or target.longitude is None:
        return None
    return target.latitude, target.longitude
