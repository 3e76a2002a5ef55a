from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from faredown.lib.money import Money
from suppliers.adapters.hotelbeds.mapping import rates, shifts
from suppliers.types import Availability, HotelRates, Occupancy, Promotion, Rate, Tax
from tests.recorded.samples import asked, euro, sample, term, utc

NON_REFUNDABLE = Promotion("073", "Non-refundable rate. No amendments permitted")


def hotel(found: Availability, code: str) -> HotelRates:
    return next(one for one in found.hotels if one.hotel_code == code)


def with_key(found: Availability, part: str) -> Rate:
    (rate,) = [rate for one in found.hotels for rate in one.rates if part in rate.rate_key]
    return rate


@sample("booking/availability_recheck_dailyrates.response.json")
def test_recheck_and_bookable_rates_at_lake_tahoe(body: bytes) -> None:
    found, token = rates.availability(body, asked(Occupancy(1)), now=utc("2020-07-23 08:01"))

    assert token == "8211CC4B9E404A9F80A1F22BBE667DEE"
    assert found.refused == ()
    assert {
        one.hotel_code: (len(one.rates), min(rate.net for rate in one.rates)) for one in found.hotels
    } == {
        "349168": (36, euro("99.89")),
        "97334": (12, euro("99.89")),
        "133382": (46, euro("106.94")),
        "191859": (24, euro("541.48")),
        "164396": (1, euro("713.26")),
        "153892": (6, euro("855.95")),
        "150645": (50, euro("110.85")),
        "701267": (2, euro("2598.62")),
    }
    assert hotel(found, "349168").rates[0] == Rate(
        hotel_code="349168",
        room_code="DBL.QN",
        room_name="DOUBLE QUEEN SIZE BED",
        board_code="RO",
        board_name="ROOM ONLY",
        rate_key="20200822|20200827|W|256|349168|DBL.QN|ID_B2B_19|RO|RATE1|1~1~0||N@03~~25963~-639849234~N~"
        "362BAC763480427159549129792800AAUK0000027002500080125963",
        rate_class="NOR",
        needs_check=True,
        net=euro("99.89"),
        occupancy=Occupancy(1),
        allotment=9,
        terms=(
            term(euro("49.95"), "2020-08-15 06:59", "2020-08-14T23:59:00-07:00"),
            term(euro("99.89"), "2020-08-20 06:59", "2020-08-19T23:59:00-07:00"),
        ),
    )


@sample("booking/availability_recheck_dailyrates.response.json")
def test_prices_the_hotel_fixes_and_terms_that_are_not_known(body: bytes) -> None:
    found, _ = rates.availability(body, asked(Occupancy(1)), now=utc("2020-07-23 08:01"))

    mandated = [
        (rate.net, rate.mandated_price) for rate in hotel(found, "133382").rates if rate.mandated_price
    ]
    assert mandated == [
        (euro("871.07"), euro("958.17")),
        (euro("1105.15"), euro("1215.69")),
        (euro("1137.32"), euro("1251.06")),
        (euro("1146.47"), euro("1261.14")),
        (euro("1233.74"), euro("1357.09")),
        (euro("2082.98"), euro("2291.27")),
    ]
    assert all(rate.terms is None and not rate.non_refundable for rate in hotel(found, "191859").rates)
    without_client_amount = next(rate for rate in hotel(found, "191859").rates if rate.net == euro("818.70"))
    assert without_client_amount.mandated_price == euro("876.47")
    assert without_client_amount.taxes == (Tax(included=False, amount=Money.of("113.00", "USD")),)
    assert without_client_amount.taxes_all_included is False


@sample("booking/availability_recheck_dailyrates.response.json")
def test_contract_rates_with_comments_taxes_and_without_refund(body: bytes) -> None:
    found, _ = rates.availability(body, asked(Occupancy(1)), now=utc("2020-07-23 08:01"))

    commented = hotel(found, "153892").rates[0]
    assert (commented.comment_id, commented.needs_check, commented.allotment) == ("256|22468|0", False, 37)
    assert commented.terms == (term(euro("238.27"), "2020-08-18 06:59", "2020-08-17T23:59:00-07:00"),)
    taxed = hotel(found, "701267").rates[0]
    assert taxed.taxes == (
        Tax(included=False, amount=Money.of("256.50", "USD"), client_amount=euro("232.58")),
    )
    strict = [rate for rate in hotel(found, "150645").rates if rate.rate_class == "NRF"]
    assert [rate.net.amount for rate in strict] == [
        Decimal(text) for text in ("2067.30", "2377.75", "1570.65", "1694.90", "2688.10")
    ]
    assert all(rate.non_refundable and rate.promotions == (NON_REFUNDABLE,) for rate in strict)
    assert strict[0].terms == (term(euro("2067.30"), "2020-07-23 06:59", "2020-07-22T23:59:00-07:00"),)


