"""The prices of a search under rules that tell boards and guests apart."""

from __future__ import annotations

import pytest
from django.test import Client

from faredown.accounts.models import User
from hotels.criteria import Criteria
from hotels.models import Destination, MarkupRule
from hotels.pricing.rules import UserType
from hotels.services import audience, search
from hotels.services.hotel_offers import HotelOffers
from tests.hotels.test_pages import address, totals

pytestmark = pytest.mark.django_db


def least(found: HotelOffers) -> tuple[object, ...]:
    return tuple(one.total for one in found.combinations[:1])


def test_the_list_shows_the_least_of_all_boards(criteria: Criteria) -> None:
    """The room alone is cheapest at the supplier, and dearest with us: its higher price must not hide a breakfast's."""
    MarkupRule.objects.create(name="Room only", percent=100, priority=1, boards=["RO"])
    found = search.start(criteria)
    page = search.page(found, page_size=100)
    boards = {card.cheapest.board_code for card in page.results}
    shown = {card.hotel.id: card.cheapest.total for card in page.results}
    assert boards - {"RO"}
    for hotel_id, total in shown.items():
        assert least(search.hotel_rates(found, hotel_id)) == (total,)


def test_a_search_is_bound_to_who_asked_and_where(criteria: Criteria) -> None:
    MarkupRule.objects.create(name="Members", percent=5, priority=1, user_types=["member"], channels=["api"])
    guest = search.start(criteria)
    member = search.start(criteria, channel="api", user_type=UserType.MEMBER)
    stay = audience.stay_of(search.get(member.id).found.record)
    assert (stay.channel, stay.user_type, stay.lead_days, stay.nights) == ("api", "member", 45, 3)
    dear = {card.hotel.id: card.cheapest for card in search.page(guest, page_size=100).results}
    cheap = {card.hotel.id: card.cheapest for card in search.page(member, page_size=100).results}
    own = [hotel for hotel in dear if not dear[hotel].price.mandated and not cheap[hotel].price.mandated]
    assert own
    for hotel in own:
        assert cheap[hotel].price.total < dear[hotel].price.total


def test_a_page_does_not_go_on_with_another_kind_of_guests_search(
    criteria: Criteria, place: Destination, client: Client
) -> None:
    """Signing in gives a member's prices, whatever search the address names."""
    MarkupRule.objects.create(name="Members", percent=5, priority=1, user_types=["member"])
    running = search.start(criteria)
    page = address(place, sort="price", search=running.id)
    as_guest = totals(client.get(page).content.decode())
    client.force_login(User.objects.create_user("member@example.com", "correct horse battery"))
    as_member = totals(client.get(page).content.decode())
    member = search.start(criteria, user_type=UserType.MEMBER)
    cards = search.page(member, sort="price").results
    assert as_member == [f"${card.cheapest.total.amount:,.2f}" for card in cards]
    assert as_member != as_guest
