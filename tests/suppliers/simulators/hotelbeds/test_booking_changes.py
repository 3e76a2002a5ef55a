"""Changing a booking, and the hotel's confirmation numbers (REFERENCE 7)."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from copy import deepcopy
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, HTTPServer
from queue import Queue
from typing import Any
from urllib.parse import urlencode

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


def change(hotelbeds: Caller, booking: Json, *, mode: str = "UPDATE") -> Answer:
    return hotelbeds.call("PUT", f"/bookings/{booking['reference']}", {"mode": mode, "booking": booking})


def detail(hotelbeds: Caller, booking: Json) -> Json:
    found: Json = hotelbeds.call("GET", f"/bookings/{booking['reference']}").json["booking"]
    return found


def test_names_remark_and_reference_change_without_a_new_price(hotelbeds: Caller) -> None:
    booking = hotelbeds.booked(pick(hotelbeds.search()))
    edited = deepcopy(booking)
    edited["remark"] = "Quiet room"
    edited["clientReference"] = "new-ref"
    edited["holder"] = {"name": "Grace", "surname": "Hopper"}
    edited["hotel"]["rooms"][0]["paxes"][1]["name"] = "Grace"
    answer = change(hotelbeds, edited)
    contract.check("booking", "bookingChangeRS", answer.json)
    changed = answer.json["booking"]
    assert changed == detail(hotelbeds, booking)
    assert (changed["remark"], changed["clientReference"]) == ("Quiet room", "NEW-REF")
    assert changed["holder"] == {"name": "GRACE", "surname": "HOPPER"}
    assert changed["hotel"]["rooms"][0]["paxes"][1] == {"roomId": 1, "type": "AD", "name": "Grace"}
    assert changed["hotel"]["rooms"][0]["rates"] == booking["hotel"]["rooms"][0]["rates"]
    assert hotelbeds.listed(clientReference="NEW-REF")["total"] == 1


def test_new_dates_are_valued_and_take_their_nights(hotelbeds: Caller) -> None:
    rate = pick(hotelbeds.search())
    booking = hotelbeds.booked(rate)
    edited = deepcopy(booking)
    edited["hotel"]["checkOut"] = "2026-09-17"
    simulated = change(hotelbeds, edited, mode="SIMULATION").json["booking"]
    assert detail(hotelbeds, booking) == booking
    changed = change(hotelbeds, edited).json["booking"]
    assert changed == simulated
    assert changed["hotel"]["checkOut"] == "2026-09-17"
    assert Decimal(changed["hotel"]["totalNet"]) < Decimal(booking["hotel"]["totalNet"])
    assert Decimal(str(changed["totalNet"])) == Decimal(changed["hotel"]["totalNet"])


def test_a_room_is_added_and_removed(hotelbeds: Caller) -> None:
    rate = pick(hotelbeds.search(), allotment=99)
    booking = hotelbeds.booked(rate)
    edited = deepcopy(booking)
    extra = deepcopy(edited["hotel"]["rooms"][0])
    del extra["id"]
    edited["hotel"]["rooms"].append(extra)
    grown = change(hotelbeds, edited).json["booking"]
    assert [room["id"] for room in grown["hotel"]["rooms"]] == [1, 2]
    assert Decimal(grown["hotel"]["totalNet"]) == 2 * Decimal(rate["net"])
    del grown["hotel"]["rooms"][0]
    shrunk = change(hotelbeds, grown).json["booking"]
    assert [room["id"] for room in shrunk["hotel"]["rooms"]] == [1]
    assert shrunk["hotel"]["totalNet"] == rate["net"]


def test_the_board_changes_to_one_that_the_contract_has(hotelbeds: Caller) -> None:
    answer = hotelbeds.search()
    rates = [
        rate
        for _, _, rate in rates_of(answer)
        if rate["rateClass"] == "NOR" and rate["rateType"] == "BOOKABLE"
    ]
    kinds = {(_place(rate), rate["boardCode"]) for rate in rates}
    rate = next(rate for rate in rates if rate["boardCode"] == "RO" and (_place(rate), "BB") in kinds)
    booking = hotelbeds.booked(rate)
    edited = deepcopy(booking)
    edited["hotel"]["rooms"][0]["rates"][0]["boardCode"] = "BB"
    changed = change(hotelbeds, edited).json["booking"]["hotel"]["rooms"][0]["rates"][0]
    assert changed["boardCode"] == "BB"
    assert Decimal(changed["net"]) > Decimal(rate["net"])
    edited["hotel"]["rooms"][0]["rates"][0]["boardCode"] = "XX"
    assert change(hotelbeds, edited).error == (
        "PRODUCT_ERROR",
        "ProductException(BOOKING_MODIFY, The board is not available)",
    )


def _place(rate: Json) -> tuple[str, ...]:
    parts = rate["rateKey"].split("|")
    return tuple(parts[4:7])


def test_what_may_not_be_changed_is_refused(hotelbeds: Caller) -> None:
    found = hotelbeds.search()
    booking = hotelbeds.booked(pick(found))
    assert change(hotelbeds, booking, mode="MAYBE").status == 400
    assert change(hotelbeds, {**booking, "hotel": {**booking["hotel"], "code": 1}}).error[0] == "INVALID_DATA"
    partial = {"reference": booking["reference"], "remark": "only this"}
    assert change(hotelbeds, partial).error[0] == "INVALID_REQUEST"
    final = hotelbeds.booked(pick(found, rateClass="NRF"), reference="FINAL")
    assert change(hotelbeds, final).error == (
        "PRODUCT_ERROR",
        "ProductException(BOOKING_MODIFY, The booking can not be modified)",
    )
    other = deepcopy(booking)
    other["hotel"]["rooms"].append({**other["hotel"]["rooms"][0], "id": 9, "code": "XXX.YY"})
    assert "Only rooms of a type already booked" in change(hotelbeds, other).error[1]
    assert detail(hotelbeds, booking) == booking


def reconfirmations(hotelbeds: Caller, **query: object) -> Answer:
    return hotelbeds.call("GET", f"/bookings/reconfirmations?{urlencode({'from': 1, 'to': 80, **query})}")


def test_confirmation_numbers_arrive_later(hotelbeds: Caller) -> None:
    rate = pick(hotelbeds.search(), allotment=99)
    booked = [hotelbeds.booked(rate, reference=f"HCN-{number}") for number in range(12)]
    references = ",".join(booking["reference"] for booking in booked)
    assert reconfirmations(hotelbeds, references=references).json["bookings"] == []
    hotelbeds.hotelbeds.control.clock(advance_seconds=3600)
    answer = reconfirmations(hotelbeds, references=references)
    found = answer.json["bookings"]
    assert 0 < len(found) <= 12
    first = found[0]
    assert first["hotel"]["rooms"][0]["id"] == 1
    assert len(first["hotel"]["rooms"][0]["supplierConfirmationCode"]) == 1
    by_client = reconfirmations(hotelbeds, clientReferences=f"{first['clientReference']},NONE").json[
        "bookings"
    ]
    assert by_client == [first]
    days = {"start": "2026-07-01", "end": "2026-07-01", "filterType": "RECONFIRMATION"}
    assert reconfirmations(hotelbeds, **days).json["bookings"] == found
    arriving = {"start": "2026-09-14", "end": "2026-09-14", "filterType": "CHECKIN"}
    assert reconfirmations(hotelbeds, **arriving).json["bookings"] == found
    hotelbeds.call("DELETE", f"/bookings/{first['reference']}")
    assert reconfirmations(hotelbeds, references=first["reference"]).json["bookings"] == []


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"references": "1-1", "clientReferences": "A"},
        {"start": "2026-07-01", "end": "2026-07-02"},
        {"references": ",".join(["1-1"] * 81)},
        {"references": "1-1", "from": ""},
    ],
)
def test_reconfirmations_take_exactly_one_filter(hotelbeds: Caller, query: Json) -> None:
    answer = reconfirmations(hotelbeds, **query)
    assert answer.status == 400
    assert answer.error[0] == "INVALID_DATA"


class _Callback(HTTPServer):
    """Fails the first delivery and takes the second."""

    def __init__(self) -> None:
        self.received: Queue[Json] = Queue()
        super().__init__(("127.0.0.1", 0), _Receiver)


class _Receiver(BaseHTTPRequestHandler):
    server: _Callback

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(503 if self.server.received.empty() else 200)
        self.end_headers()
        self.server.received.put(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the library's own name)
        return


def test_confirmation_numbers_are_pushed_until_taken() -> None:
    callback = _Callback()
    receiving = threading.Thread(target=callback.serve_forever)
    receiving.start()
    url = f"http://127.0.0.1:{callback.server_port}/hook"
    settings = Settings(
        hotels=600, push_url=url, reconfirm_after=0, push_scan_seconds=0.02, push_retry_seconds=0.02
    )
    try:
        with running(settings) as simulator:
            caller = Caller(simulator)
            stay = {"checkIn": "2027-09-14", "checkOut": "2027-09-16"}
            simulator.control.clock(now="2027-07-01T10:00:00Z")
            rate = pick(caller.search(stay=stay), allotment=99)
            for number in range(3):
                caller.booked(rate, reference=f"PUSH-{number}")
            messages = [callback.received.get(timeout=10) for _ in range(2)]
    finally:
        callback.shutdown()
        receiving.join()
        callback.server_close()
    assert {message["type"] for message in messages} == {"NEW_BOOKING_RECONFIRMATION"}
    booking = messages[0]["booking"]
    assert booking["clientReference"].startswith("PUSH-")
    assert booking["hotel"]["rooms"][0]["supplierConfirmationCode"]
