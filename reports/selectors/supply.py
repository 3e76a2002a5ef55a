"""How the suppliers answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Aggregate, Count, FloatField, Q

from suppliers.models import Call
from suppliers.operations import Outcome

ANSWERED = (Outcome.OK, Outcome.REFUSED)
"""A refusal (sold out, price changed) is an answer too."""


class Median(Aggregate):
    template = "percentile_cont(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


@dataclass(frozen=True, slots=True)
class OperationHealth:
    supplier: str
    operation: str
    calls: int
    answered: int
    median_ms: int

    @property
    def failed(self) -> int:
        return self.calls - self.answered


def health(since: datetime) -> list[OperationHealth]:
    rows = (
        Call.objects.filter(at__gte=since)
        .order_by("supplier", "operation")
        .values("supplier", "operation")
        .annotate(
            calls=Count("id"),
            answered=Count("id", filter=Q(outcome__in=ANSWERED)),
            median=Median("elapsed_ms"),
        )
    )
    return [
        OperationHealth(
            row["supplier"], row["operation"], row["calls"], row["answered"], round(row["median"] or 0)
        )
        for row in rows
    ]
