"""Which sales a promotion falls on and what it takes off, each value worked out by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from bookings import eligibility
from bookings.eligibility import Campaign, Part, Reason, Sale
from faredown.lib.money import Money
from hotels.pricing.exchange import Rates
from hotels.pricing.rules import Place, Stay

RATES = Rates({"USD": Decimal("1.10"), "JPY": Decimal(160), "KWD": Decimal("0.330")})
SOLD_AT = datetime(2027, 1, 15, 12, 0, tzinfo=UTC)
PLACE = Place(supplier="hotelbeds", country="AE", destination="dst_1", hotel="htl_1")
# The nights of the 10th, 11th and 12th.
STAY = Stay(check_in=date(2027, 3, 10), nights=3, channel="web", user_type="guest", residency="FR")


def money(text: str) -> Money:
    amount, currency = text.split()
    return Money.of(amount, currency)


def convert(amount: Money, currency: str) -> Money:
    return RATES.between(amount.currency, currency).convert(amount)


def campaign(**wish: Any) -> Campaign:
    amounts: dict[str, Any] = {
        name: money(wish.pop(name)) for name in ("fixed", "cap", "minimum") if name in wish
    }
    given: dict[str, Any] = {"id": "prm_1", "percent": Decimal(10), **amounts, **wish}
    return Campaign(**given)


def sale(*prices: str, stay: Stay = STAY) -> Sale:
    """A price that ends in `!` is mandated."""
    parts = [Part(money(price.rstrip("!")), price.endswith("!")) for price in prices or ("120.00 EUR",)]
    return Sale(at=SOLD_AT, place=PLACE, stay=stay, parts=tuple(parts))


@pytest.mark.parametrize(
    ("wish", "prices", "expected"),
    [
        ({}, ["120.00 EUR"], "12.00"),
        ({"percent": "12.5"}, ["99.99 EUR"], "12.50"),  # 12.49875
        ({"percent": "0", "fixed": "15 EUR"}, ["120.00 EUR"], "15.00"),
        ({"percent": "0", "fixed": "15 USD"}, ["120.00 EUR"], "13.64"),  # 13.63636
        ({"fixed": "5 EUR"}, ["120.00 EUR"], "17.00"),
        ({"percent": "50", "cap": "10 EUR"}, ["120.00 EUR"], "10.00"),
        ({"cap": "12 EUR"}, ["120.00 EUR"], "12.00"),
        ({"cap": "11 USD", "percent": "50"}, ["120.00 EUR"], "10.00"),
        ({"percent": "0", "fixed": "500 EUR"}, ["120.00 EUR"], "120.00"),
        ({"percent": "100"}, ["120.00 EUR"], "120.00"),
        ({}, ["120.00 EUR", "80.00 EUR"], "12.00 8.00"),
        ({"percent": "0", "fixed": "10 EUR"}, ["120.00 EUR", "80.00 EUR"], "6.00 4.00"),
        ({"percent": "0", "fixed": "10 EUR"}, ["99.00 EUR", "99.00 EUR", "99.00 EUR"], "3.34 3.33 3.33"),
        ({"cap": "10 EUR", "percent": "50"}, ["120.00 EUR", "80.00 EUR"], "6.00 4.00"),
        ({}, ["120.00 EUR!", "80.00 EUR"], "0 8.00"),
        ({"percent": "0", "fixed": "10 EUR"}, ["120.00 EUR!", "80.00 EUR"], "0 10.00"),
        ({"percent": "0", "fixed": "90 EUR"}, ["120.00 EUR!", "80.00 EUR"], "0 80.00"),
        ({}, ["16000 JPY"], "1600"),
        ({"percent": "12.345"}, ["16005 JPY"], "1976"),  # 1975.81...
        ({"percent": "0", "fixed": "10 EUR"}, ["16000 JPY"], "1600"),
        ({}, ["100.001 KWD"], "10.000"),
        ({"percent": "0", "fixed": "1 EUR"}, ["100.000 KWD"], "0.330"),
    ],
)  # fmt: skip
def test_what_it_takes_off(wish: dict[str, Any], prices: list[str], expected: str) -> None:
    wish = {"percent": Decimal(wish.get("percent", 10)), **{k: v for k, v in wish.items() if k != "percent"}}
    shares = eligibility.shares(campaign(**wish), sale(*prices), convert=convert)
    assert [share.amount for share in shares] == [Decimal(part) for part in expected.split()]
    assert {share.currency for share in shares} == {prices[0].rstrip("!").split()[1]}
    assert eligibility.refusal(campaign(**wish), sale(*prices), convert=convert) is None


@pytest.mark.parametrize(
    ("wish", "prices", "expected"),
    [
        ({}, [], None),
        # from the moment it begins up to, not with, the one it ends
        ({"valid_from": SOLD_AT}, [], None),
        ({"valid_from": SOLD_AT.replace(second=1)}, [], Reason.NOT_YET),
        ({"valid_to": SOLD_AT.replace(second=1)}, [], None),
        ({"valid_to": SOLD_AT}, [], Reason.OVER),
        # every night of the stay, the first and the last included
        ({"stay_from": date(2027, 3, 10)}, [], None),
        ({"stay_from": date(2027, 3, 11)}, [], Reason.OTHER_STAY),
        ({"stay_to": date(2027, 3, 12)}, [], None),
        ({"stay_to": date(2027, 3, 11)}, [], Reason.OTHER_STAY),
        ({"stay_from": date(2027, 3, 1), "stay_to": date(2027, 3, 31)}, [], None),
        ({"supplier": "hotelbeds"}, [], None),
        ({"supplier": "other"}, [], Reason.OTHER_STAY),
        ({"country": "AE"}, [], None),
        ({"country": "ES"}, [], Reason.OTHER_STAY),
        ({"destination": "dst_1"}, [], None),
        ({"destination": "dst_2"}, [], Reason.OTHER_STAY),
        ({"hotel": "htl_1"}, [], None),
        ({"hotel": "htl_2"}, [], Reason.OTHER_STAY),
        ({"channels": ("web",)}, [], None),
        ({"channels": ("api",)}, [], Reason.OTHER_STAY),
        ({"residencies": ("DE", "FR")}, [], None),
        ({"residencies": ("DE",)}, [], Reason.OTHER_STAY),
        ({"currencies": ("EUR",)}, [], None),
        ({"currencies": ("USD", "JPY")}, [], Reason.OTHER_CURRENCY),
        ({"fixed": "10 THB"}, [], Reason.OTHER_CURRENCY),  # no rate
        ({"cap": "10 THB"}, [], Reason.OTHER_CURRENCY),
        ({"minimum": "10 THB"}, [], Reason.OTHER_CURRENCY),
        ({"minimum": "120.00 EUR"}, [], None),
        ({"minimum": "120.01 EUR"}, [], Reason.BELOW_MINIMUM),
        ({"minimum": "132.00 USD"}, [], None),
        ({"minimum": "132.02 USD"}, [], Reason.BELOW_MINIMUM),
        ({"minimum": "200.00 EUR"}, ["120.00 EUR!", "80.00 EUR"], None),
        ({"minimum": "200.01 EUR"}, ["120.00 EUR!", "80.00 EUR"], Reason.BELOW_MINIMUM),
        ({}, ["120.00 EUR!"], Reason.NOTHING_OFF),
        ({"fixed": "10 EUR"}, ["120.00 EUR!", "80.00 EUR!"], Reason.NOTHING_OFF),
        ({"percent": Decimal("0.01")}, ["40.00 EUR"], Reason.NOTHING_OFF),  # 0.004
        ({"percent": Decimal("0.01")}, ["50.00 EUR"], None),  # 0.005 is a cent
        ({"percent": Decimal(1)}, ["49 JPY"], Reason.NOTHING_OFF),
        # the first reason is told
        ({"valid_to": SOLD_AT, "hotel": "htl_2"}, [], Reason.OVER),
    ],
)  # fmt: skip
def test_what_it_falls_on(wish: dict[str, Any], prices: list[str], expected: Reason | None) -> None:
    assert eligibility.refusal(campaign(**wish), sale(*prices), convert=convert) == expected


def test_a_stay_without_dates_is_in_no_window() -> None:
    unknown = sale(stay=Stay())
    assert (
        eligibility.refusal(campaign(stay_to=date(2030, 1, 1)), unknown, convert=convert) == Reason.OTHER_STAY
    )


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" spring-25 ", "SPRING-25"),
        ("SPRING-25", "SPRING-25"),
        ("\uff33\uff30\uff32\uff29\uff2e\uff27", "SPRING"),  # as a Japanese keyboard writes it
        ("stra\u00dfe", "STRASSE"),
        ("", ""),
    ],
)
def test_codes_are_folded(typed: str, kept: str) -> None:
    assert eligibility.folded(typed) == kept
