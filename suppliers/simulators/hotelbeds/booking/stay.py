"""When, and for whom."""

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Stay:
    check_in: date
    check_out: date

    @property
    def nights(self) -> int:
        return (self.check_out - self.check_in).days

    def dates(self) -> list[date]:
        return [self.check_in + timedelta(days=day) for day in range(self.nights)]

    def night_names(self) -> list[str]:
        return [night.isoformat() for night in self.dates()]

    def shifted(self, days: int) -> "Stay":
        return Stay(self.check_in + timedelta(days=days), self.check_out + timedelta(days=days))


@dataclass(frozen=True, slots=True)
class Occupancy:
    """`rooms` identical rooms; adults and child ages are of one of them (REFERENCE 4.2)."""

    rooms: int
    adults: int
    ages: tuple[int, ...] = ()

    @property
    def children(self) -> int:
        return len(self.ages)
