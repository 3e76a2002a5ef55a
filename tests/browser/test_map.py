"""The map and the grid of results: by mouse, keyboard and touch, without JavaScript, from the right."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser import guest
from tests.browser.conftest import Site

FAMILY = "rooms=2&adults=2&children=1&ages=7&adults=1&children=0"
HOTEL, CLUSTER = ".bubble[data-hotel]", ".bubble-many"
TOTAL = re.compile(r"\$[\d,]+\.\d\d")


def open_map(site: Site, page: Page, *, rooms: str = "rooms=1&adults=2&children=0", more: str = "") -> None:
    page.goto(f"{guest.search_address(site.url, rooms=rooms)}&view=map{more}")
    expect(page.locator(".bubble").first).to_be_visible()


def drawn(page: Page) -> str:
    """The window that the map shows, once the map is as large as its frame."""
    page.wait_for_function(
        "() => { const map = document.querySelector('[data-map]'), picture = map.querySelector('svg'),"
        " frame = map.querySelector('[data-map-frame]');"
        " return !map.hasAttribute('aria-busy') && Math.abs(picture.viewBox.baseVal.height - frame.clientHeight) < 4; }"
    )
    return page.locator("[data-map]").get_attribute("data-at") or ""


def middle(part: Locator) -> tuple[float, float]:
    box = part.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def count(page: Page) -> int:
    return int(re.findall(r"\d+", page.locator(".plot-told").inner_text())[0])


def test_a_cluster_opens_and_a_price_leads_to_its_hotel(site: Site, page: Page) -> None:
    open_map(site, page)
    before = drawn(page)
    every = count(page)
    assert f"{every} properties found" in page.locator("#found-title").inner_text()
    page.locator(CLUSTER).first.click()
    expect(page.locator("[data-map]")).not_to_have_attribute("data-at", before)
    assert count(page) < every
    assert f"at={drawn(page).replace(',', '%2C')}" in page.url
    while not page.locator(HOTEL).count():
        before = drawn(page)
        page.locator(CLUSTER).first.click()
        expect(page.locator("[data-map]")).not_to_have_attribute("data-at", before)
    bubble = page.locator(HOTEL).first
    total = bubble.inner_text()
    assert TOTAL.search(total)
    bubble.hover()
    expect(page.locator("[data-map-card]")).to_contain_text(total)
    name = bubble.get_attribute("data-name") or ""
    bubble.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect(page.locator(".cheapest-price strong")).to_have_text(total)


def test_the_map_is_dragged_and_shown_whole_again(site: Site, page: Page) -> None:
    open_map(site, page)
    before = drawn(page)
    x, y = middle(page.locator("[data-map-frame]"))
    page.mouse.move(x + 190, y + 120)
    page.mouse.down()
    page.mouse.move(x + 40, y + 60, steps=4)
    page.mouse.up()
    expect(page.locator("[data-map]")).not_to_have_attribute("data-at", before)
    assert float(drawn(page).split(",")[1]) > float(before.split(",")[1])
    page.get_by_role("link", name="Show all", exact=True).click()
    expect(page.locator("[data-map]")).to_have_attribute("data-at", before)
    assert "at=" not in page.url


def test_the_map_is_moved_by_keys_and_the_focus_stays(site: Site, page: Page) -> None:
    open_map(site, page)
    before = drawn(page)
    page.get_by_role("link", name="Skip the map", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#found-list")).to_be_focused()
    page.get_by_role("link", name="Closer", exact=True).focus()
    page.keyboard.press("+")
    expect(page.locator("[data-map]")).not_to_have_attribute("data-at", before)
    expect(page.get_by_role("link", name="Closer", exact=True)).to_be_focused()
    closer = drawn(page)
    assert int(closer.split(",")[2]) == int(before.split(",")[2]) + 1
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-map]")).not_to_have_attribute("data-at", closer)
    page.keyboard.press("0")
    expect(page.locator("[data-map]")).to_have_attribute("data-at", before)


def test_filters_narrow_the_map_in_its_window(site: Site, page: Page) -> None:
    open_map(site, page)
    page.get_by_role("link", name="Closer", exact=True).click()
    expect(page.get_by_role("link", name="Show all", exact=True)).to_be_visible()
    window, every = drawn(page), count(page)
    page.locator('[data-facet="stars"] .filter-option').first.click()
    expect(page.locator(".plot-told")).not_to_contain_text(f"{every} hotels on")
    assert drawn(page) == window
    assert 0 <= count(page) < every
    assert "stars=" in page.url
    assert "at=" in page.url


def test_the_map_without_a_script(site: Site, plain_page: Page) -> None:
    open_map(site, plain_page)
    for _step in range(20):
        if plain_page.locator(HOTEL).count():
            break
        plain_page.locator(CLUSTER).first.click()
    bubble = plain_page.locator(HOTEL).first
    name = bubble.get_attribute("data-name") or ""
    bubble.click()
    expect(plain_page.get_by_role("heading", level=1)).to_have_text(name)


def test_the_map_on_a_phone_and_from_the_right(site: Site, phone_page: Page) -> None:
    phone_page.goto(guest.search_address(site.url, rooms=FAMILY))
    phone_page.get_by_role("link", name="Map", exact=True).tap()
    expect(phone_page.locator(".bubble").first).to_be_visible()
    for _step in range(20):
        drawn(phone_page)
        if phone_page.locator(HOTEL).count():
            break
        before = phone_page.locator("[data-map]").get_attribute("data-at") or ""
        phone_page.locator(CLUSTER).first.tap()
        expect(phone_page.locator("[data-map]")).not_to_have_attribute("data-at", before)
    bubble = phone_page.locator(HOTEL).first
    name = bubble.get_attribute("data-name") or ""
    bubble.tap()
    expect(phone_page.locator("[data-map-card]")).to_contain_text(name)
    assert phone_page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    bubble.tap()
    expect(phone_page.get_by_role("heading", level=1)).to_have_text(name)

    phone_page.get_by_label("Language").click()
    phone_page.get_by_role("button", name="العربيّة").click()
    open_map(site, phone_page)
    expect(phone_page.locator("html")).to_have_attribute("dir", "rtl")
    assert phone_page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_grid_shows_what_the_list_shows(site: Site, page: Page) -> None:
    page.goto(guest.search_address(site.url, rooms=FAMILY))
    shown = page.locator(".hotel-total").all_inner_texts()
    rooms = page.locator(".hotel-room").all_inner_texts()
    page.get_by_role("link", name="Grid", exact=True).click()
    expect(page.locator(".hotels-grid")).to_be_visible()
    assert page.locator(".hotel-total").all_inner_texts() == shown
    assert page.locator(".hotel-room").all_inner_texts() == rooms
    first, second = page.locator(".hotel").nth(0).bounding_box(), page.locator(".hotel").nth(1).bounding_box()
    assert first
    assert second
    assert first["y"] == second["y"]
