"""`manage.py simulate_hotelbeds`: a Hotelbeds of our own on a real port. Needs no database and no Redis."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from suppliers.simulators.hotelbeds.server import Settings, run

_DEFAULTS = Settings(recheck_changes=0.02)


class Command(BaseCommand):
    help = "Serve a stateful Hotelbeds (Booking and Content API) for development and tests."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default=_DEFAULTS.host)
        parser.add_argument("--port", type=int, default=_DEFAULTS.port, help="0 takes a free one")
        parser.add_argument(
            "--hotels", type=int, default=_DEFAULTS.hotels, help="size of the catalogue, up to 300000"
        )
        parser.add_argument("--seed", type=int, default=_DEFAULTS.seed)
        parser.add_argument("--images", type=int, help="so many pictures for every hotel")
        for name, what in (("changed", "changed"), ("removed", "gone"), ("added", "new, at most 0.035")):
            parser.add_argument(
                f"--{name}", type=float, default=0.0, help=f"share of the hotels {what} since yesterday"
            )
        parser.add_argument(
            "--state-dir", type=Path, help="keep bookings here; without it they live in memory"
        )
        parser.add_argument("--cache-dir", type=Path, help="keep rendered content pages and pictures here")
        parser.add_argument("--api-key", default=_DEFAULTS.api_key)
        parser.add_argument("--secret", default=_DEFAULTS.secret)
        parser.add_argument("--currency", default=_DEFAULTS.currency, choices=["EUR", "USD", "GBP"])
        parser.add_argument("--qps", type=int, help="calls a second before the Booking API answers 429")
        parser.add_argument("--content-qps", type=int, help="the same for the Content API")
        parser.add_argument("--daily-quota", type=int, help="calls a day before 403 'Quota exceeded'")
        parser.add_argument(
            "--rate-key-ttl", type=int, default=_DEFAULTS.rate_key_ttl, help="seconds a rateKey lives"
        )
        parser.add_argument("--recheck-changes", type=float, default=_DEFAULTS.recheck_changes)
        parser.add_argument("--unasked-packaging", action="store_true")
        parser.add_argument("--no-tax-breakdown", dest="tax_breakdown", action="store_false")
        parser.add_argument("--no-destination-search", dest="destination_search", action="store_false")
        parser.add_argument("--push-url", help="callback of reconfirmations")
        parser.add_argument("--reconfirm-after", type=int, default=_DEFAULTS.reconfirm_after, help="seconds")
        parser.add_argument(
            "--latency",
            action="append",
            default=[],
            metavar="OPERATION=MEDIAN,P95",
            help="milliseconds; may be repeated, * is every operation",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not 1 <= options["hotels"] <= 300_000:
            raise CommandError("--hotels must be between 1 and 300000")
        if not 0 <= (options["images"] or 0) <= 999:
            raise CommandError("--images must be between 0 and 999")
        for name in ("changed", "removed", "added"):
            if not 0 <= options[name] <= 1:
                raise CommandError(f"--{name} must be between 0 and 1")
        names = Settings.__dataclass_fields__.keys() - {"latency"}
        chosen = {name: options[name] for name in names if name in options}
        run(Settings(**chosen, latency=_latency(options["latency"])), ready=self._ready)

    def _ready(self, url: str) -> None:
        self.stdout.write(json.dumps({"url": url}))
        self.stdout.flush()


def _latency(texts: list[str]) -> dict[str, tuple[float, float]]:
    found: dict[str, tuple[float, float]] = {}
    for text in texts:
        operation, _, numbers = text.partition("=")
        try:
            median, p95 = map(float, numbers.split(","))
        except ValueError as error:
            raise CommandError(f"--latency {text}: expected OPERATION=MEDIAN,P95") from error
        found[operation] = (median, p95)
    return found
