"""Prices by hand. Per EUR: 1.10 USD, 0.85 GBP, 160 JPY, 0.33 KWD."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faredown.lib.money import Money
from hotels.pricing import engine
from hotels.pricing.engine import Charge, LineKind, Policy, Price
from hotels.pricing.exchange import Rates, UnknownCurrency
from hotels.pricing.rules import Rule, Sale

PER_EUR = {"USD": Decimal("1.10"), "GBP": Decimal("0.85"), "JPY": Decimal(160), "KWD": Decimal("0.33")}
SALE = Sale(supplier="hotelbeds", country="ES", destination="dst_1", hotel="htl_1", stars=Decimal("4.0"))


def money(text: str) -> Money:
    amount, currency = text.split()
    return Money.of(amount, currency)


def policy(*rules: Rule, spread: str = "0", least: str = "0") -> Policy:
    return Policy(rules=rules, rates=Rates(PER_EUR, Decimal(spread)), least_margin_percent=Decimal(least))


class Row(NamedTuple):
    what: str
    net: str
    shown: str
    total: str
    lines: str
    percent: str = "0"
    fixed: str = ""
    mandated: str = ""
    spread: str = "0"
    least: str = "0"


ROWS = [
    Row("no rule", "100 EUR", "EUR", "100.00", "100.00"),
    Row("percent", "100 EUR", "EUR", "110.00", "100.00 10.00", percent="10"),
    Row("percent, rounded up", "99.99 EUR", "EUR", "112.49", "99.99 12.50", percent="12.5"),
    Row("percent, rounded down", "33.33 EUR", "EUR", "35.66", "33.33 2.33", percent="7"),
    Row("half a cent goes up", "0.05 EUR", "EUR", "0.06", "0.05 0.01", percent="10"),
    Row("large", "123456.78 EUR", "EUR", "141975.30", "123456.78 18518.52", percent="15"),
    Row("fixed", "100 EUR", "EUR", "105.00", "100.00 5.00", fixed="5 EUR"),
    Row("percent and fixed", "100 EUR", "EUR", "115.00", "100.00 10.00 5.00", percent="10", fixed="5 EUR"),
    Row("fixed in another currency", "100 EUR", "EUR", "102.00", "100.00 2.00", fixed="2.20 USD"),
    Row("fixed is converted", "100 EUR", "USD", "115.50", "110.00 5.50", fixed="5 EUR"),
    Row(
        "fixed has no spread on it", "100 EUR", "USD", "116.60", "110.00 1.10 5.50", fixed="5 EUR", spread="1"
    ),
    Row("a rule of nothing", "100 EUR", "EUR", "100.00", "100.00", percent="0"),
    Row("to dollars", "100 EUR", "USD", "121.00", "110.00 11.00", percent="10"),
    Row("with a spread", "100 EUR", "USD", "122.21", "110.00 1.10 11.11", percent="10", spread="1"),
    Row("no spread at home", "100 EUR", "EUR", "110.00", "100.00 10.00", percent="10", spread="1"),
    Row(
        "remainder to the last line", "10.03 EUR", "USD", "12.26", "11.03 0.11 1.12", percent="10", spread="1"
    ),
    Row("from dollars", "100 USD", "EUR", "90.91", "90.91"),
    Row("cross rate, never under net", "100 USD", "GBP", "77.28", "77.28"),
    Row("no digits", "100 EUR", "JPY", "17600", "16000 1600", percent="10"),
    Row("no digits, up", "10.01 EUR", "JPY", "1602", "1602"),
    Row("no digits, not down", "10.02 EUR", "JPY", "1604", "1604"),
    Row("from no digits", "1234 JPY", "EUR", "7.72", "7.72"),
    Row("yen to yen", "1234 JPY", "JPY", "1357", "1234 123", percent="10"),
    Row("three digits", "100 EUR", "KWD", "33.000", "33.000"),
    Row("three digits, percent", "12.34 EUR", "KWD", "4.276", "4.072 0.204", percent="5"),
    Row("dinar to dinar", "10.005 KWD", "KWD", "11.006", "10.005 1.001", percent="10"),
    Row("a net finer than its currency", "10.005 EUR", "EUR", "10.01", "10.01"),
    Row("a pegged currency", "100 EUR", "AED", "403.98", "403.98"),
    Row("pegged, percent", "100 EUR", "AED", "444.37", "403.98 40.39", percent="10"),
    Row("a pegged net", "367.25 AED", "USD", "100.00", "100.00"),
    Row("least margin alone", "100 EUR", "EUR", "102.00", "100.00 2.00", least="2"),
    Row(
        "least margin over a small rule",
        "100 EUR",
        "EUR",
        "102.00",
        "100.00 1.00 1.00",
        percent="1",
        least="2",
    ),
    Row("least margin just met", "100 EUR", "EUR", "102.00", "100.00 2.00", percent="2", least="2"),
    Row("a discount is caught", "100 EUR", "EUR", "102.00", "100.00 -10.00 12.00", percent="-10", least="2"),
    Row("a discount to the net", "100 EUR", "EUR", "100.00", "100.00 -10.00 10.00", percent="-10"),
    Row("margin on the spread too", "100 EUR", "USD", "113.33", "110.00 1.10 2.23", spread="1", least="2"),
    Row("mandated", "100 EUR", "EUR", "130.00", "100.00 30.00", percent="10", mandated="130 EUR"),
    Row(
        "mandated at net",
        "100 EUR",
        "EUR",
        "100.00",
        "100.00 0.00",
        percent="10",
        mandated="100 EUR",
        least="2",
    ),
    Row("mandated has no spread", "100 EUR", "USD", "143.00", "110.00 33.00", mandated="130 EUR", spread="1"),
    Row("mandated, no digits", "90 EUR", "JPY", "15998", "14400 1598", mandated="99.99 EUR"),
    Row("mandated, its own currency", "100 EUR", "EUR", "120.00", "100.00 20.00", mandated="132 USD"),
]


def priced(row: Row) -> Price:
    rule = Rule(id="mkr_1", percent=Decimal(row.percent), fixed=money(row.fixed) if row.fixed else None)
    return engine.price(
        money(row.net),
        sale=SALE,
        policy=policy(rule, spread=row.spread, least=row.least),
        currency=row.shown,
        mandated=money(row.mandated) if row.mandated else None,
    )


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.what)
def test_total_and_lines(row: Row) -> None:
    price = priced(row)
    assert price.total.as_json() == {"amount": row.total, "currency": row.shown}
    assert [line.amount.as_json()["amount"] for line in price.lines] == row.lines.split()
    assert price.grand_total == price.total


def test_lines_say_what_made_them() -> None:
    price = priced(Row("", "100 EUR", "USD", "", "", percent="1", fixed="0.10 EUR", spread="1", least="5"))
    assert [(line.kind, line.rule_id) for line in price.lines] == [
        (LineKind.NET, ""),
        (LineKind.EXCHANGE, ""),
        (LineKind.MARKUP_PERCENT, "mkr_1"),
        (LineKind.MARKUP_FIXED, "mkr_1"),
        (LineKind.FLOOR, ""),
    ]
    assert (price.exchange_rate, price.exchange_spread_percent) == ("1.1", "1")
    assert price.net_converted == money("110.00 USD")


def test_the_first_matching_rule_is_the_only_one() -> None:
    general = Rule(id="general", priority=100, percent=Decimal(10))
    spain = Rule(id="spain", priority=50, country="ES", percent=Decimal(20))
    france = Rule(id="france", priority=10, country="FR", percent=Decimal(30))
    price = engine.price(money("100 EUR"), sale=SALE, policy=policy(general, spain, france), currency="EUR")
    assert price.total == money("120.00 EUR")
    assert [line.rule_id for line in price.lines] == ["", "spain"]


@pytest.mark.parametrize(
    ("scope", "matches"),
    [
        ({}, True),
        ({"supplier": "hotelbeds"}, True),
        ({"supplier": "other"}, False),
        ({"country": "ES", "destination": "dst_1", "hotel": "htl_1"}, True),
        ({"country": "ES", "destination": "dst_2"}, False),
        ({"hotel": "htl_2"}, False),
        ({"stars_from": Decimal(4)}, True),
        ({"stars_from": Decimal("4.5")}, False),
        ({"stars_to": Decimal(4)}, True),
        ({"stars_to": Decimal("3.5")}, False),
        ({"stars_from": Decimal(3), "stars_to": Decimal(5)}, True),
    ],
)
def test_scope_of_a_rule(scope: dict[str, object], matches: bool) -> None:
    assert Rule(id="r", **scope).matches(SALE) is matches  # type: ignore[arg-type]


def test_a_rule_by_stars_leaves_hotels_without_stars_alone() -> None:
    assert not Rule(id="r", stars_from=Decimal(0)).matches(Sale(supplier="hotelbeds"))


def test_of_equal_priority_the_lower_id_is_used() -> None:
    rules = [Rule(id="b", percent=Decimal(20)), Rule(id="a", percent=Decimal(10))]
    price = engine.price(money("100 EUR"), sale=SALE, policy=policy(*rules), currency="EUR")
    assert price.total == money("110.00 EUR")


def test_what_is_paid_at_the_property_stays_apart() -> None:
    charges = [Charge("City Tax", money("33 USD")), Charge("Resort Fee", money("10 EUR"))]
    price = engine.price(money("100 EUR"), sale=SALE, policy=policy(), currency="EUR", at_property=charges)
    assert price.total == money("100.00 EUR")
    assert [(one.kind, one.amount, one.estimate) for one in price.at_property] == [
        ("City Tax", money("33 USD"), money("30.00 EUR")),
        ("Resort Fee", money("10 EUR"), money("10.00 EUR")),
    ]
    assert price.grand_total == money("140.00 EUR")


def test_a_fee_without_a_rate_is_told_in_its_own_currency() -> None:
    charges = [Charge("City Tax", money("500 THB"))]
    price = engine.price(money("100 EUR"), sale=SALE, policy=policy(), currency="EUR", at_property=charges)
    assert price.at_property[0].estimate is None
    assert price.grand_total == money("100.00 EUR")


def test_a_net_without_a_rate_has_no_price() -> None:
    with pytest.raises(UnknownCurrency, match="THB"):
        engine.price(money("100 THB"), sale=SALE, policy=policy(), currency="EUR")


def test_a_negative_net_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        engine.price(money("-1 EUR"), sale=SALE, policy=policy(), currency="EUR")


def test_nights_and_rooms_add_up() -> None:
    price = engine.price(money("100 EUR"), sale=SALE, policy=policy(), currency="EUR")
    assert price.per_night(3) == [money("33.34 EUR"), money("33.33 EUR"), money("33.33 EUR")]
    assert price.per_room(2) == [money("50.00 EUR"), money("50.00 EUR")]
    assert price.average_night(3) == money("33.33 EUR")


def test_several_rates_together() -> None:
    tax = [Charge("City Tax", money("11 USD"))]
    parts = [
        engine.price(money(net), sale=SALE, policy=policy(), currency="EUR", at_property=tax)
        for net in ("100 EUR", "50.50 EUR")
    ]
    whole = engine.together(parts)
    assert (whole.total, whole.net, whole.grand_total) == (
        money("150.50 EUR"),
        money("150.50 EUR"),
        money("170.50 EUR"),
    )
    assert [(one.amount, one.estimate) for one in whole.at_property] == [
        (money("22 USD"), money("20.00 EUR"))
    ]


def test_json_round_trip_is_exact() -> None:
    charges = [Charge("City Tax", money("33.333 KWD")), Charge("Fee", money("5 THB"))]
    rule = Rule(id="mkr_1", name="All", percent=Decimal("12.5"))
    price = engine.price(
        money("99.999 EUR"), sale=SALE, policy=policy(rule, spread="1"), currency="USD", at_property=charges
    )
    written = json.dumps(engine.price_to_json(price))
    assert engine.price_from_json(json.loads(written)) == price
    assert json.loads(written)["net"] == {"amount": "99.999", "currency": "EUR"}


amounts = st.decimals(min_value="0.01", max_value="999999", places=2, allow_nan=False, allow_infinity=False)
percents = st.decimals(min_value="-50", max_value="200", places=2, allow_nan=False, allow_infinity=False)
currencies = st.sampled_from(["EUR", "USD", "GBP", "JPY", "KWD", "AED"])


@given(
    net=amounts, base=currencies, shown=currencies, percent=percents, fixed=amounts, least=st.integers(0, 30)
)
def test_lines_add_up_and_the_floor_holds(
    *, net: Decimal, base: str, shown: str, percent: Decimal, fixed: Decimal, least: int
) -> None:
    house = policy(
        Rule(id="mkr_1", percent=percent, fixed=Money.of(fixed, "GBP")), spread="1.5", least=str(least)
    )
    price = engine.price(Money.of(net, base), sale=SALE, policy=house, currency=shown)
    assert sum((line.amount.amount for line in price.lines), Decimal(0)) == price.total.amount
    exchange = house.rates.between(base, shown)
    cost = net * exchange.rate * (100 + exchange.spread_percent) / 100
    assert price.total.amount >= cost * (100 + least) / 100
    assert price.total == price.total.rounded()
    assert engine.price_from_json(engine.price_to_json(price)) == price
