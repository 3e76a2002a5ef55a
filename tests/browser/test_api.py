"""The same demo, booked by a program: the script that anyone can run against their own."""

from __future__ import annotations

from tests.browser.conftest import Site
from tests.journey import through_the_api


def test_two_rooms_are_booked_and_cancelled_through_the_api(site: Site) -> None:
    assert through_the_api.main(site.url, site.simulator) == 0
