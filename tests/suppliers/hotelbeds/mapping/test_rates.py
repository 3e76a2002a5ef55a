"""What answers look like on a bad day: what would make a wrong price goes, the rest stays."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from faredown.lib.money import Money
from suppliers.adapters.hotelbeds.mapping import rates
from suppliers.adapters.hotelbeds.mapping.values import NotAnAnswer
from suppliers.types import Availability, Occupancy, Rate, Sketch, StaySearch, Tax

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def wire_rate(**facts: Any) -> dict[str, Any]:
    rate = {
        "rateKey": "key",
        "rateClass": "NOR",
        "rateType": "BOOKABLE",
        "net": "100.00",
        "paymentType": "AT_WEB",
        "packaging": False,
        "boardCode": "RO",
        "boardName": "ROOM ONLY",
        "cancellationPolicies": [{"amount": "50.00", "from": "2027-01-08T23:59:00+04:00"}],
        "rooms": 1,
        "adults": 2,
        "children": 0,
    }
    merged = rate | facts
    return {key: value for key, value in merged.items() if value is not ...}


def answer(*wire_rates: dict[str, Any], **hotel: Any) -> bytes:
    rooms = [{"code": "DBL.ST", "name": "DOUBLE STANDARD", "rates": list(wire_rates)}]
    one = {"code": 7, "name": "Hotel", "currency": "EUR", "rooms": rooms} | hotel
    return msgspec.json.encode({"auditData": {"token": "T"}, "hotels": {"total": 1, "hotels": [one]}})


def read(body: bytes, *occupancies: Occupancy) -> Availability:
    search = StaySearch(
        hotel_codes=("7",),
        check_in=NOW.date(),
        check_out=NOW.date(),
        occupancies=occupancies or (Occupancy(2),),
    )
    return rates.availability(body, search, now=NOW)[0]


def assert_sketched_as_told(found: Availability) -> None:
    """The quick way says what the rates themselves say, and what is kept makes the same rates."""
    search = StaySearch(
        hotel_codes=(), check_in=NOW.date(), check_out=NOW.date(), occupancies=(Occupancy(2),)
    )
    for hotel in found.hotels:
        assert hotel.sketches == tuple(map(Sketch.of, hotel.rates))
        assert rates.unpacked(hotel.source.packed(), search, asked_at=NOW) == hotel.rates


def only(body: bytes, *occupancies: Occupancy) -> Rate:
    found = read(body, *occupancies)
    assert found.refused == ()
    (hotel,) = found.hotels
    (rate,) = hotel.rates
    return rate


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"net": "-1.00"}, "net -1.00"),
        ({"net": "0.00"}, "net 0.00"),
        ({"net": "NaN"}, "net: an amount is a finite number"),
        ({"net": "Infinity"}, "net: an amount is a finite number"),
        ({"net": "1e400"}, "net: an amount is a finite number"),
        ({"net": ...}, "no net"),
        ({"net": "twelve"}, "Invalid decimal string"),
        ({"net": {"amount": "1"}}, "got `object`"),
        ({"rateKey": ...}, "no rate key"),
        ({"rateKey": ""}, "no rate key"),
        ({"hotelMandatory": True}, "no mandated price"),
        ({"hotelMandatory": True, "sellingRate": "99.99"}, "mandated price 99.99 under net 100.00"),
        ({"cancellationPolicies": [{"amount": "1"}]}, "cancellation fee without a date"),
        ({"cancellationPolicies": [{"from": "2027-01-08T23:59:00+04:00"}]}, "no cancellation fee"),
        (
            {"cancellationPolicies": [{"amount": "-1", "from": "2027-01-08T23:59:00Z"}]},
            "negative cancellation fee",
        ),
        ({"cancellationPolicies": [{"amount": "1", "from": "2027-01-08T23:59:00"}]}, "has no offset"),
        ({"cancellationPolicies": [{"amount": "1", "from": "tomorrow"}]}, "is not an instant"),
        ({"taxes": {"taxes": [{"included": False, "amount": "-3", "currency": "USD"}]}}, "tax -3"),
        ({"adults": 3}, "answers no room that was asked for"),
        ({"children": 1, "childrenAges": "8"}, "answers no room that was asked for"),
    ],
)
def test_a_rate_that_could_make_a_wrong_price_is_refused_alone(facts: dict[str, Any], reason: str) -> None:
    found = read(answer(wire_rate(rateKey="good"), wire_rate(**facts), wire_rate(rateKey="fine")))

    (hotel,) = found.hotels
    assert [rate.rate_key for rate in hotel.rates] == ["good", "fine"]
    (line,) = found.refused
    assert line.startswith("7 DBL.ST")
    assert reason in line


@pytest.mark.parametrize("currency", [None, "", "eur", "EURO"])
def test_a_hotel_without_currency_sells_nothing(currency: str | None) -> None:
    found = read(answer(wire_rate(), wire_rate(), currency=currency))

    assert found.hotels == ()
    assert len(found.refused) == 2


@pytest.mark.parametrize(
    "facts",
    [
        {"packaging": True},
        {"paymentType": "AT_HOTEL"},
        {"rateKey": ..., "net": ..., "rateType": ..., "shiftRates": [{"rateKey": "other", "net": "80.00"}]},
    ],
)
def test_what_is_no_offer_of_ours_goes_without_a_word(facts: dict[str, Any]) -> None:
    found = read(answer(wire_rate(**facts)))

    assert found == Availability(hotels=(), refused=())


@pytest.mark.parametrize("broken", [{"code": None}, {"rooms": "none"}, {"rooms": [7]}, {"currency": 978}])
def test_a_broken_hotel_does_not_take_the_others_with_it(broken: dict[str, Any]) -> None:
    whole = msgspec.json.decode(answer(wire_rate()))
    whole["hotels"]["hotels"].insert(0, {"code": 6, "currency": "EUR", "rooms": []} | broken)

    found = read(msgspec.json.encode(whole))

    assert [hotel.hotel_code for hotel in found.hotels] == ["7"]
    assert len(found.refused) == 1


@pytest.mark.parametrize(
    "body",
    [b"{}", b'{"hotels":{"total":0}}', b'{"hotels":{"hotels":[],"total":0}}', b'{"hotels":null}'],
)
def test_nothing_available_takes_several_shapes(body: bytes) -> None:
    assert read(body) == Availability(hotels=(), refused=())


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[1]", b'{"hotels":"no"}', b"\xff\xfe", b'{"hotels":{"hot']
)
def test_what_is_no_answer(body: bytes) -> None:
    with pytest.raises(NotAnAnswer):
        read(body)


def test_numbers_where_texts_are_usual_keep_every_digit() -> None:
    body = answer(wire_rate(net="@net", childrenAges=8, children="1", rateCommentsId=12, taxes="@taxes"))
    body = body.replace(b'"@net"', b"12345678901.123456789").replace(
        b'"@taxes"', b'{"taxes":[{"included":"false","amount":0.1,"currency":"USD","percent":9.50}],"new":1}'
    )

    rate = only(body, Occupancy(2, (8,)))

    assert rate.net == Money.of("12345678901.123456789", "EUR")
    assert rate.taxes == (Tax(included=False, amount=Money.of("0.1", "USD"), percent="9.50"),)
    assert rate.comment_id == "12"


def test_steps_are_put_in_order_as_instants() -> None:
    steps = [
        {"amount": "100.00", "from": "2027-03-28T23:59:00+01:00"},  # the offset changes with summer time
        {"amount": "50.00", "from": "2027-03-28T23:59:00+02:00"},
    ]
    rate = only(answer(wire_rate(cancellationPolicies=steps)))

    assert rate.terms is not None
    assert [(str(step.fee), step.starts_at.hour) for step in rate.terms] == [
        ("50.00 EUR", 21),
        ("100.00 EUR", 22),
    ]
    assert rate.terms[0].text == "2027-03-28T23:59:00+02:00"


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"rateClass": "NRF"}, True),
        ({"rateClass": "NRF", "cancellationPolicies": ...}, True),
        # Full price, from yesterday on.
        ({"cancellationPolicies": [{"amount": "100.00", "from": "2026-11-21T23:59:00+01:00"}]}, True),
        # Full price, but west of Spain the day is not over yet.
        ({"cancellationPolicies": [{"amount": "100.00", "from": "2026-11-22T23:59:00-08:00"}]}, True),
        # Full price in two months.
        ({"cancellationPolicies": [{"amount": "100.00", "from": "2027-01-21T23:59:00+01:00"}]}, False),
        # Inside the penalty window, part of the price only.
        ({"cancellationPolicies": [{"amount": "99.99", "from": "2026-11-21T23:59:00+01:00"}]}, False),
        ({"cancellationPolicies": ...}, False),
    ],
)
def test_what_is_non_refundable(facts: dict[str, Any], expected: bool) -> None:
    assert only(answer(wire_rate(**facts))).non_refundable is expected


def test_missing_terms_are_not_known_rather_than_free() -> None:
    assert only(answer(wire_rate(rateType="RECHECK", cancellationPolicies=...))).terms is None
    assert only(answer(wire_rate(rateType="RECHECK", cancellationPolicies=[]))).terms is None


@pytest.mark.parametrize(
    ("kind", "needs_check"), [("BOOKABLE", False), ("RECHECK", True), ("NEW", True), (..., True)]
)
def test_only_bookable_needs_no_check(kind: Any, needs_check: bool) -> None:
    assert only(answer(wire_rate(rateType=kind))).needs_check is needs_check


def test_a_tax_without_currency_has_no_amount() -> None:
    taxes = {"taxes": [{"included": False, "amount": "15.00"}], "allIncluded": False}

    rate = only(answer(wire_rate(taxes=taxes)))

    assert rate.taxes == (Tax(included=False, amount=None),)
    assert rate.taxes_all_included is False


def test_rates_find_their_way_back_to_rooms_of_the_same_size_by_age() -> None:
    found = read(
        answer(
            wire_rate(rateKey="a", children=1, childrenAges="3"),
            wire_rate(rateKey="b", children=1, childrenAges="12"),
            wire_rate(rateKey="c", children=1),
        ),
        Occupancy(2, (12,)),
        Occupancy(2, (3,)),
    )

    assert [(rate.rate_key, rate.occupancy) for rate in found.hotels[0].rates] == [
        ("a", Occupancy(2, (3,))),
        ("b", Occupancy(2, (12,))),
    ]
    assert found.refused == ("7 DBL.ST: answers several asked rooms",)


WEIRD: tuple[Any, ...] = (
    None,
    "",
    "x",
    "0",
    "0E+20",
    "NaN",
    -1,
    0,
    1e300,
    True,
    [],
    [None],
    {},
    {"a": 1},
    "9" * 400,
)


def test_no_single_odd_value_breaks_an_answer() -> None:
    """Every field of a rate, every odd value: always an answer, and the sound rate is always in it."""
    fields = (
        *wire_rate(),
        "sellingRate",
        "hotelMandatory",
        "allotment",
        "taxes",
        "promotions",
        "childrenAges",
    )
    for field in (*fields, "rateCommentsId", "rateComments"):
        for value in WEIRD:
            found = read(answer(wire_rate(**{field: value}), wire_rate(rateKey="sound")))
            keys = [rate.rate_key for hotel in found.hotels for rate in hotel.rates]
            assert_sketched_as_told(found)
            assert "sound" in keys, (field, value)
            assert len(keys) + len(found.refused) in (1, 2), (field, value)
