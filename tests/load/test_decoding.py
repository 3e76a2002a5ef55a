"""A large availability answer through the adapter's types, against the same bytes without any."""

from __future__ import annotations

import gc
import itertools
import json
import statistics
import time
from collections.abc import Callable
from datetime import date

import msgspec
import pytest

from faredown.lib import clock
from suppliers.adapters.hotelbeds import schemas
from suppliers.adapters.hotelbeds.mapping import rates, values
from suppliers.types import Availability, Occupancy, StaySearch
from tests.load import figures
from tests.load.hotelbeds import Json, Simulator, availability

HOTELS = 1000
RATES_PER_HOTEL = 20
TIMES = 5
# Mapping makes exact money, aware instants and ids of 20,000 rates: some times what parsing plain JSON costs.
MAPPED_AT_MOST = 4


@pytest.fixture(scope="module")
def large(simulator: Simulator) -> bytes:
    """1,000 hotels with 20 rates each, every rate as the simulator wrote it."""
    asked = availability(list(range(1, 2001)))
    answer: Json = json.loads(simulator.post("/hotel-api/1.0/hotels", asked).content)
    sold = itertools.islice(itertools.cycle(answer["hotels"]["hotels"]), HOTELS)
    hotels = [with_rates(hotel, RATES_PER_HOTEL) for hotel in sold]
    answer["hotels"] |= {"hotels": hotels, "total": HOTELS}
    return json.dumps(answer, separators=(",", ":"), ensure_ascii=False).encode()


def with_rates(hotel: Json, count: int) -> Json:
    """The hotel with exactly `count` rates: its own, taken again where it sells fewer."""
    own = [(room, rate) for room in hotel["rooms"] for rate in room["rates"]]
    chosen = list(itertools.islice(itertools.cycle(own), count))
    rooms = {room["code"]: {**room, "rates": []} for room, _ in chosen}
    for room, rate in chosen:
        rooms[room["code"]]["rates"].append(rate)
    return {**hotel, "rooms": list(rooms.values())}


def test_typed_decoding_of_a_large_answer(large: bytes) -> None:
    search = StaySearch(
        hotel_codes=("1",),
        check_in=date(2027, 1, 1),
        check_out=date(2027, 1, 5),
        occupancies=(Occupancy(2),),
        residency="GB",
    )

    def mapped() -> Availability:
        return rates.availability(large, search, now=clock.now())[0]

    title = (
        f"Availability of {HOTELS:,} hotels, {HOTELS * RATES_PER_HOTEL:,} rates, {len(large) / 1e6:.1f} MB"
    )
    found = figures.table(title, "CPU ms", "of json", "of typed")
    plain = cpu_ms(lambda: json.loads(large))
    untyped = cpu_ms(lambda: msgspec.json.decode(large))
    typed = cpu_ms(lambda: values.decode(large, schemas.AvailabilityAnswer))
    whole = cpu_ms(mapped)
    for name, spent in (
        ("json.loads", plain),
        ("msgspec, untyped", untyped),
        ("msgspec, the adapter's types (amounts exact)", typed),
        ("typed and mapped to the port's rates", whole),
    ):
        found.add(name, spent, spent / plain, spent / typed)

    offers = mapped()
    assert len(offers.hotels) == HOTELS
    assert offers.refused == ()
    assert typed < plain
    assert whole < MAPPED_AT_MOST * plain


def cpu_ms(work: Callable[[], object]) -> float:
    """Median CPU of this process. What a run leaves behind is collected between runs, not during them."""
    spent = []
    for _ in range(TIMES):
        gc.collect()
        started = time.process_time()
        kept = work()
        spent.append(time.process_time() - started)
        del kept
    return 1000 * statistics.median(spent)
