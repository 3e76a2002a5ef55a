"""What a step of a sync has seen, written and found odd, as it goes into the run's row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

import msgspec

from hotels.models import SyncRun

SAMPLES = 5
Item = TypeVar("Item")


class Tally(msgspec.Struct):
    """Of one step. `findings`: kind -> examples. `gaps`: records of the listing that may be there and were not read,
    so that nobody takes what is missing for gone."""

    seen: int = 0
    written: int = 0
    gaps: int = 0
    findings: dict[str, list[str]] = {}

    def find(self, kind: str, example: str) -> None:
        self.findings.setdefault(kind, []).append(example[:200])

    def add_to(self, run: SyncRun, *, seconds: float = 0.0) -> None:
        counts = run.counts.setdefault(run.stage, {"seen": 0, "written": 0, "unchanged": 0})
        counts["seen"] += self.seen
        counts["written"] += self.written
        counts["unchanged"] += max(0, self.seen - self.written)
        counts["milliseconds"] = counts.get("milliseconds", 0) + round(seconds * 1000)
        if self.gaps:
            counts["gaps"] = counts.get("gaps", 0) + self.gaps
        for kind, examples in self.findings.items():
            kept = run.findings.setdefault(kind, {"count": 0, "samples": []})
            kept["count"] += len(examples)
            kept["samples"] = (kept["samples"] + examples)[:SAMPLES]


def chunks(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Lists of at most `size`, read as they are asked for."""
    source = iter(items)
    while chunk := list(islice(source, size)):
        yield chunk
