"""What is checked with the supplier, what is frozen, and what is told to have changed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test.utils import override_settings

from bookings.models import Quote
from bookings.selectors import quotes
from bookings.services import price_check, quoting
from bookings.states import QuoteStatus
from faredown.lib import clock
from faredown.lib.errors import Conflict, Gone, NotFound, Unavailable
from faredown.messaging.models import OutboxMessage
from hotels.services import offers, search
from hotels.services.hotel_offers import HotelOffers
from tests.bookings import world as worlds
from tests.bookings.world import World


def checks(world: World) -> int:
    calls: dict[str, int] = world.hotelbeds.state()["calls"]
    return calls.get("checkrates", 0)


def single(world: World, *, checked: bool) -> str:
    """One rate for a couple that needs a check, or does not."""
    for found in world.rates(worlds.COUPLE):
        for one in _offers(found):
            if one.rate.needs_check is checked:
                return one.id
    raise AssertionError("no such rate")


def _offers(found: HotelOffers) -> list[offers.Offer]:
    return [detail.offer for room in found.rooms for detail in room.offers]


def test_a_bookable_rate_is_frozen_without_asking(world: World) -> None:
    offer_id = single(world, checked=False)
    shown = offers.resolve([offer_id]).offers[0]
    quote = quoting.quote([offer_id])
    assert checks(world) == 0
    assert (quote.total, quote.net) == (shown.price.total, shown.price.net)
    assert quotes.offers(quote)[0].rate == shown.rate
    assert quote.changes == []
    assert quote.status == QuoteStatus.OPEN


def test_a_recheck_rate_is_checked_once_and_comes_back_bookable(world: World) -> None:
    quote = quoting.quote([single(world, checked=True)])
    assert checks(world) == 1
    frozen = quotes.offers(quote)[0].rate
    assert frozen.needs_check is False
    assert frozen.terms is not None


@pytest.mark.parametrize(("kind", "sign"), [("price_up", 1), ("price_down", -1)])
def test_a_price_that_moved_is_told_with_before_and_after(world: World, kind: str, sign: int) -> None:
    offer_id = single(world, checked=True)
    before = offers.resolve([offer_id]).offers[0].price.total
    world.hotelbeds.faults({"operation": "checkrates", "kind": kind, "count": 1, "percent": 10})
    quote = quoting.quote([offer_id])
    change = next(change for change in quote.changes if change["field"] == "price")
    assert change["before"] == before.as_json()
    assert change["after"] == quote.total.as_json()
    assert (quote.total > before) is (sign > 0)
    assert change["rooms"] == [0]


def test_a_policy_that_moved_is_told(world: World) -> None:
    world.hotelbeds.faults({"operation": "checkrates", "kind": "policy_change", "probability": 1.0})
    for found in world.rates(worlds.COUPLE):
        for one in _offers(found):
            if one.rate.needs_check and one.rate.terms and not one.rate.non_refundable:
                quote = quoting.quote([one.id])
                fields = {change["field"] for change in quote.changes}
                if "cancellation" in fields:
                    change = next(c for c in quote.changes if c["field"] == "cancellation")
                    assert change["before"] != change["after"]
                    return
    raise AssertionError("no policy changed")


@pytest.mark.parametrize("kind", ["sold_out", "product_error"])
def test_a_room_that_is_gone_is_a_conflict_and_leaves_no_quote(world: World, kind: str) -> None:
    offer_id = single(world, checked=True)
    world.hotelbeds.faults({"operation": "checkrates", "kind": kind, "count": 1})
    with pytest.raises(Conflict):
        quoting.quote([offer_id])
    assert not Quote.objects.exists()


@pytest.mark.parametrize("kind", ["system_error", "truncated_body", "throttle_429"])
def test_a_supplier_in_trouble_is_asked_again_later(world: World, kind: str) -> None:
    offer_id = single(world, checked=True)
    world.hotelbeds.faults({"operation": "checkrates", "kind": kind, "probability": 1.0})
    with pytest.raises(Unavailable) as caught:
        quoting.quote([offer_id])
    assert caught.value.retry_after
    assert not Quote.objects.exists()


def test_a_refused_key_is_ours_to_know(world: World) -> None:
    offer_id = single(world, checked=True)
    world.hotelbeds.faults({"operation": "checkrates", "kind": "bad_signature", "probability": 1.0})
    with pytest.raises(Unavailable, match="supplier_unavailable"):
        quoting.quote([offer_id])
    assert OutboxMessage.objects.filter(kind="alert", channel="adapter_refused").exists()


def test_staff_are_told_once_an_hour_however_many_guests_ask(world: World) -> None:
    asked = offers.resolve([single(world, checked=True)]).offers
    world.hotelbeds.faults({"operation": "checkrates", "kind": "bad_signature", "probability": 1.0})
    hour = clock.now().replace(minute=0, second=0)
    for minutes in (0, 1, 59, 60):
        with clock.frozen(hour + timedelta(minutes=minutes)), pytest.raises(Unavailable):
            price_check.checked(asked, language="en")
    assert OutboxMessage.objects.filter(kind="alert", channel="adapter_refused").count() == 2


def test_a_quote_never_outlives_its_rate_key(world: World) -> None:
    offer_id = single(world, checked=False)
    with clock.travel(timedelta(minutes=10)):
        quote = quoting.quote([offer_id])
    asked = search.get(quote.search_id).created_at
    assert quote.expires_at <= asked + timedelta(seconds=1500 + 1)
    with clock.travel(timedelta(minutes=24)), pytest.raises(Gone, match="offer_expired"):
        quoting.quote([offer_id])


@override_settings(BOOKINGS={"quote_life_seconds": 300})
def test_the_setting_bounds_the_life_of_a_quote(world: World) -> None:
    quote = quoting.quote([single(world, checked=False)])
    assert timedelta(seconds=299) <= quote.expires_at - quote.created_at <= timedelta(seconds=301)


def test_what_the_guest_sees_holds_no_net(world: World) -> None:
    quote = world.quote(worlds.FAMILY)
    seen = quotes.view(quote)
    assert seen["price"]["total"] == quote.total.as_json()
    lines = [line["amount"]["amount"] for line in seen["price"]["breakdown"]]
    assert f"{sum(map(float, lines)):.2f}" == seen["price"]["total"]["amount"]
    assert quote.net.as_json()["amount"] not in str(seen)
    assert [room["children_ages"] for room in seen["rooms"]] == [[7], []]


def test_unknown_quotes_and_offers(world: World) -> None:
    with pytest.raises(NotFound, match="quote_not_found"):
        quoting.get("qte_none")
    with pytest.raises(NotFound, match="offer_not_found"):
        quoting.quote(["off_none"])


def test_quotes_expire_by_the_sweep(world: World) -> None:
    quote = world.quote()
    assert quoting.expire_due() == 0
    with clock.travel(timedelta(minutes=21)):
        assert quoting.expire_due() == 1
    quote.refresh_from_db()
    assert quote.status == QuoteStatus.EXPIRED
