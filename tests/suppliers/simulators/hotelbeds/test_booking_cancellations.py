"""Cancelling against REFERENCE sections 4.4 and 7."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from suppliers.simulators.hotelbeds.running import running
from suppliers.simulators.hotelbeds.settings import Settings
from tests.suppliers.simulators.hotelbeds import contract
from tests.suppliers.simulators.hotelbeds.caller import NOW, Answer, Caller, pick, rates_of

Json = dict[str, Any]


@pytest.fixture
def hotelbeds() -> Iterator[Caller]:
    with running(Settings(hotels=600, seed=7)) as simulator:
        simulator.control.clock(now=NOW, frozen=True)
        yield Caller(simulator)


def cancel(hotelbeds: Caller, booking: Json, flag: str | None = None) -> Answer:
    query = "" if flag is None else f"?cancellationFlag={flag}"
    return hotelbeds.call("DELETE", f"/bookings/{booking['reference']}{query}")


def at(hotelbeds: Caller, moment: str, *, plus: float = 0) -> None:
    instant = datetime.fromisoformat(moment) + timedelta(seconds=plus)
    hotelbeds.hotelbeds.control.clock(now=instant.isoformat())


def two_steps(answer: Json) -> Json:
    return next(
        rate
        for _, _, rate in rates_of(answer)
        if rate["rateType"] == "BOOKABLE"
        and len(rate["cancellationPolicies"]) == 2
        and "sellingRate" not in rate
    )


def test_free_until_the_first_step_and_amounts_go_to_zero(hotelbeds: Caller) -> None:
    rate = two_steps(hotelbeds.search())
    booking = hotelbeds.booked(rate)
    at(hotelbeds, rate["cancellationPolicies"][0]["from"], plus=-1)
    answer = cancel(hotelbeds, booking)
    contract.check("booking", "bookingCancellationRS", answer.json)
    cancelled = answer.json["booking"]
    assert cancelled["status"] == "CANCELLED"
    assert len(cancelled["cancellationReference"]) == 10
    assert cancelled["modificationPolicies"] == {"cancellation": False, "modification": False}
    assert (cancelled["totalNet"], cancelled["pendingAmount"], cancelled["hotel"]["cancellationAmount"]) == (
        0,
        0,
        0,
    )
    assert cancelled["hotel"]["totalNet"] == "0.00"
    (room,) = cancelled["hotel"]["rooms"]
    assert (room["status"], room["rates"][0]["net"]) == ("CANCELLED", "0.00")
    assert "cancellationPolicies" not in room["rates"][0]
    assert hotelbeds.call("GET", f"/bookings/{booking['reference']}").json["booking"] == cancelled


@pytest.mark.parametrize("step", [0, 1])
def test_each_step_costs_its_own_amount_from_its_instant_on(hotelbeds: Caller, step: int) -> None:
    rate = two_steps(hotelbeds.search())
    booking = hotelbeds.booked(rate)
    policy = rate["cancellationPolicies"][step]
    at(hotelbeds, policy["from"])
    simulated = cancel(hotelbeds, booking, "SIMULATION").json["booking"]
    assert Decimal(str(simulated["hotel"]["cancellationAmount"])) == Decimal(policy["amount"])
    cancelled = cancel(hotelbeds, booking, "CANCELLATION").json["booking"]
    assert Decimal(str(cancelled["hotel"]["cancellationAmount"])) == Decimal(policy["amount"])
    assert (
        cancelled["hotel"]["totalNet"]
        == cancelled["hotel"]["rooms"][0]["rates"][0]["net"]
        == policy["amount"]
    )
    assert cancelled["pendingAmount"] == cancelled["hotel"]["cancellationAmount"]


def test_a_simulation_changes_nothing(hotelbeds: Caller) -> None:
    booking = hotelbeds.booked(pick(hotelbeds.search()))
    answer = cancel(hotelbeds, booking, "SIMULATION")
    contract.check("booking", "bookingCancellationRS", answer.json)
    assert answer.json["booking"]["status"] == "CONFIRMED"
    assert "cancellationReference" not in answer.json["booking"]
    assert hotelbeds.call("GET", f"/bookings/{booking['reference']}").json["booking"] == booking


def test_a_non_refundable_rate_costs_everything_even_west_of_spain(hotelbeds: Caller) -> None:
    """At 07:40 in Spain the policy's own start is still ahead in the American west (REFERENCE 4.4)."""
    hotelbeds.hotelbeds.control.clock(now="2026-07-01T05:40:00Z")
    rate = pick(hotelbeds.search(destination={"code": "LAS"}), rateClass="NRF")
    assert datetime.fromisoformat(rate["cancellationPolicies"][0]["from"]) > datetime.fromisoformat(
        "2026-07-01T05:40:00Z"
    )
    cancelled = cancel(hotelbeds, hotelbeds.booked(rate)).json["booking"]
    assert Decimal(str(cancelled["hotel"]["cancellationAmount"])) == Decimal(rate["net"])


def test_a_second_cancellation_conflicts(hotelbeds: Caller) -> None:
    booking = hotelbeds.booked(pick(hotelbeds.search()))
    assert cancel(hotelbeds, booking).status == 200
    again = cancel(hotelbeds, booking)
    assert (again.status, again.error[0]) == (409, "INVALID_DATA")
    assert cancel(hotelbeds, booking, "SIMULATION").status == 409


def test_unknown_flags_and_bookings_are_refused(hotelbeds: Caller) -> None:
    booking = hotelbeds.booked(pick(hotelbeds.search()))
    assert cancel(hotelbeds, booking, "MAYBE").status == 400
    assert cancel(hotelbeds, {"reference": "1-1"}).status == 404
    assert hotelbeds.hotelbeds.control.bookings("FD-1")[0]["status"] == "CONFIRMED"
