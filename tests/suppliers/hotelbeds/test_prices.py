from __future__ import annotations

from suppliers.models import Call
from suppliers.port import Supplier
from suppliers.simulators.hotelbeds.running import Running
from suppliers.types import Availability, Occupancy
from tests.suppliers.hotelbeds import journey


def test_a_search_answers_with_rates_for_the_asked_rooms(hotelbeds: Supplier) -> None:
    found = hotelbeds.search(journey.stay(Occupancy(2, (7,)), Occupancy(1)), deadline=10)

    assert found.refused == ()
    assert len(found.hotels) > 10
    for hotel in found.hotels:
        assert {rate.occupancy for rate in hotel.rates} == {Occupancy(2, (7,)), Occupancy(1)}
        assert {rate.net.currency for rate in hotel.rates} == {hotel.currency}
        assert not any(rate.package_only or rate.pay_at_hotel for rate in hotel.rates)


def test_same_rooms_are_priced_together_whatever_the_order_of_ages(hotelbeds: Supplier) -> None:
    rooms = (Occupancy(2, (8, 5)), Occupancy(2), Occupancy(2, (5, 8)))
    found = hotelbeds.search(journey.stay(*rooms), deadline=10)

    kinds = {(rate.occupancy, rate.rooms) for hotel in found.hotels for rate in hotel.rates}
    assert kinds == {(Occupancy(2, (5, 8)), 2), (Occupancy(2), 1)}


def test_nothing_on_sale_is_an_empty_answer(hotelbeds: Supplier, simulator: Running) -> None:
    simulator.control.faults({"operation": "availability", "kind": "sold_out", "count": 1})

    assert hotelbeds.search(journey.stay(), deadline=10) == Availability(hotels=(), refused=())


def test_a_check_answers_in_the_asked_order_with_bookable_keys(hotelbeds: Supplier) -> None:
    found = hotelbeds.search(journey.stay(Occupancy(2), Occupancy(1)), deadline=10)
    hotel = next(
        one for one in found.hotels if len({rate.occupancy for rate in one.rates if rate.needs_check}) == 2
    )
    asked = [
        next(rate for rate in hotel.rates if rate.needs_check and rate.occupancy == occupancy)
        for occupancy in (Occupancy(2), Occupancy(1))
    ]

    checked = hotelbeds.check_rates(asked, language="en").rates

    assert [(rate.room_code, rate.board_code, rate.occupancy, rate.net) for rate in checked] == [
        (rate.room_code, rate.board_code, rate.occupancy, rate.net) for rate in asked
    ]
    assert all(not rate.needs_check and rate.terms is not None and rate.comments for rate in checked)


def test_checks_of_the_two_kinds_never_share_a_call(hotelbeds: Supplier) -> None:
    found = hotelbeds.search(journey.stay(), deadline=10)
    hotel = next(one for one in found.hotels if len({rate.needs_check for rate in one.rates}) == 2)
    asked = [next(rate for rate in hotel.rates if rate.needs_check is kind) for kind in (False, True)]

    checked = hotelbeds.check_rates(asked, language="en").rates

    assert [rate.rate_class for rate in checked] == [rate.rate_class for rate in asked]
    assert Call.objects.filter(operation="check_rates").count() == 2


def test_a_check_shows_what_became_of_price_and_terms(hotelbeds: Supplier, simulator: Running) -> None:
    before = journey.rate(hotelbeds, lambda rate: rate.needs_check and rate.terms is not None)
    simulator.control.faults(
        {"operation": "checkrates", "kind": "price_up", "count": 1},
        {"operation": "checkrates", "kind": "policy_change", "count": 1},
    )

    (after,) = hotelbeds.check_rates([before], language="en").rates

    assert after.net > before.net
    assert after.terms != before.terms
