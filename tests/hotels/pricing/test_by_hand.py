"""Prices worked out by hand. A row: what is shown, net, the currency shown, the total, its lines, and what the house
has set; the line above each group says how it is reckoned."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from hotels.pricing.rules import FixedPer, Promotion, Rule, TaxRule
from tests.hotels.pricing.values import (
    bounded,
    margin_tax,
    policy,
    priced,
    promo,
    rule,
    season,
    span,
    stack,
    tax,
    tiers,
)


class Row(NamedTuple):
    what: str
    net: str
    shown: str
    total: str
    lines: str
    rules: tuple[Rule, ...] = ()
    taxes: tuple[TaxRule, ...] = ()
    promotion: Promotion | None = None
    spread: str = "0"
    least: str = "0"
    mandated: str = ""
    rooms: int = 1
    owed: str = ""
    """Tax inside the total."""


def r(*rules: Rule) -> tuple[Rule, ...]:
    return rules


def t(*taxes: TaxRule) -> tuple[TaxRule, ...]:
    return taxes


# fmt: off
# net x (1 + percent), to the cent, half a cent up
PERCENT = [
    Row("no rule", "100 EUR", "EUR", "100.00", "100.00"),
    Row("a rule of nothing", "100 EUR", "EUR", "100.00", "100.00", r(rule("0"))),
    Row("percent", "100 EUR", "EUR", "110.00", "100.00 10.00", r(rule("10"))),
    Row("rounded up", "99.99 EUR", "EUR", "112.49", "99.99 12.50", r(rule("12.5"))),
    Row("rounded down", "33.33 EUR", "EUR", "35.66", "33.33 2.33", r(rule("7"))),
    Row("half a cent goes up", "0.05 EUR", "EUR", "0.06", "0.05 0.01", r(rule("10"))),
    Row("large", "123456.78 EUR", "EUR", "141975.30", "123456.78 18518.52", r(rule("15"))),
    Row("a net finer than its currency", "10.005 EUR", "EUR", "10.01", "10.01"),
]

# + the amount at the plain rate (2.20 USD = 2 EUR; 5 EUR = 5.50 USD), times nights (3), rooms or both
FIXED = [
    Row("fixed", "100 EUR", "EUR", "105.00", "100.00 5.00", r(rule(fixed="5 EUR"))),
    Row("with a percent", "100 EUR", "EUR", "115.00", "100.00 10.00 5.00", r(rule("10", fixed="5 EUR"))),
    Row("in another currency", "100 EUR", "EUR", "102.00", "100.00 2.00", r(rule(fixed="2.20 USD"))),
    Row("converted", "100 EUR", "USD", "115.50", "110.00 5.50", r(rule(fixed="5 EUR"))),
    Row("no spread on it", "100 EUR", "USD", "116.60", "110.00 1.10 5.50", r(rule(fixed="5 EUR")), spread="1"),
    Row("a night", "100 EUR", "EUR", "115.00", "100.00 15.00", r(rule(fixed="5 EUR", fixed_per=FixedPer.NIGHT))),
    Row("a room", "100 EUR", "EUR", "110.00", "100.00 10.00",
        r(rule(fixed="5 EUR", fixed_per=FixedPer.ROOM)), rooms=2),
    Row("a room and night", "100 EUR", "EUR", "130.00", "100.00 30.00",
        r(rule(fixed="5 EUR", fixed_per=FixedPer.ROOM_NIGHT)), rooms=2),
    Row("a stay, two rooms", "100 EUR", "EUR", "105.00", "100.00 5.00", r(rule(fixed="5 EUR")), rooms=2),
    Row("a night, no digits", "100 EUR", "JPY", "16240", "16000 240",
        r(rule(fixed="0.50 EUR", fixed_per=FixedPer.NIGHT))),
]

# cross rates through EUR: 100 USD -> GBP = 100 x 0.85 / 1.10 = 77.2727, never under it: 77.28; the spread is of the net
EXCHANGE = [
    Row("to dollars", "100 EUR", "USD", "121.00", "110.00 11.00", r(rule("10"))),
    Row("with a spread", "100 EUR", "USD", "122.21", "110.00 1.10 11.11", r(rule("10")), spread="1"),
    Row("no spread at home", "100 EUR", "EUR", "110.00", "100.00 10.00", r(rule("10")), spread="1"),
    Row("remainder to ours", "10.03 EUR", "USD", "12.26", "11.03 0.11 1.12", r(rule("10")), spread="1"),
    Row("from dollars", "100 USD", "EUR", "90.91", "90.91"),
    Row("cross rate, never under net", "100 USD", "GBP", "77.28", "77.28"),
    Row("no digits", "100 EUR", "JPY", "17600", "16000 1600", r(rule("10"))),
    Row("no digits, up", "10.01 EUR", "JPY", "1602", "1602"),
    Row("no digits, not down", "10.02 EUR", "JPY", "1604", "1604"),
    Row("from no digits", "1234 JPY", "EUR", "7.72", "7.72"),
    Row("yen to yen", "1234 JPY", "JPY", "1357", "1234 123", r(rule("10"))),
    Row("three digits", "100 EUR", "KWD", "33.000", "33.000"),
    Row("three digits, percent", "12.34 EUR", "KWD", "4.276", "4.072 0.204", r(rule("5"))),
    Row("dinar to dinar", "10.005 KWD", "KWD", "11.006", "10.005 1.001", r(rule("10"))),
    Row("dinar to yen", "1 KWD", "JPY", "485", "485"),
    Row("yen to dinar", "1000 JPY", "KWD", "2.063", "2.063"),
    Row("a pegged currency", "100 EUR", "AED", "403.98", "403.98"),
    Row("pegged, percent", "100 EUR", "AED", "444.37", "403.98 40.39", r(rule("10"))),
    Row("a pegged net", "367.25 AED", "USD", "100.00", "100.00"),
]

# the total is at least (net + spread) x (1 + least margin)
FLOOR = [
    Row("least margin alone", "100 EUR", "EUR", "102.00", "100.00 2.00", least="2"),
    Row("over a small rule", "100 EUR", "EUR", "102.00", "100.00 1.00 1.00", r(rule("1")), least="2"),
    Row("just met", "100 EUR", "EUR", "102.00", "100.00 2.00", r(rule("2")), least="2"),
    Row("a discount caught", "100 EUR", "EUR", "102.00", "100.00 -10.00 12.00", r(rule("-10")), least="2"),
    Row("a discount to the net", "100 EUR", "EUR", "100.00", "100.00 -10.00 10.00", r(rule("-10"))),
    Row("on the spread too", "100 EUR", "USD", "113.33", "110.00 1.10 2.23", spread="1", least="2"),
    Row("no digits, up", "10.02 EUR", "JPY", "1636", "1603 33", least="2"),
    Row("three digits, up", "1.001 KWD", "KWD", "1.022", "1.001 0.021", least="2"),
]

TIERED = tiers("20", "15 over 100", "10 over 300")
# 20 % of the part up to 100, 15 % of the part to 300, 10 % of the rest: 500 -> 20 + 30 + 20
TIERS = [
    Row("below the first", "50 EUR", "EUR", "60.00", "50.00 10.00", r(TIERED)),
    Row("at the first", "100 EUR", "EUR", "120.00", "100.00 20.00", r(TIERED)),
    Row("just over it", "100.01 EUR", "EUR", "120.01", "100.01 20.00 0.00", r(TIERED)),
    Row("in the second", "200 EUR", "EUR", "235.00", "200.00 20.00 15.00", r(TIERED)),
    Row("at the second", "300 EUR", "EUR", "350.00", "300.00 20.00 30.00", r(TIERED)),
    Row("over the last", "500 EUR", "EUR", "570.00", "500.00 20.00 50.00", r(TIERED)),
    Row("bounds converted", "200 EUR", "USD", "258.50", "220.00 22.00 16.50", r(TIERED)),
    Row("no digits", "200 EUR", "JPY", "37600", "32000 3200 2400", r(TIERED)),
    Row("three digits", "200 EUR", "KWD", "77.550", "66.000 6.600 4.950", r(TIERED)),
    Row("bounds in dollars", "200 EUR", "EUR", "235.00", "200.00 20.00 15.00",
        r(tiers("20", "15 over 110", currency="USD"))),
    Row("free below", "150 EUR", "EUR", "155.00", "150.00 5.00", r(tiers("0", "10 over 100"))),
    Row("the spread counts as cost", "200 EUR", "USD", "261.03", "220.00 2.20 22.00 16.83", r(TIERED), spread="1"),
]

# the rule's own markup, lifted to its least or cut to its most: 10 % of 100 is 10
BOUNDS = [
    Row("least", "100 EUR", "EUR", "115.00", "100.00 10.00 5.00", r(bounded("10", least="15"))),
    Row("least not needed", "200 EUR", "EUR", "220.00", "200.00 20.00", r(bounded("10", least="15"))),
    Row("least alone", "100 EUR", "EUR", "105.00", "100.00 5.00", r(bounded("0", least="5"))),
    Row("most", "100 EUR", "EUR", "108.00", "100.00 10.00 -2.00", r(bounded("10", most="8"))),
    Row("most not reached", "50 EUR", "EUR", "55.00", "50.00 5.00", r(bounded("10", most="8"))),
    Row("exactly the most", "80 EUR", "EUR", "88.00", "80.00 8.00", r(bounded("10", most="8"))),
    Row("converted", "100 EUR", "USD", "126.50", "110.00 11.00 5.50", r(bounded("10", least="15"))),
    Row("no digits", "100 EUR", "JPY", "17280", "16000 1600 -320", r(bounded("10", most="8"))),
    Row("three digits", "10 KWD", "KWD", "12.500", "10.000 1.000 1.500",
        r(bounded("10", least="2.5", currency="KWD"))),
    Row("most over percent and fixed", "100 EUR", "EUR", "112.00", "100.00 10.00 5.00 -3.00",
        r(bounded("10", most="12", fixed="5 EUR"))),
    Row("the floor goes before the most", "100 EUR", "EUR", "102.00", "100.00 10.00 -9.00 1.00",
        r(bounded("10", most="1")), least="2"),
]

# the first base alone, then everything that stacks; every percentage is of the cost: 100 x (10 % + 5 %)
STACKED = [
    Row("on a base", "100 EUR", "EUR", "115.00", "100.00 10.00 5.00", r(rule("10"), stack("5"))),
    Row("two on a base", "100 EUR", "EUR", "117.00", "100.00 10.00 5.00 2.00",
        r(rule("10"), stack("5"), stack("2"))),
    Row("without a base", "100 EUR", "EUR", "105.00", "100.00 5.00", r(stack("5"))),
    Row("bases do not add up", "100 EUR", "EUR", "115.00", "100.00 10.00 5.00",
        r(rule("10", priority=1), rule("20", priority=2), stack("5"))),
    Row("the base is told first", "100 EUR", "EUR", "115.00", "100.00 10.00 5.00",
        r(stack("5", priority=1), rule("10", priority=9))),
    Row("a discount", "100 EUR", "EUR", "107.00", "100.00 10.00 -3.00", r(rule("10"), stack("-3"))),
    Row("discounts beyond the cost", "100 EUR", "EUR", "100.00", "100.00 -50.00 -50.00 -50.00 150.00",
        r(rule("-50"), stack("-50"), stack("-50"))),
    Row("an amount a night", "100 EUR", "EUR", "116.00", "100.00 10.00 6.00",
        r(rule("10"), stack(fixed="2 EUR", fixed_per=FixedPer.NIGHT))),
    Row("bounds are a rule's own", "100 EUR", "EUR", "110.00", "100.00 10.00 -5.00 5.00",
        r(bounded("10", most="5"), stack("5"))),
    Row("not for this country", "100 EUR", "EUR", "110.00", "100.00 10.00",
        r(rule("10"), stack("5", country="FR"))),
    Row("with a spread", "100 EUR", "USD", "127.77", "110.00 1.10 11.11 5.56",
        r(rule("10"), stack("5")), spread="1"),
    Row("tiers on a base", "200 EUR", "EUR", "225.00", "200.00 20.00 5.00",
        r(rule("10"), tiers("0", "5 over 100", stacks=True))),
]


def asked(what: str, *, used: bool, **scope: object) -> Row:
    """A rule of 10 % with a scope before one of 5 % for everything: 110 where the scope holds, else 105."""
    total, lines = ("110.00", "100.00 10.00") if used else ("105.00", "100.00 5.00")
    return Row(what, "100 EUR", "EUR", total, lines, r(rule("10", priority=1, **scope), rule("5")))


SCOPES = [
    asked("everything", used=True),
    asked("supplier", used=True, supplier="hotelbeds"),
    asked("another supplier", used=False, supplier="other"),
    asked("country, destination, hotel", used=True, country="ES", destination="dst_1", hotel="htl_1"),
    asked("another destination", used=False, country="ES", destination="dst_2"),
    asked("another hotel", used=False, hotel="htl_2"),
    asked("chain", used=True, chains=("NH", "SOL")),
    asked("another chain", used=False, chains=("NH",)),
    asked("stars from", used=True, stars=span(4)),
    asked("more stars", used=False, stars=span(5)),
    asked("stars to", used=True, stars=span(None, 4)),
    asked("fewer stars", used=False, stars=span(1, 3)),
    asked("board", used=True, boards=("BB", "HB")),
    asked("another board", used=False, boards=("RO",)),
    asked("lead time from its first day", used=True, lead_days=span(90)),
    asked("lead time to its last day", used=True, lead_days=span(60, 90)),
    asked("a shorter lead time", used=False, lead_days=span(0, 89)),
    asked("length of stay", used=True, nights=span(3, 3)),
    asked("longer stays", used=False, nights=span(4)),
    asked("check-in at the weekend", used=True, weekdays=(6, 7)),
    asked("check-in on working days", used=False, weekdays=(1, 2, 3, 4, 5)),
    asked("season", used=True, seasons=(season("2027-07-01", "2027-08-31"),)),
    asked("its first day", used=True, seasons=(season("2027-08-14", "2027-08-31"),)),
    asked("its last day", used=True, seasons=(season("2027-07-01", "2027-08-14"),)),
    asked("out of season", used=False, seasons=(season("2027-08-15", "2027-08-31"),)),
    asked(
        "the second of two seasons",
        used=True,
        seasons=(season("2027-01-01", "2027-01-31"), season("2027-08-01", "2027-08-31")),
    ),
    asked("in season, not the day", used=False, seasons=(season("2027-08-01", "2027-08-31"),), weekdays=(1,)),
    asked("channel", used=True, channels=("web",)),
    asked("another channel", used=False, channels=("api",)),
    asked("kind of user", used=True, user_types=("guest", "member")),
    asked("another kind of user", used=False, user_types=("member",)),
    asked("residency", used=True, residencies=("DE", "FR")),
    asked("another residency", used=False, residencies=("GB",)),
]

# (net + markup) x (1 + percent); on the margin: + (markup and spread) x percent
TAXES = [
    Row("on the total", "100 EUR", "EUR", "132.00", "100.00 20.00 12.00",
        r(rule("20")), t(tax("10")), owed="12.00"),
    Row("without a rule", "99.99 EUR", "EUR", "120.99", "99.99 21.00", (), t(tax("21")), owed="21.00"),
    Row("in dollars", "100 EUR", "USD", "129.47", "110.00 11.00 8.47", r(rule("10")), t(tax("7")), owed="8.47"),
    Row("no digits", "100 EUR", "JPY", "19360", "16000 1600 1760", r(rule("10")), t(tax("10")), owed="1760"),
    Row("three digits", "12.34 EUR", "KWD", "4.490", "4.072 0.204 0.214", r(rule("5")), t(tax("5")), owed="0.214"),
    Row("on the spread too", "100 EUR", "USD", "134.43", "110.00 1.10 11.11 12.22",
        r(rule("10")), t(tax("10")), spread="1", owed="12.22"),
    Row("on the floor", "100 EUR", "EUR", "112.20", "100.00 2.00 10.20", (), t(tax("10")), least="2", owed="10.20"),
    Row("of nothing", "100 EUR", "EUR", "110.00", "100.00 10.00 0.00", r(rule("10")), t(tax("0")), owed="0.00"),
    Row("remainder to the markup", "1 EUR", "EUR", "1.15", "1.00 0.05 0.10",
        r(rule("4.4")), t(tax("10")), owed="0.10"),
    Row("margin", "100 EUR", "EUR", "124.00", "100.00 20.00 4.00", r(rule("20")), t(margin_tax("20")), owed="4.00"),
    Row("no margin", "100 EUR", "EUR", "100.00", "100.00 0.00", (), t(margin_tax("20")), owed="0.00"),
    Row("margin with spread", "100 EUR", "USD", "124.65", "110.00 1.10 11.11 2.44",
        r(rule("10")), t(margin_tax("20")), spread="1", owed="2.44"),
    Row("margin, no digits", "100 EUR", "JPY", "17904", "16000 1600 304",
        r(rule("10")), t(margin_tax("19")), owed="304"),
    Row("margin, three digits", "10.005 KWD", "KWD", "11.156", "10.005 1.001 0.150",
        r(rule("10")), t(margin_tax("15")), owed="0.150"),
    Row("least margin", "100 EUR", "EUR", "102.50", "100.00 2.00 0.50",
        (), t(margin_tax("25")), least="2", owed="0.50"),
    Row("a discount caught", "100 EUR", "EUR", "102.50", "100.00 -10.00 12.00 0.50",
        r(rule("-10")), t(margin_tax("25")), least="2", owed="0.50"),
    Row("half a cent", "0.10 EUR", "EUR", "0.16", "0.10 0.05 0.01",
        r(rule("50")), t(margin_tax("10")), owed="0.01"),
    Row("owed as the line says", "182.29 EUR", "EUR", "208.54", "182.29 21.88 4.37",
        r(rule("12")), t(margin_tax("20")), owed="4.37"),
    Row("thirds", "33.33 EUR", "EUR", "36.15", "33.33 2.33 0.49", r(rule("7")), t(margin_tax("21")), owed="0.49"),
    # 110 x 5 % and 110 x 9.975 %
    Row("a state's and a province's", "100 EUR", "EUR", "126.47", "100.00 10.00 5.50 10.97",
        r(rule("10")), t(tax("5"), tax("9.975", stacks=True)), owed="5.50 10.97"),
    Row("margin and total", "100 EUR", "EUR", "126.40", "100.00 20.00 4.00 2.40",
        r(rule("20")), t(margin_tax("20"), tax("2", stacks=True)), owed="4.00 2.40"),
    Row("the first that matches", "100 EUR", "EUR", "121.00", "100.00 10.00 11.00",
        r(rule("10")), t(tax("20"), tax("10", priority=1, country="ES")), owed="11.00"),
    Row("another country", "100 EUR", "EUR", "110.00", "100.00 10.00", r(rule("10")), t(tax("20", country="FR"))),
    Row("members only", "100 EUR", "EUR", "110.00", "100.00 10.00",
        r(rule("10")), t(tax("20", user_types=("member")))),
    Row("guests", "100 EUR", "EUR", "121.00", "100.00 10.00 11.00",
        r(rule("10")), t(tax("10", user_types=("guest"))), owed="11.00"),
    Row("who lives in France", "100 EUR", "EUR", "121.00", "100.00 10.00 11.00",
        r(rule("10")), t(tax("10", residencies=("FR"))), owed="11.00"),
    Row("another supplier", "100 EUR", "EUR", "110.00", "100.00 10.00",
        r(rule("10")), t(tax("20", supplier="other"))),
]

TWENTY = r(rule("20"))
# 120 less the promotion, never under the net (100) and its least margin
PROMOTED = [
    Row("percent", "100 EUR", "EUR", "108.00", "100.00 20.00 -12.00", TWENTY, (), promo("10")),
    Row("fixed", "100 EUR", "EUR", "115.00", "100.00 20.00 -5.00", TWENTY, (), promo(fixed="5 EUR")),
    Row("fixed in dollars", "100 EUR", "EUR", "115.00", "100.00 20.00 -5.00", TWENTY, (), promo(fixed="5.50 USD")),
    Row("percent and fixed", "100 EUR", "EUR", "103.00", "100.00 20.00 -17.00",
        TWENTY, (), promo("10", fixed="5 EUR")),
    Row("capped", "100 EUR", "EUR", "110.00", "100.00 20.00 -10.00", TWENTY, (), promo("50", cap="10 EUR")),
    Row("under its cap", "100 EUR", "EUR", "108.00", "100.00 20.00 -12.00", TWENTY, (), promo("10", cap="12 EUR")),
    Row("cap converted", "100 EUR", "USD", "121.00", "110.00 22.00 -11.00", TWENTY, (), promo("50", cap="10 EUR")),
    Row("nothing", "100 EUR", "EUR", "120.00", "100.00 20.00", TWENTY, (), promo()),
    Row("at the guard", "100 EUR", "EUR", "100.00", "100.00 20.00 -36.00 16.00", TWENTY, (), promo("30")),
    Row("just inside", "100 EUR", "EUR", "102.00", "100.00 20.00 -18.00",
        TWENTY, (), promo(fixed="18 EUR"), least="2"),
    Row("a cent beyond", "100 EUR", "EUR", "102.00", "100.00 20.00 -18.01 0.01",
        TWENTY, (), promo(fixed="18.01 EUR"), least="2"),
    Row("nothing to give", "100 EUR", "EUR", "102.00", "100.00 2.00 -10.20 10.20", (), (), promo("10"), least="2"),
    Row("more than the price", "100 EUR", "EUR", "100.00", "100.00 20.00 -120.00 100.00",
        TWENTY, (), promo(fixed="500 EUR")),
    Row("guard, no digits", "100 EUR", "JPY", "16000", "16000 1600 -1760 160", r(rule("10")), (), promo("10")),
    Row("three digits", "100 EUR", "KWD", "34.485", "33.000 3.300 -1.815", r(rule("10")), (), promo("5")),
    # 111.10 x 1.02 = 113.322 is the least: never rounded under it
    Row("guard over the spread", "100 EUR", "USD", "113.33", "110.00 1.10 11.12 -24.44 15.55",
        r(rule("10")), (), promo("20"), spread="1", least="2"),
    # of the price with tax; owed is what is inside the rest: (111.60 + 20) / 1.2 = 109.667 before tax
    Row("margin tax", "100 EUR", "EUR", "111.60", "100.00 20.00 4.00 -12.40",
        TWENTY, t(margin_tax("20")), promo("10"), owed="1.93"),
    Row("tax on the total", "100 EUR", "EUR", "118.80", "100.00 20.00 12.00 -13.20",
        TWENTY, t(tax("10")), promo("10"), owed="10.80"),
    # the guard keeps cost + least margin and the tax on them: 102 + 0.40; 100 + 10
    Row("guard with margin tax", "100 EUR", "EUR", "102.40", "100.00 20.00 4.00 -50.00 28.40",
        TWENTY, t(margin_tax("20")), promo(fixed="50 EUR"), least="2", owed="0.40"),
    Row("guard with tax on the total", "100 EUR", "EUR", "110.00", "100.00 20.00 12.00 -40.00 18.00",
        TWENTY, t(tax("10")), promo(fixed="40 EUR"), owed="10.00"),
]

# exactly the supplier's price at the plain rate, whatever else is set; tax is taken out of it
MANDATED = [
    Row("over the net", "100 EUR", "EUR", "130.00", "100.00 30.00", r(rule("10")), mandated="130 EUR"),
    Row("over a higher markup", "100 EUR", "EUR", "130.00", "100.00 30.00", r(rule("60")), mandated="130 EUR"),
    Row("at net", "100 EUR", "EUR", "100.00", "100.00 0.00", r(rule("10")), mandated="100 EUR", least="2"),
    Row("no spread", "100 EUR", "USD", "143.00", "110.00 33.00", mandated="130 EUR", spread="1"),
    Row("no digits", "90 EUR", "JPY", "15998", "14400 1598", mandated="99.99 EUR"),
    Row("three digits", "100 EUR", "KWD", "42.900", "33.000 9.900", mandated="130 EUR"),
    Row("its own currency", "100 EUR", "EUR", "120.00", "100.00 20.00", mandated="132 USD"),
    Row("no stacking", "100 EUR", "EUR", "130.00", "100.00 30.00", r(stack("5")), mandated="130 EUR"),
    Row("no promotion", "100 EUR", "EUR", "130.00", "100.00 30.00", (), (), promo("10"), mandated="130 EUR"),
    # (130 + 20) / 1.2 = 125; 130 / 1.1 = 118.18; 15998 / 1.1 = 14543.64
    Row("margin tax", "100 EUR", "EUR", "130.00", "100.00 25.00 5.00",
        (), t(margin_tax("20")), mandated="130 EUR", owed="5.00"),
    Row("tax on the total", "100 EUR", "EUR", "130.00", "100.00 18.18 11.82",
        (), t(tax("10")), mandated="130 EUR", owed="11.82"),
    Row("tax, no digits", "90 EUR", "JPY", "15998", "14400 144 1454",
        (), t(tax("10")), mandated="99.99 EUR", owed="1454"),
    Row("at net, margin tax", "100 EUR", "EUR", "100.00", "100.00 0.00 0.00",
        (), t(margin_tax("20")), mandated="100 EUR", owed="0.00"),
    Row("at net, tax", "100 EUR", "EUR", "100.00", "100.00 -9.09 9.09",
        (), t(tax("10")), mandated="100 EUR", owed="9.09"),
]

# fmt: on

GROUPS = {
    "percent": PERCENT,
    "fixed": FIXED,
    "exchange": EXCHANGE,
    "floor": FLOOR,
    "tiers": TIERS,
    "bounds": BOUNDS,
    "stacked": STACKED,
    "scope": SCOPES,
    "tax": TAXES,
    "promotion": PROMOTED,
    "mandated": MANDATED,
}
ROWS = [pytest.param(row, id=f"{group}: {row.what}") for group, rows in GROUPS.items() for row in rows]


@pytest.mark.parametrize("row", ROWS)
def test_by_hand(row: Row) -> None:
    house = policy(*row.rules, taxes=row.taxes, spread=row.spread, least=row.least)
    price = priced(row.net, house, row.shown, row.promotion, mandated=row.mandated or None, rooms=row.rooms)
    assert price.total.as_json() == {"amount": row.total, "currency": row.shown}
    assert [line.amount.as_json()["amount"] for line in price.lines] == row.lines.split()
    assert [part.amount.as_json()["amount"] for part in price.taxes] == row.owed.split()
    assert price.grand_total == price.total
