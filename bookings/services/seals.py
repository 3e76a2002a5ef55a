"""Sealing the ledger: a signed head over all its chains, written where the database's owner does not reach."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC

import structlog
from django.conf import settings
from django.db import connection, transaction

from bookings import sealing
from bookings.models import LedgerSeal
from bookings.sealing import Head, HeadOfHeads, Seal
from bookings.services import seal_files
from faredown.lib import clock
from faredown.messaging.services import outbox

log = structlog.get_logger(__name__)

LOCK = int.from_bytes(b"ledger", "big")
"""The advisory lock that every INSERT of an entry shares (bookings/migrations/0004_ledger_chain.py)."""
WAIT_MS = 3000
CHUNK = 5000

THROUGH = "SELECT coalesce(max(id), 0) FROM bookings_ledgerentry"
ENTRIES = "SELECT count(*) FROM bookings_ledgerentry WHERE id <= %s"
SUMS = """
SELECT currency, sum(debit)::text FROM bookings_journalline WHERE entry_id <= %s GROUP BY currency ORDER BY currency
"""
HEADS = """
SELECT DISTINCT ON (e.booking_id) e.booking_id, b.reference, e.position, e.hash, e.id
  FROM bookings_ledgerentry e JOIN bookings_booking b ON b.id = e.booking_id
 WHERE e.id <= %s ORDER BY e.booking_id, e.position DESC
"""


class SealRefused(Exception):
    """The place of the seals is not what the database remembers, or there is no key. For people to look at."""


def seal(*, begin: bool = False) -> LedgerSeal:
    """Write the next seal. `begin`: in a new, empty folder, going on from the last seal the database knows.

    Raises SealRefused, and OSError when the folder cannot be written to.
    """
    if not settings.LEDGER_SEAL_KEYS:
        raise SealRefused("LEDGER_SEAL_KEYS is empty: nothing can be signed.")
    with seal_files.locked():
        before = _last_agreed(begin=begin)
        through = _watermark()
        batch = _Batch(before, through)
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            file = seal_files.append(batch.lines())
        return _remember(batch.seal(), batch.line, file)


def seal_or_tell() -> LedgerSeal | None:
    """What cannot be sealed is told to staff, once a day; the next hour tries again."""
    try:
        return seal()
    except (SealRefused, OSError) as error:
        log.error("ledger_not_sealed", error=str(error))
        outbox.alert(
            code="ledger_seal",
            subject="The ledger could not be sealed",
            detail=str(error),
            dedupe_key=f"ledger-seal:{clock.today()}",
        )
        return None


class _Batch:
    """The lines of one seal, made while the chains are read."""

    def __init__(self, before: LedgerSeal | None, through: int) -> None:
        self._before, self._through = before, through
        self._head, self._changed, self._sha = HeadOfHeads(), 0, hashlib.sha256()
        self.line = b""

    def lines(self) -> Iterator[bytes]:
        since = self._before.through if self._before else 0
        yield sealing.opening(self._number)
        for head, key in _heads(self._through):
            self._head.add(head.reference, head.position, head.hash)
            if key > since:
                line = sealing.head_line(head)
                self._sha.update(line + b"\n")
                self._changed += 1
                yield line
        self.line = sealing.sign(self._made(), settings.LEDGER_SEAL_KEYS[0])
        yield self.line

    def seal(self) -> Seal:
        return sealing.read_unchecked(self.line)

    @property
    def _number(self) -> int:
        return self._before.number + 1 if self._before else 1

    def _made(self) -> Seal:
        with connection.cursor() as cursor:
            cursor.execute(ENTRIES, [self._through])
            (entries,) = cursor.fetchone()
            cursor.execute(SUMS, [self._through])
            sums = dict(cursor.fetchall())
        return Seal(
            number=self._number,
            at=clock.now().astimezone(UTC),
            through=self._through,
            entries=entries,
            chains=self._head.chains,
            sums=sums,
            head=self._head.hexdigest(),
            changed=self._changed,
            changed_digest=self._sha.hexdigest(),
            previous=self._before.digest if self._before else sealing.START,
            key=sealing.key_id(settings.LEDGER_SEAL_KEYS[0]),
        )


def _heads(through: int) -> Iterator[tuple[Head, int]]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(HEADS, [through])
        while rows := cursor.fetchmany(CHUNK):
            for booking, reference, position, hash_, key in rows:
                yield Head(booking, reference, position, hash_), key


def _watermark() -> int:
    """The highest key, once every lower one is committed or gone: nothing can come to lie under it any more."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{WAIT_MS}ms"])
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        cursor.execute(THROUGH)
        (through,) = cursor.fetchone()
    return int(through)


def _last_agreed(*, begin: bool) -> LedgerSeal | None:
    """The last seal, if the folder and the database name the same one. A seal that was written and not remembered (its
    sealer was killed) is remembered now."""
    row, line = LedgerSeal.objects.order_by("-number").first(), seal_files.last()
    if line is None:
        if row is None or begin:
            return row
        raise SealRefused(f"The folder holds no seal, the database knows of {row.number}.")
    if begin:
        raise SealRefused("The folder holds seals already; a new beginning needs an empty one.")
    try:
        found = sealing.read(line.text, settings.LEDGER_SEAL_KEYS)
    except ValueError as error:
        raise SealRefused(f"The last seal in {line.file} does not hold: {error}") from error
    digest = sealing.line_digest(line.text)
    known = row.number if row else 0
    if row and found.number == known and digest == row.digest:
        return row
    if found.number == known + 1 and found.previous == (row.digest if row else sealing.START):
        return _remember(found, line.text, line.file)
    raise SealRefused(f"The folder's last seal is {found.number}, the database knows of {known}.")


def _remember(made: Seal, line: bytes, file: str) -> LedgerSeal:
    return LedgerSeal.objects.create(
        number=made.number,
        at=made.at,
        through=made.through,
        entries=made.entries,
        chains=made.chains,
        sums=made.sums,
        head=made.head,
        key_id=made.key,
        digest=sealing.line_digest(line),
        file=file,
    )
