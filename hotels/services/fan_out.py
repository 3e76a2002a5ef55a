"""One search, asked of every supplier: its record in Redis, the questions sent out, what came back so far.

The record and the answers lie in the cache Redis, claims and outcomes in the durable one. A question is a *job*:
a batch of the search's hotels ("0", "1" ...), or one hotel afresh ("hotel:<supplier's code>"). Whoever comes first asks
it, a worker of the `search` queue as a rule; the web itself when no worker came, and when there is no Redis to share a
search through.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from faredown.lib import background, clock
from hotels import conf
from hotels.criteria import Criteria
from hotels.services import availability, day_prices, hands, packing, shelf
from hotels.services.answers import Answer
from hotels.services.availability import Lives, Outcome, Question, State
from suppliers import registry
from suppliers.types import StaySearch

TASK = "hotels.search_supplier"
SCHEMA = 2
_POLL_SECONDS = 0.02
_GRACE_SECONDS = 5.0
"""Beyond a supplier's deadline: a job still waiting then is late, its worker is gone."""
_RESEND_SECONDS = 5.0
_CLOCKS_SECONDS = 5.0
"""How far apart the clocks of our machines may be."""
_HOTEL_JOB = "hotel:"


class Batch(msgspec.Struct, frozen=True):
    """`codes` are the supplier's, `hotels` our keys, side by side."""

    supplier: str
    codes: tuple[str, ...]
    hotels: tuple[int, ...]


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """What a search is bound to for its whole life."""

    id: str
    criteria: Criteria
    channel: str
    user_type: str = ""
    created_at: datetime
    expires_at: datetime
    batches: tuple[Batch, ...]
    point: tuple[float, float] | None = None
    """What distances are measured from."""


class Job(msgspec.Struct, frozen=True):
    supplier: str
    name: str

    @property
    def field(self) -> str:
        return f"{self.supplier}/{self.name}"


_record_decoder = msgspec.msgpack.Decoder(Record)
_outcome_decoder = msgspec.msgpack.Decoder(Outcome)
_encoder = msgspec.msgpack.Encoder()


def save(record: Record) -> None:
    shelf.cache.set(_record_key(record.id), packing.pack(record), seconds=conf.search_life_seconds())


def load(search_id: str) -> Record | None:
    return packing.unpack(shelf.cache.get(_record_key(search_id)), _record_decoder)


def is_alone() -> bool:
    """No worker can be reached, or none could find what it is asked about: this process asks by itself."""
    return shelf.cache.is_away() or shelf.durable.is_away()


def batch_jobs(record: Record) -> list[Job]:
    return [Job(batch.supplier, str(number)) for number, batch in enumerate(record.batches)]


def hotel_job(supplier: str, code: str) -> Job:
    return Job(supplier, f"{_HOTEL_JOB}{code}")


def question(record: Record, job: Job) -> Question:
    """In English for everybody: names are put on from the catalogue."""
    asked = record.criteria
    if job.name.startswith(_HOTEL_JOB):
        codes: tuple[str, ...] = (job.name.removeprefix(_HOTEL_JOB),)
    else:
        codes = record.batches[int(job.name)].codes
    stay = StaySearch(
        hotel_codes=codes,
        check_in=asked.check_in,
        check_out=asked.check_out,
        occupancies=asked.rooms,
        residency=asked.residency,
    )
    return Question(job.supplier, stay)


def dispatch(record: Record, jobs: Sequence[Job]) -> None:
    """Answer at once what is known well enough; send the rest out. What was sent or answered a moment ago is left."""
    now = clock.now()
    recent = _stored(record)
    due = [
        job for job in jobs if job not in recent or now - recent[job].at >= timedelta(seconds=_RESEND_SECONDS)
    ]
    seen = {job: _look(record, job) for job in due}
    _mark(record.id, seen)
    for job, outcome in seen.items():
        if outcome.is_open and not is_alone() and not availability.is_being_asked(question(record, job)):
            background.defer(TASK, record.id, job.supplier, job.name)


def outcomes(record: Record, jobs: Iterable[Job]) -> dict[Job, Outcome]:
    """A job that nobody finished in time is late; one that was never sent is waiting from now on."""
    stored, now = _stored(record), clock.now()
    found = {job: stored.get(job) or _unmarked(record, job) for job in jobs}
    landed = _landed(record, {job: outcome for job, outcome in found.items() if outcome.is_open})
    _mark(record.id, landed)
    found |= landed
    limit = timedelta(seconds=conf.supplier_deadline_seconds() + _GRACE_SECONDS)
    for job, outcome in found.items():
        if outcome.is_open and now - outcome.at > limit:
            found[job] = availability.settled(Outcome(State.LATE, outcome.at), old=outcome)
    return found


