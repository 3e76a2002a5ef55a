"""Staff in a real browser: a sync is started and watched to its end on one page, a place opened, the report read."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Site


def enter(page: Page, site: Site) -> None:
    """By the form's own post: the page of the door shows nothing without its script."""
    kept = (site.home / "environment").read_text()
    given = dict(re.findall(r"^export (\w+)='?([^'\n]*)'?$", kept, re.MULTILINE))
    door = f"{site.url}/admin/login/?next=/admin/"
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.request.get(door).text())
    assert token is not None
    form = {
        "csrfmiddlewaretoken": token[1],
        "username": given["STAFF_EMAIL"],
        "password": given["STAFF_PASSWORD"],
    }
    assert page.request.post(door, form=form, headers={"Referer": door}).url == f"{site.url}/admin/"


def test_a_sync_of_one_destination_is_started_and_watched_to_its_end(site: Site, page: Page) -> None:
    enter(page, site)
    page.goto(f"{site.url}/admin/hotels/syncrun/start/")
    page.fill("[name=destination]", "Atlantis")
    page.get_by_role("button", name="Start a sync").click()
    expect(page.get_by_text("The supplier has no destination Atlantis.")).to_be_visible()
    page.fill("[name=destination]", "PMI")
    page.select_option("[name=kind]", "full")
    page.get_by_role("button", name="Start a sync").click()
    board = page.locator("[data-sync]")
    expect(board).to_have_attribute("data-status", "done", timeout=60_000)
    hotels = page.locator(
        "[data-table=counts] tr", has=page.get_by_role("rowheader", name="hotels", exact=True)
    )
    seen = int(hotels.locator("td").first.inner_text().replace(",", ""))
    assert seen > 0
    expect(page.get_by_role("link", name="Stop")).to_have_count(0)


def test_a_running_sync_is_watched_without_loading_the_page_again(site: Site, page: Page) -> None:
    enter(page, site)
    page.goto(f"{site.url}/admin/hotels/syncrun/start/")
    page.select_option("[name=kind]", "full")
    page.get_by_role("button", name="Start a sync").click()
    page.evaluate("window.sameDocument = true")
    expect(page.locator("[data-table=counts] tr").nth(2)).to_be_visible(timeout=60_000)
    assert page.evaluate("window.sameDocument") is True
    page.get_by_role("link", name="Stop").click()
    page.get_by_role("button", name="Stop the sync").click()
    expect(page.locator("[data-sync]")).to_have_attribute("data-status", "stopped")
    expect(page.get_by_text("Stopped by staff. What it wrote stays")).to_be_visible()


def test_the_run_and_the_places_read_without_javascript(site: Site, plain_page: Page) -> None:
    enter(plain_page, site)
    runs = plain_page.request.get(f"{site.url}/admin/hotels/syncrun/").text()
    links = re.findall(r'href="(/admin/hotels/syncrun/\d+/change/)', runs)
    plain_page.goto(site.url + links[-1])
    expect(plain_page.locator("[data-table=counts] tr").first).to_be_visible()
    plain_page.goto(f"{site.url}/admin/hotels/destination/tree/")
    plain_page.get_by_role("link", name="Spain", exact=True).click()
    expect(plain_page.locator("details").first).to_be_visible()


def test_zones_open_in_the_tree_on_a_phone(site: Site, phone_page: Page) -> None:
    enter(phone_page, site)
    phone_page.goto(f"{site.url}/admin/hotels/destination/tree/ES/")
    phone_page.locator("summary").first.click()
    phone_page.locator("[data-zones]:visible").first.click()
    expect(phone_page.locator(".bo-zones li").first).to_be_visible()
    assert phone_page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_hotels_page_is_no_wider_than_a_phone(site: Site, phone_page: Page) -> None:
    enter(phone_page, site)
    phone_page.goto(f"{site.url}/admin/hotels/hotel/")
    hotel = phone_page.locator("a[href^='/admin/hotels/hotel/'][href*='/change/']").first.get_attribute(
        "href"
    )
    phone_page.goto(f"{site.url}{hotel}")
    expect(phone_page.locator(".bo-lines")).to_be_visible()
    assert phone_page.evaluate("document.documentElement.scrollWidth") <= 360
