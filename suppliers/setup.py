"""What the registry hands an adapter to build itself from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from suppliers.credentials import Keyring
from suppliers.recording import Redactor
from suppliers.transport import Transport


@dataclass(frozen=True, slots=True)
class Setup:
    code: str
    keyring: Keyring
    settings: dict[str, Any]
    """The supplier row's own settings: the adapter knows what may stand in them."""
    transport: Callable[[Redactor], Transport]
