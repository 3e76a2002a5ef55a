"""The log of searches, for analytics: what was asked, found, shown and chosen, and never by whom.

    asked, shown, chosen -> (this process, a second at most) -> Redis -> `move` -> PostgreSQL

Noting costs a request a few microseconds: a timer sends what this process noted to the durable Redis at once, a task
moves it on in batches. A process that dies loses its last second; while Redis is away what is noted is dropped.
"""

from __future__ import annotations

import atexit
import os
import threading
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar, Protocol

import msgspec
import structlog
from django.db import DataError, connection, transaction
from django.db import Error as DatabaseError
from psycopg.types.json import Jsonb
from redis.exceptions import RedisError

from faredown.lib import clock, metrics, redis
from faredown.lib.partitions import Days
from hotels import conf
from hotels.criteria import Criteria
from hotels.models import SearchEvent
from hotels.services.content import merging
from hotels.services.filtering import Filters
from hotels.services.listing import SearchPage

log = structlog.get_logger(__name__)

Kind = SearchEvent.Kind
DAYS = Days(SearchEvent._meta.db_table)
KEY = "searches:noted"
SEND_SECONDS = 1.0
MOST_HELD = 10_000
"""In one process, should sending be slow."""
MOST_WAITING = 500_000
"""In Redis (some 150 bytes each), should nobody move them."""
BATCH = 5_000


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, array_like=True):
    """A row to be. Field by field what `SearchEvent` says."""

    at: datetime
    kind: str
    search: str
    place_kind: str = ""
    place: str = ""
    check_in: date | None = None
    lead_days: int | None = None
    nights: int | None = None
    rooms: int | None = None
    adults: int | None = None
    children: int | None = None
    residency: str = ""
    currency: str = ""
    channel: str = ""
    user_type: str = ""
    complete: bool | None = None
    hotels: int | None = None
    lowest_amount: Decimal | None = None
    elapsed_ms: int | None = None
    suppliers: list[tuple[str, str, int, int]] | None = None
    page: int | None = None
    sort: str = ""
    filters: dict[str, list[str]] | None = None
    hotel: str = ""
    reference: str = ""


class SupplierPart(Protocol):
    @property
    def code(self) -> str: ...
    @property
    def status(self) -> StrEnum: ...
    @property
    def hotels(self) -> int: ...
    @property
    def elapsed_ms(self) -> int: ...


class Search(Protocol):
    """Of `hotels.services.search.Search` what is noted."""

    @property
    def id(self) -> str: ...
    @property
    def criteria(self) -> Criteria: ...
    @property
    def channel(self) -> str: ...
    @property
    def user_type(self) -> str: ...
    @property
    def created_at(self) -> datetime: ...
    @property
    def is_complete(self) -> bool: ...
    @property
    def total_hotels(self) -> int: ...
    @property
    def suppliers(self) -> Sequence[SupplierPart]: ...


COLUMNS = tuple(Event.__struct_fields__)
_JSON = frozenset({"suppliers", "filters"})
_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Event)


def asked(search: Search) -> None:
    """A search that was just started, as its first answer is."""
    criteria = search.criteria
    place_kind, place = _place(criteria)
    now = clock.now()
    _note(
        Event(
            at=search.created_at,
            kind=Kind.ASKED,
            search=search.id,
            place_kind=place_kind,
            place=place,
            check_in=criteria.check_in,
            lead_days=(criteria.check_in - search.created_at.astimezone(UTC).date()).days,
            nights=criteria.nights,
            rooms=len(criteria.rooms),
            adults=sum(room.adults for room in criteria.rooms),
            children=sum(len(room.child_ages) for room in criteria.rooms),
            residency=criteria.residency,
            currency=criteria.currency,
            channel=search.channel,
            user_type=search.user_type,
            complete=search.is_complete,
            hotels=search.total_hotels,
            elapsed_ms=_milliseconds(now - search.created_at),
            suppliers=_suppliers(search),
        )
    )


def shown(search: Search, page: SearchPage, *, filters: Filters, sort: str) -> None:
    """A page of the list, once it is complete: what is shown while suppliers answer is no choice of the guest's."""
    if search.is_complete:
        _note(showing(search, page, filters=filters, sort=sort))


def shown_again(event: Event) -> None:
    """A page of `showing` that was kept and is shown once more, with nothing made anew."""
    _note(msgspec.structs.replace(event, at=clock.now()))


def chosen(search_id: str, kind: Kind, *, hotel: str = "", reference: str = "") -> None:
    """A hotel opened, an offer quoted, a booking confirmed; told once the transaction under way has committed."""
    event = Event(at=clock.now(), kind=kind, search=search_id, hotel=hotel, reference=reference)
    transaction.on_commit(lambda: _note(event), robust=True)


