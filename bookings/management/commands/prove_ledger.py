"""`manage.py prove_ledger`: prints every difference. Exit codes: EXITS."""

from __future__ import annotations

import json
import time
from argparse import ArgumentParser, ArgumentTypeError, BooleanOptionalAction, RawDescriptionHelpFormatter
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from bookings.services.proving import proof
from bookings.services.proving.differences import Difference
from bookings.services.proving.proof import Outcome, Scope

DIFFERENCES = 1
EXITS = """exit codes:
  0    no difference
  1    at least one, each printed; a list of others that could not be read is one
  2    wrong usage"""
MOST_DAYS = 3660


class Command(BaseCommand):
    help = (
        "Prove the ledger: chains, balances, seals, bookings, payments, and what others say. Writes nothing."
    )

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        facts = {"epilog": EXITS, "formatter_class": RawDescriptionHelpFormatter}
        return super().create_parser(prog_name, subcommand, **(kwargs | facts))

    def add_arguments(self, parser: ArgumentParser) -> None:
        defaults, days = Scope(), _from_to(0, MOST_DAYS)
        parser.add_argument(
            "--provider-days",
            type=days,
            default=defaults.provider_days,
            metavar="DAYS",
            help=f"how far back the payment providers' lists are read (default {defaults.provider_days}; 0: not)",
        )
        parser.add_argument(
            "--with-supplier",
            type=days,
            default=0,
            const=35,
            nargs="?",
            metavar="DAYS",
            help="compare with the suppliers' lists of bookings, so far back (default 35)",
        )
        parser.add_argument(
            "--supplier-seconds",
            type=_from_to(1, 3600),
            default=int(defaults.supplier_seconds),
            metavar="SECONDS",
            help="how long a supplier's list may take",
        )
        parser.add_argument(
            "--settle-seconds",
            type=_from_to(0, 86_400),
            default=defaults.settle_seconds,
            metavar="SECONDS",
            help="what moved so shortly before is not compared with the lists of others "
            f"(default {defaults.settle_seconds})",
        )
        parser.add_argument(
            "--json",
            action=BooleanOptionalAction,
            default=None,
            help="a JSON object a line; so by itself when it is piped",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        as_json = options["json"]
        if as_json is None:
            as_json = not self.stdout.isatty()
        scope = Scope(
            provider_days=options["provider_days"],
            supplier_days=options["with_supplier"],
            supplier_seconds=float(options["supplier_seconds"]),
            settle_seconds=options["settle_seconds"],
        )
        started = time.monotonic()
        outcome = proof.prove(scope, self._json if as_json else self._words)
        seconds = time.monotonic() - started
        self._end_json(outcome, seconds) if as_json else self._end(outcome, seconds)
        if outcome.found:
            raise CommandError(f"{outcome.found} differences", returncode=DIFFERENCES)

    def _words(self, difference: Difference) -> None:
        self.stdout.write(str(difference))

    def _json(self, difference: Difference) -> None:
        line = {"code": difference.code, "booking": difference.reference, "text": difference.text}
        self.stdout.write(json.dumps(line))

    def _end(self, outcome: Outcome, seconds: float) -> None:
        for currency, parts in sorted(outcome.totals.items()):
            self.stdout.write(f"{currency}: " + ", ".join(f"{_plain(name)} {parts[name]}" for name in parts))
        counted = ", ".join(f"{count} {_plain(name)}" for name, count in outcome.counts.items())
        verdict = f"{outcome.found} differences" if outcome.found else "no difference"
        self.stdout.write(f"{verdict} in {seconds:.1f} s: {counted}")

    def _end_json(self, outcome: Outcome, seconds: float) -> None:
        line = {
            "differences": outcome.found,
            "seconds": round(seconds, 1),
            "counts": outcome.counts,
            "totals": outcome.totals,
        }
        self.stdout.write(json.dumps(line))


def _from_to(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not text.isdecimal() or not least <= int(text) <= most:
            raise ArgumentTypeError(f"a whole number from {least} to {most}, not {text!r}")
        return int(text)

    return read


def _plain(name: str) -> str:
    return name.replace("_", " ")
