"""Breakers and budgets for Prometheus: read from Redis at each scrape, so the same from every process."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from suppliers import condition, registry
from suppliers.condition import Breaker, Condition

_LEVELS = {Breaker.CLOSED: 0, Breaker.HALF_OPEN: 1, Breaker.OPEN: 2}


class SupplierSeries(Collector):
    def describe(self) -> Iterable[GaugeMetricFamily]:
        """Asked for when it is registered: nothing is read then."""
        return _Families().all

    def collect(self) -> Iterator[GaugeMetricFamily]:
        families = _Families()
        for code in registry.SUPPLIERS:
            found = condition.read(code)
            families.shared.add_metric([code], 0 if found is None else 1)
            if found is not None:
                families.add(code, found)
        yield from families.all


class _Families:
    def __init__(self) -> None:
        self.breaker = GaugeMetricFamily(
            "faredown_supplier_breaker",
            "0 closed, 1 half open (one call at a time), 2 open",
            labels=["supplier", "operation"],
        )
        self.tokens = GaugeMetricFamily(
            "faredown_supplier_budget_tokens",
            "Calls that may go at once, those kept back for bookings among them",
            labels=["supplier", "api"],
        )
        self.used = GaugeMetricFamily(
            "faredown_supplier_quota_used", "Calls made today (UTC)", labels=["supplier"]
        )
        self.quota = GaugeMetricFamily(
            "faredown_supplier_quota", "Calls a day we allow ourselves; 0: no limit", labels=["supplier"]
        )
        self.paused = GaugeMetricFamily(
            "faredown_supplier_quota_paused_seconds",
            "How long searches and content stop because the supplier said its quota is used up",
            labels=["supplier"],
        )
        self.shared = GaugeMetricFamily(
            "faredown_supplier_budget_shared",
            "1: one budget for all processes; 0: their Redis is away, each keeps to a small share",
            labels=["supplier"],
        )

    @property
    def all(self) -> tuple[GaugeMetricFamily, ...]:
        return (self.breaker, self.tokens, self.used, self.quota, self.paused, self.shared)

    def add(self, code: str, found: Condition) -> None:
        for one in found.operations:
            self.breaker.add_metric([code, one.operation.value], _LEVELS[one.breaker])
        for api, budget in found.budgets.items():
            self.tokens.add_metric([code, api.value], budget.left)
        self.used.add_metric([code], found.used_today)
        self.quota.add_metric([code], found.quota)
        self.paused.add_metric([code], found.paused)
