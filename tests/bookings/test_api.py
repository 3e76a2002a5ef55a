"""The HTTP face: statuses, tokens, idempotency, documents, and input that is refused without a trace."""

from __future__ import annotations

import io
import re
import uuid
from datetime import timedelta
from typing import Any

import icalendar
import pytest
from django.test import Client, override_settings
from pypdf import PdfReader

from bookings.models import AccessToken, Booking, Quote
from bookings.services import customers
from bookings.states import BookingStatus
from faredown.accounts.models import User
from faredown.accounts.services import tokens
from faredown.lib import clock
from faredown.messaging.models import OutboxMessage
from tests.bookings import world as worlds
from tests.bookings.world import World

API = "/api/v1"


class Guest:
    """A client without cookies, with a booking token once it has one."""

    def __init__(self, **headers: str) -> None:
        self.client = Client()
        self.headers = headers

    def post(self, path: str, body: Any, *, key: str | None = "", **headers: str) -> Any:
        sent = {**self.headers, **headers}
        if key is not None:
            sent["Idempotency-Key"] = key or uuid.uuid4().hex
        return self.client.post(f"{API}/{path}", body, content_type="application/json", headers=sent)

    def get(self, path: str, **headers: str) -> Any:
        url = path if path.startswith("/") else f"{API}/{path}"
        return self.client.get(url, headers={**self.headers, **headers})


def body_for(quote: Quote, *, token: str = "tok_ok") -> dict[str, Any]:
    order = worlds.order_for(quote)
    return {
        "quote_id": quote.public_id,
        "accept_token": quote.accept_token,
        **order.party,
        "payment": {"method": "offline", "token": token},
    }


def booked(world: World, **wish: Any) -> tuple[Guest, dict[str, Any]]:
    quote = world.quote(wanted=worlds.refundable)
    answer = Guest().post("bookings/", body_for(quote, **wish))
    made = answer.json()
    return Guest(**{"X-Booking-Token": made["access_token"]}), made


@pytest.fixture
def ada(transactional_db: None) -> User:
    return User.objects.create_user("ada@example.com", "correct horse battery")


def signed_in(user: User) -> Guest:
    return Guest(Authorization=f"Bearer {tokens.issue(user, ip=None, user_agent='').access}")


def test_the_whole_journey_over_http(world: World) -> None:
    offer_ids = world.choose(worlds.FAMILY, wanted=worlds.refundable)
    quoted = Guest().post("quotes/", {"offer_ids": list(offer_ids)}, key=None)
    assert quoted.status_code == 201, quoted.content
    quote = quoted.json()
    assert set(quote) == {
        "id", "status", "expires_at", "hotel", "stay", "rooms", "price", "cancellation", "rate_comments", "changes",
        "accept_token",
    }  # fmt: skip
    assert quote["price"]["pay_now"] == quote["price"]["total"]
    assert "net" not in str(quote["price"]).lower()
    row = Quote.objects.get()
    key = uuid.uuid4().hex
    answer = Guest().post("bookings/", body_for(row), key=key)
    assert answer.status_code == 201, answer.content
    made = answer.json()
    assert made["status"] == "confirmed"
    assert made["payment"]["status"] == "captured"
    assert made["rooms"][0]["guests"][2]["age"] == 7

    again = Guest().post("bookings/", body_for(row), key=key)
    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (201, "true")
    assert again.json()["reference"] == made["reference"]
    assert "access_token" not in again.json()
    other = Guest().post("bookings/", {**body_for(row), "remarks": "else"}, key=key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    used = Guest().post("bookings/", body_for(row))
    assert (used.status_code, used.json()["code"]) == (409, "quote_used")
    assert [told["field"] for told in used.json()["errors"]] == ["quote_id"]

    guest = Guest(**{"X-Booking-Token": made["access_token"]})
    path = f"bookings/{made['reference']}"
    seen = guest.get(f"{path}/").json()
    assert {name: seen[name] for name in ("reference", "status")} == {
        "reference": made["reference"],
        "status": "confirmed",
    }
    simulated = guest.post(f"{path}/cancellations/", {"simulate": True})
    assert simulated.status_code == 200
    assert simulated.json()["cancelled"] is False
    assert simulated.json()["fee"]["amount"] == "0.00"
    assert guest.get(f"{path}/").json()["status"] == "confirmed"
    done = guest.post(f"{path}/cancellations/", {"simulate": False, "reason": "Plans changed"})
    assert (done.status_code, done.json()["cancelled"]) == (200, True)
    assert guest.get(f"{path}/").json()["payment"]["status"] == "refunded"


def test_a_decline_is_a_402_that_says_how_to_go_on(world: World) -> None:
    quote = world.quote(wanted=worlds.refundable)
    answer = Guest().post("bookings/", body_for(quote, token="tok_declined"))
    assert (answer.status_code, answer.headers["Content-Type"]) == (402, "application/problem+json")
    problem = answer.json()
    assert (problem["code"], problem["failure_code"]) == ("payment_declined", "card_declined")
    guest = Guest(**{"X-Booking-Token": problem["access_token"]})
    link = problem["booking"]["links"]["payments"]
    paid = guest.client.post(
        link,
        {"method": "offline", "token": "tok_ok"},
        content_type="application/json",
        headers={**guest.headers, "Idempotency-Key": "again"},
    )
    assert (paid.status_code, paid.json()["status"]) == (201, "confirmed")


def test_a_challenge_answers_202_with_its_secret(world: World) -> None:
    guest, made = booked(world, token="tok_requires_action")
    assert made["payment"]["status"] == "requires_action"
    assert made["payment"]["client_secret"]
    ended = guest.post(f"bookings/{made['reference']}/payments/", {"method": "offline", "token": "tok_ok"})
    assert (ended.status_code, ended.json()["status"]) == (201, "confirmed")


def test_nobody_else_sees_a_booking(world: World, ada: User) -> None:
    _, made = booked(world)
    path = f"bookings/{made['reference']}/"
    strangers = [
        Guest(),
        Guest(**{"X-Booking-Token": "x" * 43}),
        Guest(**{"X-Booking-Token": ""}),
        signed_in(ada),
    ]
    for stranger in strangers:
        answer = stranger.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "booking_not_found")
        absent = stranger.get("bookings/FD0000000000/")
        assert {**absent.json(), "request_id": ""} == {**answer.json(), "request_id": ""}
        assert stranger.get(f"{path}voucher.pdf").status_code == 404
        assert stranger.post(f"{path}cancellations/", {"simulate": False}).status_code == 404
    assert Booking.objects.get().status == BookingStatus.CONFIRMED


