"""Book two rooms through API v1 of a running Faredown, read the voucher, cancel, and ask the simulator.

Run against `make demo` with the two addresses it printed:

    .venv/bin/python tests/journey/through_the_api.py http://127.0.0.1:8000 http://127.0.0.1:8990

Every step prints a line; the first thing that is not as promised ends the run with exit code 1.
"""

from __future__ import annotations

import io
import sys
import time
import uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import requests  # noqa: TID251 (a guest's own client, from outside the house)
from pypdf import PdfReader

TIMEOUT = 30
HOLDER = {
    "first_name": "Amélie",
    "last_name": "Okafor",
    "email": "amelie.okafor@example.com",
    "phone": "+33142685300",
    "country": "FR",
}
ROOMS = [{"adults": 2, "children_ages": [7]}, {"adults": 1, "children_ages": []}]
GUESTS = [
    {
        "guests": [
            {"first_name": "Amélie", "last_name": "Okafor", "type": "adult"},
            {"first_name": "Tunde", "last_name": "Okafor", "type": "adult"},
            {"first_name": "Zélie", "last_name": "Okafor", "type": "child", "age": 7},
        ]
    },
    {"guests": [{"first_name": "Irène", "last_name": "Dubois", "type": "adult"}]},
]


class Broken(Exception):
    """A step did not do what the API promises."""


class Faredown:
    def __init__(self, site: str) -> None:
        self.api = f"{site.rstrip('/')}/api/v1"
        self.session = requests.Session()

    def call(
        self, method: str, path: str, *, expect: tuple[int, ...] = (200,), **facts: Any
    ) -> requests.Response:
        url = path if path.startswith("http") else f"{self.api}/{path}"
        answer = self.session.request(method, url, timeout=TIMEOUT, **facts)
        if answer.status_code not in expect:
            raise Broken(f"{method} {path}: {answer.status_code} {answer.text[:600]}")
        return answer


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def check(truth: object, what: str) -> None:
    if not truth:
        raise Broken(what)


def find_destination(site: Faredown) -> str:
    found = site.call("GET", "destinations/", params={"q": "Dubai"}).json()["results"]
    match = next((place for place in found if place["searchable"]), None)
    check(match, "no searchable place called Dubai")
    assert match is not None
    return str(match["id"])


def finished_search(site: Faredown, destination_id: str) -> dict[str, Any]:
    check_in = datetime.now(UTC).date() + timedelta(days=120)
    answer = site.call(
        "POST",
        "searches/",
        expect=(200, 202),
        json={
            "destination_id": destination_id,
            "check_in": check_in.isoformat(),
            "check_out": (check_in + timedelta(days=3)).isoformat(),
            "rooms": ROOMS,
            "currency": "EUR",
            "residency": "FR",
        },
    ).json()
    for _ in range(40):
        if answer["status"] == "complete":
            return dict(answer)
        time.sleep(0.25)
        answer = site.call("GET", f"searches/{answer['id']}/").json()
    raise Broken(f"the search never completed: {answer['suppliers']}")


def refundable_choice(site: Faredown, search_id: str) -> tuple[str, list[str]]:
    """A hotel and offers that together cover both rooms and may be cancelled free of charge today."""
    results = site.call("GET", f"searches/{search_id}/", params={"free_cancellation": "true"}).json()[
        "results"
    ]
    for result in results:
        hotel_id = result["hotel"]["id"]
        rates = site.call("GET", f"searches/{search_id}/hotels/{hotel_id}/").json()
        offers = {offer["offer_id"]: offer for room in rates["rooms"] for offer in room["offers"]}
        for combination in rates["combinations"]:
            chosen = [offers[offer_id] for offer_id in combination["offer_ids"] if offer_id in offers]
            if len(chosen) == len(combination["offer_ids"]) and all(
                o["cancellation"]["free_until"] for o in chosen
            ):
                return hotel_id, list(combination["offer_ids"])
    raise Broken("no hotel offers both rooms with free cancellation")


def quote(site: Faredown, search_id: str) -> dict[str, Any]:
    hotel_id, offer_ids = refundable_choice(site, search_id)
    made = site.call("POST", "quotes/", expect=(201,), json={"offer_ids": offer_ids}).json()
    say(f"quoted {made['price']['total']['amount']} {made['price']['total']['currency']} at {hotel_id}")
    return dict(made)


