"""One search, asked of every supplier: its record in Redis, the questions sent out, what came back so far.

The record and the answers lie in the cache Redis, claims and outcomes in the durable one. A question is a *job*:
a batch of the search's hotels ("0", "1" ...), or one hotel afresh ("hotel:<supplier's code>"). Whoever claims a job
runs it, a worker of the `search` queue as a rule; the web itself when no worker came.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import msgspec

from faredown.lib import background, clock, redis
from hotels import conf
from hotels.criteria import Criteria
from hotels.services import availability, packing
from hotels.services.availability import Answer, Outcome, Question, State
from suppliers import registry
from suppliers.types import StaySearch

TASK = "hotels.search_supplier"
SCHEMA = 1
_POLL_SECONDS = 0.02
_GRACE_SECONDS = 5.0
"""Beyond a supplier's deadline: a job still waiting then is late, its worker is gone."""
_RESEND_SECONDS = 5.0
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
    redis.cache().set(_record_key(record.id), packing.pack(record), ex=conf.search_life_seconds())


def load(search_id: str) -> Record | None:
    return packing.unpack(redis.cache().get(_record_key(search_id)), _record_decoder)


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
    marks: dict[str, Outcome] = {}
    for job in jobs:
        if job in recent and now - recent[job].at < timedelta(seconds=_RESEND_SECONDS):
            continue
        asked = question(record, job)
        answer = availability.known(asked, not_older_than=_life(job, asked))
        marks[job.field] = (
            Outcome(State.WAITING, now) if answer is None else Outcome(State.CACHED, now, len(answer.hotels))
        )
    _mark(record.id, marks)
    for job in jobs:
        if job.field in marks and marks[job.field].state is State.WAITING:
            background.defer(TASK, record.id, job.supplier, job.name)


def outcomes(record: Record, jobs: Iterable[Job]) -> dict[Job, Outcome]:
    """A job that nobody finished in time is late; one that was never sent is waiting from now on."""
    stored, now = _stored(record), clock.now()
    limit = timedelta(seconds=conf.supplier_deadline_seconds() + _GRACE_SECONDS)
    found: dict[Job, Outcome] = {}
    for job in jobs:
        outcome = stored.get(job, Outcome(State.WAITING, now))
        if outcome.state is State.WAITING and now - outcome.at > limit:
            outcome = Outcome(State.LATE, outcome.at)
        found[job] = outcome
    return found


def wait(record: Record, jobs: Sequence[Job]) -> None:
    """Until every job has an outcome, `search_wait_seconds` at most. Runs here what no worker has taken by then."""
    started = time.monotonic()
    ends = started + conf.search_wait_seconds()
    helped = False
    while True:
        waiting = [job for job, outcome in outcomes(record, jobs).items() if outcome.state is State.WAITING]
        now = time.monotonic()
        if not waiting or now >= ends:
            return
        if not helped and now >= started + conf.search_claim_seconds():
            helped = True
            for job in waiting:
                run(record, job, deadline=max(0.1, ends - time.monotonic()))
        else:
            time.sleep(_POLL_SECONDS)


def run(record: Record, job: Job, *, deadline: float) -> None:
    """Ask, once: whoever claims the job first. Its outcome is recorded whatever happens."""
    claim_ms = int((deadline + _GRACE_SECONDS) * 1000)
    if not redis.durable().set(f"{_outcomes_key(record.id)}:claim:{job.field}", "1", nx=True, px=claim_ms):
        return
    outcome = Outcome(State.FAILED, clock.now())
    try:
        asked = question(record, job)
        outcome = availability.ask(asked, not_older_than=_life(job, asked), deadline=deadline)
    finally:
        _mark(record.id, {job.field: outcome})
        redis.durable().delete(f"{_outcomes_key(record.id)}:claim:{job.field}")


def run_by_name(search_id: str, supplier: str, name: str) -> None:
    """The worker's side. A search that is gone, or a job that has its outcome already, needs nothing."""
    record = load(search_id)
    if record is None:
        return
    job = Job(supplier, name)
    if outcomes(record, [job])[job].state is State.WAITING:
        run(record, job, deadline=conf.supplier_deadline_seconds())


def answers(record: Record, jobs: Iterable[Job]) -> dict[Job, Answer]:
    """What is known now for those of the jobs that have it."""
    found = ((job, availability.known(question(record, job))) for job in jobs)
    return {job: answer for job, answer in found if answer is not None}


def rate_life(supplier: str) -> timedelta:
    """How long after it was given a rate key is safely booked."""
    return timedelta(seconds=registry.get(supplier).rate_key_life_seconds)


def _life(job: Job, asked: Question) -> timedelta:
    if job.name.startswith(_HOTEL_JOB):
        return rate_life(job.supplier)
    return availability.list_life(asked.stay)


def _stored(record: Record) -> dict[Job, Outcome]:
    stored = redis.durable().hgetall(_outcomes_key(record.id))
    return {
        Job(*field.decode().split("/", 1)): _outcome_decoder.decode(packed)
        for field, packed in stored.items()
        if isinstance(field, bytes) and isinstance(packed, bytes)
    }


def _mark(search_id: str, found: dict[str, Outcome]) -> None:
    if not found:
        return
    key = _outcomes_key(search_id)
    with redis.durable().pipeline(transaction=False) as pipe:
        pipe.hset(key, mapping={field: _encoder.encode(outcome) for field, outcome in found.items()})
        pipe.expire(key, conf.search_life_seconds())
        pipe.execute()


def _record_key(search_id: str) -> str:
    return f"search:{SCHEMA}:{search_id}"


def _outcomes_key(search_id: str) -> str:
    return f"search:{SCHEMA}:{search_id}:outcomes"
