"""Prometheus series shared by the house. Written to PROMETHEUS_MULTIPROC_DIR when several processes serve.

Labels hold names from the code (route, task, supplier code), never ids or anything a caller sends.
"""

import os

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

_FAST = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_OUTSIDE = (0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60)

requests = Histogram(
    "faredown_http_request_seconds",
    "Requests served",
    ["method", "route", "status"],
    buckets=_FAST,
)
throttled = Counter("faredown_throttled_total", "Requests over a rate limit", ["scope", "subject"])
throttle_unavailable = Counter(
    "faredown_throttle_unavailable_total", "Rate limits a Redis could not count", ["scope", "redis"]
)
tasks = Histogram("faredown_task_seconds", "Tasks run", ["task", "outcome"], buckets=_OUTSIDE)
deferred_lost = Counter("faredown_deferred_lost_total", "Tasks the broker did not take", ["task"])
supplier_calls = Histogram(
    "faredown_supplier_call_seconds",
    "Calls to suppliers",
    ["supplier", "operation", "outcome"],
    buckets=_OUTSIDE,
)
gateway_calls = Histogram(
    "faredown_gateway_call_seconds",
    "Calls to payment providers",
    ["gateway", "operation", "outcome"],
    buckets=_OUTSIDE,
)
webhooks = Counter("faredown_webhooks_total", "Payment providers' webhooks", ["gateway", "outcome"])
search_events_lost = Counter(
    "faredown_search_events_lost_total", "Lines of the log of searches that were dropped"
)
glyphs_missing = Counter(
    "faredown_document_glyphs_missing_total",
    "Characters of papers that no font at hand can draw",
    ["template"],
)
messages = Counter("faredown_messages_total", "Outbox messages", ["kind", "outcome"])
bookings = Counter("faredown_bookings_total", "Bookings by the state they reached", ["status"])


_elsewhere: list[Collector] = []


def also(collector: Collector) -> None:
    """Series that are read at each scrape from where all processes keep them, and so belong to none of them."""
    _elsewhere.append(collector)
    REGISTRY.register(collector)


def exposition() -> bytes:
    """The text Prometheus scrapes, over all processes where they share a directory."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest(REGISTRY)
    registry = CollectorRegistry()
    MultiProcessCollector(registry)
    for collector in _elsewhere:
        registry.register(collector)
    return generate_latest(registry)
