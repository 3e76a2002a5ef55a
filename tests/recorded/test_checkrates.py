from __future__ import annotations

import pytest

from faredown.lib.money import Money
from suppliers.adapters.hotelbeds.mapping import rates
from suppliers.adapters.hotelbeds.mapping.values import Refused
from suppliers.types import Occupancy, Rate, Tax
from tests.recorded.samples import asked, euro, read, sample, term, utc

TAHOE = "booking/availability_recheck_dailyrates.response.json"


def searched_at_tahoe(*contracts: str) -> list[Rate]:
    found, _ = rates.availability(read(TAHOE), asked(Occupancy(1)), now=utc("2020-07-23 08:01"))
    every = [rate for one in found.hotels for rate in one.rates]
    return [next(rate for rate in every if contract in rate.rate_key) for contract in contracts]


def rate(key: str, **facts: object) -> Rate:
    base = {
        "hotel_code": "59248",
        "room_code": "TWN.ST",
        "room_name": "",
        "board_code": "RO",
        "board_name": "",
    }
    shared = {"rate_class": "NOR", "needs_check": True, "net": euro("74.00"), "occupancy": Occupancy(2)}
    return Rate(**{**base, **shared, "rate_key": key, **facts})  # type: ignore[arg-type]


@sample("booking/checkrates_two_ratekeys_policy_changed_upselling.response.json")
def test_two_keys_of_one_search_with_stricter_terms_than_searched(body: bytes) -> None:
    room_only, breakfast = searched_at_tahoe(
        "|349168|DBL.QN|ID_B2B_19|RO|RATE1|", "|349168|DBL.QN|ID_B2B_19|BB|RATE1|"
    )

    checked, token = rates.checked(body, [room_only, breakfast], now=utc("2020-07-23 08:02"))

    assert token == "346D713D03B24390A9C376F853FFEC84"
    # The answer has them the other way round.
    assert [one.board_code for one in checked.rates] == ["RO", "BB"]
    assert [one.net for one in checked.rates] == [euro("99.89"), euro("149.84")]
    assert [one.needs_check for one in checked.rates] == [False, False]
    assert checked.rates[0].rate_key == room_only.rate_key
    assert room_only.terms == (
        term(euro("49.95"), "2020-08-15 06:59", "2020-08-14T23:59:00-07:00"),
        term(euro("99.89"), "2020-08-20 06:59", "2020-08-19T23:59:00-07:00"),
    )
    assert checked.rates[0].terms == (term(euro("99.89"), "2020-08-15 06:59", "2020-08-14T23:59:00-07:00"),)
    assert checked.rates[1].terms == (term(euro("149.84"), "2020-08-15 06:59", "2020-08-14T23:59:00-07:00"),)
    assert checked.rates[0].comments.startswith("Car park NO.As a result of local government measures")


@sample("booking/checkrates_two_ratekeys_policy_changed_upselling.response.json")
def test_a_key_the_answer_leaves_out_is_refused(body: bytes) -> None:
    azure = searched_at_tahoe("|153892|SGL.QN|STA|RO||")

    with pytest.raises(Refused, match=r"no answer for SGL.QN RO"):
        rates.checked(body, azure, now=utc("2020-07-23 08:02"))


@sample("booking/checkrates_hotelmandatory_offers_upselling.response.json")
def test_a_price_the_hotel_fixes(body: bytes) -> None:
    key = "20160615|20160620|W|71|5294|DBL.ST|CGW-TODO4 B2CEP|RO||1~1~0||N@1298513044"
    asked_rate = rate(key, hotel_code="5294", room_code="DBL.ST", occupancy=Occupancy(1))

    checked, _ = rates.checked(body, [asked_rate], now=utc("2016-04-20 12:00"))

    (final,) = checked.rates
    assert (final.hotel_code, final.rate_key) == ("5294", key)
    assert (final.net, final.mandated_price) == (Money.of("395.12", "USD"), Money.of("457.00", "USD"))
    assert final.terms == (term(Money.of("98.78", "USD"), "2016-06-13 04:59", "2016-06-12T23:59:00-05:00"),)
    assert final.taxes == (Tax(included=True, amount=None, percent="19.00"),)
    assert final.taxes_all_included is True
    assert final.allotment is None


@sample("booking/checkrates_2026_taxes_subtype_packaging.response.json")
def test_a_tax_by_its_subtype_and_a_rate_for_packages(body: bytes) -> None:
    key = (
        "20261207|20261208|W|148|59248|TWN.ST|IHXO1|RO||1~2~0||P@07~~21c5a~429177167~N~~~NOR~~"
        "D19BDAFEC4954DE178047200807705AAUK014700000000102004a"
    )

    checked, token = rates.checked(body, [rate(key)], now=utc("2026-06-03 05:34"))

    (final,) = checked.rates
    assert token == "87D7953427304F30B70D9258623F0CA5"
    assert (final.net, final.allotment, final.package_only) == (euro("74.00"), 24, True)
    assert final.terms == (term(euro("74.00"), "2026-12-05 19:59", "2026-12-05T23:59:00+04:00"),)
    assert final.taxes == (
        Tax(included=False, amount=Money.of("15.00", "AED"), client_amount=euro("3.51"), kind="City Tax"),
    )


@sample("booking/checkrates_2026_taxes_subtype_packaging.response.json")
def test_an_answer_for_other_guests_than_asked_is_refused(body: bytes) -> None:
    other = rate("20261207|20261208|W|148|59248|TWN.ST|IHXO1|RO||1~2~0||P@07~~21c5a~429177167~N~~~NOR~~"
                 "D19BDAFEC4954DE178047200807705AAUK014700000000102004a", occupancy=Occupancy(2, (4,)))  # fmt: skip

    with pytest.raises(Refused, match="priced for other guests"):
        rates.checked(body, [other], now=utc("2026-06-03 05:34"))
