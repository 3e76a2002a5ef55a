"""What suppliers answered, kept in Redis and shared by every search that asks the same.

An answer holds supplier nets in one language; prices, audience and texts are put on above it and never shared. It is
kept longer than any list may be filled from it and carries when it was asked: how fresh it must be is the asker's
business. Beside it lies, for a minute, how the question went: that is how others who wait for it hear of its end, and
how a supplier that fails is not asked again by each of them.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec
import structlog

from faredown.lib import clock
from hotels import conf
from hotels.services import answers, shelf
from hotels.services.answers import Answer
from suppliers import registry
from suppliers.errors import SupplierError, Throttled
from suppliers.types import StaySearch

log = structlog.get_logger(__name__)

_FLIGHT_MARGIN_SECONDS = 3.0
_TOLD_SECONDS = 60
_BUDGET_PAUSE_SECONDS = 2.0
"""A question our own budget had no room for may be asked again sooner than one the supplier failed."""


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
        return f"availability:{answers.SCHEMA}:{digest.hexdigest()}"


class Outcome(msgspec.Struct, frozen=True):
    """How one question went; `at` is when that was known (when it was sent, while waiting). `refreshing`: there is an
    old answer, and a new one is being fetched."""

    state: State
    at: datetime
    hotels: int = 0
    elapsed_ms: int = 0
    refreshing: bool = False

    @property
    def is_open(self) -> bool:
        return self.refreshing or self.state is State.WAITING


class Lives(msgspec.Struct, frozen=True):
    """How old an answer may be to be taken as it is; and how much older to stand in while a new one is fetched."""

    fresh: timedelta
    stale: timedelta = timedelta()


_outcome_decoder = msgspec.msgpack.Decoder(Outcome)
_encoder = msgspec.msgpack.Encoder()


def known(question: Question, *, not_older_than: timedelta | None = None) -> Answer | None:
    answer = answers.unpack(shelf.cache.get(question.key))
    if answer is None or (not_older_than is not None and answer.age() > not_older_than):
        return None
    return answer


def list_lives(question: Question) -> Lives:
    """Of an answer that fills a list of hotels."""
    lives = registry.answer_lives(question.supplier)
    return Lives(lives.at((question.stay.check_in - clock.today()).days), lives.stale)


def look(question: Question, lives: Lives) -> Outcome:
    """What can be said without asking. WAITING, or an old answer to be refreshed, when somebody has to ask."""
    answer = known(question, not_older_than=lives.fresh + lives.stale)
    if answer is not None and answer.age() <= lives.fresh:
        return Outcome(State.CACHED, clock.now(), len(answer))
    failure = _recent_failure(question)
    if answer is not None:
        return Outcome(State.STALE, clock.now(), len(answer), refreshing=failure is None)
    return failure or Outcome(State.WAITING, clock.now())


def ask(question: Question, lives: Lives, *, deadline: float) -> Outcome | None:
    """The outcome, from what is known or from the supplier; None when somebody else is asking: `told` has it when he
    is done. Never raises SupplierError: a supplier's trouble is an outcome. `deadline`: seconds in all."""
    token = shelf.durable.claim(
        _flight(question), milliseconds=int((deadline + _FLIGHT_MARGIN_SECONDS) * 1000)
    )
    if token is None:
        return None
    try:
        # Looked at again now that nobody else can be asking: he may have landed a moment ago.
        seen = look(question, lives)
        return _ask(question, deadline, old=seen) if seen.is_open else seen
    finally:
        shelf.durable.release(_flight(question), token)


def is_being_asked(question: Question) -> bool:
    return shelf.durable.is_claimed(_flight(question))


def told(questions: Iterable[Question]) -> list[Outcome | None]:
    """How each question went when it was last asked, for as long as somebody may wait to hear it."""
    found = shelf.durable.get_many([_told_key(question) for question in questions])
    return [None if packed is None else _outcome_decoder.decode(packed) for packed in found]


def settled(outcome: Outcome, *, old: Outcome) -> Outcome:
    """What a search makes of an outcome when it has an old answer: better that than nothing."""
    if outcome.state.has_answer or not old.state.has_answer:
        return outcome
    return Outcome(State.STALE, outcome.at, old.hotels, outcome.elapsed_ms)


def _ask(question: Question, deadline: float, *, old: Outcome) -> Outcome:
    outcome = Outcome(State.FAILED, clock.now())
    try:
        outcome = _ask_supplier(question, deadline)
    finally:
        shelf.durable.set(_told_key(question), _encoder.encode(outcome), seconds=_TOLD_SECONDS)
    return settled(outcome, old=old)


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
    answer = Answer.of(question.supplier, question.stay, found, asked_at=asked_at)
    _keep(question, answer)
    return Outcome(State.OK, clock.now(), len(answer), int((time.monotonic() - started) * 1000))


def _keep(question: Question, answer: Answer) -> None:
    """Through the whole life of a search that began with it, or until it is too old to stand in."""
    lives = list_lives(question)
    seconds = max(conf.search_life_seconds(), lives.stale.total_seconds()) + lives.fresh.total_seconds()
    shelf.cache.set(question.key, answers.pack(answer), seconds=int(seconds))


def _recent_failure(question: Question) -> Outcome | None:
    [outcome] = told([question])
    if outcome is None or outcome.state.has_answer:
        return None
    pause = conf.failure_seconds()
    if outcome.state is State.OVER_BUDGET:
        pause = min(pause, _BUDGET_PAUSE_SECONDS)
    return outcome if clock.now() - outcome.at < timedelta(seconds=pause) else None


def _state_of(error: SupplierError, *, late: bool) -> State:
    if isinstance(error, Throttled):
        return State.OVER_BUDGET
    return State.LATE if late else State.FAILED


def _flight(question: Question) -> str:
    return f"flight:{question.key}"


def _told_key(question: Question) -> str:
    return f"told:{question.key}"
