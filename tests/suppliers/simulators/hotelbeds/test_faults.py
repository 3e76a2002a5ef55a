"""Every kind of fault, over real HTTP."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from suppliers.simulators.hotelbeds.faults import KINDS
from suppliers.simulators.hotelbeds.running import Control, running
from suppliers.simulators.hotelbeds.settings import Settings
from tests.suppliers.simulators.hotelbeds.caller import NOW, Caller, pick

Json = dict[str, Any]


@pytest.fixture(scope="module")
def simulator() -> Iterator[Caller]:
    with running(Settings(hotels=600, seed=7)) as running_one:
        yield Caller(running_one)


@pytest.fixture
def hotelbeds(simulator: Caller) -> Caller:
    simulator.hotelbeds.control.reset()
    simulator.hotelbeds.control.clock(now=NOW, frozen=True)
    return simulator


@pytest.fixture
def control(hotelbeds: Caller) -> Control:
    return hotelbeds.hotelbeds.control


@pytest.fixture
def rate(hotelbeds: Caller) -> Json:
    return pick(hotelbeds.search())


def fault(operation: str, kind: str, **facts: object) -> Json:
    return {"operation": operation, "kind": kind, "count": 1, **facts}


def test_slow_answers_late_but_well(hotelbeds: Caller, control: Control) -> None:
    control.faults(fault("status", "slow", delay_ms=60))
    started = time.monotonic()
    assert hotelbeds.call("GET", "/status").status == 200
    assert time.monotonic() - started >= 0.06
    assert control.state()["fault_counts"] == {"status": {"slow": 1}}


def test_timeout_before_does_nothing(hotelbeds: Caller, control: Control, rate: Json) -> None:
    control.faults(fault("booking", "timeout_before", delay_ms=5))
    with pytest.raises(http.client.RemoteDisconnected):
        hotelbeds.book(rate, reference="NEVER")
    assert control.bookings("NEVER") == []
    assert hotelbeds.book(rate, reference="NEVER").status == 200


def test_drop_after_commit_books_and_says_nothing(hotelbeds: Caller, control: Control, rate: Json) -> None:
    control.faults(fault("booking", "drop_after_commit"))
    with pytest.raises(http.client.RemoteDisconnected):
        hotelbeds.book(rate, reference="DROPPED")
    (row,) = hotelbeds.listed(clientReference="DROPPED")["bookings"]
    assert row["status"] == "CONFIRMED"
    assert control.bookings("DROPPED")[0]["reference"] == row["reference"]


def test_delayed_visibility_hides_a_booking_that_exists(
    hotelbeds: Caller, control: Control, rate: Json
) -> None:
    control.faults(
        fault("booking", "delayed_visibility", delay_ms=30_000), fault("booking", "drop_after_commit")
    )
    with pytest.raises(http.client.RemoteDisconnected):
        hotelbeds.book(rate, reference="HIDDEN")
    (hidden,) = control.bookings("HIDDEN")
    assert hidden["visible"] is False
    path = f"/bookings/{hidden['reference']}"
    assert hotelbeds.listed(clientReference="HIDDEN")["total"] == 0
    assert hotelbeds.call("GET", path).status == 404
    control.clock(advance_seconds=30)
    assert hotelbeds.listed(clientReference="HIDDEN")["total"] == 1
    assert hotelbeds.call("GET", path).status == 200


def test_system_error_and_overload_do_nothing(hotelbeds: Caller, control: Control, rate: Json) -> None:
    control.faults(fault("booking", "system_error"), fault("booking", "overload_503"))
    broken = hotelbeds.book(rate, reference="NOT-1")
    assert (broken.status, broken.error) == (500, ("SYSTEM_ERROR", "Internal server error"))
    busy = hotelbeds.book(rate, reference="NOT-1")
    assert (busy.status, busy.error[0]) == (503, "SERVICE_OVERLOAD")
    assert control.state()["bookings"] == {}
    assert hotelbeds.book(rate, reference="NOT-1").status == 200


def test_an_overloaded_cancellation_names_the_locked_booking(
    hotelbeds: Caller, control: Control, rate: Json
) -> None:
    booking = hotelbeds.booked(rate)
    control.faults(fault("cancellation", "overload_503"))
    answer = hotelbeds.call("DELETE", f"/bookings/{booking['reference']}")
    assert answer.status == 503
    assert answer.error[1] == (
        f"Error during cancellation, the booking {booking['reference']} is locked. Please try again later."
    )
    assert hotelbeds.call("DELETE", f"/bookings/{booking['reference']}").status == 200


def test_product_error_and_its_repeat(hotelbeds: Caller, control: Control, rate: Json) -> None:
    control.faults(fault("booking", "product_error"))
    refused = hotelbeds.book(rate, reference="PRODUCT")
    assert (refused.status, refused.error[0]) == (500, "PRODUCT_ERROR")
    again = hotelbeds.book(rate, reference="PRODUCT")
    assert (again.status, again.error) == (410, ("INVALID_DATA", refused.error[1]))
    control.clock(advance_seconds=15 * 60)
    assert hotelbeds.book(rate, reference="PRODUCT").status == 200


@pytest.mark.parametrize(("kind", "sign"), [("price_up", 1), ("price_down", -1)])
def test_prices_move_at_the_check_and_the_new_key_holds_them(
    hotelbeds: Caller, control: Control, kind: str, sign: int
) -> None:
    rate = pick(hotelbeds.search(), rate_type="RECHECK")
    control.faults(fault("checkrates", kind, percent=10))
    checked = hotelbeds.check(rate["rateKey"]).json["hotel"]["rooms"][0]["rates"][0]
    change = Decimal(checked["net"]) / Decimal(rate["net"]) - 1
    assert Decimal("0.099") < change * sign < Decimal("0.101")
    assert hotelbeds.booked(checked)["hotel"]["totalNet"] == checked["net"]


def test_prices_move_in_the_search(hotelbeds: Caller, control: Control, rate: Json) -> None:
    control.faults(fault("availability", "price_up", percent=10))
    raised = pick(hotelbeds.search())
    assert Decimal("1.09") < Decimal(raised["net"]) / Decimal(rate["net"]) < Decimal("1.11")
    assert pick(hotelbeds.search())["net"] == rate["net"]


def test_a_price_that_rose_is_refused_at_booking_and_one_that_fell_is_taken(
    hotelbeds: Caller, control: Control, rate: Json
) -> None:
    control.faults(fault("booking", "price_up"))
    assert "Current tolerance: 2%" in hotelbeds.book(rate, reference="UP").error[1]
    control.faults(fault("booking", "price_down"))
    cheaper = hotelbeds.booked(rate, reference="DOWN")
    assert Decimal(cheaper["hotel"]["totalNet"]) < Decimal(rate["net"])


@pytest.mark.parametrize("operation", ["checkrates", "booking"])
def test_policies_harden(hotelbeds: Caller, control: Control, rate: Json, operation: str) -> None:
    control.faults(fault(operation, "policy_change"))
    if operation == "checkrates":
        changed = hotelbeds.check(rate["rateKey"]).json["hotel"]["rooms"][0]["rates"][0]
    else:
        changed = hotelbeds.booked(rate)["hotel"]["rooms"][0]["rates"][0]
    (policy,) = changed["cancellationPolicies"]
    assert policy["amount"] == changed["net"] == rate["net"]
    assert policy["from"] < rate["cancellationPolicies"][0]["from"]


def test_sold_out_at_each_step(hotelbeds: Caller, control: Control, rate: Json) -> None:
    control.faults(*(fault(operation, "sold_out") for operation in ("availability", "checkrates", "booking")))
    assert hotelbeds.search()["hotels"] == {"total": 0}
    for answer in (hotelbeds.check(rate["rateKey"]), hotelbeds.book(rate)):
        assert (answer.status, answer.error[0]) == (500, "PRODUCT_ERROR")
        assert "Insufficient allotment" in answer.error[1]
    assert hotelbeds.search()["hotels"]["total"] > 0


def test_truncated_body_ends_early(hotelbeds: Caller, control: Control, rate: Json) -> None:
    control.faults(fault("booking", "truncated_body"))
    with pytest.raises(http.client.IncompleteRead):
        hotelbeds.book(rate, reference="CUT")
    assert len(control.bookings("CUT")) == 1


def test_invalid_json_is_a_whole_body_of_half_a_document(
    hotelbeds: Caller, control: Control, rate: Json
) -> None:
    control.faults(fault("booking", "invalid_json"))
    answer = hotelbeds.book(rate, reference="GARBLED")
    assert answer.status == 200
    with pytest.raises(json.JSONDecodeError):
        json.loads(answer.raw)
    assert len(control.bookings("GARBLED")) == 1


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        ("throttle_429", (429, {"error": "Rate limit exceeded"})),
        ("quota_403", (403, {"error": "Quota exceeded"})),
        ("bad_signature", (401, {"error": "Request signature verification failed"})),
    ],
)
@pytest.mark.parametrize("path", ["/status", "/hotel-content-api/1.0/types/boards"])
def test_the_gateway_refuses(hotelbeds: Caller, kind: str, answer: tuple[int, Json], path: str) -> None:
    hotelbeds.hotelbeds.control.faults(fault("*", kind))
    refused = hotelbeds.call("GET", path)
    assert (refused.status, refused.json) == answer
    assert hotelbeds.call("GET", path).status == 200


def test_the_hotel_cancels_later(hotelbeds: Caller, control: Control, rate: Json) -> None:
    control.faults(fault("booking", "hotel_cancels_later", delay_ms=3_600_000))
    booking = hotelbeds.booked(rate, reference="LATER")
    assert hotelbeds.listed(clientReference="LATER", status="CONFIRMED")["total"] == 1
    control.clock(advance_seconds=3600)
    (row,) = hotelbeds.listed(clientReference="LATER")["bookings"]
    assert (row["status"], row["totalNet"], row["hotel"]["cancellationAmount"]) == ("CANCELLED", 0, 0)
    assert hotelbeds.call("GET", f"/bookings/{booking['reference']}").json["booking"]["status"] == "CANCELLED"
    assert control.bookings("LATER")[0]["cancelled_by_hotel"] is True


def test_content_goes_wrong_too(hotelbeds: Caller, control: Control) -> None:
    path = "/hotel-content-api/1.0/hotels?from=1&to=20&fields=all"
    control.faults(
        fault("content", "system_error"), fault("content", "truncated_body"), fault("content", "invalid_json")
    )
    assert hotelbeds.call("GET", path).status == 500
    with pytest.raises(http.client.IncompleteRead):
        hotelbeds.call("GET", path)
    with pytest.raises(json.JSONDecodeError):
        json.loads(hotelbeds.call("GET", path).raw)
    assert len(hotelbeds.call("GET", path).json["hotels"]) == 20


def test_a_probability_strikes_the_same_calls_for_the_same_seed(hotelbeds: Caller, control: Control) -> None:
    def statuses(seed: int) -> list[int]:
        control.faults({"operation": "status", "kind": "overload_503", "probability": 0.5, "seed": seed})
        return [hotelbeds.call("GET", "/status").status for _ in range(24)]

    assert statuses(1) == statuses(1)
    assert statuses(1) != statuses(2)
    assert {200, 503} == set(statuses(3))
    control.faults({"operation": "status", "kind": "overload_503", "probability": 1, "count": 2})
    assert [hotelbeds.call("GET", "/status").status for _ in range(3)] == [503, 503, 200]


def test_a_refused_call_spends_no_fault_of_the_work(hotelbeds: Caller, control: Control, rate: Json) -> None:
    control.faults(fault("booking", "drop_after_commit"), fault("booking", "overload_503"))
    assert hotelbeds.book(rate).status == 503
    with pytest.raises(http.client.RemoteDisconnected):
        hotelbeds.book(rate)


def test_every_kind_of_the_control_is_known() -> None:
    assert set(KINDS) == {
        "slow", "timeout_before", "drop_after_commit", "delayed_visibility", "system_error", "overload_503",
        "product_error", "price_up", "price_down", "policy_change", "sold_out", "truncated_body", "invalid_json",
        "throttle_429", "quota_403", "bad_signature", "hotel_cancels_later",
        "truncated_gzip", "language_missing", "total_shrinks", "page_repeats", "duplicate_codes", "no_name",
        "zero_coordinates", "swapped_coordinates", "huge_description", "many_images", "unknown_facility",
        "unreadable_field", "unreadable_record", "unknown_fee_unit", "odd_hours",
    }  # fmt: skip
