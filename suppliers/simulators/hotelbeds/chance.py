"""Chance without state: the same parts always give the same number, whatever the process or the order of calls."""

from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

T = TypeVar("T")

_SCALE = float(1 << 64)


def unit(*parts: object) -> float:
    """A number in [0, 1)."""
    digest = blake2b("|".join(map(str, parts)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / _SCALE


def units(count: int, *parts: object) -> list[float]:
    """Up to eight numbers for the price of one."""
    digest = blake2b("|".join(map(str, parts)).encode(), digest_size=8 * count).digest()
    return [int.from_bytes(digest[at : at + 8], "big") / _SCALE for at in range(0, 8 * count, 8)]


def between(low: float, high: float, *parts: object) -> float:
    return low + (high - low) * unit(*parts)


def pick(options: Sequence[T], *parts: object) -> T:
    return options[int(unit(*parts) * len(options))]


def token(length: int, *parts: object) -> str:
    """Upper-case hex, as in `auditData.token`."""
    return blake2b("|".join(map(str, parts)).encode(), digest_size=32).hexdigest()[:length].upper()
