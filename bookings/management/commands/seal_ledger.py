"""`manage.py seal_ledger`: what the timetable does every hour, here and now."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from bookings.services import seals
from bookings.services.seals import SealRefused


class Command(BaseCommand):
    help = "Write a signed seal over the ledger's chains into LEDGER_SEALS_FOLDER."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--begin", action="store_true", help="in a new, empty folder, going on from the last seal known"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            made = seals.seal(begin=options["begin"])
        except (SealRefused, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"seal {made.number}: {made.entries} entries in {made.chains} chains, head {made.head[:16]}, in {made.file}"
        )
