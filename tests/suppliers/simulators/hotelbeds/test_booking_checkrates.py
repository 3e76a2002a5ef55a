"""POST /checkrates against REFERENCE section 5."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from suppliers.simulators.hotelbeds.running import running
from suppliers.simulators.hotelbeds.settings import Settings
from tests.suppliers.simulators.hotelbeds import contract
from tests.suppliers.simulators.hotelbeds.caller import COUPLE, NOW, STAY, Caller, pick, rates_of

Json = dict[str, Any]


@pytest.fixture(scope="module")
def hotelbeds() -> Iterator[Caller]:
    with running(Settings(hotels=1200, seed=7)) as simulator:
        simulator.control.clock(now=NOW, frozen=True)
        yield Caller(simulator)


@pytest.fixture(scope="module")
def dubai(hotelbeds: Caller) -> Json:
    return hotelbeds.search()


def checked(answer: Json) -> list[Json]:
    return [rate for room in answer["hotel"]["rooms"] for rate in room["rates"]]


def of_one_hotel(answer: Json, rate_type: str) -> list[Json]:
    """All rates of this type in the first hotel that has three."""
    for hotel in answer["hotels"]["hotels"]:
        rates = [rate for room in hotel["rooms"] for rate in room["rates"] if rate["rateType"] == rate_type]
        if len(rates) >= 3:
            return rates
    raise AssertionError(f"no hotel with three {rate_type} rates")


def test_an_answer_keeps_to_the_published_schema(hotelbeds: Caller, dubai: Json) -> None:
    rate = pick(dubai, rate_type="RECHECK")
    contract.check(
        "booking", "checkRateRS", hotelbeds.check(rate["rateKey"], upselling=True, expandCXL=True).json
    )


def test_recheck_becomes_bookable_under_a_new_key(hotelbeds: Caller, dubai: Json) -> None:
    asked = pick(dubai, rate_type="RECHECK")
    answer = hotelbeds.check(asked["rateKey"]).json
    (rate,) = checked(answer)
    assert rate["rateType"] == "BOOKABLE"
    assert rate["rateKey"] != asked["rateKey"]
    assert (rate["net"], answer["hotel"]["totalNet"]) == (asked["net"], asked["net"])
    assert rate["rateComments"]
    assert "rateCommentsId" not in rate
    assert answer["hotel"]["modificationPolicies"] == {"cancellation": True, "modification": True}
    assert answer["hotel"]["paymentDataRequired"] is False


def test_policies_hidden_in_the_search_are_shown(hotelbeds: Caller, dubai: Json) -> None:
    hidden = next(rate for _, _, rate in rates_of(dubai) if "cancellationPolicies" not in rate)
    (rate,) = checked(hotelbeds.check(hidden["rateKey"]).json)
    assert rate["cancellationPolicies"][0]["from"].endswith("+04:00")


def test_a_bookable_rate_keeps_its_key_and_gets_its_comment(hotelbeds: Caller, dubai: Json) -> None:
    asked = next(rate for _, _, rate in rates_of(dubai) if "rateCommentsId" in rate)
    (rate,) = checked(hotelbeds.check(asked["rateKey"]).json)
    assert rate["rateKey"] == asked["rateKey"]
    assert rate["rateComments"]


def test_the_total_is_the_sum_over_the_keys(hotelbeds: Caller, dubai: Json) -> None:
    asked = of_one_hotel(dubai, "RECHECK")[:3]
    answer = hotelbeds.check(*(rate["rateKey"] for rate in asked)).json
    assert sorted(rate["net"] for rate in checked(answer)) == sorted(rate["net"] for rate in asked)
    assert Decimal(answer["hotel"]["totalNet"]) == sum(Decimal(rate["net"]) for rate in asked)


def test_upselling_offers_dearer_rates_with_the_difference(hotelbeds: Caller, dubai: Json) -> None:
    asked = of_one_hotel(dubai, "BOOKABLE")[0]
    plain = hotelbeds.check(asked["rateKey"]).json["hotel"]
    assert "upselling" not in plain
    offered = hotelbeds.check(asked["rateKey"], upselling=True).json["hotel"]["upselling"]["rooms"]
    rates = [rate for room in offered for rate in room["rates"]]
    assert rates
    for rate in rates:
        assert Decimal(rate["rateup"]) == Decimal(rate["net"]) - Decimal(asked["net"]) > 0
        assert rate["rateKey"] != asked["rateKey"]


def test_expanded_policies_say_how_the_fee_is_counted(hotelbeds: Caller, dubai: Json) -> None:
    shares: set[str] = set()
    for hotel in dubai["hotels"]["hotels"][:15]:
        key = hotel["rooms"][0]["rates"][0]["rateKey"]
        (rate,) = checked(hotelbeds.check(key, expandCXL=True).json)
        for policy in rate["cancellationPolicies"]:
            assert ("percent" in policy) is not ("numberOfNights" in policy)
            shares.add(policy.get("percent", policy.get("numberOfNights")))
    assert {"1", "100.00"} <= shares


def test_offers_are_broken_down(hotelbeds: Caller, dubai: Json) -> None:
    asked = next(rate for _, _, rate in rates_of(dubai) if "offers" in rate)
    (rate,) = checked(hotelbeds.check(asked["rateKey"]).json)
    assert rate["offers"] == asked["offers"]
    assert [row["amount"] for row in rate["rateBreakDown"]["rateDiscounts"]] == [
        row["amount"] for row in asked["offers"]
    ]


def test_keys_that_do_not_go_together_are_refused(hotelbeds: Caller, dubai: Json) -> None:
    bookable, recheck = pick(dubai)["rateKey"], pick(dubai, rate_type="RECHECK")["rateKey"]
    hotels = dubai["hotels"]["hotels"]
    elsewhere = hotels[-1]["rooms"][0]["rates"][0]["rateKey"]
    first = hotels[0]["rooms"][0]["rates"][0]["rateKey"]
    moved = hotelbeds.search(stay={**STAY, "checkOut": "2026-09-17"})
    other_stay = moved["hotels"]["hotels"][0]["rooms"][0]["rates"][0]["rateKey"]
    mixed = [rate["rateKey"] for _, _, rate in rates_of(dubai) if _hotel(rate) == _mixed_hotel(dubai)]
    for keys, message in (
        ([first, elsewhere], "Only one hotel is allowed per request"),
        ([first, other_stay], "All rates must be on the same booking dates (checkin/checkout)"),
        (mixed[:10], "You cannot combine rates of type BOOKABLE and RECHECK"),
        ([first] * 11, "property size must be between 1 and 10"),
        ([], "property is mandatory"),
        ([bookable[:-1] + "!"], "rateKey is invalid"),
        ([recheck.replace("|1~2~0|", "|1~1~0|")], "rateKey is invalid"),
        (["20260101|nonsense"], "rateKey is invalid"),
    ):
        answer = hotelbeds.check(*keys)
        assert answer.status == 400
        assert answer.error[0] == "INVALID_DATA"
        assert message in answer.error[1]


def _hotel(rate: Json) -> str:
    name: str = rate["rateKey"].split("|")[4]
    return name


def _mixed_hotel(answer: Json) -> str:
    kinds: dict[str, list[str]] = {}
    for _, _, rate in rates_of(answer):
        kinds.setdefault(_hotel(rate), []).append(rate["rateType"])
    return next(hotel for hotel, found in kinds.items() if set(found[:10]) == {"BOOKABLE", "RECHECK"})


def test_a_key_dies_with_its_time(hotelbeds: Caller) -> None:
    control = hotelbeds.hotelbeds.control
    key = pick(hotelbeds.search())["rateKey"]
    control.clock(advance_seconds=1795)
    assert hotelbeds.check(key).status == 200
    control.clock(advance_seconds=10)
    late = hotelbeds.check(key)
    control.clock(now=NOW)
    assert late.status == 400
    assert late.error == (
        "INVALID_DATA",
        "Invalid data. Error at property rooms.rateKey: rateKey is invalid. The rate has expired",
    )


def test_a_room_gone_since_the_search_is_a_product_error_and_its_repeat_is_gone(hotelbeds: Caller) -> None:
    dubai = hotelbeds.search(occupancies=[COUPLE])
    last = next(
        rate for _, _, rate in rates_of(dubai) if rate["allotment"] == 1 and rate["rateType"] == "BOOKABLE"
    )
    hotelbeds.booked(last, reference="LAST")
    lost = hotelbeds.check(last["rateKey"])
    assert (lost.status, lost.error) == (
        500,
        ("PRODUCT_ERROR", "ProductException(CHECK_RATES, Insufficient allotment)"),
    )
    again = hotelbeds.check(last["rateKey"])
    assert (again.status, again.error) == (410, ("INVALID_DATA", lost.error[1]))


def test_outside_rates_may_change_at_the_check() -> None:
    with running(Settings(hotels=400, seed=7, recheck_changes=1.0)) as simulator:
        simulator.control.clock(now=NOW, frozen=True)
        caller = Caller(simulator)
        changes: set[str] = set()
        for _, _, asked in rates_of(caller.search()):
            if asked["rateType"] != "RECHECK" or "cancellationPolicies" not in asked:
                continue
            (rate,) = checked(caller.check(asked["rateKey"]).json)
            if rate["net"] != asked["net"]:
                changes.add("price")
            elif rate["cancellationPolicies"] != asked["cancellationPolicies"]:
                assert [policy["amount"] for policy in rate["cancellationPolicies"]] == [rate["net"]]
                changes.add("policies")
        assert changes == {"price", "policies"}
