"""A stay found, booked and cancelled on the pages, in the three ways people come: desk, phone, no JavaScript."""

from __future__ import annotations

import io
import re

from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.browser import guest
from tests.browser.conftest import Site


def test_a_family_books_and_cancels_with_javascript(site: Site, page: Page) -> None:
    page.goto(site.url)
    page.get_by_role("combobox", name="Destination").fill("duba")
    page.get_by_role("option", name=re.compile("^Dubai ")).first.click()
    page.locator("[data-guests] summary").click()
    page.get_by_label("Children").select_option("1")
    page.get_by_label("Age of child").select_option("7")
    page.get_by_role("button", name="Done").click()
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("heading", name=re.compile(r"^Dubai: \d+ properties found$"))).to_be_visible()
    guest.open_first_hotel(page)
    guest.reserve_first_room(page)
    guest.fill_guests(page, others=2)
    guest.skip_preferences(page)
    guest.pay(page)
    booked = guest.reference(page)
    assert site.at_supplier(booked) == ["CONFIRMED"]
    assert page.url == f"{site.url}/bookings/{booked}/"

    with page.expect_download() as download:
        page.get_by_role("link", name="Download Voucher").click()
    text = PdfReader(io.BytesIO(download.value.path().read_bytes())).pages[0].extract_text()
    for told in (booked, "Payable through", "age 7"):
        assert told in text

    page.get_by_role("link", name="Cancel this booking").click()
    page.get_by_role("button", name="Cancel the booking").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Booking cancelled", timeout=30_000)
    assert site.at_supplier(booked) == ["CANCELLED"]


def test_a_couple_books_without_javascript(site: Site, plain_page: Page) -> None:
    page = plain_page
    page.goto(f"{site.url}/hotels/")
    page.get_by_label("Destination").fill("Dubai")
    guest.fill_dates_without_script(page, ahead=50)
    page.get_by_role("button", name="Search").click()
    if page.get_by_role("button", name=re.compile("^Dubai ")).count():
        page.get_by_role("button", name=re.compile("^Dubai ")).first.click()
    page.wait_for_selector(".hotel[id]")
    guest.open_first_hotel(page)
    guest.reserve_first_room(page)
    guest.fill_guests(page, others=1)
    guest.skip_preferences(page)
    guest.pay(page)
    booked = guest.reference(page)
    assert site.at_supplier(booked) == ["CONFIRMED"]


def test_without_javascript_the_age_of_a_child_is_asked_for(site: Site, plain_page: Page) -> None:
    plain_page.goto(guest.search_address(site.url, rooms="rooms=1&adults=2&children=1"))
    expect(plain_page.get_by_role("alert")).to_contain_text("Tell us the age of each child at check-in.")
    plain_page.get_by_label("Age of child 1").select_option("7")
    plain_page.get_by_role("button", name="Search").click()
    expect(plain_page.locator(".hotel[id]").first).to_be_visible()
    expect(plain_page.locator(".found-sub")).to_contain_text("2 adults, 1 child")


def test_two_rooms_of_different_guests_are_chosen_each(site: Site, page: Page) -> None:
    page.goto(
        guest.search_address(
            site.url, ahead=60, rooms="rooms=2&adults=2&children=1&ages=7&adults=1&children=0"
        )
    )
    guest.open_first_hotel(page)
    expect(page.get_by_role("group", name=re.compile("Room 1: 2 adults, 1 child"))).to_be_visible()
    expect(page.get_by_role("radio", checked=True)).to_have_count(2)
    page.get_by_role("button", name="Reserve these rooms").click()
    guest.fill_guests(page, others=3)
    guest.skip_preferences(page)
    guest.pay(page)
    guest.reference(page)
    expect(page.get_by_text("Adac Lindqvist (age 7)")).to_be_visible()


def test_a_phone_books(site: Site, phone_page: Page) -> None:
    page = phone_page
    page.goto(guest.search_address(site.url, ahead=70))
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    page.get_by_role("link", name="Filter by").tap()
    page.get_by_label("Free cancellation").check()
    page.get_by_role("button", name="Show results").tap()
    expect(page.locator(".hotel .good-box").first).to_contain_text("Free cancellation until")
    guest.open_first_hotel(page)
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    guest.reserve_first_room(page)
    guest.fill_guests(page, others=1)
    guest.skip_preferences(page)
    guest.pay(page)
    guest.reference(page)
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_a_declined_card_is_tried_again(site: Site, page: Page) -> None:
    page.goto(guest.search_address(site.url, ahead=80))
    guest.open_first_hotel(page)
    guest.reserve_first_room(page)
    guest.fill_guests(page, others=1)
    guest.skip_preferences(page)
    guest.pay(page, card="Is declined")
    expect(page.get_by_role("heading", level=1)).to_have_text("Payment declined")
    page.get_by_label("Pays: the card is good", exact=True).check()
    page.get_by_role("button", name="Pay again").click()
    guest.reference(page)
