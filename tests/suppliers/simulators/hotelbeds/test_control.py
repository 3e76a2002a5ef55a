"""The control: state, faults, reset, clock, latency, page; and a state that outlives its process."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from suppliers.simulators.hotelbeds.running import Control, Running, running
from suppliers.simulators.hotelbeds.settings import Settings
from tests.suppliers.simulators.hotelbeds.caller import NOW, Caller, pick

Json = dict[str, Any]
ROOT = Path(__file__).resolve().parents[4]


@pytest.fixture
def hotelbeds() -> Iterator[Caller]:
    with running(Settings(hotels=600, seed=7)) as simulator:
        simulator.control.clock(now=NOW, frozen=True)
        yield Caller(simulator)


@pytest.fixture
def control(hotelbeds: Caller) -> Control:
    return hotelbeds.hotelbeds.control


def test_the_dump_lists_every_booking_by_client_reference(hotelbeds: Caller, control: Control) -> None:
    rate = pick(hotelbeds.search())
    booking = hotelbeds.booked(rate, reference="dump-1")
    state = control.state()
    (dumped,) = state["bookings"]["DUMP-1"]
    assert dumped["reference"] == booking["reference"]
    assert (dumped["status"], dumped["total_net"], dumped["currency"]) == ("CONFIRMED", rate["net"], "EUR")
    assert (dumped["check_in"], dumped["check_out"]) == ("2026-09-14", "2026-09-18")
    assert dumped["hotel"] == {"code": booking["hotel"]["code"], "name": booking["hotel"]["name"]}
    (room,) = dumped["rooms"]
    assert (room["code"], room["net"], room["rooms"]) == (
        booking["hotel"]["rooms"][0]["code"],
        rate["net"],
        1,
    )
    assert state["calls"] == {"availability": 1, "booking": 1}
    assert state["faults"] == []
    assert control.bookings("Dump-1") == [dumped]


def test_faults_are_replaced_and_checked(control: Control) -> None:
    first = control.faults({"operation": "booking", "kind": "slow", "count": 2, "delay_ms": 10})
    assert (first[0]["count"], first[0]["fired"], first[0]["probability"]) == (2, 0, None)
    assert control.faults() == []
    for wrong, message in (
        ({"operation": "booking", "kind": "nonsense", "count": 1}, "unknown fault kind"),
        ({"operation": "nowhere", "kind": "slow", "count": 1}, "unknown operation"),
        ({"operation": "status", "kind": "price_up", "count": 1}, "price_up does not act on status"),
        ({"operation": "status", "kind": "slow"}, "a fault needs a count or a probability"),
        ({"operation": "status", "kind": "slow", "probability": 2}, "probability"),
    ):
        with pytest.raises(ValueError, match=message):
            control.faults(wrong)
    assert control.state()["faults"] == []


def test_the_clock_is_set_moved_stopped_and_started(control: Control) -> None:
    assert control.clock(now="2027-01-01T00:00:00Z")["now"] == "2027-01-01T00:00:00+00:00"
    assert control.clock(advance_seconds=90)["now"] == "2027-01-01T00:01:30+00:00"
    assert control.clock(frozen=False)["frozen"] is False
    moving = datetime.fromisoformat(control.state()["clock"]["now"])
    assert 0 < (moving - datetime.fromisoformat("2027-01-01T00:01:30Z")).total_seconds() < 60
    with pytest.raises(ValueError, match="needs an offset"):
        control.clock(now="2027-01-01T00:00:00")
    with pytest.raises(ValueError, match="now"):
        control.clock(now="soon")


def test_reset_forgets_everything(hotelbeds: Caller, control: Control) -> None:
    rate = pick(hotelbeds.search())
    hotelbeds.booked(rate)
    control.faults({"operation": "status", "kind": "slow", "count": 1})
    control.latency({"status": (1, 2)})
    control.reset()
    state = control.state()
    assert (state["bookings"], state["faults"], state["calls"], state["fault_counts"]) == ({}, [], {}, {})
    assert (state["clock"]["offset_seconds"], state["clock"]["frozen"], state["latency"]) == (0, False, {})


def test_latency_follows_the_distribution_asked_for(hotelbeds: Caller, control: Control) -> None:
    control.latency({"status": (40, 40)})
    started = time.monotonic()
    hotelbeds.call("GET", "/status")
    assert time.monotonic() - started >= 0.04
    assert control.state()["latency"] == {"status": [40, 40]}


def test_the_page_is_there_for_people(control: Control, hotelbeds: Caller) -> None:
    connection = http.client.HTTPConnection(hotelbeds.hotelbeds.url.removeprefix("http://"), timeout=10)
    connection.request("GET", "/_control/")
    answer = connection.getresponse()
    page = answer.read().decode()
    connection.close()
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "<title>Hotelbeds simulator</title>" in page


def test_another_simulator_on_the_same_folder_knows_the_bookings(tmp_path: Path) -> None:
    settings = Settings(hotels=600, state_dir=tmp_path)
    with running(settings) as simulator:
        simulator.control.clock(now=NOW, frozen=True)
        simulator.control.faults({"operation": "status", "kind": "overload_503", "count": 5})
        caller = Caller(simulator)
        rate = pick(caller.search())
        booking = caller.booked(rate, reference="KEPT")
        caller.call("GET", "/status")
        before = simulator.control.state()
    with running(settings) as simulator:
        assert simulator.control.state() == before
        caller = Caller(simulator)
        assert caller.call("GET", f"/bookings/{booking['reference']}").json["booking"] == booking
        assert caller.booked(rate, reference="KEPT-2")["reference"] != booking["reference"]
        left = pick(caller.search(), boardCode=rate["boardCode"])
        assert left["allotment"] == max(rate["allotment"] - 2, 0)


@contextmanager
def command(state: Path) -> Iterator[tuple[subprocess.Popen[str], Running]]:
    """`manage.py simulate_hotelbeds` as it is run, with neither a database nor a Redis that answers."""
    environment = os.environ | {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}
    environment |= dict.fromkeys(("REDIS_CACHE_URL", "REDIS_BROKER_URL"), "redis://127.0.0.1:1/0")
    arguments = [
        "simulate_hotelbeds",
        "--hotels",
        "600",
        "--seed",
        "7",
        "--state-dir",
        str(state),
        "--secret",
        "s3",
    ]
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "manage.py"), *arguments],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=environment,
    )
    try:
        assert process.stdout is not None
        url = json.loads(process.stdout.readline())["url"]
        yield process, Running(url, Settings(hotels=600, secret="s3"), Control(url))
    finally:
        process.kill()
        process.wait()


def test_a_killed_simulator_loses_nothing_it_had_confirmed(tmp_path: Path) -> None:
    stay = {"checkIn": "2027-09-14", "checkOut": "2027-09-16"}
    with command(tmp_path) as (process, simulator):
        simulator.control.clock(now="2027-07-01T10:00:00Z", frozen=True)
        caller = Caller(simulator)
        booking = caller.booked(pick(caller.search(stay=stay)), reference="KILLED")
        process.send_signal(signal.SIGKILL)
        process.wait()
    with command(tmp_path) as (process, simulator):
        (found,) = simulator.control.bookings("KILLED")
        assert (found["reference"], found["status"]) == (booking["reference"], "CONFIRMED")
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0


def test_questions_asked_again_and_calls_too_many_are_counted() -> None:
    with running(Settings(hotels=200, qps=3)) as simulator:
        caller = Caller(simulator)
        simulator.control.clock(now=NOW, frozen=True)
        for language in ("ENG", "ENG", "CAS"):
            caller.search(language=language)
        assert caller.call("GET", "/status").status == 429
        traffic = simulator.control.questions()
        assert traffic["rates"]["booking"] == {"most_in_a_second": 3, "refused": 1}
        assert traffic["questions"] == [
            {"check_in": "2026-09-14", "calls": 2},
            {"check_in": "2026-09-14", "calls": 1},
        ]
        simulator.control.reset()
        assert simulator.control.questions()["questions"] == []