@sample("booking/availability_geolocation_san_francisco.response.json")
def test_fourteen_hotels_in_san_francisco(body: bytes) -> None:
    searched = utc("2021-02-02 06:40")
    found, _ = rates.availability(body, asked(Occupancy(1)), now=searched)

    assert [(one.hotel_code, len(one.rates)) for one in found.hotels] == [
        ("13142", 90), ("51575", 2), ("13528", 1), ("117475", 4), ("602447", 6), ("140472", 8), ("122260", 4),
        ("345058", 24), ("14776", 3), ("167786", 3), ("13530", 4), ("653968", 4), ("421930", 6), ("222678", 3),
    ]  # fmt: skip
    assert found.refused == ()
    fixed = [rate for one in found.hotels for rate in one.rates if rate.mandated_price]
    assert [(rate.net, rate.mandated_price) for rate in fixed if rate.hotel_code == "167786"] == [
        (euro("39797.40"), euro("46263.73"))
    ] * 3
    assert len(fixed) == 9
    strict = [rate for one in found.hotels for rate in one.rates if rate.rate_class == "NRF"]
    assert len(strict) == 16
    assert all(rate.non_refundable for rate in strict)
    # The only step of a non-refundable rate was still ahead when it was searched for: 23:59 in California.
    steps = [rate.terms[0].starts_at for rate in strict if rate.terms]
    assert steps == [utc("2021-02-02 07:59")] * 16
    assert steps[0] - searched == timedelta(hours=1, minutes=19)


@sample("booking/availability_geolocation_san_francisco.response.json")
def test_promotions_taxes_in_two_currencies_and_other_classes(body: bytes) -> None:
    found, _ = rates.availability(body, asked(Occupancy(1)), now=utc("2021-02-02 06:40"))

    early = with_key(found, "|602447|DBL.2Q|BAR - RO NRF|RO||")
    assert early.net == euro("642.02")  # the offer of -101.43 is in it already
    assert early.promotions == (
        Promotion("042", "Special Offer", "*****PROMOTIONAL OFFER SPECIAL DISCOUNT*****"),
        NON_REFUNDABLE,
    )
    oakland = with_key(found, "|51575|DBL.ST|GAR|DB||")
    assert oakland.taxes == (
        Tax(included=False, amount=Money.of("50.00", "USD"), client_amount=euro("41.13")),
    )
    assert oakland.terms == (term(euro("84.14"), "2021-03-02 07:59", "2021-03-01T23:59:00-08:00"),)
    package = with_key(found, "|653968|DBL.ST|FIT-OPQ|RO||")
    assert (package.rate_class, package.net, package.package_only) == ("PAQ", euro("487.70"), False)


@sample("booking/availability_openapi_example.response.json")
def test_instants_written_in_utc_and_taxes_broken_down(body: bytes) -> None:
    found, token = rates.availability(body, asked(Occupancy(2)), now=utc("2019-01-10 12:00"))

    assert token == "c6ce466d-82fe-4fac-8f21-536485be4da3"
    assert [(one.hotel_code, len(one.rates)) for one in found.hotels] == [
        ("297", 20), ("265", 1), ("264", 10), ("77", 6),
    ]  # fmt: skip
    jaime = hotel(found, "265").rates[0]
    assert (jaime.net, jaime.board_code, jaime.occupancy) == (euro("165.82"), "BB", Occupancy(2))
    assert jaime.terms == (term(euro("82.91"), "2019-06-12 21:59", "2019-06-12T21:59:00.000Z"),)
    assert jaime.taxes == (
        Tax(included=False, amount=euro("6.60"), client_amount=euro("6.60"), kind="TAX"),
        Tax(included=True, amount=euro("16.58"), kind="TAX", percent="10.00"),
    )
    # "Non-refundable" by its promotion, but refundable by its policy: the policy decides.
    playa = hotel(found, "297").rates[0]
    assert playa.promotions[0] == NON_REFUNDABLE
    assert not playa.non_refundable
    assert playa.terms == (
        term(euro("68.81"), "2019-05-31 21:59", "2019-05-31T21:59:00.000Z"),
        term(euro("137.62"), "2019-06-14 21:59", "2019-06-14T21:59:00.000Z"),
    )


@sample("booking/availability_child_shiftdays.response.json")
def test_prices_of_other_days_are_no_offers(body: bytes) -> None:
    found, token = rates.availability(body, asked(Occupancy(2, (8,))), now=utc("2016-04-05 21:09"))

    assert found == Availability(hotels=(), refused=())
    assert token == ""


@sample("booking/availability_child_shiftdays.response.json")
def test_prices_of_other_days_for_a_calendar(body: bytes) -> None:
    found, token = shifts.answer(body, asked(Occupancy(2, (8,))))

    assert token == ""
    assert {
        (day.check_in.isoformat(), day.hotel_code, day.currency): (
            len(day.sketches),
            min(one.net for one in day.sketches),
        )
        for day in found
    } == {
        ("2016-06-09", "104875", "USD"): (4, Decimal("209.92")),
        ("2016-06-10", "104875", "USD"): (4, Decimal("209.92")),
        ("2016-06-09", "126047", "USD"): (3, Decimal("158.60")),
        ("2016-06-10", "126047", "USD"): (3, Decimal("158.60")),
        ("2016-06-09", "188476", "USD"): (8, Decimal("1166.72")),
        ("2016-06-10", "188476", "USD"): (8, Decimal("1166.72")),
    }
    first = found[0].sketches[0]
    assert (first.board_code, first.occupancy, first.rooms, first.allotment) == (
        "RO",
        Occupancy(2, (8,)),
        1,
        814,
    )
    assert shifts.answer(body, asked(Occupancy(2, (7,))))[0] == ()
