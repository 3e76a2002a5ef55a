"""After a new key was put in front of FIELD_ENCRYPTION_KEYS, and before the old one goes."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from faredown.lib import rotation


class Command(BaseCommand):
    help = "Encrypt every stored secret anew under the newest key of FIELD_ENCRYPTION_KEYS. Prints no secret."

    def handle(self, *_args: Any, **_options: Any) -> None:
        counts = [rotation.rotate(model, name) for model, name in rotation.columns()]
        for count in counts:
            self.stdout.write(
                f"{count.column}: {count.encrypted} encrypted anew, "
                f"{count.newest_already} under the newest key already"
            )
        lost = [
            f"{count.column} of {', '.join(map(str, count.unreadable))}"
            for count in counts
            if count.unreadable
        ]
        if lost:
            raise CommandError(
                f"No key of FIELD_ENCRYPTION_KEYS opens {'; '.join(lost)}. Put the key they were written with back at "
                "the end of the list, or type these credentials anew."
            )
