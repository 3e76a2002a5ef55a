from __future__ import annotations

from tests.bookings.conftest import simulated, world

__all__ = ["simulated", "world"]
