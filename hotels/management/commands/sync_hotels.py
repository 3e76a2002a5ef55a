"""`manage.py sync_hotels`: a content sync here and now. Exit codes: EXITS."""

from __future__ import annotations

import json
import re
import sys
from argparse import ArgumentParser, ArgumentTypeError, RawDescriptionHelpFormatter
from datetime import timedelta
from typing import Any

from babel import Locale, UnknownLocaleError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from faredown.lib import clock
from faredown.lib.errors import Conflict
from hotels.models import Destination, SyncRun
from hotels.selectors import sync_runs
from hotels.services import content_sync
from suppliers import registry
from suppliers.errors import SupplierError

FAILED, USAGE, BUSY, STOPPED, UNREACHABLE, INTERRUPTED = 1, 2, 3, 4, 5, 130
EXITS = """exit codes:
  0    done
  1    failed: no waiting mends it (credentials refused and the like); staff were told
  2    wrong usage
  3    another sync of the supplier is running
  4    staff paused or stopped it
  5    the supplier did not answer in time (--patience); run the command again, or leave it to the workers
  130  interrupted (Ctrl-C); run it again to go on from there"""
PATIENCE_MINUTES = 120
MOST_PATIENCE_MINUTES = 30 * 24 * 60
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


class Command(BaseCommand):
    help = "Sync a supplier's hotels and words into the catalogue: what changed since the last time."
    # A daily run takes seconds; the deployment is checked where it is deployed (`check --deploy`).
    requires_system_checks = ()

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        facts = {"epilog": EXITS, "formatter_class": RawDescriptionHelpFormatter}
        return super().create_parser(prog_name, subcommand, **(kwargs | facts))

    def add_arguments(self, parser: ArgumentParser) -> None:
        kinds = parser.add_mutually_exclusive_group()
        kinds.add_argument("--full", action="store_true", help="everything, and retire what is gone")
        kinds.add_argument(
            "--sweep",
            action="store_true",
            help="compare the list of keys: retire hotels that are gone, fetch such as we never saw",
        )
        kinds.add_argument("--if-empty", action="store_true", help="everything, unless that was done before")
        parser.add_argument("--destination", default="", metavar="CODE", help="its hotels only, all of them")
        parser.add_argument(
            "--languages",
            default="",
            help="BCP 47, comma separated; English always comes along, and so do those of HOTELS_LANGUAGES that the "
            "catalogue has already",
        )
        parser.add_argument("--supplier", default="", choices=("", *registry.SUPPLIERS))
        parser.add_argument(
            "--patience",
            type=_minutes,
            default=PATIENCE_MINUTES,
            metavar="MINUTES",
            help=f"how long a supplier that does not answer is waited for (default {PATIENCE_MINUTES})",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        chosen = options["supplier"]
        languages = [one.strip() for one in options["languages"].split(",") if one.strip()]
        if odd := [one for one in languages if not _is_language(one)]:
            raise CommandError(f"no language: {', '.join(odd)}", returncode=USAGE)
        if options["destination"] and (options["sweep"] or options["if_empty"]):
            raise CommandError("--destination goes with no other kind than --full", returncode=USAGE)
        show: _Bar | _Lines = _Bar() if sys.stdout.isatty() else _Lines(self)
        try:
            with show:
                for supplier in [chosen] if chosen else registry.enabled(registry.Capability.CONTENT):
                    self._sync(supplier, languages, options, show)
        except KeyboardInterrupt:
            raise CommandError(
                "interrupted; run it again to go on from there", returncode=INTERRUPTED
            ) from None

    def _sync(
        self, supplier: str, languages: list[str], options: dict[str, Any], show: _Bar | _Lines
    ) -> None:
        if options["if_empty"] and content_sync.is_filled(supplier):
            return
        try:
            run = content_sync.sync(
                supplier,
                full=options["full"] or options["if_empty"] or bool(options["destination"]),
                sweep=options["sweep"],
                destination=_destination(supplier, options["destination"]),
                languages=languages or None,
                patience=timedelta(minutes=options["patience"]),
                progress=show.step,
            )
        except Conflict as error:
            code = STOPPED if error.code == "sync_paused" else BUSY
            raise CommandError(error.detail, returncode=code) from error
        except SupplierError as error:
            code = UNREACHABLE if error.retryable else FAILED
            raise CommandError(
                f"{supplier}: {type(error).__name__}: {error.detail}", returncode=code
            ) from error
        if run.status != SyncRun.Status.DONE:
            code = FAILED if run.status == SyncRun.Status.FAILED else STOPPED
            raise CommandError(f"{supplier}: {run.error or run.status}", returncode=code)


def _minutes(text: str) -> int:
    if not text.isdecimal() or int(text) > MOST_PATIENCE_MINUTES:
        raise ArgumentTypeError(f"a whole number of minutes from 0 to {MOST_PATIENCE_MINUTES}, not {text!r}")
    return int(text)


def _is_language(tag: str) -> bool:
    if not _LANGUAGE.fullmatch(tag):
        return False
    try:
        Locale.parse(tag.partition("-")[0])
    except UnknownLocaleError:
        return False
    return True


def _destination(supplier: str, code: str) -> Destination | None:
    if not code:
        return None
    found = Destination.objects.filter(codes__supplier=supplier, codes__code=code).first()
    if found is None:
        raise CommandError(f"{supplier} has no destination {code}", returncode=USAGE)
    return found


class _Lines:
    """A JSON object a line, for pipes: one per step and per wait, the run's counts in the last."""

    def __init__(self, command: BaseCommand) -> None:
        self._command = command
        self._last = ""

    def __enter__(self) -> _Lines:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def step(self, run: SyncRun) -> None:
        far = sync_runs.progress(run)
        line: dict[str, Any] = {
            "supplier": run.supplier,
            "run": run.public_id,
            "kind": run.kind,
            "status": run.status,
            "stage": run.stage,
            "stage_number": far.stage_number,
            "stages": far.stages,
            "position": run.position,
            "total": run.total,
            "per_second": far.per_second,
            "errors": run.errors,
            "waits_until": clock.iso(far.waits_until) if far.waits_until else None,
        }
        told = json.dumps(line)
        if told == self._last:  # still waiting
            return
        self._last = told
        line["expected_end"] = clock.iso(far.expected_end) if far.expected_end else None
        if run.status != SyncRun.Status.RUNNING:
            line |= {"counts": run.counts, "findings": run.findings, "error": run.error}
        self._command.stdout.write(json.dumps(line))


class _Bar:
    """A bar over the stages, and one over the records of the stage under way, with their rate and the expected end."""

    def __init__(self) -> None:
        self._bars = Bars(
            SpinnerColumn(),
            TextColumn("{task.description:<28}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[note]}", markup=False),
            TimeElapsedColumn(),
            console=Console(),
        )
        self._stages = self._bars.add_task("stages", total=None, note="")
        self._records = self._bars.add_task("", total=None, visible=False, note="")

    def __enter__(self) -> _Bar:
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def step(self, run: SyncRun) -> None:
        far = sync_runs.progress(run)
        is_over = run.status != SyncRun.Status.RUNNING
        ends = f"ends about {far.expected_end:%H:%M} UTC" if far.expected_end else ""
        waits = f"waits until {far.waits_until:%H:%M:%S} UTC" if far.waits_until else ""
        self._bars.update(
            self._stages,
            total=far.stages,
            completed=far.stages if run.status == SyncRun.Status.DONE else far.stage_number - 1,
            description=f"{run.supplier} {run.kind}: {run.status if is_over else run.stage}",
            note=waits or ends,
        )
        self._bars.update(
            self._records,
            visible=bool(far.total) and not is_over,
            total=far.total or None,
            completed=far.seen,
            description=run.stage,
            note=f"{far.per_second:.0f}/s" if far.per_second else "",
        )
        if is_over:
            for kind, finding in run.findings.items():
                said = f"  {kind}: {finding['count']}, such as {finding['samples'][0]}"
                self._bars.console.print(said, markup=False)
