"""POST /hotels against REFERENCE section 4."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from suppliers.simulators.hotelbeds.catalogue import Catalogue
from suppliers.simulators.hotelbeds.running import running
from suppliers.simulators.hotelbeds.settings import Settings
from tests.suppliers.simulators.hotelbeds import contract
from tests.suppliers.simulators.hotelbeds.caller import (
    COUPLE,
    NOW,
    STAY,
    Caller,
    pick,
    rates_of,
    search_request,
)

Json = dict[str, Any]
FAMILY = {
    "rooms": 1,
    "adults": 2,
    "children": 2,
    "paxes": [{"type": "CH", "age": 7}, {"type": "CH", "age": 3}],
}


@pytest.fixture(scope="module")
def hotelbeds() -> Iterator[Caller]:
    with running(Settings(hotels=1200, seed=7)) as simulator:
        simulator.control.clock(now=NOW, frozen=True)
        yield Caller(simulator)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue(1200, 7)


@pytest.fixture(scope="module")
def dubai(hotelbeds: Caller) -> Json:
    return hotelbeds.search()


def codes(answer: Json) -> list[int]:
    return [hotel["code"] for hotel in answer["hotels"].get("hotels", [])]


def test_an_answer_keeps_to_the_published_schema(hotelbeds: Caller) -> None:
    plain = hotelbeds.search(occupancies=[COUPLE, FAMILY], dailyRate=True)
    contract.check("booking", "availabilityRS", plain)
    contract.check("booking", "availabilityRS", hotelbeds.search(stay={**STAY, "shiftDays": 2}))
    contract.check("booking", "availabilityRS", hotelbeds.search(filter={"packaging": True}))


def test_the_least_and_greatest_rate_are_those_of_the_nets(dubai: Json) -> None:
    assert dubai["hotels"]["total"] == len(dubai["hotels"]["hotels"]) > 20
    assert (dubai["hotels"]["checkIn"], dubai["hotels"]["checkOut"]) == ("2026-09-14", "2026-09-18")
    for hotel in dubai["hotels"]["hotels"]:
        nets = [Decimal(rate["net"]) for room in hotel["rooms"] for rate in room["rates"]]
        assert (hotel["minRate"], hotel["maxRate"]) == (str(min(nets)), str(max(nets)))


def test_every_trait_of_the_real_answers_occurs(dubai: Json) -> None:
    rates = [rate for _, _, rate in rates_of(dubai)]
    assert {(rate["rateClass"], rate["rateType"]) for rate in rates} == {
        ("NOR", "BOOKABLE"),
        ("NRF", "BOOKABLE"),
        ("NOR", "RECHECK"),
    }
    recheck = [rate for rate in rates if rate["rateType"] == "RECHECK"]
    assert not any("rateCommentsId" in rate for rate in recheck)
    assert any("cancellationPolicies" not in rate for rate in recheck)
    assert all("cancellationPolicies" in rate for rate in rates if rate["rateType"] == "BOOKABLE")
    assert any("rateCommentsId" in rate for rate in rates)
    mandated = [rate for rate in rates if "hotelMandatory" in rate]
    assert mandated
    assert all(Decimal(rate["sellingRate"]) >= Decimal(rate["net"]) for rate in mandated)
    assert all("sellingRate" not in rate for rate in rates if "hotelMandatory" not in rate)
    assert any("offers" in rate for rate in rates)
    assert all(offer["amount"].startswith("-") for rate in rates for offer in rate.get("offers", []))
    taxed = [tax for rate in rates for tax in rate.get("taxes", {}).get("taxes", [])]
    assert any("clientAmount" in tax for tax in taxed if not tax["included"])
    assert any("clientAmount" not in tax for tax in taxed if not tax["included"])
    assert {tax["type"] for tax in taxed if tax["included"]} == {"TAXESANDFEES"}
    assert not any(rate["packaging"] for rate in rates)


def test_money_codes_and_counts_have_the_types_of_the_wire(dubai: Json) -> None:
    hotel, room, rate = next(rates_of(dubai))
    assert isinstance(hotel["code"], int)
    assert isinstance(hotel["zoneCode"], int)
    assert [type(hotel[name]) for name in ("latitude", "longitude", "minRate", "currency")] == [str] * 4
    assert [type(rate[name]) for name in ("net", "rateKey", "boardCode")] == [str] * 3
    assert [type(rate[name]) for name in ("allotment", "rooms", "adults", "children")] == [int] * 4
    assert isinstance(rate["packaging"], bool)
    assert room["code"] in rate["rateKey"].split("|")


def test_two_rooms_of_one_occupancy_are_one_rate_of_twice_the_price(hotelbeds: Caller, dubai: Json) -> None:
    doubled = hotelbeds.search(occupancies=[{**COUPLE, "rooms": 2}])
    singles = {_offer(rate): Decimal(rate["net"]) for _, _, rate in rates_of(dubai)}
    compared = 0
    for _, _, rate in rates_of(doubled):
        assert rate["rooms"] == 2
        assert "|2~2~0|" in rate["rateKey"]
        assert abs(Decimal(rate["net"]) - 2 * singles[_offer(rate)]) <= Decimal("0.08")
        compared += 1
    assert compared > 100


def _offer(rate: Json) -> tuple[str, ...]:
    parts = rate["rateKey"].split("|")
    return (*parts[4:9], rate["rateKey"].split("~~")[1].split("~")[0])


def test_each_occupancy_has_its_own_rates_and_a_hotel_lacking_one_is_left_out(
    hotelbeds: Caller, dubai: Json
) -> None:
    both = hotelbeds.search(occupancies=[COUPLE, FAMILY])
    family = hotelbeds.search(occupancies=[FAMILY])
    assert codes(both) == [code for code in codes(dubai) if code in codes(family)]
    for hotel in both["hotels"]["hotels"]:
        asked = {(rate["adults"], rate["children"]) for room in hotel["rooms"] for rate in room["rates"]}
        assert asked == {(2, 0), (2, 2)}
    rate = next(rate for _, _, rate in rates_of(both) if rate["children"] == 2)
    assert rate["childrenAges"] == "7,3"
    assert rate["rateKey"].split("|")[9:11] == ["1~2~2", "7~3"]


def test_older_children_cost_more(hotelbeds: Caller) -> None:
    def cheapest(age: int) -> Decimal:
        paxes = [{"type": "CH", "age": age}]
        found = hotelbeds.search(occupancies=[{**COUPLE, "children": 1, "paxes": paxes}])
        return Decimal(found["hotels"]["hotels"][0]["minRate"])

    assert cheapest(1) < cheapest(4) < cheapest(8) < cheapest(15)


def test_places_by_codes_circle_rectangle_and_destination_agree(
    hotelbeds: Caller, catalogue: Catalogue, dubai: Json
) -> None:
    code = codes(dubai)[0]
    hotel = catalogue.hotel(code)
    assert hotel is not None
    by_code = hotelbeds.search(destination=None, hotels={"hotel": [code, 999_999_999]})
    circle = {"latitude": hotel.latitude, "longitude": hotel.longitude, "radius": 3, "unit": "km"}
    near = hotelbeds.search(destination=None, geolocation=circle)
    miles = hotelbeds.search(destination=None, geolocation={**circle, "unit": "mi"})
    box = {
        "latitude": hotel.latitude + 0.03,
        "longitude": hotel.longitude - 0.03,
        "secondaryLatitude": hotel.latitude - 0.03,
        "secondaryLongitude": hotel.longitude + 0.03,
    }
    boxed = hotelbeds.search(destination=None, geolocation=box)
    zone = hotelbeds.search(destination={"code": "DXB", "zone": hotel.zone_code})
    assert codes(by_code) == [code]
    assert code in codes(near)
    assert set(codes(near)) <= set(codes(miles))
    assert code in codes(boxed)
    assert code in codes(zone)
    assert set(codes(zone)) < set(codes(dubai))
    assert all(found["zoneCode"] == hotel.zone_code for found in zone["hotels"]["hotels"])


def test_filters_of_boards_rooms_and_prices(hotelbeds: Caller, dubai: Json) -> None:
    only = hotelbeds.search(boards={"included": True, "board": ["BB"]})
    without = hotelbeds.search(boards={"included": False, "board": ["BB"]})
    assert {rate["boardCode"] for _, _, rate in rates_of(only)} == {"BB"}
    assert "BB" not in {rate["boardCode"] for _, _, rate in rates_of(without)}
    room = dubai["hotels"]["hotels"][0]["rooms"][0]["code"]
    rooms = hotelbeds.search(rooms={"included": True, "room": [room]})
    assert {found["code"] for _, found, _ in rates_of(rooms)} == {room}
    priced = hotelbeds.search(filter={"minRate": "300", "maxRate": 600.5})
    assert all(Decimal(300) <= Decimal(rate["net"]) <= Decimal("600.5") for _, _, rate in rates_of(priced))
    assert 0 < priced["hotels"]["total"] < dubai["hotels"]["total"]


def test_filters_of_numbers(hotelbeds: Caller, dubai: Json) -> None:
    few = hotelbeds.search(filter={"maxHotels": 3, "maxRooms": 2, "maxRatesPerRoom": 1})
    assert codes(few) == codes(dubai)[:3]
    assert all(len(hotel["rooms"]) <= 2 for hotel in few["hotels"]["hotels"])
    assert all(len(room["rates"]) == 1 for hotel in few["hotels"]["hotels"] for room in hotel["rooms"])
    first = dubai["hotels"]["hotels"][0]
    assert few["hotels"]["hotels"][0]["minRate"] == first["minRate"]


def test_filters_of_the_hotel(hotelbeds: Caller, catalogue: Catalogue, dubai: Json) -> None:
    starred = hotelbeds.search(filter={"minCategory": 4, "maxCategory": 4})
    kept = {code for code in codes(dubai) if int(_hotel(catalogue, code).stars) == 4}
    assert set(codes(starred)) == kept
    assert kept
    resorts = hotelbeds.search(accommodations=["RESORT"])
    assert {_hotel(catalogue, code).accommodation_type_code for code in codes(resorts)} <= {"S"}
    reviewed = hotelbeds.search(
        reviews=[{"type": "TRIPADVISOR", "minRate": 4, "maxRate": 5, "minReviewCount": 50}]
    )
    assert 0 < reviewed["hotels"]["total"] < dubai["hotels"]["total"]
    for hotel in reviewed["hotels"]["hotels"]:
        review = next(review for review in hotel["reviews"] if review["type"] == "TRIPADVISOR")
        assert Decimal(review["rate"]) >= 4
        assert review["reviewCount"] >= 50
    some = hotelbeds.search(keywords={"keyword": [34, 38, 100]})
    every = hotelbeds.search(keywords={"keyword": [34, 38, 100], "allIncluded": True})
    assert set(codes(every)) < set(codes(some)) < set(codes(dubai))


def _hotel(catalogue: Catalogue, code: int) -> Any:
    return catalogue.hotel(code)


def test_contract_filter_counts_only_with_aif_use(hotelbeds: Caller, dubai: Json) -> None:
    contract_name = pick(dubai)["rateKey"].split("|")[6]
    ignored = hotelbeds.search(filter={"contract": contract_name})
    used = hotelbeds.search(filter={"contract": contract_name}, aifUse=True)
    assert codes(ignored) == codes(dubai)
    assert {rate["rateKey"].split("|")[6] for _, _, rate in rates_of(used)} == {contract_name}


def test_packages_only_when_asked(hotelbeds: Caller) -> None:
    asked = hotelbeds.search(filter={"packaging": True})
    only = hotelbeds.search(filter={"hotelPackage": "YES"})
    assert {rate["packaging"] for _, _, rate in rates_of(asked)} == {True, False}
    packages = [rate for _, _, rate in rates_of(only)]
    assert {rate["packaging"] for rate in packages} == {True}
    assert all("|P@" in rate["rateKey"] for rate in packages)
    assert hotelbeds.search(filter={"paymentType": "AT_HOTEL"})["hotels"] == {"total": 0}


def test_daily_rates_count_from_one(hotelbeds: Caller) -> None:
    found = hotelbeds.search(dailyRate=True)
    for _, _, rate in rates_of(found):
        assert [night["offset"] for night in rate["dailyRates"]] == [1, 2, 3, 4]
        total = sum(Decimal(night["dailyNet"]) for night in rate["dailyRates"])
        assert abs(total - Decimal(rate["net"])) <= Decimal("0.04")
        assert all(
            ("dailySellingRate" in night) is ("hotelMandatory" in rate) for night in rate["dailyRates"]
        )


def test_shifted_stays_keep_their_length(hotelbeds: Caller) -> None:
    found = hotelbeds.search(stay={**STAY, "shiftDays": 1}, filter={"maxHotels": 10})
    shifts = [shift for _, _, rate in rates_of(found) for shift in rate.get("shiftRates", [])]
    assert {(shift["checkIn"], shift["checkOut"]) for shift in shifts} == {
        ("2026-09-13", "2026-09-17"),
        ("2026-09-15", "2026-09-19"),
    }
    assert all(shift["rateKey"].startswith(shift["checkIn"].replace("-", "")) for shift in shifts)


def test_a_row_may_hold_shifted_stays_only(hotelbeds: Caller) -> None:
    def bare(answer: Json) -> list[Json]:
        return [rate for _, _, rate in rates_of(answer) if "rateKey" not in rate]

    rows = bare(hotelbeds.search(stay={**STAY, "shiftDays": 3}))
    assert rows
    assert set(rows[0]) == {
        "paymentType", "boardCode", "boardName", "rooms", "adults", "children", "shiftRates",
    }  # fmt: skip
    assert not bare(hotelbeds.search(stay={**STAY, "shiftDays": 3, "allowOnlyShift": False}))


def test_a_market_has_its_own_prices_and_language_its_own_names(hotelbeds: Caller, dubai: Json) -> None:
    british = hotelbeds.search(sourceMarket="GB")
    assert codes(british) == codes(dubai)
    assert british["hotels"]["hotels"][0]["minRate"] != dubai["hotels"]["hotels"][0]["minRate"]
    spanish = hotelbeds.search(language="CAS")
    assert pick(spanish, boardCode="RO")["boardName"] == "SOLO ALOJAMIENTO"


def test_no_hotel_is_an_answer_too(hotelbeds: Caller) -> None:
    nowhere = hotelbeds.search(destination=None, hotels={"hotel": [999_999_999]})
    contract.check("booking", "availabilityRS", nowhere)
    assert nowhere["hotels"] == {"total": 0}
    too_far = hotelbeds.search(stay={"checkIn": "2028-06-01", "checkOut": "2028-06-03"})
    assert too_far["hotels"] == {"total": 0}


def test_policies_are_in_hotel_time_across_the_clock_change(hotelbeds: Caller, catalogue: Catalogue) -> None:
    """The stay starts two days after summer time ends in Europe, so steps lie on both sides."""
    found = hotelbeds.search(
        destination={"code": "BCN"}, stay={"checkIn": "2026-10-27", "checkOut": "2026-10-30"}
    )
    offsets: set[tuple[str, ...]] = set()
    for hotel, _, rate in rates_of(found):
        zone = ZoneInfo(_hotel(catalogue, hotel["code"]).timezone)
        starts = [policy["from"] for policy in rate.get("cancellationPolicies", [])]
        for start in starts:
            moment = datetime.fromisoformat(start)
            assert moment.utcoffset() == moment.astimezone(zone).utcoffset()
        assert starts == sorted(starts)
        offsets.add(tuple(start[-6:] for start in starts))
    assert ("+02:00", "+01:00") in offsets


def test_a_non_refundable_rate_costs_all_from_the_spanish_yesterday(hotelbeds: Caller) -> None:
    for code in ("DXB", "NYC"):
        rates = [
            rate
            for _, _, rate in rates_of(hotelbeds.search(destination={"code": code}))
            if rate["rateClass"] == "NRF"
        ]
        assert rates
        for rate in rates:
            (policy,) = rate["cancellationPolicies"]
            assert policy["amount"] == rate["net"]
            assert policy["from"].startswith("2026-06-30T23:59:00")
            assert {"code": "073", "name": "Non-refundable rate. No amendments permitted"} in rate[
                "promotions"
            ]


def test_prices_drift_with_the_clock_and_come_back(hotelbeds: Caller, dubai: Json) -> None:
    control = hotelbeds.hotelbeds.control
    control.clock(advance_seconds=6 * 3600)
    later = hotelbeds.search()
    control.clock(now=NOW)
    nets = [
        (Decimal(a["net"]), Decimal(b["net"]))
        for (_, _, a), (_, _, b) in zip(rates_of(dubai), rates_of(later), strict=True)
    ]
    assert any(before != after for before, after in nets)
    assert all(abs(after / before - 1) < Decimal("0.03") for before, after in nets)
    assert _prices(hotelbeds.search()) == _prices(dubai)


def _prices(answer: Json) -> list[str]:
    return [rate["net"] for _, _, rate in rates_of(answer)]


def test_a_repeated_search_differs_in_its_audit_data_alone(hotelbeds: Caller) -> None:
    request = search_request(filter={"maxHotels": 5})
    first, second = (hotelbeds.call("POST", "/hotels", request) for _ in range(2))
    plain = hotelbeds.call("POST", "/hotels", request, headers={"Accept-Encoding": "identity"})
    assert first.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert first.json["hotels"] == second.json["hotels"] == plain.json["hotels"]
    assert first.json["auditData"]["token"] != second.json["auditData"]["token"]


def ages(*given: int | None) -> list[Json]:
    return [{"type": "CH"} if age is None else {"type": "CH", "age": age} for age in given]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (
            {"stay": {"checkIn": "2026-06-30", "checkOut": "2026-07-03"}},
            "The check-in must be in the future.",
        ),
        (
            {"stay": {"checkIn": "2026-09-14", "checkOut": "2026-09-14"}},
            "checkIn must be prior to checkOut date",
        ),
        ({"stay": {"checkIn": "2026-09-01", "checkOut": "2026-10-02"}}, "less than or equal to 30"),
        ({"stay": {**STAY, "shiftDays": 6}}, "between 1 and 5"),
        ({"stay": {"checkIn": "14/09/2026", "checkOut": "2026-09-18"}}, "Error at property stay.checkIn"),
        ({"occupancies": []}, "Error at property occupancies: property is mandatory"),
        ({"occupancies": [{**COUPLE, "rooms": 10}]}, "The number of rooms must be less than or equal to 9"),
        ({"occupancies": [{**COUPLE, "adults": 0}]}, "greater than or equal to 1"),
        ({"occupancies": [{**COUPLE, "children": 1}]}, "The age of children is mandatory"),
        (
            {"occupancies": [{**COUPLE, "children": 1, "paxes": ages(None)}]},
            "The age of children is mandatory",
        ),
        (
            {"occupancies": [{**COUPLE, "children": 1, "paxes": ages(3, 4)}]},
            "The number of children is wrong",
        ),
        (
            {"hotels": {"hotel": [1]}},
            "The request must have unique filter. Options: Destination, Geolocation, Hotels",
        ),
        ({"destination": None}, "The request must have unique filter"),
        (
            {"destination": None, "hotels": {"hotel": list(range(1, 2002))}},
            "Exceeded maximum hotels in request. Max is 2000 hotels",
        ),
        (
            {"destination": None, "geolocation": {"latitude": 1, "longitude": 1, "radius": 20}},
            "Geolocation by radius requires primary coordinates, radius and unit.",
        ),
        (
            {
                "destination": None,
                "geolocation": {"latitude": 1, "longitude": 1, "radius": 201, "unit": "km"},
            },
            "less than or equal to 200",
        ),
        ({"filter": {"minRate": 10, "maxRate": 5}}, "maxRate should be higher or equals than minRate"),
        (
            {"filter": {"minCategory": 4, "maxCategory": 2}},
            "maxCategory should be higher or equals than minCategory",
        ),
        ({"filter": {"maxHotels": 2001}}, "between 1 and 2000"),
    ],
)
def test_wrong_values_are_refused_with_the_service_s_words(
    hotelbeds: Caller, fields: Json, message: str
) -> None:
    answer = hotelbeds.call("POST", "/hotels", search_request(**fields))
    assert answer.status == 400
    category, text = answer.error
    assert category == "INVALID_DATA"
    assert text.startswith("Invalid data.")
    assert message in text
    contract.check("booking", "availabilityRS", answer.json)
    assert answer.json["error"]["code"] == f"INVALID_DATA-{answer.json['auditData']['token']}"


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (search_request(destination=None, hotels={"hotel": ["a"]}), "Error at property hotels->hotel: "),
        ({"occupancies": [COUPLE]}, "Error at property : Object missing required field `stay`"),
        (b'{"stay":', "Error at property "),
        (b"\xff\xfe", "Error at property "),
    ],
)
def test_malformed_requests_are_refused(hotelbeds: Caller, body: object, place: str) -> None:
    answer = hotelbeds.call("POST", "/hotels", body)
    assert answer.status == 400
    assert answer.error[0] == "INVALID_REQUEST"
    assert answer.error[1].startswith("The request is not compliant with the specified version of the API. ")
    assert place in answer.error[1]


def test_settings_answer_the_open_questions() -> None:
    settings = Settings(
        hotels=1200,
        destination_search=False,
        empty_hotels_key=True,
        unasked_packaging=True,
        tax_breakdown=False,
    )
    with running(settings) as simulator:
        simulator.control.clock(now=NOW, frozen=True)
        caller = Caller(simulator)
        refused = caller.call("POST", "/hotels", search_request())
        assert refused.error == (
            "INVALID_REQUEST",
            (
                "The request is not compliant with the specified version of the API. "
                'Error at property destination: Unrecognized field "destination"'
            ),
        )
        empty = caller.search(destination=None, hotels={"hotel": [999_999_999]})
        assert empty["hotels"] == {"hotels": [], "total": 0}
        circle = {"latitude": 25.2, "longitude": 55.27, "radius": 60, "unit": "km"}
        rates = [rate for _, _, rate in rates_of(caller.search(destination=None, geolocation=circle))]
        assert 0 < sum(rate["packaging"] for rate in rates) < len(rates) / 20
        taxes = [tax for rate in rates for tax in rate.get("taxes", {}).get("taxes", [])]
        assert taxes
        for tax in taxes:
            assert set(tax) - {"clientAmount", "clientCurrency"} == {"included", "amount", "currency"}
            assert tax["included"] is False