def test_the_owner_finds_his_bookings_with_his_login(world: World, ada: User) -> None:
    owner = signed_in(ada)
    quote = world.quote(wanted=worlds.refundable)
    made = owner.post("bookings/", body_for(quote)).json()
    listed = owner.get("bookings/").json()
    assert (listed["count"], listed["results"][0]["reference"]) == (1, made["reference"])
    assert owner.get(f"bookings/{made['reference']}/").status_code == 200
    assert Guest().get("bookings/").status_code == 401


def test_documents_open_by_token_and_by_a_link_that_ages(world: World) -> None:
    guest, made = booked(world)
    path = f"bookings/{made['reference']}"
    voucher = guest.get(f"{path}/voucher.pdf")
    assert voucher.headers["Content-Type"] == "application/pdf"
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(voucher.content)).pages)
    assert made["reference"] in text
    calendar = icalendar.Calendar.from_ical(guest.get(f"{path}/stay.ics").content)
    events = [part for part in calendar.walk() if part.name == "VEVENT"]
    assert [str(event["SUMMARY"]).startswith("Free cancellation") for event in events] == [False, True]
    assert any(part.name == "VALARM" for part in calendar.walk())
    supplier = Booking.objects.get(reference=made["reference"]).supplier_reference
    assert str(events[0]["DESCRIPTION"]).startswith(
        f"Booking reference: {made['reference']}\nSupplier reference: {supplier}\n"
    )

    link = made["links"]["voucher"]
    assert made["access_token"] not in link
    assert Guest().get(link).status_code == 200
    assert Guest().get(link.replace("voucher.pdf", "stay.ics")).status_code == 404
    assert Guest().get(link[:-1]).status_code == 404
    with override_settings(BOOKINGS={"document_link_seconds": -1}):
        assert Guest().get(link).status_code == 404


