from __future__ import annotations

from typing import Any

import pytest

from hotels import checks


def test_the_defaults_make_sense() -> None:
    assert checks.settings_make_sense() == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PRICING_LEAST_MARGIN_PERCENT", "two"),
        ("PRICING_LEAST_MARGIN_PERCENT", "-1"),
        ("PRICING_EXCHANGE_SPREAD_PERCENT", "101"),
        ("PRICING_EXCHANGE_SPREAD_PERCENT", "NaN"),
        ("HOTELS_LANGUAGES", ["es"]),
        ("EXCHANGE_RATES_URL", "rates.xml"),
    ],
)
def test_what_makes_none_is_named(settings: Any, name: str, value: object) -> None:
    setattr(settings, name, value)
    [error] = checks.settings_make_sense()
    assert name in error.msg
