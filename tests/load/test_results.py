"""From an availability answer to a first page of priced hotels, against typed decoding of the same bytes."""

from __future__ import annotations

import gc
import itertools
import json
import statistics
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from faredown.lib import clock, redis
from hotels.criteria import Criteria
from hotels.models import Hotel, HotelCode
from hotels.services import answers, fan_out, listing, search_index
from hotels.services.answers import Answer
from hotels.services.fan_out import Batch, Record
from hotels.services.filtering import Filters
from hotels.services.listing import Found, SearchPage
from suppliers.adapters.hotelbeds import schemas
from suppliers.adapters.hotelbeds.mapping import rates, values
from suppliers.types import Occupancy
from tests.load import figures
from tests.load.hotelbeds import Json, Simulator, availability
from tests.load.test_decoding import cpu_ms, with_rates

HOTELS = 1000
RATES = 20
SUPPLIER = "hotelbeds"
# 2.5 is wanted; this is what is kept to.
AT_MOST_OF_TYPED = 6
PAIRS = 15


class Answered:
    """An answer about the first hotels of the catalogue, and the record of a search that asked for it."""

    def __init__(self, simulator: Simulator, per_hotel: int) -> None:
        known = HotelCode.objects.filter(supplier=SUPPLIER, hotel__status=Hotel.Status.LIVE)
        found = sorted((int(code), key) for code, key in known.values_list("code", "hotel_id"))[:HOTELS]
        asked = availability(list(range(1, 2001)))
        answer: Json = json.loads(simulator.post("/hotel-api/1.0/hotels", asked).content)
        sold = itertools.cycle(answer["hotels"]["hotels"])
        hotels = [
            with_rates(hotel, per_hotel) | {"code": code}
            for (code, _), hotel in zip(found, sold, strict=False)
        ]
        answer["hotels"] |= {"hotels": hotels, "total": HOTELS}
        self.body = json.dumps(answer, separators=(",", ":"), ensure_ascii=False).encode()
        check_in = date.fromisoformat(asked["stay"]["checkIn"])
        now = clock.now()
        self.record = Record(
            id="srch_bench",
            criteria=Criteria(
                check_in=check_in,
                check_out=check_in + timedelta(days=4),
                rooms=(Occupancy(2),),
                currency="USD",
                hotel_ids=("bench",),
            ),
            channel="web",
            created_at=now,
            expires_at=now + timedelta(hours=1),
            batches=(Batch(SUPPLIER, tuple(str(code) for code, _ in found), tuple(key for _, key in found)),),
        )

    def answer(self) -> Answer:
        stay = fan_out.question(self.record, fan_out.batch_jobs(self.record)[0]).stay
        found, _ = rates.availability(self.body, stay, now=clock.now())
        assert not found.refused
        return Answer.of(SUPPLIER, stay, found, asked_at=clock.now())

    def found(self, answer: Answer) -> Found:
        told = {fan_out.batch_jobs(self.record)[0]: answer}
        return Found(self.record, told, search_index.build(self.record, told))


def first_page(found: Found) -> SearchPage:
    return listing.page(found, filters=Filters(), sort="price", page=1, page_size=20)


@pytest.fixture(scope="module")
def large(catalogue: None, simulator: Simulator) -> Answered:
    return Answered(simulator, RATES)


def test_from_bytes_to_a_first_page(large: Answered) -> None:
    size = f"{len(large.body) / 1e6:.1f} MB, {HOTELS:,} hotels, {HOTELS * RATES:,} rates"
    table = figures.table(f"From availability ({size}) to a first page", "CPU ms", "of typed")
    typed = cpu_ms(lambda: values.decode(large.body, schemas.AvailabilityAnswer))
    answer = large.answer()
    found = large.found(answer)
    steps: dict[str, Callable[[], object]] = {
        "decoded and sketched for the port": large.answer,
        "priced, merged": lambda: large.found(answer),
        "sorted, facets, the cards of 20": lambda: first_page(found),
        "all of it": lambda: first_page(large.found(large.answer())),
    }
    table.add("typed decoding alone", typed, 1.0)
    spent = {name: cpu_ms(step) for name, step in steps.items()}
    for name, milliseconds in spent.items():
        table.add(name, milliseconds, milliseconds / typed)

    shown = first_page(found)
    totals = [card.cheapest.total for card in shown.results]
    assert shown.total == HOTELS
    assert len(totals) == 20
    assert totals == sorted(totals)
    pairs = [_of_typed(large) for _ in range(PAIRS)]
    table.add("all of it, beside typed decoding by turns", "", statistics.median(pairs))
    assert spent["all of it"] <= AT_MOST_OF_TYPED * typed


def _of_typed(large: Answered) -> float:
    """One of each, close together: a shared processor is half as fast again a second later."""
    typed = _once(lambda: values.decode(large.body, schemas.AvailabilityAnswer))
    return _once(lambda: first_page(large.found(large.answer()))) / typed


def _once(work: Callable[[], object]) -> float:
    gc.collect()
    started = time.process_time()
    kept = work()
    spent = time.process_time() - started
    del kept
    return spent


@pytest.mark.parametrize("per_hotel", [6, RATES])
def test_a_cached_answer_is_small(catalogue: None, simulator: Simulator, per_hotel: int) -> None:
    answered = Answered(simulator, per_hotel)
    packed = answers.pack(answered.answer())
    table = figures.table(f"An answer of {HOTELS:,} hotels, {per_hotel} rates each, in Redis", "kB", "CPU ms")
    table.add("as the supplier sent it", len(answered.body) / 1000, "")
    table.add("packed", len(packed) / 1000, cpu_ms(lambda: answers.pack(answered.answer())))
    again = answers.unpack(packed)
    assert again is not None
    code = answered.record.batches[0].codes[0]
    table.add("opened, and one hotel of it", "", cpu_ms(lambda: answers.unpack(packed).rates(code)))  # type: ignore[union-attr]
    assert again.rates(code) == answered.answer().rates(code)
    assert len(packed) < 100 * per_hotel * HOTELS


def test_a_change_of_filter_sort_or_page(large: Answered) -> None:
    """What a request does after it loaded the search: index and answer are read from Redis by each."""
    packed = answers.pack(large.answer())
    (job,) = fan_out.batch_jobs(large.record)
    changes: list[dict[str, Any]] = [
        {"filters": filters, "sort": sort, "page": page}
        for filters in (Filters(), Filters(board=("BB",)), Filters(free_cancellation=True))
        for sort in ("recommended", "price", "stars")
        for page in (1, 3)
    ]
    waits = []
    for change in [*changes[:1], *changes * 3]:
        started = time.process_time()
        answer = answers.unpack(packed)
        assert answer is not None
        told = {job: answer}
        listing.page(Found(large.record, told, search_index.of(large.record, told)), page_size=20, **change)
        waits.append(1000 * (time.process_time() - started))
    table = figures.table(f"A change of filter, sort or page, {HOTELS:,} hotels", "CPU ms, median", "p95")
    table.add("in process", statistics.median(waits[1:]), statistics.quantiles(waits[1:], n=20)[-1])
    key = f"search:{search_index.SCHEMA}:{large.record.id}:index:*"
    (stored,) = (redis.cache().strlen(name) for name in redis.cache().keys(key))
    table.add("the index in Redis, kB", stored / 1000, "")