def send() -> None:
    """What this process noted, to Redis. Never raises: the log is worth no request."""
    events = _Held.take()
    if not events:
        return
    try:
        with redis.durable().pipeline(transaction=False) as pipe:
            pipe.rpush(KEY, *map(_encoder.encode, events))
            pipe.ltrim(KEY, -MOST_WAITING, -1)
            pipe.execute()
    except RedisError as error:
        metrics.search_events_lost.inc(len(events))
        log.warning("search_events_lost", count=len(events), error=type(error).__name__)


def move() -> int:
    """From Redis into the table, batch by batch. What the database does not take goes back where it was."""
    moved = 0
    while packed := _popped():
        try:
            moved += _write(packed)
        except DataError as error:  # never to be taken: it would stand in the way of all that follow
            metrics.search_events_lost.inc(len(packed))
            log.error("search_events_refused", count=len(packed), error=str(error))
        except DatabaseError:
            redis.durable().lpush(KEY, *reversed(packed))
            raise
    return moved


def prune() -> None:
    DAYS.keep(conf.search_log_days())


def _popped() -> list[bytes]:
    found = redis.durable().lpop(KEY, BATCH)
    return [one for one in found if isinstance(one, bytes)] if isinstance(found, list) else []


def _write(packed: Iterable[bytes]) -> int:
    """An event of another version of this code is left out."""
    events = []
    for one in packed:
        try:
            events.append(_decoder.decode(one))
        except msgspec.MsgspecError:
            metrics.search_events_lost.inc()
    with transaction.atomic(), connection.cursor() as cursor:
        merging.copy(cursor, DAYS.table, COLUMNS, map(_row, events))
    return len(events)


def _row(event: Event) -> tuple[object, ...]:
    values = ((name, getattr(event, name)) for name in COLUMNS)
    return tuple(Jsonb(value) if name in _JSON and value is not None else value for name, value in values)


def _milliseconds(span: timedelta) -> int:
    """A clock may have been set meanwhile."""
    return max(0, min(span // timedelta(milliseconds=1), _LONGEST_MS))


_LONGEST_MS = 2**31 - 1


def showing(search: Search, page: SearchPage, *, filters: Filters, sort: str) -> Event:
    """What `shown` notes."""
    lowest = page.histogram[0].low if page.histogram else None
    return Event(
        at=clock.now(),
        kind=Kind.SHOWN,
        search=search.id,
        currency=search.criteria.currency,
        complete=True,
        hotels=search.total_hotels,
        lowest_amount=None if lowest is None else lowest.amount,
        suppliers=_suppliers(search),
        page=page.page,
        sort=sort,
        filters=_filters(filters),
    )


def _place(criteria: Criteria) -> tuple[str, str]:
    if criteria.destination_id:
        kind = _KINDS.get(criteria.destination_id.partition("_")[0], "")
        return kind, criteria.destination_id
    if len(criteria.hotel_ids) == 1:
        return "hotel", criteria.hotel_ids[0]
    return ("hotels" if criteria.hotel_ids else "circle"), ""


_KINDS = {"dst": "destination", "reg": "region", "zon": "zone", "lmk": "landmark", "htl": "hotel"}


def _suppliers(search: Search) -> list[tuple[str, str, int, int]]:
    return [(one.code, one.status.value, one.hotels, one.elapsed_ms) for one in search.suppliers]


def _filters(filters: Filters) -> dict[str, list[str]]:
    """Those in use. What was typed as a name is only told to have been."""
    used = {name: getattr(filters, name) for name in filters.__struct_fields__}
    told = {name: _texts(value) for name, value in used.items() if value}
    return told | ({"name": []} if filters.name else {})


def _texts(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, tuple) else [str(value)]


class _Held:
    """Of this process. The first event starts the timer that sends it and its followers."""

    lock = threading.Lock()
    events: ClassVar[list[Event]] = []

    @classmethod
    def add(cls, event: Event) -> None:
        with cls.lock:
            cls.events.append(event)
            held = len(cls.events)
            if held > MOST_HELD:
                cls.events.pop()
        if held == 1:
            timer = threading.Timer(SEND_SECONDS, send)
            timer.daemon = True
            with suppress(RuntimeError):  # the interpreter is going down: what it does at its exit sends them
                timer.start()
        elif held > MOST_HELD:
            metrics.search_events_lost.inc()

    @classmethod
    def take(cls) -> list[Event]:
        with cls.lock:
            taken, cls.events = cls.events, []
        return taken

    @classmethod
    def forget(cls) -> None:
        """In a forked child: its parent sends them, and the timer and whoever held the lock stayed there."""
        cls.lock, cls.events = threading.Lock(), []


_note = _Held.add
atexit.register(send)
os.register_at_fork(after_in_child=_Held.forget)
