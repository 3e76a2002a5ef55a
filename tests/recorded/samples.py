"""The recorded answers lie beside the project, never in it: `../shared/hotelbeds/samples`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TypeVar

import pytest

from faredown.lib.money import Money
from suppliers.types import CancellationTerm, Occupancy, StaySearch

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "hotelbeds" / "samples"

RECORDED: set[str] = set()
"""Every file a test has claimed."""

Test = TypeVar("Test", bound=Callable[..., None])


def sample(*names: str) -> Callable[[Test], Test]:
    """Gives the test each file's bytes as `body` (or the one file's)."""
    RECORDED.update(names)

    def claim(test: Test) -> Test:
        marked: Test = pytest.mark.parametrize("body", names, indirect=True, ids=names)(test)
        return marked

    return claim


def read(name: str) -> bytes:
    return (FOLDER / name).read_bytes()


def euro(amount: str) -> Money:
    return Money.of(amount, "EUR")


def utc(text: str) -> datetime:
    """`2020-08-15 06:59` in UTC."""
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=UTC)


def term(fee: Money, starts_at: str, text: str) -> CancellationTerm:
    return CancellationTerm(fee, utc(starts_at), text)


def asked(*occupancies: Occupancy) -> StaySearch:
    """What was asked; the mapping only looks at the occupancies."""
    return StaySearch(
        hotel_codes=("1",),
        check_in=date(2020, 8, 22),
        check_out=date(2020, 8, 27),
        occupancies=occupancies,
    )
