"""`manage.py demo`: everything on this machine, in the foreground, until Ctrl-C."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from faredown.demo import environment, running


class Command(BaseCommand):
    help = "Runs the whole of Faredown on this machine: servers, simulator, web, workers. Ctrl-C stops it."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--reset", action="store_true", help="forget everything of earlier runs first")
        parser.add_argument("--resync", action="store_true", help="read the whole catalogue again")
        parser.add_argument(
            "--with-parent", action="store_true", help="stop also when the program that started this one ends"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        wishes = running.Options(options["reset"], options["resync"], options["with_parent"])
        sys.exit(running.run(wishes, environment.given()))