def wait(record: Record, jobs: Sequence[Job]) -> None:
    """Until every job has something to show, `search_wait_seconds` at most. What no worker has taken by then is asked
    from here; without Redis that is at once, and waited for longer."""
    alone = is_alone()
    started = time.monotonic()
    ends = started + (conf.search_alone_seconds() if alone else conf.search_wait_seconds())
    help_at = started if alone else started + conf.search_claim_seconds()
    helped = False
    while True:
        waiting = [job for job, outcome in outcomes(record, jobs).items() if outcome.state is State.WAITING]
        now = time.monotonic()
        if not waiting or now >= ends:
            return
        if not helped and now >= help_at:
            helped = True
            _ask_from_here(record, waiting, ends=ends)
        else:
            time.sleep(_POLL_SECONDS)


def run(record: Record, job: Job, *, deadline: float) -> None:
    """Ask, unless somebody else is asking the same: then its outcome is heard of when it is there."""
    asked = question(record, job)
    outcome = availability.ask(asked, _lives(job, asked), deadline=deadline)
    if outcome is not None:
        _mark(record.id, {job: outcome})
        if outcome.state is State.OK:
            _note_days(record, job, asked)


def run_by_name(search_id: str, supplier: str, name: str) -> None:
    """The worker's side. A search that is gone, or a job that has its outcome already, needs nothing."""
    record = load(search_id)
    if record is None:
        return
    job = Job(supplier, name)
    if outcomes(record, [job])[job].is_open:
        run(record, job, deadline=conf.supplier_deadline_seconds())


def answers(record: Record, jobs: Iterable[Job]) -> dict[Job, Answer]:
    """What is known now for those of the jobs that have it."""
    found = ((job, availability.known(question(record, job))) for job in jobs)
    return {job: answer for job, answer in found if answer is not None}


def rate_life(supplier: str) -> timedelta:
    """How long after it was given a rate key is safely booked."""
    return timedelta(seconds=registry.get(supplier).rate_key_life_seconds)


def fresh_life(supplier: str) -> timedelta:
    """How old rates may be on a hotel's own page: young enough that their keys live while a guest books."""
    return min(rate_life(supplier), timedelta(seconds=conf.rates_fresh_seconds()))


def _ask_from_here(record: Record, jobs: Sequence[Job], *, ends: float) -> None:
    """Side by side, each to the supplier's own deadline even when that is after our answer: it joins the search. In
    the request itself where no threads may be used."""
    if conf.search_threads() == 0:
        for job in jobs:
            run(record, job, deadline=max(0.1, ends - time.monotonic()))
        return
    for job in jobs:
        hands.take(run, record, job, deadline=conf.supplier_deadline_seconds())


def _note_days(record: Record, job: Job, asked: Question) -> None:
    """For the calendars, once for every answer."""
    if (answer := availability.known(asked)) is not None:
        part = "" if job.name.startswith(_HOTEL_JOB) else job.name
        day_prices.note_answer(record.criteria, answer, asked.stay.hotel_codes, part=part)


def _lives(job: Job, asked: Question) -> Lives:
    """A hotel's own rates are booked from: an old answer never stands in for them."""
    if job.name.startswith(_HOTEL_JOB):
        return Lives(fresh_life(job.supplier))
    return availability.list_lives(asked)


def _look(record: Record, job: Job) -> Outcome:
    asked = question(record, job)
    return availability.look(asked, _lives(job, asked))


def _unmarked(record: Record, job: Job) -> Outcome:
    """Its mark was lost with Redis, or is another process's own: what is known tells."""
    outcome = _look(record, job)
    if outcome.state is State.WAITING and not job.name.startswith(_HOTEL_JOB):
        return Outcome(State.WAITING, record.created_at)
    return outcome


def _landed(record: Record, waiting: Mapping[Job, Outcome]) -> dict[Job, Outcome]:
    """Those of the jobs that somebody finished since they were sent, for this search or for another one."""
    told = availability.told(question(record, job) for job in waiting)
    return {
        job: availability.settled(news, old=outcome)
        for (job, outcome), news in zip(waiting.items(), told, strict=True)
        if news is not None and news.at >= outcome.at - timedelta(seconds=_CLOCKS_SECONDS)
    }


def _stored(record: Record) -> dict[Job, Outcome]:
    return {
        Job(*field.split("/", 1)): _outcome_decoder.decode(packed)
        for field, packed in shelf.durable.marks(_outcomes_key(record.id)).items()
    }


def _mark(search_id: str, found: Mapping[Job, Outcome]) -> None:
    if found:
        marks = {job.field: _encoder.encode(outcome) for job, outcome in found.items()}
        shelf.durable.mark(_outcomes_key(search_id), marks, seconds=conf.search_life_seconds())


def _record_key(search_id: str) -> str:
    return f"search:{SCHEMA}:{search_id}"


def _outcomes_key(search_id: str) -> str:
    return f"search:{SCHEMA}:{search_id}:outcomes"
