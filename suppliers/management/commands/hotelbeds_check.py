from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand

from suppliers import registry
from suppliers.errors import NotConfigured
from suppliers.types import Finding, Problem

EXIT_CODES = {
    Problem.CREDENTIAL: 2,
    Problem.ACCESS: 3,
    Problem.NETWORK: 4,
    Problem.CLOCK: 5,
    Problem.CLOCK_REFUSED: 5,
    Problem.QUOTA: 6,
    Problem.ANSWER: 7,
}


class Command(BaseCommand):
    help = (
        "Tries the Hotelbeds account with five requests that book nothing, and says what is wrong. Exit code: 0 good, "
        "2 no credential, 3 key or signature refused, 4 not reached, 5 clock, 6 quota, 7 an answer of another kind."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        worst = 0
        try:
            for finding in registry.get("hotelbeds").diagnose():
                self._tell(finding)
                worst = worst or (EXIT_CODES[finding.problem] if finding.problem else 0)
        except NotConfigured as error:
            self.stderr.write(f"settings: {error.detail}")
            worst = EXIT_CODES[Problem.CREDENTIAL]
        sys.exit(worst)

    def _tell(self, finding: Finding) -> None:
        line = f"{finding.step}: {finding.sentence}"
        if finding.problem:
            self.stderr.write(self.style.ERROR(line))
        else:
            self.stdout.write(self.style.SUCCESS(line))
