"""A list goes on as it began, whatever suppliers answer between its pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from hotels.criteria import Criteria
from hotels.models import HotelCode
from hotels.services import listing, search, search_index
from hotels.services.filtering import Filters
from hotels.services.listing import Found, SearchPage
from tests.hotels import second
from tests.hotels.rates import rate

SIZE = 2


def page(found: Found, number: int, **facts: Any) -> SearchPage:
    return listing.page(found, filters=Filters(), sort="price", page=number, page_size=SIZE, **facts)


def ids(shown: SearchPage) -> list[str]:
    return [card.hotel.id for card in shown.results]


@pytest.fixture
def early_and_late(criteria: Criteria) -> Iterator[tuple[Found, Found]]:
    """Late comes a second supplier: with a hotel that nobody else sells, and with the dearest one, both very cheap."""
    first = search.start(criteria).found
    *_, dearest, alone = sorted(first.index.hotels, key=lambda hotel: hotel.blocks[0].groups[0][0].grand)
    HotelCode.objects.filter(hotel_id=alone.key).delete()
    HotelCode.objects.create(supplier=second.CODE, code="S1", hotel_id=alone.key)
    HotelCode.objects.create(supplier=second.CODE, code="S2", hotel_id=dearest.key)
    with second.selling({code: [rate("9.00", hotel_code=code)] for code in ("S1", "S2")}):
        late = search.start(criteria).found
        answers = {job: answer for job, answer in late.answers.items() if job.supplier != second.CODE}
        yield Found(late.record, answers, search_index.of(late.record, answers)), late


def test_further_pages_are_cut_from_the_order_the_list_began_with(
    early_and_late: tuple[Found, Found],
) -> None:
    early, late = early_and_late
    began = page(early, 1)
    assert (began.version, began.arrived) == (early.index.version, 0)

    whole = listing.page(early, filters=Filters(), sort="price", page=1, page_size=100)
    order = ids(whole)
    pages = [page(late, number, version=began.version) for number in range(1, began.pages + 1)]
    assert [hotel for shown in pages for hotel in ids(shown)] == order
    assert {(shown.total, shown.arrived, shown.version) for shown in pages} == {
        (len(order), 1, began.version)
    }
    assert pages[-1].results[-1].supplier == second.CODE, "its place is kept, its price is today's"

    anew = page(late, 1)
    assert (anew.total, anew.arrived, anew.version) == (len(order) + 1, 0, late.index.version)
    assert {card.supplier for card in anew.results} == {second.CODE}
    assert page(late, 1, version=anew.version) == anew


@pytest.mark.parametrize("version", ["0123456789abcdef", "no version", "", "0123456789abcdef\n", "*"])
def test_a_version_that_nobody_knows_is_the_newest(early_and_late: tuple[Found, Found], version: str) -> None:
    _, late = early_and_late
    assert page(late, 1, version=version) == page(late, 1)


def test_what_nobody_sells_any_more_is_left_out(early_and_late: tuple[Found, Found]) -> None:
    early, late = early_and_late
    answers = {job: answer for job, answer in late.answers.items() if job.supplier == second.CODE}
    gone = Found(late.record, answers, search_index.of(late.record, answers))
    began = page(early, 1)
    shown = listing.page(gone, filters=Filters(), sort="price", page=1, page_size=100, version=began.version)
    assert shown.total == began.total
    assert [card.supplier for card in shown.results] == [second.CODE]
