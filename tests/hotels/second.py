"""A second supplier, registered as a real one is: what it sells is written down by the test. It has no cheap way to
sketch its rates, so it makes each at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime

import pytest

from suppliers import registry
from suppliers.setup import Setup
from suppliers.types import Availability, HotelRates, Rate, StaySearch, WholeRates

CODE = "second"


class Second:
    code = CODE
    max_hotels = 500
    rate_key_life_seconds = 900
    sold: Mapping[str, Sequence[Rate]] = {}
    currency = "EUR"

    def __init__(self, setup: Setup) -> None:
        self.setup = setup

    def search(self, search: StaySearch, *, deadline: float) -> Availability:
        asked = [code for code in search.hotel_codes if self.sold.get(code)]
        return Availability(
            hotels=tuple(HotelRates.of(code, self.currency, self.sold[code]) for code in asked)
        )

    def unpacked(self, packed: bytes, search: StaySearch, *, asked_at: datetime) -> tuple[Rate, ...]:
        return WholeRates.unpacked(packed)


def build(setup: Setup) -> Second:
    return Second(setup)


@contextmanager
def selling(sold: Mapping[str, Sequence[Rate]], *, currency: str = "EUR") -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(registry.SUPPLIERS, CODE, f"{__name__}.build")
        patch.setattr(Second, "sold", sold)
        patch.setattr(Second, "currency", currency)
        registry.forget()
        yield
    registry.forget()
