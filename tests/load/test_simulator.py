"""The simulator is cheap, so that it never is what another figure measures."""

from __future__ import annotations

from tests.load import figures, served
from tests.load.hotelbeds import Simulator, availability

CPU_MS_AVAILABILITY = 5.0
CPU_MS_CONTENT = 10.0


def test_a_repeated_availability_and_a_content_page_cost_next_to_nothing(simulator: Simulator) -> None:
    found = figures.table("Simulator, its own CPU per request", "CPU ms", "limit", "wall ms", "kB gzipped")
    hotels = availability(list(range(1, 201)))
    rates = served.cost(simulator.program, lambda: simulator.post("/hotel-api/1.0/hotels", hotels), times=400)
    answer = simulator.post("/hotel-api/1.0/hotels", hotels)
    found.add(
        "200-hotel availability, repeated",
        rates.cpu_ms,
        CPU_MS_AVAILABILITY,
        rates.wall_ms,
        len(answer.body) / 1000,
    )

    page = "/hotel-content-api/1.0/hotels?fields=all&language=ENG&from=1&to=1000"
    listed = served.cost(simulator.program, lambda: simulator.get(page), times=200)
    body = simulator.get(page)
    found.add(
        "content page, 1,000 hotels", listed.cpu_ms, CPU_MS_CONTENT, listed.wall_ms, len(body.body) / 1000
    )

    assert b'"rateKey"' in answer.content
    assert len(body.content) > 1_000_000
    assert rates.cpu_ms < CPU_MS_AVAILABILITY
    assert listed.cpu_ms < CPU_MS_CONTENT
