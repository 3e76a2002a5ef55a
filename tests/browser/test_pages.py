"""Keyboard, languages, and what a page may load."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, Page, Response, expect

from tests.browser import guest
from tests.browser.conftest import Site, open_page

WEIGHT_OF_RESULTS = 150_000


def test_the_search_card_is_used_by_keyboard_alone(site: Site, page: Page) -> None:
    page.goto(site.url)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.get_by_role("combobox", name="Destination").focus()
    page.keyboard.type("duba")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("combobox", name="Destination")).to_have_value("Dubai")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Choose check-in and check-out")).to_be_visible()
    page.keyboard.press("PageDown")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Choose check-in and check-out")).to_be_hidden()
    nights = page.evaluate(
        "(new Date(document.querySelector('[data-check-out]').value)"
        " - new Date(document.querySelector('[data-check-in]').value)) / 864e5"
    )
    assert nights == 7
    page.get_by_role("combobox", name="Destination").press("Enter")
    expect(page.get_by_role("heading", name=re.compile("^Dubai: "))).to_be_visible()


def test_the_gallery_turns_by_keyboard_and_gives_the_focus_back(site: Site, page: Page) -> None:
    page.goto(guest.search_address(site.url))
    page.locator(".hotel:has(img) .hotel-name a").first.click()
    first = page.locator(".mosaic-item").first
    first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name=re.compile("^Photos of "))).to_be_visible()
    shown = page.locator(".viewer img").get_attribute("src")
    page.keyboard.press("ArrowRight")
    assert page.locator(".viewer img").get_attribute("src") != shown
    page.keyboard.press("Escape")
    expect(first).to_be_focused()


def test_a_picture_that_is_missing_gives_way_to_the_next_smaller_one_then_to_a_placeholder(
    site: Site, chromium: Browser
) -> None:
    context, page, _ = open_page(chromium)  # the browser does complain of the missing one
    shown = "image => image.complete && image.naturalWidth ? image.currentSrc : ''"
    page.route("**/giata/xl/**", lambda route: route.fulfill(status=403, body="AccessDenied"))
    page.goto(guest.search_address(site.url))
    page.locator(".hotel:has(img) .hotel-name a").first.click()
    page.locator(".mosaic-item").first.click()
    viewer = page.locator(".viewer img")
    expect(viewer).to_have_attribute("src", re.compile("/giata/bigger/"))
    expect(viewer).to_have_js_property("complete", True)
    assert "/giata/bigger/" in viewer.evaluate(shown)
    page.route("**/giata/**", lambda route: route.abort())
    page.reload()
    first = page.locator(".mosaic-item img").first
    expect(first).to_have_attribute("src", re.compile("^data:image/svg"))
    assert first.evaluate(shown).startswith("data:image/svg")
    context.close()


def test_filters_narrow_the_list_and_their_counts_are_true(site: Site, page: Page) -> None:
    page.goto(guest.search_address(site.url))
    heading = page.locator("#found-title")
    every = heading.inner_text()
    option = page.locator('[data-facet="stars"] .filter-option').first
    count = int(option.locator(".count").inner_text())
    option.click()
    expect(heading).not_to_have_text(every)
    expect(heading).to_have_text(re.compile(rf": {count} propert"))
    assert "stars=" in page.url
    page.get_by_role("link", name="Clear all filters").click()
    expect(heading).to_have_text(every)


def test_late_hotels_join_the_list(site: Site, page: Page, plain_page: Page) -> None:
    site.faults({"operation": "availability", "kind": "slow", "count": 2, "delay_ms": 5000})
    page.goto(guest.search_address(site.url, ahead=100), wait_until="commit")
    expect(page.locator("[data-skeleton]").first).to_be_attached()
    expect(page.locator("[data-status]")).to_contain_text("Still asking for prices.")
    expect(page.locator(".hotel[id]").first).to_be_visible(timeout=30_000)
    expect(page.locator("[data-skeleton]")).to_have_count(0, timeout=30_000)
    expect(page.locator("#found-title")).to_have_text(re.compile(r"^Dubai: [1-9]\d* properties found$"))

    plain_page.goto(guest.search_address(site.url, ahead=110))
    expect(plain_page.locator(".hotel[id]").first).to_be_visible(timeout=30_000)
    expect(plain_page.locator("[data-skeleton]")).to_have_count(0, timeout=30_000)


def test_arabic_reads_from_the_right_and_euros_are_euros(site: Site, page: Page) -> None:
    page.goto(guest.search_address(site.url))
    page.locator("summary", has_text="USD").click()
    page.get_by_role("button", name="Euro").click()
    expect(page.locator(".hotel-total").first).to_contain_text("€")
    page.get_by_label("Language").click()
    page.get_by_role("button", name="العربيّة").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page.locator("html")).to_have_attribute("lang", "ar")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_page_of_results_is_light_and_asks_no_foreign_host(site: Site, page: Page) -> None:
    answers: list[Response] = []

    def note(answer: Response) -> None:
        answers.append(answer)

    page.on("response", note)
    page.goto(guest.search_address(site.url))
    page.wait_for_load_state("networkidle")
    photos = [answer for answer in answers if answer.request.resource_type == "image"]
    others = [answer for answer in answers if answer not in photos]
    assert {answer.url.split("/")[2] for answer in others} == {site.url.split("/")[2]}
    weight = sum(answer.request.sizes()["responseBodySize"] for answer in others if answer.ok)
    assert 0 < weight < WEIGHT_OF_RESULTS


def test_a_guest_without_an_account_comes_back_by_mail(site: Site, page: Page, plain_page: Page) -> None:
    page.goto(guest.search_address(site.url, ahead=90))
    guest.open_first_hotel(page)
    guest.reserve_first_room(page)
    guest.fill_guests(page, others=1)
    guest.skip_preferences(page)
    guest.pay(page)
    booked = guest.reference(page)

    plain_page.goto(f"{site.url}/bookings/{booked}/")
    expect(plain_page.get_by_role("heading", level=1)).to_have_text("We cannot find this page")
    plain_page.goto(f"{site.url}/manage-booking/")
    plain_page.get_by_label("Booking Reference").fill(booked.lower())
    plain_page.get_by_label("Email Address").fill(guest.EMAIL.upper())
    plain_page.get_by_role("button", name="Send the link").click()
    expect(plain_page.get_by_role("heading", level=1)).to_have_text("Look into your mail")
    link = _mailed_link(site, page)
    plain_page.goto(link)
    plain_page.get_by_role("button", name="Show my booking").click()
    expect(plain_page.get_by_role("heading", level=1)).to_have_text("Booking Confirmed!")
    assert plain_page.url == f"{site.url}/bookings/{booked}/"


def _mailed_link(site: Site, page: Page) -> str:
    """Mail is sent by a worker: looked for until it is there."""
    for _try in range(100):
        found = re.findall(r"http://\S+/bookings/access/[^\s\"<]+", site.mails().replace("=\n", ""))
        if found:
            return str(found[-1]).replace("=3D", "=")
        page.wait_for_timeout(200)
    raise AssertionError("no mail came")
