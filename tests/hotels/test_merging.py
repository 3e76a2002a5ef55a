"""Two suppliers sell the same hotels; what cannot be meant, or cannot be converted, is left out."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
import pytest

from faredown.lib import clock
from faredown.lib.money import Money
from faredown.messaging.models import OutboxMessage
from hotels.criteria import Criteria
from hotels.models import HotelCode
from hotels.services import offers, sanity, search
from hotels.services.filtering import Filters
from hotels.services.hotel_offers import HotelOffers
from suppliers.types import Rate
from tests.hotels import second
from tests.hotels.rates import rate


@pytest.fixture
def alone(criteria: Criteria) -> HotelOffers:
    """The first hotel as the first supplier alone sells it; the second knows it as `S1`."""
    found = search.start(criteria)
    card = search.page(found, sort="price").results[0]
    shown = search.hotel_rates(found, card.hotel.id)
    HotelCode.objects.create(supplier=second.CODE, code="S1", hotel=shown.hotel)
    return shown


def like(known: HotelOffers, net: str, **changes: Any) -> Rate:
    """The cheapest offer's room and board, under the second supplier's own code."""
    first = known.rooms[0].offers[0].offer.rate
    facts: dict[str, Any] = {
        "hotel_code": "S1",
        "room_code": "7781",
        "room_name": first.room_name,
        "board_code": first.board_code,
        "board_name": first.board_name,
        "terms": first.terms,
    }
    return rate(net, **(facts | changes))


def test_offers_of_two_suppliers_are_one_hotel(criteria: Criteria, alone: HotelOffers) -> None:
    first = alone.rooms[0].offers[0].offer
    cheaper = f"{first.rate.net.amount - 1}"
    with second.selling({"S1": [like(alone, cheaper), like(alone, f"{first.rate.net.amount + 1}")]}):
        found = search.start(criteria)
        cards = search.page(found, page_size=100).results
        merged = search.hotel_rates(found, alone.hotel.public_id)
        resolved = offers.resolve(merged.combinations[0].offer_ids)

    assert [(one.code, one.hotels) for one in found.suppliers if one.code == second.CODE] == [
        (second.CODE, 1)
    ]
    (card,) = [card for card in cards if card.hotel.id == alone.hotel.public_id]
    assert card.supplier == second.CODE
    assert len([code.code for code in merged.rooms]) == len(alone.rooms)
    room = merged.rooms[0]
    assert room.code == alone.rooms[0].code
    same = [
        (one.offer.supplier, one.offer.rate.net.amount - first.rate.net.amount)
        for one in room.offers
        if one.offer.rate.board_code == first.rate.board_code and one.offer.rate.terms == first.rate.terms
    ]
    assert same[0] == (second.CODE, Decimal(-1))
    assert ("hotelbeds", Decimal(0)) in same
    assert (second.CODE, Decimal(1)) in same
    totals = [one.offer.price.grand_total.amount for one in room.offers]
    assert totals == sorted(totals)
    assert [offer.supplier for offer in resolved.offers] == [second.CODE]


def test_a_supplier_is_a_filter_with_counts(criteria: Criteria, alone: HotelOffers) -> None:
    with second.selling({"S1": [like(alone, "1200.00")]}):
        found = search.start(criteria)
        page = search.page(found, filters=Filters(supplier=(second.CODE,)), page_size=100)
    assert [card.hotel.id for card in page.results] == [alone.hotel.public_id]
    assert {facet.value: facet.count for facet in page.facets["supplier"]} == {
        "hotelbeds": found.total_hotels,
        second.CODE: 1,
    }


def test_absurd_prices_are_left_out_and_counted(criteria: Criteria, alone: HotelOffers) -> None:
    """Three nights: from 3 to 60,000 euro a room."""
    sold = [
        like(alone, "2.99"),
        like(alone, "60000.01", board_code="AI"),
        like(alone, "3.00", board_code="BB"),
    ]
    with second.selling({"S1": sold}):
        found = search.start(criteria)
        (card,) = [one for one in search.page(found, sort="price").results if one.supplier == second.CODE]
        shown = search.hotel_rates(found, alone.hotel.public_id)
    assert found.found.index.left_out == {"absurd_price": 2}
    assert card.cheapest.price.net == Money.of("3.00", "EUR")
    nets = [one.offer.rate.net.amount for room in shown.rooms for one in room.offers]
    assert min(nets) == 3
    assert max(nets) < 60_000


@pytest.mark.parametrize(
    ("net", "rooms", "sane"), [("2.99", 1, False), ("3.00", 1, True), ("5.99", 2, False), ("120000", 2, True)]
)
def test_the_band_is_for_a_room_and_a_night(net: str, rooms: int, sane: bool, criteria: Criteria) -> None:
    assert sanity.is_sane(Money.of(net, "EUR"), rooms=rooms, nights=3) is sane
    assert sanity.is_sane(Money.of(net, "XPF"), rooms=rooms, nights=3), "no rate for it: not judged here"


def test_a_currency_without_a_rate_is_left_out_and_told_once(criteria: Criteria, alone: HotelOffers) -> None:
    sanity.forget()
    far = msgspec.structs.replace(like(alone, "50000", terms=None), net=Money.of("50000", "XPF"))
    with second.selling({"S1": [far, far]}, currency="XPF"):
        for language in ("en", "es"):
            found = search.start(msgspec.structs.replace(criteria, language=language))
            assert found.found.index.left_out == {"unknown_currency": 2}
            suppliers = {card.supplier for card in search.page(found, page_size=100).results}
            assert suppliers == {"hotelbeds"}
            assert search.hotel_rates(found, alone.hotel.public_id).rooms
        sanity.forget()
        search.start(msgspec.structs.replace(criteria, currency="EUR"))
    (alert,) = OutboxMessage.objects.filter(dedupe_key__startswith="search:currency")
    assert alert.dedupe_key == f"search:currency:XPF:{clock.today():%Y-%m-%d}"
    assert "XPF" in alert.subject
