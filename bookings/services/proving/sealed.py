"""The seals outside the database: whether they hold, what the database remembers of them, and what they saw."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from django.conf import settings
from django.db.models import Min

from bookings import sealing
from bookings.models import LedgerEntry, LedgerSeal
from bookings.sealing import Head, HeadOfHeads, Seal
from bookings.services import seal_files
from bookings.services.proving.differences import Code, Difference
from bookings.services.proving.rows import EntryRow
from faredown.lib import clock

LATE = timedelta(hours=3)
"""The timetable seals every hour."""


class Seals:
    """Reads the files once. Iterate `heads()` to its end; then `found`, `count` and `newest` are known."""

    def __init__(self) -> None:
        self.found: deque[Difference] = deque()
        self.count = 0
        self.newest: Seal | None = None
        self._previous: str | None = None
        self._read: set[int] = set()
        self._sha, self._changed = hashlib.sha256(), 0
        # Before the files are read: a seal written meanwhile is not missed.
        self._known = list(LedgerSeal.objects.order_by("number").values_list("number", flat=True))

    def heads(self) -> Iterator[Head]:
        """What the seals saw of each chain, in the order it was written."""
        for line in seal_files.lines():
            if line.text.startswith(sealing.OPEN_BEGINS):
                self._sha, self._changed = hashlib.sha256(), 0
                continue
            try:
                if line.text.startswith(sealing.SEAL_BEGINS):
                    self._seal(line.text, f"{line.file}, line {line.number}")
                    continue
                head = sealing.read_head(line.text)
            except sealing.Unreadable:
                # Half a line of a killed sealer harms no seal. In a sealed batch the digest disagrees, and a seal that
                # cannot be read is missing.
                head = None
            self._sha.update(line.text + b"\n")
            self._changed += 1
            if head is not None:
                yield head
        self._remembered()

    def _seal(self, text: bytes, where: str) -> None:
        try:
            seal = sealing.read(text, settings.LEDGER_SEAL_KEYS)
        except sealing.Forged as error:
            self._say(Code.SEAL_FORGED, f"{where}: {error}")
            seal = sealing.read_unchecked(text)
        else:
            self.newest = seal
        if (self._changed, self._sha.hexdigest()) != (seal.changed, seal.changed_digest):
            said = f"{where}: seal {seal.number} was written over {seal.changed} chains, not over these {self._changed}"
            self._say(Code.SEAL_BROKEN, said)
        if self._previous is not None and seal.previous != self._previous:
            self._say(Code.SEAL_MISSING, f"{where}: seal {seal.number} does not follow the one before it")
        self._previous = sealing.line_digest(text)
        self.count += 1
        self._read.add(seal.number)
        self._compare(seal, self._previous, where)

    def _compare(self, seal: Seal, digest: str, where: str) -> None:
        row = LedgerSeal.objects.filter(number=seal.number).first()
        if row is not None and row.digest != digest:
            self._say(Code.SEAL_FORGED, f"{where}: seal {seal.number} is not the one the database remembers")

    def _remembered(self) -> None:
        """What the database knows of and the folder does not hold."""
        for number in self._known:
            if number not in self._read:
                self._say(Code.SEAL_MISSING, f"seal {number} is not in the folder any more")
        known = self.newest.at if self.newest else None
        since = known or LedgerEntry.objects.aggregate(first=Min("posted_at"))["first"]
        if since is not None and clock.now() - since > LATE:
            said = f"the last seal is of {clock.iso(known)}" if known else "it was never sealed"
            self._say(Code.SEAL_LATE, f"the ledger is to be sealed every hour; {said}")

    def _say(self, code: Code, text: str) -> None:
        self.found.append(Difference(code, "", text))


class Totals:
    """The ledger as it was when the newest seal was made, from the same rows that are proved."""

    def __init__(self, seal: Seal | None) -> None:
        self._seal = seal
        self._heads = HeadOfHeads()
        self._entries = 0
        self._sums: dict[str, int] = {}

    def add(self, reference: str, entries: list[EntryRow]) -> None:
        """A chain; call it by booking key."""
        if self._seal is None:
            return
        through, last = self._seal.through, None
        for entry in entries:
            if entry.key <= through:
                last = entry
                self._entries += 1
                for _, debit, _, currency in entry.lines:
                    self._sums[currency] = self._sums.get(currency, 0) + debit
        if last is not None:
            self._heads.add(reference, last.position, last.hash)

    def check(self) -> Iterator[Difference]:
        seal = self._seal
        if seal is None:
            return
        held = {currency: Decimal(total).scaleb(-3) for currency, total in self._sums.items()}
        sealed = {currency: Decimal(total) for currency, total in seal.sums.items()}
        pairs = (
            ("entries", seal.entries, self._entries),
            ("chains", seal.chains, self._heads.chains),
            ("debits", sealed, held),
            ("head of all chains", seal.head, self._heads.hexdigest()),
        )
        for name, then, now in pairs:
            if then != now:
                text = f"seal {seal.number} of {clock.iso(seal.at)}: {name} {_short(then)} then, {_short(now)} now"
                yield Difference(Code.SEALED_TOTALS, "", text)


def _short(value: object) -> str:
    match value:
        case dict():
            return ", ".join(f"{total:f} {currency}" for currency, total in sorted(value.items())) or "none"
        case str():
            return value[:16]
        case _:
            return str(value)
