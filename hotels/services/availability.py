"""What suppliers answered, kept in Redis and shared by every search that asks the same.

An answer holds supplier nets in one language; prices, audience and texts are put on above it and never shared. It is
kept longer than any search that may use it and carries when it was asked: how fresh it must be is the asker's business.
"""

from __future__ import annotations

import hashlib
import time
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec
import structlog

from faredown.lib import clock, redis
from hotels import conf
from hotels.services import packing
from suppliers import registry
from suppliers.errors import SupplierError, Throttled
from suppliers.types import HotelRates, StaySearch

log = structlog.get_logger(__name__)

SCHEMA = 1
"""Part of every key: raise it when the shape of what is stored changes."""
_POLL_SECONDS = 0.05
_FLIGHT_MARGIN_SECONDS = 3.0


class State(StrEnum):
    WAITING = "waiting"
    OK = "ok"
    CACHED = "cached"
    STALE = "stale"
    LATE = "late"
    FAILED = "failed"
    OVER_BUDGET = "over_budget"

    @property
    def has_answer(self) -> bool:
        return self in (State.OK, State.CACHED, State.STALE)


class Question(msgspec.Struct, frozen=True):
    supplier: str
    stay: StaySearch

    @property
    def key(self) -> str:
        """The order of rooms does not matter to a supplier, so it does not split the cache."""
        stay = msgspec.structs.replace(self.stay, occupancies=tuple(sorted(self.stay.occupancies)))
        digest = hashlib.blake2b(msgspec.msgpack.encode((self.supplier, stay)), digest_size=16)
        return f"availability:{SCHEMA}:{digest.hexdigest()}"


class Answer(msgspec.Struct, frozen=True):
    """`hotels` by supplier code, each decoded only when it is looked at."""

    asked_at: datetime
    hotels: dict[str, msgspec.Raw]

    def rates(self, code: str) -> HotelRates | None:
        raw = self.hotels.get(code)
        return None if raw is None else _hotel_decoder.decode(raw)

    def age(self) -> timedelta:
        return clock.now() - self.asked_at


class Outcome(msgspec.Struct, frozen=True):
    """How one question went; `at` is when that was known (when it was sent, while waiting)."""

    state: State
    at: datetime
    hotels: int = 0
    elapsed_ms: int = 0


_answer_decoder = msgspec.msgpack.Decoder(Answer)
_hotel_decoder = msgspec.msgpack.Decoder(HotelRates)
_encoder = msgspec.msgpack.Encoder()


def known(question: Question, *, not_older_than: timedelta | None = None) -> Answer | None:
    answer = packing.unpack(redis.cache().get(question.key), _answer_decoder)
    if answer is None or (not_older_than is not None and answer.age() > not_older_than):
        return None
    return answer


def list_life(stay: StaySearch) -> timedelta:
    """How old an answer may be to fill a list of hotels."""
    days_ahead = (stay.check_in - clock.today()).days
    return timedelta(seconds=conf.availability_life_seconds(days_ahead))


def ask(question: Question, *, not_older_than: timedelta, deadline: float) -> Outcome:
    """Answer from what is known, from somebody else's question under way, or from the supplier. Never raises
    SupplierError: a supplier's trouble is an outcome. `deadline`: seconds in all."""
    started = time.monotonic()
    answer = known(question, not_older_than=not_older_than)
    if answer is not None:
        return Outcome(State.CACHED, clock.now(), len(answer.hotels))
    flight = f"flight:{question.key}"
    life_ms = int((deadline + _FLIGHT_MARGIN_SECONDS) * 1000)
    if not redis.durable().set(flight, "1", nx=True, px=life_ms):
        return _follow(question, flight, not_older_than, started + deadline)
    try:
        return _ask_supplier(question, deadline)
    finally:
        redis.durable().delete(flight)


def _follow(question: Question, flight: str, not_older_than: timedelta, until: float) -> Outcome:
    """Somebody else asks the same: take his answer."""
    while time.monotonic() < until:
        time.sleep(_POLL_SECONDS)
        under_way = redis.durable().exists(flight)
        answer = known(question, not_older_than=not_older_than)
        if answer is not None:
            return Outcome(State.CACHED, clock.now(), len(answer.hotels))
        if not under_way:
            return Outcome(State.FAILED, clock.now())
    return Outcome(State.LATE, clock.now())


def _ask_supplier(question: Question, deadline: float) -> Outcome:
    asked_at, started = clock.now(), time.monotonic()
    try:
        found = registry.get(question.supplier).search(question.stay, deadline=deadline)
    except SupplierError as error:
        elapsed = time.monotonic() - started
        state = _state_of(error, late=elapsed >= deadline * 0.95)
        log.info(
            "supplier_search_failed", supplier=question.supplier, state=state, error=type(error).__name__
        )
        return Outcome(state, clock.now(), 0, int(elapsed * 1000))
    if found.refused:
        log.warning(
            "rates_refused", supplier=question.supplier, count=len(found.refused), sample=found.refused[:3]
        )
    hotels = {hotel.hotel_code: msgspec.Raw(_encoder.encode(hotel)) for hotel in found.hotels if hotel.rates}
    _keep(question, Answer(asked_at, hotels))
    return Outcome(State.OK, clock.now(), len(hotels), int((time.monotonic() - started) * 1000))


def _keep(question: Question, answer: Answer) -> None:
    redis.cache().set(question.key, packing.pack(answer), ex=conf.answer_life_seconds())


def _state_of(error: SupplierError, *, late: bool) -> State:
    if isinstance(error, Throttled):
        return State.OVER_BUDGET
    return State.LATE if late else State.FAILED
