"""What a guest does on the pages, by what the guest sees: labels, buttons, headings."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

from playwright.sync_api import Page, expect

TOWN = "Dubai"
NIGHTS = 3
EMAIL = "noor.lindqvist@example.com"


def stay(ahead: int) -> tuple[date, date]:
    """Days of its own for every test that books: allotments are small, a list may be older than the last booking."""
    check_in = datetime.now(UTC).date() + timedelta(days=ahead)
    return check_in, check_in + timedelta(days=NIGHTS)


def search_address(base: str, *, ahead: int = 40, rooms: str = "rooms=1&adults=2&children=0") -> str:
    """As the form without JavaScript sends it: the town typed, no id."""
    check_in, check_out = stay(ahead)
    return f"{base}/hotels/results/?q={TOWN}&check_in={check_in}&check_out={check_out}&{rooms}"


def fill_dates_without_script(page: Page, *, ahead: int) -> None:
    check_in, check_out = stay(ahead)
    page.get_by_label("Check-in", exact=True).fill(check_in.isoformat())
    page.get_by_label("Check-out", exact=True).fill(check_out.isoformat())


def open_first_hotel(page: Page) -> str:
    """Its name, from the list."""
    link = page.locator(".hotel .hotel-name a").first
    name = link.inner_text()
    link.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    return name


def reserve_first_room(page: Page) -> None:
    page.locator("#rooms .rate").first.get_by_role("button", name=re.compile("Reserve Room")).click()
    refusals = page.locator(".messages").all_inner_texts()
    assert refusals == [], refusals
    expect(page.get_by_role("heading", name="Primary Guest Details")).to_be_visible()


def fill_guests(page: Page, *, others: int) -> None:
    """The holder, then everybody else in the order of the page."""
    page.get_by_label("First Name").first.fill("Noor")
    page.get_by_label("Last Name").first.fill("Lindqvist")
    page.get_by_label("Email Address").fill(EMAIL)
    page.get_by_label("Phone Number").fill("+46 8 402 35 00")
    page.get_by_label("Country").select_option("SE")
    for number in range(1, others + 1):
        page.get_by_label("First Name").nth(number).fill(f"Ada{'abcdef'[number]}")
        page.get_by_label("Last Name").nth(number).fill("Lindqvist")
    page.get_by_role("button", name="Continue to Preferences").click()


def skip_preferences(page: Page) -> None:
    expect(page.get_by_role("heading", name="Preferences", exact=True)).to_be_visible()
    page.get_by_role("button", name="Continue to Payment").click()


def pay(page: Page, *, card: str = "Pays: the card is good") -> None:
    expect(page.get_by_role("heading", name="Payment", exact=True)).to_be_visible()
    page.get_by_label(card, exact=True).check()
    page.get_by_role("checkbox", name=re.compile("I have read")).check()
    moved = page.get_by_role("checkbox", name=re.compile("what moved"))
    if moved.count():
        moved.check()
    page.get_by_role("button", name=re.compile("Pay .* and book")).click()


def reference(page: Page) -> str:
    expect(page.get_by_role("heading", level=1)).to_have_text("Booking Confirmed!", timeout=60_000)
    found = page.locator(".confirm-ref strong").inner_text()
    assert re.fullmatch(r"FD[0-9A-Z]{10}", found)
    return found
