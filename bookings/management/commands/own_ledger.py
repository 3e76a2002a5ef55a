"""`manage.py own_ledger faredown_ledger | psql ...`: SQL that takes the ledger's tables out of the program's hands."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from bookings.services import ledger_owner
from faredown.lib.errors import DomainError

USAGE = 2


class Command(BaseCommand):
    help = "Print the SQL that gives the ledger's tables to a role of its own. Run it as a superuser, after migrating."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "owner", help="the role to own them, such as faredown_ledger; made where it is not there"
        )
        parser.add_argument(
            "--program", default="", help="the program's role (default: the one of DATABASE_URL)"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        program = options["program"] or connection.settings_dict["USER"]
        try:
            for statement in ledger_owner.statements(owner=options["owner"], program=program):
                self.stdout.write(f"{statement};")
        except DomainError as error:
            raise CommandError(error.detail, returncode=USAGE) from error
