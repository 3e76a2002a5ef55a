from __future__ import annotations

from typing import Any

import environ
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from faredown.accounts.services import roles
from faredown.seeding import places, prices, staff

SHORTEST_PASSWORD = 10


class Command(BaseCommand):
    help = (
        "Gives an empty database what the house needs to open: roles, a staff user (STAFF_EMAIL, STAFF_PASSWORD), a"
        " markup, exchange rates, and featured places once the catalogue is there. Safe to repeat: what exists is left"
        " as it is."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--places", action="store_true", help="only feature destinations, after a sync")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["places"]:
            self._open_the_house()
        self.stdout.write(f"{places.seed_places()} featured places")

    @transaction.atomic
    def _open_the_house(self) -> None:
        env = environ.Env()
        email, password = env.str("STAFF_EMAIL", ""), env.str("STAFF_PASSWORD", "")
        if bool(email) != bool(password):
            raise CommandError("STAFF_EMAIL and STAFF_PASSWORD go together: set both or neither.")
        if password and len(password) < SHORTEST_PASSWORD:
            raise CommandError(f"STAFF_PASSWORD needs at least {SHORTEST_PASSWORD} characters.")
        roles.seed()
        prices.seed_prices()
        if email:
            made = staff.seed_staff(email=email, password=password)
            self.stdout.write(f"staff user {email} {'made' if made else 'was there'}")
