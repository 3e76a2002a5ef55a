"""Two lists in one order, side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

Ours = TypeVar("Ours", bound=tuple[Any, ...])
Theirs = TypeVar("Theirs", bound=tuple[Any, ...])


def paired(ours: Iterable[Ours], theirs: Iterable[Theirs]) -> Iterator[tuple[Ours | None, list[Theirs]]]:
    """Both in the order of their first field."""
    left, right = iter(ours), iter(theirs)
    one, other = next(left, None), next(right, None)
    while one is not None or other is not None:
        key = min(row[0] for row in (one, other) if row is not None)
        found: list[Theirs] = []
        while other is not None and other[0] == key:
            found.append(other)
            other = next(right, None)
        if one is not None and one[0] == key:
            yield one, found
            one = next(left, None)
        else:
            yield None, found
