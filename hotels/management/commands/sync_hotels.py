"""`manage.py sync_hotels`: a content sync here and now.

Exit codes: 0 done; 1 the supplier failed (run it again to go on from there); 3 another sync is running.
"""

from __future__ import annotations

import json
import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

from faredown.lib.errors import Conflict
from hotels import conf
from hotels.models import SyncRun
from hotels.services import content_sync
from suppliers import registry
from suppliers.errors import SupplierError, Throttled

_TRIES = 8
_LONGEST_WAIT = 120.0


class Command(BaseCommand):
    help = "Sync a supplier's hotels and vocabularies into the catalogue."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--full", action="store_true", help="Everything, and retire what is no longer listed."
        )
        parser.add_argument(
            "--languages", default="", help="BCP 47, comma separated; English always among them."
        )
        parser.add_argument("--supplier", default="", choices=("", *registry.SUPPLIERS))

    def handle(self, *args: Any, **options: Any) -> None:
        chosen = options["supplier"]
        suppliers = [chosen] if chosen else registry.enabled(registry.Capability.CONTENT)
        languages = [one.strip() for one in options["languages"].split(",") if one.strip()] or list(
            conf.languages()
        )
        show: _Bar | _Lines = _Bar() if sys.stdout.isatty() else _Lines(self)
        with show:
            for supplier in suppliers:
                self._sync(supplier, full=options["full"], languages=languages, show=show)

    def _sync(self, supplier: str, *, full: bool, languages: list[str], show: _Bar | _Lines) -> None:
        for tries in range(_TRIES):
            try:
                content_sync.sync(supplier, full=full, languages=languages, progress=show.step)
                return
            except Conflict as error:
                raise CommandError(error.detail, returncode=3) from error
            except SupplierError as error:
                if not error.retryable or tries + 1 == _TRIES:
                    raise CommandError(f"{supplier}: {type(error).__name__}: {error.detail}") from error
                told = error.retry_after if isinstance(error, Throttled) else None
                time.sleep(min(_LONGEST_WAIT, told or 2.0**tries))


class _Lines:
    """A JSON object a line, for pipes: one per step, the run's counts in the last."""

    def __init__(self, command: BaseCommand) -> None:
        self._command = command

    def __enter__(self) -> _Lines:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def step(self, run: SyncRun) -> None:
        line: dict[str, Any] = {
            "supplier": run.supplier,
            "kind": run.kind,
            "status": run.status,
            "stage": run.stage,
            "position": run.position,
            "total": run.total,
        }
        if run.status == SyncRun.Status.DONE:
            line |= {"counts": run.counts, "findings": run.findings}
        self._command.stdout.write(json.dumps(line))


class _Bar:
    """A bar over the stages, with the hotels' own count while they come."""

    def __init__(self) -> None:
        self._console = Console()
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description:<28}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self._console,
        )
        self._stages = self._progress.add_task("stages", total=len(content_sync.STAGES))
        self._hotels = self._progress.add_task("hotels", total=None, visible=False)

    def __enter__(self) -> _Bar:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def step(self, run: SyncRun) -> None:
        done = run.status == SyncRun.Status.DONE
        place = len(content_sync.STAGES) if done else content_sync.STAGES.index(run.stage)
        title = f"{run.supplier}: {'done' if done else run.stage}"
        self._progress.update(self._stages, completed=place, description=title)
        hotels = run.counts.get(content_sync.HOTELS)
        if hotels:
            total = run.total if run.stage == content_sync.HOTELS else hotels["seen"]
            self._progress.update(self._hotels, visible=True, completed=hotels["seen"], total=total)
        if done:
            for kind, finding in run.findings.items():
                self._progress.console.print(f"  {kind}: {finding['count']}, such as {finding['samples'][0]}")
