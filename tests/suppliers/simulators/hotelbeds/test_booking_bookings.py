"""Booking, detail and list against REFERENCE sections 6 and 7."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest

from suppliers.simulators.hotelbeds.running import running
from suppliers.simulators.hotelbeds.settings import Settings
from tests.suppliers.simulators.hotelbeds import contract
from tests.suppliers.simulators.hotelbeds.caller import (
    COUPLE,
    NOW,
    Caller,
    booking_request,
    paxes_of,
    pick,
    rates_of,
)

Json = dict[str, Any]
FAMILY = {"rooms": 1, "adults": 2, "children": 1, "paxes": [{"type": "CH", "age": 7}]}


@pytest.fixture(scope="module")
def hotelbeds() -> Iterator[Caller]:
    with running(Settings(hotels=1200, seed=7)) as simulator:
        simulator.control.clock(now=NOW, frozen=True)
        yield Caller(simulator)


@pytest.fixture
def dubai(hotelbeds: Caller) -> Json:
    return hotelbeds.search()


def test_confirmation_detail_and_list_keep_to_the_published_schema(hotelbeds: Caller, dubai: Json) -> None:
    confirmed = hotelbeds.book(pick(dubai), reference="Schema-1", remark="A cot, please").json
    contract.check("booking", "bookingRS", confirmed)
    detail = hotelbeds.call("GET", f"/bookings/{confirmed['booking']['reference']}?language=ENG").json
    contract.check("booking", "bookingDetailRS", detail)
    assert detail["booking"] == confirmed["booking"]
    query = urlencode({"start": "2026-07-01", "end": "2026-07-01", "from": 1, "to": 25})
    contract.check("booking", "bookingListRS", hotelbeds.call("GET", f"/bookings?{query}").json)


def test_a_booking_says_what_was_bought(hotelbeds: Caller, dubai: Json) -> None:
    rate = pick(dubai, boardCode="BB")
    booking = hotelbeds.booked(rate, reference="Mixed-Case", remark="Late arrival")
    assert booking["clientReference"] == "MIXED-CASE"
    assert booking["holder"] == {"name": "ADA", "surname": "BYRON"}
    assert (booking["status"], booking["creationDate"], booking["remark"]) == (
        "CONFIRMED",
        "2026-07-01",
        "Late arrival",
    )
    assert booking["creationUser"] == hotelbeds.hotelbeds.settings.api_key
    assert booking["modificationPolicies"] == {"cancellation": True, "modification": True}
    assert booking["hotel"]["supplier"] == {"name": "HOTELBEDS PRODUCT,S.L.U.", "vatNumber": "ESB38877676"}
    assert booking["invoiceCompany"]["code"] == "E14"
    office, number = booking["reference"].split("-")
    assert office.isdecimal()
    assert number.isdecimal()
    assert booking["hotel"]["totalNet"] == rate["net"]
    assert Decimal(str(booking["totalNet"])) == Decimal(rate["net"])
    assert not isinstance(booking["totalNet"], str)
    assert booking["pendingAmount"] == booking["totalNet"]
    (room,) = booking["hotel"]["rooms"]
    assert (room["id"], room["status"]) == (1, "CONFIRMED")
    assert room["paxes"] == [
        {"roomId": 1, "type": "AD", "name": "Ada", "surname": "Byron"},
        {"roomId": 1, "type": "AD"},
    ]
    (booked,) = room["rates"]
    assert {"rateKey", "rateType", "allotment"}.isdisjoint(booked)
    assert (booked["net"], booked["boardCode"]) == (rate["net"], "BB")
    assert booked["cancellationPolicies"] == rate["cancellationPolicies"]
    assert booked["rateComments"]


def test_entries_follow_the_keys_not_the_rooms(hotelbeds: Caller) -> None:
    found = hotelbeds.search(occupancies=[{**COUPLE, "rooms": 2}, FAMILY])
    hotel = next(hotel for hotel in found["hotels"]["hotels"] if _bookable(hotel, 0) and _bookable(hotel, 1))
    pair, family = _bookable(hotel, 0)[0], _bookable(hotel, 1)[0]
    request = booking_request(pair, reference="TWO-KEYS")
    request["rooms"].append({"rateKey": family["rateKey"], "paxes": paxes_of(family)})
    booking = hotelbeds.call("POST", "/bookings", request).json["booking"]
    first, second = booking["hotel"]["rooms"]
    assert (first["id"], first["rates"][0]["rooms"], first["rates"][0]["net"]) == (1, 2, pair["net"])
    assert [pax["roomId"] for pax in first["paxes"]] == [1, 1, 2, 2]
    assert (second["id"], [pax["roomId"] for pax in second["paxes"]]) == (2, [1, 1, 1])
    assert second["paxes"][2] == {"roomId": 1, "type": "CH", "age": 7}
    assert Decimal(booking["hotel"]["totalNet"]) == Decimal(pair["net"]) + Decimal(family["net"])


def _bookable(hotel: Json, children: int) -> list[Json]:
    return [
        rate
        for room in hotel["rooms"]
        for rate in room["rates"]
        if rate["rateType"] == "BOOKABLE" and rate["children"] == children
    ]


def test_an_outside_rate_is_booked_only_with_its_checked_key(hotelbeds: Caller, dubai: Json) -> None:
    rate = pick(dubai, rate_type="RECHECK")
    refused = hotelbeds.book(rate, reference="UNCHECKED")
    assert refused.status == 400
    assert "must be checked before it is booked" in refused.error[1]
    checked = hotelbeds.check(rate["rateKey"]).json["hotel"]["rooms"][0]["rates"][0]
    booking = hotelbeds.booked(checked, reference="CHECKED")
    assert booking["hotel"]["supplier"]["name"] != "HOTELBEDS PRODUCT,S.L.U."
    assert booking["hotel"]["rooms"][0]["supplierReference"]


def test_a_non_refundable_booking_can_not_be_modified(hotelbeds: Caller, dubai: Json) -> None:
    booking = hotelbeds.booked(pick(dubai, rateClass="NRF"), reference="NRF")
    assert booking["modificationPolicies"] == {"cancellation": True, "modification": False}


def test_the_same_client_reference_books_twice(hotelbeds: Caller, dubai: Json) -> None:
    rate = pick(dubai, allotment=99)
    first, second = (hotelbeds.booked(rate, reference="twice")["reference"] for _ in range(2))
    assert first != second
    assert hotelbeds.listed(clientReference="Twice")["total"] == 2
    assert len(hotelbeds.hotelbeds.control.bookings("twice")) == 2


def test_rooms_run_out_and_come_back(hotelbeds: Caller) -> None:
    def of(rate: Json, answer: Json) -> Json | None:
        return next((found for _, _, found in rates_of(answer) if _same(found, rate)), None)

    rate = next(rate for _, _, rate in rates_of(hotelbeds.search()) if rate["allotment"] == 2 and _sold(rate))
    first = hotelbeds.booked(rate, reference="OUT-1")
    left = of(rate, hotelbeds.search())
    assert left is not None
    assert left["allotment"] == 1
    hotelbeds.booked(rate, reference="OUT-2")
    assert of(rate, hotelbeds.search()) is None
    lost = hotelbeds.book(rate, reference="OUT-3")
    assert (lost.status, lost.error) == (
        500,
        ("PRODUCT_ERROR", "ProductException(BOOKING_CONFIRM, Insufficient allotment)"),
    )
    assert hotelbeds.listed(clientReference="OUT-3")["total"] == 0
    assert hotelbeds.call("DELETE", f"/bookings/{first['reference']}").status == 200
    back = of(rate, hotelbeds.search())
    assert back is not None
    assert back["allotment"] == 1


def _sold(rate: Json) -> bool:
    return bool(rate["rateType"] == "BOOKABLE" and rate["rateClass"] == "NOR")


def _same(found: Json, rate: Json) -> bool:
    return bool(found["rateKey"].split("~~")[0:1] == rate["rateKey"].split("~~")[0:1] and _sold(found))


def test_the_price_may_move_within_the_tolerance(hotelbeds: Caller, dubai: Json) -> None:
    control = hotelbeds.hotelbeds.control
    rate = pick(dubai, allotment=99)
    control.faults({"operation": "booking", "kind": "price_up", "count": 1, "percent": 1.5})
    booking = hotelbeds.booked(rate, reference="NEAR")
    rise = Decimal(booking["hotel"]["totalNet"]) / Decimal(rate["net"]) - 1
    assert Decimal("0.014") < rise < Decimal("0.016")
    control.faults({"operation": "booking", "kind": "price_up", "count": 2, "percent": 3})
    refused = hotelbeds.book(rate, reference="FAR")
    assert refused.status == 500
    assert refused.error == (
        "PRODUCT_ERROR",
        (
            "ProductException(BOOKING_CONFIRM, Price has changed: Unable to book as the price difference exceeds the "
            "allowed tolerance - Current tolerance: 2%"
        ),
    )
    assert hotelbeds.book(rate, reference="AGREED", tolerance=3.5).status == 200
    control.faults()


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"clientReference": ""}, "Error at property clientReference: property is mandatory"),
        (
            {"clientReference": "X" * 21},
            "Error at property clientReference: property size must be between 1 and 20",
        ),
        ({"holder": {"name": " ", "surname": "B"}}, "Error at property holder.name: property is mandatory"),
        ({"holder": {"name": "A", "surname": "B" * 51}}, "Error at property holder.surname: property size"),
        ({"remark": "x" * 2001}, "Error at property remark: property size must be between 0 and 2000"),
        ({"creationUser": "x" * 51}, "Error at property creationUser"),
        ({"tolerance": 2.005}, "Error at property tolerance"),
        ({"rooms": []}, "Error at property rooms: property is mandatory"),
    ],
)
def test_wrong_fields_are_refused(hotelbeds: Caller, dubai: Json, fields: Json, message: str) -> None:
    answer = hotelbeds.call("POST", "/bookings", booking_request(pick(dubai)) | fields)
    assert answer.status == 400
    assert answer.error[0] == "INVALID_DATA"
    assert message in answer.error[1]


ADULT = {"roomId": 1, "type": "AD", "name": "Ada", "surname": "Byron"}
PRESENT: Json = {"roomId": 1, "type": "AD"}
CHILD = {"roomId": 1, "type": "CH", "age": 7}
WRONG = "The distribution of paxes is not correct. The number of {} specified in the paxes do not match"


@pytest.mark.parametrize(
    ("paxes", "message"),
    [
        ([], WRONG.format("rooms")),
        ([ADULT, PRESENT, CHILD, {**ADULT, "roomId": 2}], WRONG.format("rooms")),
        ([ADULT, CHILD], WRONG.format("adults")),
        ([ADULT, PRESENT], WRONG.format("children")),
        ([ADULT, PRESENT, {**CHILD, "age": 8}], WRONG.format("children")),
        ([PRESENT, PRESENT, CHILD], "An adult name must be reported for each room"),
        ([ADULT, {**PRESENT, "type": "XX"}, CHILD], "Unknown pax type XX"),
    ],
)
def test_people_must_be_those_of_the_search(hotelbeds: Caller, paxes: list[Json], message: str) -> None:
    rate = pick(hotelbeds.search(occupancies=[FAMILY]))
    request = booking_request(rate)
    request["rooms"][0]["paxes"] = paxes
    answer = hotelbeds.call("POST", "/bookings", request)
    assert answer.status == 400
    assert message in answer.error[1]


def test_an_unknown_booking_is_not_found(hotelbeds: Caller) -> None:
    answer = hotelbeds.call("GET", "/bookings/1-1")
    contract.check("booking", "bookingDetailRS", answer.json)
    assert answer.status == 404
    assert answer.error == (
        "INVALID_DATA",
        "Invalid data. The booking does not exist or you do not have permissions to access it.",
    )


def test_a_list_row_has_amounts_and_no_names(hotelbeds: Caller, dubai: Json) -> None:
    rate = pick(dubai)
    booking = hotelbeds.booked(rate, reference="ROW")
    (row,) = hotelbeds.listed(clientReference="row")["bookings"]
    assert row["reference"] == booking["reference"]
    assert {"address", "latitude", "categoryCode"}.isdisjoint(row["hotel"])
    (room,) = row["hotel"]["rooms"]
    assert room["paxes"] == [{"roomId": 1, "type": "AD"}] * 2
    assert room["rates"] == [
        {"amount": rate["net"], "paymentType": "AT_WEB", "boardCode": rate["boardCode"], "rooms": 1}
    ]


def test_a_list_is_filtered_and_paged(hotelbeds: Caller, dubai: Json) -> None:
    first = hotelbeds.booked(pick(dubai, allotment=99), reference="LIST-1", creationUser="desk")
    second = hotelbeds.booked(pick(dubai, allotment=99), reference="LIST-2", creationUser="desk")
    hotelbeds.call("DELETE", f"/bookings/{second['reference']}")

    def found(**filters: object) -> list[str]:
        return [row["reference"] for row in hotelbeds.listed(creationUser="desk", **filters)["bookings"]]

    both = [first["reference"], second["reference"]]
    code = first["hotel"]["code"]
    assert (
        found()
        == found(status="ALL")
        == found(destination="PMI,DXB", hotel=f"1,{code}", country="AE")
        == both
    )
    assert found(status="CONFIRMED") == both[:1]
    assert found(status="CANCELLED") == found(status="CANCELED") == both[1:]
    assert found(destination="PMI") == found(hotel="1") == found(country="ES") == []
    assert found(filterType="CHECKIN") == []
    assert found(filterType="CHECKIN", start="2026-09-14", end="2026-09-14") == both
    page = hotelbeds.listed(creationUser="desk", **{"from": 2, "to": 2})
    assert ([row["reference"] for row in page["bookings"]], page["from"], page["to"], page["total"]) == (
        both[1:],
        2,
        2,
        2,
    )


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"start": ""}, "Error at property start: property is mandatory"),
        ({"end": ""}, "Error at property end: property is mandatory"),
        ({"from": ""}, "Error at property from: property is mandatory"),
        ({"to": ""}, "Error at property to: property is mandatory"),
        ({"start": "2026-08-01"}, "Start date must be prior to End date"),
        ({"start": "2026-01-01"}, "Days between Start and End parameters must be less than or equal to 92"),
        ({"from": "0"}, "The minimun value for the parameter From is 1"),
        ({"from": "9", "to": "8"}, "The parameter To must be greater than From"),
        (
            {"to": "101"},
            "The number of bookings between To and From parameters must be less than or equal to 100",
        ),
        ({"filterType": "X"}, "Error at property filterType"),
        ({"status": "X"}, "Error at property status"),
    ],
)
def test_a_list_has_its_rules(hotelbeds: Caller, changes: Json, message: str) -> None:
    query = {"start": "2026-06-01", "end": "2026-07-31", "from": "1", "to": "25"} | changes
    answer = hotelbeds.call("GET", f"/bookings?{urlencode(query)}")
    assert answer.status == 400
    assert message in answer.error[1]


def test_amounts_as_text_and_unique_references_are_settings() -> None:
    settings = Settings(hotels=400, booking_amounts_as_text=True, unique_client_reference=True)
    with running(settings) as simulator:
        simulator.control.clock(now=NOW, frozen=True)
        caller = Caller(simulator)
        rate = pick(caller.search())
        assert caller.booked(rate, reference="ONE")["totalNet"] == rate["net"]
        assert "already used" in caller.book(rate, reference="one").error[1]
