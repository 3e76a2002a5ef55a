from __future__ import annotations

from enum import StrEnum


def choices(statuses: type[StrEnum]) -> list[tuple[str, str]]:
    """A pure status enum as Django wants it: `("requires_action", "Requires action")`."""
    return [(status.value, status.value.replace("_", " ").capitalize()) for status in statuses]