def test_a_lookup_answers_the_same_and_mails_a_link_that_opens_the_booking(world: World) -> None:
    _, made = booked(world)
    right = {"reference": made["reference"].lower(), "email": "AMELIE.okafor@example.com"}
    answers = [
        Guest().post("bookings/lookup/", given, key=None)
        for given in (right, {**right, "email": "else@example.com"}, {**right, "reference": "FDNOPE"})
    ]
    assert [answer.status_code for answer in answers] == [202, 202, 202]
    assert len({answer.content for answer in answers}) == 1
    mail = OutboxMessage.objects.get(channel="emails/bookings/access_link")
    found = re.search(r"/bookings/access/([^/\s]+)/", mail.body_text)
    assert found is not None
    booking, token = customers.open_link(found[1])
    assert booking.reference == made["reference"]
    assert Guest(**{"X-Booking-Token": token}).get(f"bookings/{booking.reference}/").status_code == 200
    assert not AccessToken.objects.filter(token_hash=token).exists()


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"quote_id": None}, 400, "quote_id"),
        ({"quote_id": "qte_\x00"}, 400, "quote_id"),
        ({"quote_id": "qte_" + "0" * 22}, 404, None),
        ({"accept_token": "0" * 64}, 422, "accept_token"),
        ({"accept_token": None}, 422, "accept_token"),
        ({"holder": None}, 400, "holder"),
        ({"rooms": []}, 400, "rooms"),
        ({"rooms": "x"}, 400, "rooms"),
        ({"payment": None}, 400, "payment"),
        ({"payment": {"method": "gold"}}, 400, "payment.method"),
        ({"payment": {"method": "offline", "token": "tok_none"}}, 400, "payment.token"),
        ({"payment": {"method": "offline", "token": {"a": 1}}}, 400, "payment.token"),
        ({"remarks": "a\x00b"}, 400, "remarks"),
        ({"remarks": "\ud800"}, 400, "remarks"),
        ({"holder": {**worlds.party(())["holder"], "last_name": "Oka\u202efor"}}, 400, "holder.last_name"),
        ({"holder": {**worlds.party(())["holder"], "title": "Dr"}}, 400, "holder.title"),
        ({"promotion_code": "SPRING"}, 400, "promotion_code"),
    ],
)
def test_bad_bookings_are_refused_by_field_and_leave_no_trace(
    world: World, change: dict[str, Any], status: int, field: str | None
) -> None:
    quote = world.quote(wanted=worlds.refundable)
    answer = Guest().post("bookings/", {**body_for(quote), **change})
    assert answer.status_code == status, answer.content
    if field:
        assert answer.json()["errors"][0]["field"] == field
    assert not Booking.objects.exists()
    quote.refresh_from_db()
    assert quote.status == "open"


def test_a_misspelt_wish_cancels_nothing_and_pays_nothing(world: World) -> None:
    guest, made = booked(world)
    path = f"bookings/{made['reference']}"
    for action, body, field in [
        ("cancellations", {"simulated": True}, "simulated"),
        ("cancellations", {"simulate": "yes"}, "simulate"),
        ("cancellations", {"simulate": 1}, "simulate"),
        ("payments", {"method": "gold"}, "method"),
        ("payments", {"method": "offline", "token": []}, "token"),
        ("payments", {"payment": {}}, "payment"),
    ]:
        refused = guest.post(f"{path}/{action}/", body)
        assert refused.status_code == 400
        assert [error["field"] for error in refused.json()["errors"]] == [field]
    assert guest.get(f"{path}/").json()["status"] == made["status"]


def test_bad_requests_around_a_booking(world: World) -> None:
    quote = world.quote(wanted=worlds.refundable)
    missing = Guest().post("bookings/", body_for(quote), key=None)
    assert (missing.status_code, missing.json()["code"]) == (400, "idempotency_key_missing")
    wrong: list[Any] = [[], "x", 7, None]
    for body in wrong:
        assert Guest().post("bookings/", body).status_code == 400
    raw = Client().post(
        f"{API}/bookings/", b"\xff\xfe{", content_type="application/json", headers={"Idempotency-Key": "x"}
    )
    assert raw.status_code == 400
    large = Guest().post("bookings/", {**body_for(quote), "remarks": "x" * 5_000_000})
    assert large.status_code == 413
    for offers in ([], ["x"], [7], ["off_x"] * 10, "x", None):
        refused = Guest().post("quotes/", {"offer_ids": offers}, key=None)
        assert refused.status_code in (400, 404), refused.content
    assert not Booking.objects.exists()


def test_a_push_of_a_reconfirmation_is_verified_by_pulling(world: World) -> None:
    guest, made = booked(world)
    forged = {"type": "NEW_BOOKING_RECONFIRMATION", "reference": made["supplier_reference"], "code": "FORGED"}
    assert Guest().post("webhooks/hotelbeds/reconfirmations/", forged, key=None).status_code == 200
    assert guest.get(f"bookings/{made['reference']}/").json()["hotel_references"] == []
    world.hotelbeds.clock(advance_seconds=2 * 3600)
    for seconds in (31, 32, 63):
        with clock.travel(timedelta(seconds=seconds)):
            answer = Guest().post("webhooks/hotelbeds/reconfirmations/", {}, key=None)
            assert answer.status_code == 200
    numbers = guest.get(f"bookings/{made['reference']}/").json()["hotel_references"]
    held = world.held(Booking.objects.get())
    assert numbers == [held[0]["confirmation_code"]]
    story = [event["kind"] for event in guest.get(f"bookings/{made['reference']}/").json()["timeline"]]
    assert story.count("hotel.reconfirmed") == 1
