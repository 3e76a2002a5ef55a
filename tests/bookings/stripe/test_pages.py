"""The guest's way with a card: the pages, and the same over the API."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from django.test import Client

from bookings.models import Booking, Payment, Quote
from bookings.services import reconciliation
from bookings.states import BookingStatus, PaymentStatus
from faredown.lib import clock
from tests.bookings import world as worlds
from tests.bookings.stripe import running
from tests.bookings.stripe.running import Stripe
from tests.bookings.test_pages import payment_form
from tests.bookings.world import World

COUPLE = {
    "first_name": "Noor",
    "last_name": "Lindqvist",
    "email": "noor.lindqvist@example.com",
    "phone": "+46 8 402 35 00",
    "country": "SE",
    "room0_adult1_first": "Ada",
    "room0_adult1_last": "Lindqvist",
}


def policy(response: Any) -> dict[str, str]:
    parts = response.headers["Content-Security-Policy"].split("; ")
    return {name: sources for name, _, sources in (part.partition(" ") for part in parts)}


def to_payment(client: Client, quote: Quote) -> Any:
    base = f"/checkout/{quote.public_id}/"
    answer = client.post(base, COUPLE)
    assert answer.status_code == 302, re.findall(r'class="error"[^<]*<?', answer.content.decode())
    client.post(f"{base}preferences/", {})
    return client.get(f"{base}payment/")


def pay(client: Client, world: World, token: str) -> Booking:
    quote = world.quote(wanted=worlds.refundable)
    form = payment_form(to_payment(client, quote).content.decode(), token=token)
    answer = client.post(f"/checkout/{quote.public_id}/payment/", form)
    assert answer.status_code == 302
    return Booking.objects.get(quote=quote)


def paid(row: Booking) -> Payment:
    row.refresh_from_db()
    return worlds.latest_payment(row)


def test_the_card_is_typed_into_stripes_fields_on_that_page_only(
    client: Client, world: World, stripe: Stripe
) -> None:
    quote = world.quote(wanted=worlds.refundable)
    page = to_payment(client, quote)
    text = page.content.decode()
    units = stripe_units(quote)
    for told in (
        f'data-key="{running.PUBLISHABLE}"',
        f'data-amount="{units}"',
        'data-currency="eur"',
        '<script src="https://js.stripe.com/v3/" defer></script>',
        'name="token"',
    ):
        assert told in text
    assert running.SECRET not in text
    assert not re.search(r"<input[^>]+(number|cvc|card_)", text)
    allowed = policy(page)
    assert "https://js.stripe.com" in allowed["script-src"]
    assert allowed["frame-src"] == "https://js.stripe.com https://*.js.stripe.com https://hooks.stripe.com"
    assert stripe.url in allowed["connect-src"]
    assert allowed["default-src"] == "'self'"
    for other in (f"/checkout/{quote.public_id}/", "/", "/hotels/"):
        assert "stripe" not in client.get(other).headers["Content-Security-Policy"]


def stripe_units(quote: Quote) -> int:
    return int(quote.total.amount * 100)


def test_a_card_books(client: Client, world: World, stripe: Stripe) -> None:
    row = pay(client, world, stripe.card())
    assert (paid(row).status, row.status) == (PaymentStatus.CAPTURED, BookingStatus.CONFIRMED)
    page = client.get(f"/bookings/{row.reference}/")
    assert "Booking Confirmed!" in page.content.decode()
    assert "stripe" not in page.headers["Content-Security-Policy"]


def test_without_a_card_nothing_is_sent(client: Client, world: World, stripe: Stripe) -> None:
    quote = world.quote(wanted=worlds.refundable)
    form = payment_form(to_payment(client, quote).content.decode(), token="")
    answer = client.post(f"/checkout/{quote.public_id}/payment/", form)
    assert answer.status_code == 400
    assert "Please enter your card." in answer.content.decode()
    form = payment_form(answer.content.decode(), token="4242424242424242")
    answer = client.post(f"/checkout/{quote.public_id}/payment/", form)
    assert answer.status_code == 400
    assert not Booking.objects.exists()
    assert stripe.intents() == []


def test_a_challenge_is_gone_through_on_the_bookings_page(
    client: Client, world: World, stripe: Stripe
) -> None:
    row = pay(client, world, stripe.card("challenge"))
    url = f"/bookings/{row.reference}/"
    page = client.get(url)
    text = page.content.decode()
    assert f'data-challenge="{paid(row).client_secret}"' in text
    assert "Go on to your bank" in text
    assert "https://hooks.stripe.com" in policy(page)["frame-src"]
    client.post(f"{url}payment/", {"token": ""})  # back without having answered
    assert paid(row).status == PaymentStatus.REQUIRES_ACTION
    stripe.challenge(paid(row).provider_reference, passed=True)
    client.post(f"{url}payment/", {"token": ""})
    assert (paid(row).status, row.status) == (PaymentStatus.CAPTURED, BookingStatus.CONFIRMED)


def test_a_failed_challenge_and_a_decline_leave_room_for_another_card(
    client: Client, world: World, stripe: Stripe
) -> None:
    row = pay(client, world, stripe.card("challenge"))
    url = f"/bookings/{row.reference}/"
    stripe.challenge(paid(row).provider_reference, passed=False)
    client.post(f"{url}payment/", {"token": ""})
    assert paid(row).failure_code == "payment_intent_authentication_failure"
    text = client.get(url).content.decode()
    assert "data-card " in text
    assert "Try the payment again" in text
    client.post(f"{url}payment/", {"token": stripe.card("declined")})
    assert (paid(row).status, paid(row).failure_code) == (PaymentStatus.DECLINED, "card_declined")
    client.post(f"{url}payment/", {"token": stripe.card()})
    assert (paid(row).status, row.status) == (PaymentStatus.CAPTURED, BookingStatus.CONFIRMED)
    assert len(stripe.intents()) == 3


def test_an_abandoned_challenge_lapses_and_the_page_asks_again_while_the_price_is_held(
    client: Client, world: World, stripe: Stripe
) -> None:
    row = pay(client, world, stripe.card("challenge"))
    with clock.travel(timedelta(minutes=16)):
        reconciliation.sweep()
        assert paid(row).status == PaymentStatus.VOIDED
        text = client.get(f"/bookings/{row.reference}/").content.decode()
        assert "Not paid yet" in text
        assert "data-card " in text
    with clock.travel(timedelta(minutes=21)):
        reconciliation.sweep()
        assert "data-card " not in client.get(f"/bookings/{row.reference}/").content.decode()
    row.refresh_from_db()
    assert row.status == BookingStatus.REJECTED
    assert stripe.intents()[0]["status"] == "canceled"


def test_over_the_api_a_challenge_answers_with_what_the_client_needs(world: World, stripe: Stripe) -> None:
    quote = world.quote(wanted=worlds.refundable)
    made = post(
        "/api/v1/bookings/", book_body(quote, {"method": "stripe", "token": stripe.card("challenge")})
    )
    assert (made["status"], made["payment"]["status"]) == ("pending", "requires_action")
    (intent,) = stripe.intents()
    assert made["payment"]["client_secret"] == intent["client_secret"]
    stripe.challenge(intent["id"], passed=True)
    ended = post(
        f"/api/v1/bookings/{made['reference']}/payments/", {"method": "stripe"}, token=made["access_token"]
    )
    assert (ended["status"], ended["payment"]["status"]) == ("confirmed", "captured")
    assert "client_secret" not in ended["payment"]


def test_over_the_api_a_card_may_be_entered_with_the_client_secret_alone(
    world: World, stripe: Stripe
) -> None:
    quote = world.quote(wanted=worlds.refundable)
    made = post("/api/v1/bookings/", book_body(quote, {"method": "stripe"}))
    assert (made["status"], made["payment"]["status"]) == ("pending", "requires_action")
    (intent,) = stripe.intents()
    assert made["payment"]["client_secret"] == intent["client_secret"]
    stripe.enter_card(intent["id"])
    body = running.webhook("payment_intent.amount_capturable_updated", intent["id"])
    told = Client().post(
        "/api/v1/webhooks/stripe/",
        body,
        content_type="application/json",
        headers={"Stripe-Signature": running.signed(body)},
    )
    assert told.status_code == 200
    row = Booking.objects.get(reference=made["reference"])
    assert (paid(row).status, row.status) == (PaymentStatus.CAPTURED, BookingStatus.CONFIRMED)


def book_body(quote: Quote, payment: dict[str, str]) -> dict[str, Any]:
    return {
        "quote_id": quote.public_id,
        "accept_token": quote.accept_token,
        **worlds.party(worlds.COUPLE),
        "payment": payment,
    }


def post(url: str, body: dict[str, Any], *, token: str = "") -> dict[str, Any]:
    headers = {"Idempotency-Key": f"key-{len(url)}-{clock.now().timestamp()}", "X-Booking-Token": token}
    answer = Client().post(url, body, content_type="application/json", headers=headers)
    assert answer.status_code in (201, 202), answer.content
    told: dict[str, Any] = answer.json()
    return told
