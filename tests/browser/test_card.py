"""A card in the provider's fields, in a real browser: our page, script and policy, Stripe's part played by a stub."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.test.utils import override_settings
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from bookings.models import Quote
from tests.bookings import world as worlds
from tests.bookings.conftest import simulated, world
from tests.bookings.stripe import running
from tests.bookings.stripe.running import CARDS, Stripe
from tests.bookings.world import World
from tests.browser import guest

__all__ = ["simulated", "world"]


@pytest.fixture(scope="module", autouse=True)
def _beside_playwright() -> Iterator[None]:
    """Its loop runs in this thread, and Django takes that for an async program."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield


@pytest.fixture
def stripe() -> Iterator[Stripe]:
    with (
        running.running() as started,
        running.chosen(started),
        override_settings(STRIPE_JS_URL=f"{started.url}/js.stripe.com/stub"),
    ):
        yield started


def to_payment(page: Page, live_server: LiveServer, quote: Quote) -> None:
    page.goto(f"{live_server.url.replace('127.0.0.1', 'localhost')}/checkout/{quote.public_id}/")
    guest.fill_guests(page, others=1)
    guest.skip_preferences(page)
    page.get_by_role("checkbox", name=re.compile("I have read")).check()
    moved = page.get_by_role("checkbox", name=re.compile("what moved"))
    if moved.count():
        moved.check()


def book(page: Page) -> None:
    page.get_by_role("button", name=re.compile("Pay .* and book")).click()


def test_a_card_is_asked_for_typed_and_books(
    world: World, stripe: Stripe, live_server: LiveServer, page: Page
) -> None:
    quote = world.quote(wanted=worlds.refundable)
    to_payment(page, live_server, quote)
    book(page)
    expect(page.get_by_role("alert").filter(has_text="Your card number is incomplete.")).to_be_visible()
    fields = page.frame_locator(f'iframe[title="Card, {int(quote.total.amount * 100)} eur, manual"]')
    fields.get_by_label("Card number").fill(CARDS["fine"])
    book(page)
    booked = guest.reference(page)
    assert [one["status"] for one in world.hotelbeds.bookings(booked)] == ["CONFIRMED"]
    assert [one["status"] for one in stripe.intents()] == ["succeeded"]


def test_a_banks_question_is_answered_on_the_bookings_page(
    world: World, stripe: Stripe, live_server: LiveServer, page: Page
) -> None:
    quote = world.quote(wanted=worlds.refundable)
    to_payment(page, live_server, quote)
    page.frame_locator("iframe").get_by_label("Card number").fill(CARDS["challenge"])
    book(page)
    page.get_by_role("button", name="Go on to your bank").click()
    guest.reference(page)
    assert [one["status"] for one in stripe.intents()] == ["succeeded"]
