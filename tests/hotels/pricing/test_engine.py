"""What a price is made of beside its total: rooms and nights, fees at the property, the facts that are kept."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from hotels.pricing import engine
from hotels.pricing.engine import Book, Charge, Item, LineKind, Policy, Price
from hotels.pricing.exchange import Rates, UnknownCurrency
from hotels.pricing.rules import FixedPer, Place, Rule, Stay
from tests.hotels.pricing.values import (
    PLACE,
    STAY,
    bounded,
    margin_tax,
    money,
    policy,
    priced,
    promo,
    rule,
    span,
    stack,
    tax,
    tiers,
)

TEN = policy(rule("10"))


def amounts(found: object) -> str:
    assert isinstance(found, tuple)
    return " ".join(one.as_json()["amount"] for one in found)


# (what, offers bought together as "net shown [rooms]", whole stay, per room, per night of three)
TOGETHER = [
    ("one room", ["100 EUR EUR"], "110.00", "110.00", "36.68 36.66 36.66"),
    ("three in one rate", ["100 EUR EUR 3"], "110.00", "36.68 36.66 36.66", "36.68 36.66 36.66"),
    # 33.33 x 1.1 = 36.663; nights 36.68 + 18.53 + 12.22, then 36.66 + 18.51 + 12.22 twice
    (
        "three rates",
        ["100 EUR EUR", "50.50 EUR EUR", "33.33 EUR EUR"],
        "202.21",
        "110.00 55.55 36.66",
        "67.43 67.39 67.39",
    ),
    ("no digits", ["10000 JPY JPY 3"], "11000", "3668 3666 3666", "3668 3666 3666"),
    ("three digits", ["10 KWD KWD 3"], "11.000", "3.668 3.666 3.666", "3.668 3.666 3.666"),
    # 40.34 + 40.33 + 40.33; 60.50 is 30.25 a room: 10.09 + 10.08 + 10.08 each
    (
        "one and two",
        ["100 EUR USD", "50 EUR USD 2"],
        "181.50",
        "121.00 30.25 30.25",
        "60.52 60.49 60.49",
    ),
]


@pytest.mark.parametrize(
    ("what", "offers", "total", "rooms", "nights"), TOGETHER, ids=[row[0] for row in TOGETHER]
)
def test_rooms_and_nights_add_up(what: str, offers: list[str], total: str, rooms: str, nights: str) -> None:
    prices = []
    for offer in offers:
        net, base, shown, *count = offer.split()
        prices.append(priced(f"{net} {base}", TEN, shown, rooms=int(count[0]) if count else 1))
    found = engine.figures(prices, nights=3)
    assert found.total.as_json()["amount"] == total
    assert (amounts(found.per_room), amounts(found.per_night)) == (rooms, nights)
    assert [sum(row[1:], row[0]) for row in found.by_room_and_night] == list(found.per_room)
    assert engine.together(prices).total == found.total


def test_an_amount_a_room_is_the_same_in_one_rate_or_three() -> None:
    house = policy(rule(fixed="5 EUR", fixed_per=FixedPer.ROOM))
    one = priced("100 EUR", house, rooms=3)
    three = engine.together([priced(net, house) for net in ("40 EUR", "30 EUR", "30 EUR")])
    assert one.total == three.total == money("115.00 EUR")
    assert three.rooms == 3


def test_together_with_a_mandated_one() -> None:
    whole = engine.together([priced("100 EUR", TEN, mandated="130 EUR"), priced("50 EUR", TEN)])
    assert (whole.total, whole.mandated) == (money("185.00 EUR"), True)


def test_taxes_of_several_rates_are_told_by_rule() -> None:
    house = policy(rule("20"), taxes=(margin_tax("20"), tax("2", stacks=True)))
    whole = engine.together([priced("100 EUR", house), priced("50 EUR", house)])
    assert [str(part.amount) for part in whole.taxes] == ["6.00 EUR", "3.60 EUR"]


# (charges, estimates, grand total of a stay of 100 EUR)
FEES = [
    (["33 USD"], ["30.00 EUR"], "130.00"),
    (["33 USD", "10 EUR"], ["30.00 EUR", "10.00 EUR"], "140.00"),
    (["500 THB"], [None], "100.00"),
    (["500 THB", "160 JPY"], [None, "1.00 EUR"], "101.00"),
    (["0.33 KWD"], ["1.00 EUR"], "101.00"),
    (["403.975 AED"], ["100.00 EUR"], "200.00"),
]


@pytest.mark.parametrize(("charges", "estimates", "grand"), FEES)
def test_fees_at_the_property_stay_apart(charges: list[str], estimates: list[str | None], grand: str) -> None:
    """In their own currency; the estimate is at the plain rate, and there is none without a rate."""
    fees = tuple(Charge("City Tax", money(text)) for text in charges)
    price = priced("100 EUR", policy(spread="3"), at_property=fees)
    assert [one.amount for one in price.at_property] == [money(text) for text in charges]
    assert [one.estimate and str(one.estimate) for one in price.at_property] == estimates
    assert (price.total, price.grand_total) == (money("100.00 EUR"), money(f"{grand} EUR"))


def test_fees_of_several_rates_are_added_by_kind_and_currency() -> None:
    fees = (Charge("City Tax", money("11 USD")),)
    whole = engine.together([priced(net, TEN, at_property=fees) for net in ("100 EUR", "50 EUR")])
    assert [(one.amount, one.estimate) for one in whole.at_property] == [
        (money("22 USD"), money("20.00 EUR"))
    ]
    assert whole.grand_total == money("185.00 EUR")


def test_lines_say_what_made_them_and_how_they_were_rounded() -> None:
    rules = (
        Rule(id="base", percent=Decimal("1.5"), fixed=money("0.10 EUR"), least=Decimal(2), currency="EUR"),
        stack("1", id="more"),
    )
    vat = tax("7.77")
    house = policy(*rules, taxes=(vat,), spread="1", least="9")
    price = priced("100 EUR", house, "USD", promo("1"))
    assert [(line.kind, line.rule_id) for line in price.lines] == [
        (LineKind.NET, ""),
        (LineKind.EXCHANGE, ""),
        (LineKind.MARKUP_PERCENT, "base"),
        (LineKind.MARKUP_FIXED, "base"),
        (LineKind.MARKUP_LEAST, "base"),
        (LineKind.MARKUP_PERCENT, "more"),
        (LineKind.FLOOR, ""),
        (LineKind.TAX, vat.id),
        (LineKind.PROMOTION, "prm_1"),
        (LineKind.PROMOTION_GUARD, "prm_1"),
    ]
    exact = [line.amount.amount - line.rounding for line in price.lines]
    assert exact[2] == Decimal("1.6665")  # 111.10 x 1.5 %
    assert (price.exchange_rate, price.exchange_spread_percent) == ("1.1", "1")
    assert price.net_converted == money("110.00 USD")


def test_the_source_of_a_rate_is_kept() -> None:
    rates = Rates({"USD": Decimal("1.10")}, sources={"USD": "ecb 2026-11-20"})
    house = Policy(rules=(), rates=rates)
    assert priced("100 EUR", house, "USD").exchange_source == "USD ecb 2026-11-20"
    assert (
        priced("100 AED", house, "USD").exchange_source == "AED peg to USD ecb 2026-11-20, USD ecb 2026-11-20"
    )


@pytest.mark.parametrize(
    ("buffers", "pair", "spread"),
    [
        ({}, "EUR USD", "1"),
        ({"USD": "0.5"}, "EUR USD", "0.5"),
        ({"GBP": "5"}, "EUR USD", "1"),
        ({"USD": "0.5", "GBP": "5"}, "USD GBP", "5"),
        ({"USD": "0.5", "GBP": "5"}, "GBP USD", "5"),
        ({"USD": "0"}, "EUR USD", "0"),
        ({"EUR": "3"}, "EUR EUR", "0"),
    ],
)
def test_a_currencys_own_buffer(buffers: dict[str, str], pair: str, spread: str) -> None:
    rates = Rates(
        {"USD": Decimal("1.10"), "GBP": Decimal("0.85")},
        Decimal(1),
        {code: Decimal(percent) for code, percent in buffers.items()},
    )
    assert rates.between(*pair.split()).spread_percent == Decimal(spread)


@pytest.mark.parametrize(
    "unknown",
    [
        lambda: priced("100 THB", TEN),
        lambda: priced("100 EUR", TEN, "THB"),
        lambda: priced("100 EUR", TEN, mandated="100 THB"),
        lambda: priced("100 EUR", policy(rule(fixed="1 THB"))),
        lambda: priced("100 EUR", policy(bounded("1", least="1", currency="THB"))),
        lambda: priced("100 EUR", policy(tiers("1", "2 over 3", currency="THB"))),
        lambda: priced("100 EUR", TEN, promotion=promo("1", cap="1 THB")),
    ],
)
def test_nothing_is_priced_without_a_rate(unknown: object) -> None:
    assert callable(unknown)
    with pytest.raises(UnknownCurrency, match="THB"):
        unknown()


def test_a_negative_net_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        priced("-1 EUR", TEN)


@pytest.mark.parametrize(
    "scope",
    [
        {"lead_days": span(0)},
        {"weekdays": (1, 2, 3, 4, 5, 6, 7)},
        {"residencies": ("FR",)},
        {"channels": ("web",)},
        {"user_types": ("guest",)},
        {"stars": span(0)},
        {"chains": ("SOL",)},
        {"boards": ("BB",)},
    ],
)
def test_what_is_not_known_matches_no_rule_that_asks_for_it(scope: dict[str, object]) -> None:
    sold = Item(net=money("100 EUR"))
    house = policy(rule("10", **scope))
    price = engine.price(sold, place=Place(supplier="hotelbeds"), stay=Stay(), policy=house, currency="EUR")
    assert price.total == money("100.00 EUR")


def test_of_equal_priority_the_lower_id_is_used() -> None:
    price = priced("100 EUR", policy(rule("20", id="b"), rule("10", id="a")))
    assert price.total == money("110.00 EUR")


@pytest.mark.parametrize(
    ("rules", "grows"),
    [
        ((), True),
        ((rule("-50"),), True),
        ((rule("-50"), stack("-50")), True),
        ((rule("-50"), stack("-50"), stack("-1")), False),
        ((rule("-50"), stack("-50"), stack("-1", boards=("HB",))), True),
        ((rule("10"), tiers("5", "-40 over 100", stacks=True)), True),
        ((tiers("5", "-50 over 100"), stack("-40"), tiers("0", "-20 over 50", stacks=True)), False),
    ],
)
def test_a_desk_knows_whether_dearer_nets_sell_for_more(rules: tuple[Rule, ...], grows: bool) -> None:
    desk = Book(policy(*rules)).tariff(STAY, "EUR").at(PLACE)
    assert desk.grows("BB") is grows


def test_json_round_trip_is_exact() -> None:
    fees = (Charge("City Tax", money("33.333 KWD")), Charge("Fee", money("5 THB")))
    house = policy(rule("12.5"), taxes=(tax("10"),), spread="1")
    price = priced("99.999 EUR", house, "USD", promo("5"), at_property=fees)
    written = json.dumps(engine.price_to_json(price))
    assert engine.price_from_json(json.loads(written)) == price
    assert json.loads(written)["net"] == {"amount": "99.999", "currency": "EUR"}


def test_a_price_kept_before_there_were_taxes_reads() -> None:
    euro = {"amount": "110.00", "currency": "EUR"}
    net = {"amount": "100", "currency": "EUR"}
    kept = {
        "total": euro,
        "net": net,
        "net_converted": net,
        "lines": [
            {"kind": "net", "label": "Net", "amount": net, "rule_id": ""},
            {
                "kind": "markup_percent",
                "label": "All",
                "amount": {"amount": "10.00", "currency": "EUR"},
                "rule_id": "mkr",
            },
        ],
        "exchange_rate": "1",
        "exchange_spread_percent": "0",
        "at_property": [],
        "grand_total": euro,
        "mandated": False,
    }
    price: Price = engine.price_from_json(kept)
    assert (price.total, price.taxes, price.place, price.rooms) == (money("110.00 EUR"), (), None, 1)
