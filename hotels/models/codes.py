"""What staff may write into columns that hold codes: reasons told with the field, the database's checks behind them."""

from __future__ import annotations

from functools import lru_cache

from babel import Locale
from django.core.exceptions import ValidationError
from django.db.models import Model


def iso_currency(value: str) -> None:
    """Money that exists; the code alone would let a slip of the pen through."""
    if value not in _currencies():
        raise ValidationError(f"{value} is not a currency of ISO 4217.", code="unknown_currency")


def iso_country(value: str) -> None:
    if value not in _countries():
        raise ValidationError(f"{value} is not a country of ISO 3166.", code="not_a_country")


def under(row: Model, upper: str, lower: str, *, or_equal: bool = False) -> bool:
    """Whether `upper` lies under `lower`; a field that was not filled in, or refused, is under nothing."""
    most, least = getattr(row, upper), getattr(row, lower)
    if most is None or least is None:
        return False
    return bool(most < least or (or_equal and most == least))


def outside(row: Model, field: str, limits: tuple[int, int]) -> dict[str, str]:
    value = getattr(row, field)
    least, most = limits
    return {} if value is None or least <= value <= most else {field: f"From {least} to {most}."}


@lru_cache(maxsize=1)
def _currencies() -> frozenset[str]:
    return frozenset(str(code) for code in Locale.parse("en").currencies)


@lru_cache(maxsize=1)
def _countries() -> frozenset[str]:
    codes = {str(code) for code in Locale.parse("en").territories}
    return frozenset(code for code in codes if len(code) == 2 and code.isalpha() and code.isupper())
