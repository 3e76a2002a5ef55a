"""The simulator's own time. Signatures and request rates follow the real clock; everything sold follows this one."""

import time
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

# The supplier's servers and calendar days are Spanish (REFERENCE sections 2 and 4.4).
MADRID = ZoneInfo("Europe/Madrid")


class Clock:
    def __init__(self, *, offset: float = 0.0, frozen_at: float | None = None) -> None:
        self.offset = offset
        self.frozen_at = frozen_at

    def timestamp(self) -> float:
        return self.frozen_at if self.frozen_at is not None else time.time() + self.offset

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.timestamp(), UTC)

    def spanish_now(self) -> datetime:
        return datetime.fromtimestamp(self.timestamp(), MADRID)

    def spanish_today(self) -> date:
        return self.spanish_now().date()

    def set(self, instant: datetime) -> None:
        if self.frozen_at is not None:
            self.frozen_at = instant.timestamp()
        self.offset = instant.timestamp() - time.time()

    def advance(self, seconds: float) -> None:
        if self.frozen_at is not None:
            self.frozen_at += seconds
        self.offset += seconds

    def freeze(self, frozen: bool) -> None:
        if frozen:
            self.frozen_at = self.timestamp()
        elif self.frozen_at is not None:
            self.offset = self.frozen_at - time.time()
            self.frozen_at = None

    def reset(self) -> None:
        self.offset = 0.0
        self.frozen_at = None