def book(site: Faredown, made: dict[str, Any]) -> dict[str, Any]:
    body = {
        "quote_id": made["id"],
        "accept_token": made["accept_token"],
        "holder": HOLDER,
        "rooms": GUESTS,
        "remarks": "A quiet room, please",
        "payment": {"method": "offline", "token": "tok_ok"},
    }
    key = {"Idempotency-Key": uuid.uuid4().hex}
    answer = site.call("POST", "bookings/", expect=(201, 202), json=body, headers=key).json()
    token = {"X-Booking-Token": answer["access_token"]}
    repeat = site.call("POST", "bookings/", expect=(200, 201, 202), json=body, headers=key)
    check(repeat.json()["reference"] == answer["reference"], "a repeat made another booking")
    check(repeat.headers.get("Idempotent-Replayed") == "true", "a repeat is not marked as one")
    booking = answer
    for _ in range(60):
        booking = site.call("GET", f"bookings/{answer['reference']}/", headers=token).json()
        if booking["status"] == "confirmed" and booking["payment"]["status"] == "captured":
            return {**booking, "token": token}
        time.sleep(0.5)
    raise Broken(f"not confirmed and captured: {booking['status']}, {booking['payment']}")


def read_voucher(site: Faredown, booking: dict[str, Any]) -> None:
    document = site.call("GET", f"bookings/{booking['reference']}/voucher.pdf", headers=booking["token"])
    pages = PdfReader(io.BytesIO(document.content)).pages
    text = " ".join(" ".join(page.extract_text().split()) for page in pages)
    for needed in (booking["reference"], booking["supplier_reference"], "Payable through", "7"):
        check(needed in text, f"the voucher lacks {needed!r}: {text[:800]}")
    total = booking["price"]["total"]["amount"]
    check(total not in text, f"the voucher tells the price {total}")
    say(f"voucher of {len(document.content)} bytes holds both references, the age and no price")


def cancel(site: Faredown, booking: dict[str, Any]) -> None:
    path = f"bookings/{booking['reference']}/cancellations/"
    reason = {"reason": "Plans changed"}
    ask = {**booking["token"], "Idempotency-Key": uuid.uuid4().hex}
    simulated = site.call("POST", path, json={"simulate": True, **reason}, headers=ask).json()
    check(Decimal(simulated["fee"]["amount"]) == 0, f"cancelling is not free: {simulated}")
    check(simulated["cancelled"] is False, "a simulation cancelled the booking")
    do = {**booking["token"], "Idempotency-Key": uuid.uuid4().hex}
    site.call("POST", path, expect=(200, 201, 202), json={"simulate": False, **reason}, headers=do)
    for _ in range(60):
        now = site.call("GET", f"bookings/{booking['reference']}/", headers=booking["token"]).json()
        if now["status"] == "cancelled" and now["payment"]["status"] == "refunded":
            say("cancelled free of charge, refunded in full")
            return
        time.sleep(0.5)
    raise Broken("not cancelled and refunded within half a minute")


def ask_simulator(simulator: str, booking: dict[str, Any]) -> None:
    state = requests.get(f"{simulator.rstrip('/')}/_control/state", timeout=TIMEOUT).json()
    mine = state["bookings"].get(booking["reference"], [])
    check(len(mine) == 1, f"the simulator holds {len(mine)} bookings of {booking['reference']}")
    check(mine[0]["status"] == "CANCELLED", f"the simulator does not hold it as cancelled: {mine[0]}")
    say("the simulator agrees: one booking, cancelled")


def main(site_url: str, simulator_url: str) -> int:
    site = Faredown(site_url)
    try:
        search = finished_search(site, find_destination(site))
        say(f"search {search['id']} found {search['total_hotels']} hotels")
        booking = book(site, quote(site, search["id"]))
        say(f"booked {booking['reference']} ({booking['supplier_reference']}) at {booking['hotel']['name']}")
        read_voucher(site, booking)
        cancel(site, booking)
        ask_simulator(simulator_url, booking)
    except Broken as broken:
        say(f"BROKEN: {broken}")
        return 1
    say("1 passed, 0 failed")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
