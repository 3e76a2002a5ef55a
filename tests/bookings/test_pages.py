"""The checkout and what comes after it, as a browser without JavaScript goes through it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from bookings.models import Booking, Quote
from bookings.services import cancellation, checkout, customers, quoting
from bookings.states import BookingStatus, PaymentStatus
from faredown.accounts.models import User
from faredown.lib import clock
from faredown.lib.money import Money
from faredown.messaging.models import OutboxMessage
from tests.bookings import world as worlds
from tests.bookings.world import World

HOLDER = {
    "first_name": "Noor",
    "last_name": "Lindqvist",
    "email": "noor.lindqvist@example.com",
    "phone": "+46 8 402 35 00",
    "country": "SE",
}
FAMILY = HOLDER | {
    "room0_adult1_first": "Ada",
    "room0_adult1_last": "Lindqvist",
    "room0_child0_first": "Zoe",
    "room0_child0_last": "Lindqvist",
    "room1_adult0_first": "Irene",
    "room1_adult0_last": "Dubois",
}


@pytest.fixture
def family(world: World) -> Quote:
    return world.quote(worlds.FAMILY, wanted=worlds.refundable)


def to_payment(client: Client, quote: Quote, guests: dict[str, str] = FAMILY) -> str:
    """Through the first two steps; the payment page."""
    base = f"/checkout/{quote.public_id}/"
    assert client.post(base, guests).headers["Location"] == f"{base}preferences/"
    wishes = {"wishes": ["quiet"], "arrival": "22:00", "note": "Blue door"}
    assert client.post(f"{base}preferences/", wishes).headers["Location"] == f"{base}payment/"
    return client.get(f"{base}payment/").content.decode()


def payment_form(page: str, **changes: Any) -> dict[str, Any]:
    hidden = dict(re.findall(r'<input type="hidden" name="(accept_token|key)" value="([^"]+)"', page))
    return {**hidden, "token": "tok_ok", "agree_terms": "on", "agree_changes": "on", **changes}


def test_a_family_is_booked_through_the_pages(client: Client, world: World, family: Quote) -> None:
    page = to_payment(client, family)
    form = payment_form(page)
    answer = client.post(f"/checkout/{family.public_id}/payment/", form)
    row = Booking.objects.get(quote=family)
    assert answer.headers["Location"] == f"/bookings/{row.reference}/"
    assert (row.status, worlds.latest_payment(row).status) == (
        BookingStatus.CONFIRMED,
        PaymentStatus.CAPTURED,
    )
    assert row.remarks == "Quiet room. Arrival about 22:00. Blue door"
    names = [guest.first_name for room in row.rooms.all() for guest in room.guests.all()]
    assert names == ["Noor", "Ada", "Zoe", "Irene"]
    assert [one["status"] for one in world.held(row)] == ["CONFIRMED"]

    confirmation = client.get(answer.headers["Location"]).content.decode()
    assert "Booking Confirmed!" in confirmation
    assert "Zoe Lindqvist (age 7)" in confirmation
    assert client.get(f"/bookings/{row.reference}/voucher.pdf").content.startswith(b"%PDF")
    assert b"BEGIN:VCALENDAR" in client.get(f"/bookings/{row.reference}/stay.ics").content

    again = client.post(f"/checkout/{family.public_id}/payment/", form)
    assert again.headers["Location"] == f"/bookings/{row.reference}/"
    assert Booking.objects.count() == 1


def test_nobody_else_sees_the_booking(client: Client, world: World) -> None:
    row = world.book().booking
    stranger = Client()
    for path in ("", "voucher.pdf", "stay.ics", "cancel/", "state/"):
        assert stranger.get(f"/bookings/{row.reference}/{path}").status_code == 404
    assert stranger.post(f"/bookings/{row.reference}/cancel/", {"fee": "0"}).status_code == 404
    row.refresh_from_db()
    assert row.status == BookingStatus.CONFIRMED


def test_missing_and_wrong_fields_are_told_beside_them(client: Client, family: Quote) -> None:
    base = f"/checkout/{family.public_id}/"
    answer = client.post(base, FAMILY | {"phone": "12", "email": "noor@", "room1_adult0_last": ""})
    page = answer.content.decode()
    assert answer.status_code == 400
    for field in ("phone", "email", "room1_adult0_last"):
        assert f'id="id_{field}_error"' in page
        assert re.search(rf'name="{field}"[^>]*aria-invalid="true"', page)
    assert 'id="id_room0_child0_first_error"' not in page
    assert client.get(f"{base}payment/").headers["Location"] == base


@pytest.mark.parametrize(
    ("changes", "status", "text"),
    [
        ({"accept_token": "0" * 64}, 400, "Something moved."),
        ({"agree_terms": ""}, 400, "Please agree to the terms to go on."),
        ({"token": "tok_nonsense"}, 400, "tok_nonsense"),
    ],
)
def test_what_the_guest_has_not_agreed_to_is_not_booked(
    client: Client, family: Quote, changes: dict[str, str], status: int, text: str
) -> None:
    page = to_payment(client, family)
    answer = client.post(f"/checkout/{family.public_id}/payment/", payment_form(page, **changes))
    assert answer.status_code == status
    assert text in answer.content.decode()
    assert not Booking.objects.exists()


def recheck_offer(world: World) -> str:
    """One whose price the supplier has to be asked for again."""
    return next(
        detail.offer.id
        for rates in world.rates()
        for room in rates.rooms
        for detail in room.offers
        if detail.offer.rate.needs_check
    )


def test_what_moved_is_shown_and_needs_a_yes(client: Client, world: World) -> None:
    offers = [recheck_offer(world)]
    world.hotelbeds.faults({"operation": "checkrates", "kind": "price_up", "count": 1})
    quote = quoting.quote(offers)
    assert [change["field"] for change in quote.changes] == ["price"]
    people = HOLDER | {"room0_adult1_first": "Ada", "room0_adult1_last": "Lindqvist"}
    page = to_payment(client, quote, people)
    assert "Something moved since you searched:" in page
    form = payment_form(page)
    del form["agree_changes"]
    refused = client.post(f"/checkout/{quote.public_id}/payment/", form)
    assert refused.status_code == 400
    assert not Booking.objects.exists()


def test_an_old_quote_leads_back(client: Client, family: Quote) -> None:
    with clock.travel(timedelta(hours=2)):
        answer = client.get(f"/checkout/{family.public_id}/")
    assert answer.status_code == 410
    assert "The time for this price is over" in answer.content.decode()


def test_a_room_sold_meanwhile_leads_back_with_the_reason(client: Client, world: World) -> None:
    offers = [recheck_offer(world)]
    world.hotelbeds.faults({"operation": "checkrates", "kind": "sold_out", "count": 1})
    answer = client.post("/checkout/", {"offer": offers, "back": "/hotels/?from=here"}, follow=True)
    assert answer.redirect_chain == [("/hotels/?from=here", 302)]
    assert "This room has just been sold." in answer.content.decode()
    away = client.post("/checkout/", {"offer": ["off_nonsense"], "back": "https://elsewhere.example/"})
    assert away.headers["Location"] == "/hotels/"
    assert not Quote.objects.exists()


def test_a_declined_card_can_be_tried_again(client: Client, family: Quote) -> None:
    page = to_payment(client, family)
    form = payment_form(page, token="tok_declined")
    booked = client.post(f"/checkout/{family.public_id}/payment/", form).headers["Location"]
    assert "Payment declined" in client.get(booked).content.decode()
    client.post(f"{booked}payment/", {"token": "tok_ok"})
    assert "Booking Confirmed!" in client.get(booked).content.decode()


def test_cancelling_shows_what_it_costs_first(client: Client, world: World) -> None:
    placed = world.book()
    row = placed.booking
    unlock(client, row)
    page = client.get(f"/bookings/{row.reference}/cancel/").content.decode()
    fee = re.search(r'name="fee" value="([^"]+)"', page)[1]  # type: ignore[index]
    moved = client.post(f"/bookings/{row.reference}/cancel/", {"fee": f"1{fee}"})
    assert "What cancelling costs has changed." in moved.content.decode()
    row.refresh_from_db()
    assert row.status == BookingStatus.CONFIRMED
    client.post(f"/bookings/{row.reference}/cancel/", {"fee": fee, "reason": "Plans changed"})
    row.refresh_from_db()
    assert (row.status, row.cancel_reason) == (BookingStatus.CANCELLED, "Plans changed")


def test_a_paid_cancellation_shows_the_fee_and_nothing_to_pay_at_the_hotel(
    client: Client, world: World
) -> None:
    row = world.book().booking
    unlock(client, row)
    address = f"/bookings/{row.reference}/"
    collected = {"kind": "City Tax", "amount": Money.of("9", "EUR").as_json(), "estimate": None}
    Booking.objects.filter(pk=row.pk).update(price=row.price | {"at_property": [collected]})
    before = client.get(address).content.decode()
    assert ("Cancellation fee" in before, "paid at the hotel</span>" in before) == (False, True)
    with clock.frozen(datetime.fromisoformat(row.terms["free_until"]) + timedelta(seconds=1)):
        cancellation.cancel(row)
    row.refresh_from_db()
    page = client.get(address).content.decode()
    assert row.cancellation_fee
    shown = re.search(r"<dt>Cancellation fee</dt><dd[^>]*>([^<]+)</dd>", page)
    assert shown is not None
    assert row.cancellation_fee.as_json()["amount"] in shown[1]
    assert "paid at the hotel</span>" not in page


def test_a_mailed_link_opens_the_booking_by_a_button(client: Client, world: World) -> None:
    row = world.book().booking
    for reference, email in ((row.reference, "other@example.com"), (row.reference.lower(), row.holder_email)):
        answer = client.post("/manage-booking/", {"reference": reference, "email": email})
        assert "Look into your mail" in answer.content.decode()
    mail = OutboxMessage.objects.get(channel__endswith="access_link", related_reference=row.reference)
    path = re.search(r"http://testserver(/bookings/access/\S+/)", mail.body_text)[1]  # type: ignore[index]
    assert client.get(path).status_code == 200
    assert client.get(f"/bookings/{row.reference}/").status_code == 404
    assert client.post(path).headers["Location"] == f"/bookings/{row.reference}/"
    assert client.get(f"/bookings/{row.reference}/").status_code == 200
    assert client.post(f"{path[:-6]}xxxxx/").status_code == 410


def test_my_trips_are_mine(client: Client, world: World) -> None:
    alice = User.objects.create_user("alice@example.com", "long-enough-pass")
    bob = User.objects.create_user("bob@example.com", "long-enough-pass")
    quote = world.quote(wanted=worlds.refundable)
    order = worlds.order_for(quote)
    row = checkout.book(quote.public_id, order, accept_token=quote.accept_token, by=alice).booking
    assert client.get("/bookings/").headers["Location"] == "/account/login/?next=/bookings/"
    client.force_login(bob)
    assert row.reference not in client.get("/bookings/").content.decode()
    client.force_login(alice)
    assert row.reference in client.get("/bookings/").content.decode()
    assert client.get(f"/bookings/{row.reference}/").status_code == 200


def unlock(client: Client, row: Booking) -> None:
    """By the link that is mailed."""
    path = customers.link(row).removeprefix("http://testserver")
    assert client.post(path).status_code == 302


@pytest.mark.parametrize(
    ("token", "told", "untold"),
    [
        ("tok_declined", ("Payment declined", "Try the payment again", "Pay again"), "Confirm the payment"),
        ("tok_requires_action", ("One step is left", "Confirm the payment"), "Try the payment again"),
        ("tok_capture_fails", ("We could not take your payment",), "successfully confirmed"),
    ],
)
def test_a_payment_that_is_not_done_is_told_as_it_is(
    client: Client, family: Quote, token: str, told: tuple[str, ...], untold: str
) -> None:
    form = payment_form(to_payment(client, family), token=token)
    answer = client.post(f"/checkout/{family.public_id}/payment/", form, follow=True)
    page = answer.content.decode()
    for text in told:
        assert text in page
    assert untold not in page
    assert "Download Voucher" not in page
    # What the hotel has confirmed can be shown to others; what waits for money is held for a time.
    is_waiting = token != "tok_capture_fails"
    assert [text in page for text in ("Print Confirmation", "Share Booking")] == [not is_waiting] * 2
    assert (f'data-countdown="{clock.iso(family.expires_at)}"' in page) == is_waiting


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", ("We mail you the outcome, usually within 40 minutes.", "Free cancellation until")),
        ("es", ("normalmente en menos de 40 minutos.", "Cancelación gratuita hasta")),
        ("ar", ("عادةً في غضون 40 دقيقة.", "إلغاء مجاني حتى")),
    ],
)
def test_an_unclear_booking_shows_its_terms_and_how_long_it_may_take(
    client: Client, world: World, settings: Any, language: str, told: tuple[str, ...]
) -> None:
    settings.BOOKINGS = {"absent_minutes": 20}
    world.hotelbeds.faults({"operation": "booking", "kind": "drop_after_commit", "count": 1})
    row = world.book().booking
    assert row.status == BookingStatus.UNKNOWN
    unlock(client, row)
    client.cookies["django_language"] = language
    page = client.get(f"/bookings/{row.reference}/").content.decode()
    for text in told:
        assert text in page
    assert "data-print" not in page
    assert "data-share" not in page
