"""Entries are chained by hash, the database takes only what follows the chain; seals over them, and proofs.

The entries there are get their hashes here. Changing, deleting and truncating are refused by statement, so that even a
statement that finds no row is.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from bookings import chain

APPEND_ONLY = """
DROP TRIGGER journal_line_append_only ON bookings_journalline;
DROP TRIGGER ledger_entry_append_only ON bookings_ledgerentry;
CREATE TRIGGER ledger_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON bookings_ledgerentry
    FOR EACH STATEMENT EXECUTE FUNCTION bookings_ledger_append_only();
CREATE TRIGGER journal_line_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON bookings_journalline
    FOR EACH STATEMENT EXECUTE FUNCTION bookings_ledger_append_only();
"""
NOT_BY_STATEMENT = """
DROP TRIGGER journal_line_append_only ON bookings_journalline;
DROP TRIGGER ledger_entry_append_only ON bookings_ledgerentry;
CREATE TRIGGER ledger_entry_append_only BEFORE UPDATE OR DELETE ON bookings_ledgerentry
    FOR EACH ROW EXECUTE FUNCTION bookings_ledger_append_only();
CREATE TRIGGER journal_line_append_only BEFORE UPDATE OR DELETE ON bookings_journalline
    FOR EACH ROW EXECUTE FUNCTION bookings_ledger_append_only();
"""

# The lock lets a sealer wait, for a moment, until every key given out so far is committed or gone. By statement: such a
# trigger runs before the first key is drawn.
CHAINED = """
CREATE FUNCTION bookings_ledger_chained() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last text := repeat('0', 64);
BEGIN
    IF NEW.position <> 1 THEN
        SELECT hash INTO last FROM bookings_ledgerentry
         WHERE booking_id = NEW.booking_id AND position = NEW.position - 1;
    END IF;
    IF NEW.previous_hash IS DISTINCT FROM last THEN
        RAISE EXCEPTION 'ledger entry % of booking % does not follow its chain', NEW.position, NEW.booking_id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION bookings_ledger_announced() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(119182731994482);
    RETURN NULL;
END $$;

CREATE TRIGGER ledger_entry_chained BEFORE INSERT ON bookings_ledgerentry
    FOR EACH ROW EXECUTE FUNCTION bookings_ledger_chained();
CREATE TRIGGER ledger_entry_announced BEFORE INSERT ON bookings_ledgerentry
    FOR EACH STATEMENT EXECUTE FUNCTION bookings_ledger_announced();
"""
NOT_CHAINED = """
DROP TRIGGER ledger_entry_announced ON bookings_ledgerentry;
DROP TRIGGER ledger_entry_chained ON bookings_ledgerentry;
DROP FUNCTION bookings_ledger_announced();
DROP FUNCTION bookings_ledger_chained();
"""

SEALS = """
CREATE TRIGGER ledger_seal_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON bookings_ledgerseal
    FOR EACH STATEMENT EXECUTE FUNCTION bookings_ledger_append_only();
"""
NO_SEALS = "DROP TRIGGER ledger_seal_append_only ON bookings_ledgerseal;"

ENTRIES = """
SELECT e.id, b.reference, e.position, e.kind, e.dedupe_key, e.posted_at,
       l.account, (l.debit * 1000)::bigint, (l.credit * 1000)::bigint, l.currency
  FROM bookings_ledgerentry e JOIN bookings_booking b ON b.id = e.booking_id
  JOIN bookings_journalline l ON l.entry_id = e.id
 ORDER BY e.booking_id, e.position
"""
WRITE = """
UPDATE bookings_ledgerentry e SET version = %s, previous_hash = given.previous, hash = given.hash
  FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS given(id, previous, hash) WHERE e.id = given.id
"""
BATCH = 5000


def _key() -> models.BigAutoField[int, int]:
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


def fill(_apps: Any, schema_editor: Any) -> None:
    connection = schema_editor.connection
    triggers = "ALTER TABLE bookings_ledgerentry {} TRIGGER ledger_entry_append_only"
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(triggers.format("DISABLE"))
        batch: list[tuple[int, str, str]] = []
        for hashed in _hashed(connection):
            batch.append(hashed)
            if len(batch) == BATCH:
                _write(cursor, batch)
                batch = []
        if batch:
            _write(cursor, batch)
        cursor.execute(triggers.format("ENABLE"))


def _write(cursor: Any, batch: list[tuple[int, str, str]]) -> None:
    ids, previous, hashes = (list(column) for column in zip(*batch, strict=True))
    cursor.execute(WRITE, [1, ids, previous, hashes])


def _hashed(connection: Any) -> Iterator[tuple[int, str, str]]:
    """(key, hash of the one before, hash) of every entry."""
    with connection.chunked_cursor() as rows:
        rows.execute(ENTRIES)
        of, last = "", chain.START
        for (key, *facts), lines in groupby(rows, key=lambda row: row[:6]):
            reference, position, kind, dedupe_key, posted_at = facts
            previous = last if reference == of else chain.START
            entry = chain.Entry(
                reference=reference,
                position=position,
                kind=kind,
                dedupe_key=dedupe_key,
                posted_at=chain.microseconds(posted_at),
                lines=[chain.Line(*line[6:]) for line in lines],
            )
            of, last = reference, chain.digest(entry, previous=previous, version=1)
            yield key, previous, last


class Migration(migrations.Migration):
    dependencies = [
        ("bookings", "0003_promotions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.AddField(
            "ledgerentry",
            "version",
            models.PositiveSmallIntegerField(default=1, help_text="Of the canonical form that was hashed."),
        ),
        migrations.AddField(
            "ledgerentry",
            "previous_hash",
            models.CharField(max_length=64, default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            "ledgerentry", "hash", models.CharField(max_length=64, default=""), preserve_default=False
        ),
        migrations.RunSQL(APPEND_ONLY, NOT_BY_STATEMENT),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddConstraint(
            "ledgerentry",
            models.CheckConstraint(
                condition=models.Q(hash__regex=r"^[0-9a-f]{64}$", previous_hash__regex=r"^[0-9a-f]{64}$"),
                name="ledger_entry_hashed",
            ),
        ),
        migrations.RunSQL(CHAINED, NOT_CHAINED),
        migrations.CreateModel(
            "LedgerSeal",
            [
                ("id", _key()),
                ("number", models.PositiveIntegerField(unique=True)),
                ("at", models.DateTimeField()),
                ("through", models.BigIntegerField()),
                ("entries", models.PositiveBigIntegerField()),
                ("chains", models.PositiveBigIntegerField()),
                ("sums", models.JSONField(help_text="Debits by currency.")),
                ("head", models.CharField(max_length=64)),
                ("key_id", models.CharField(max_length=16)),
                ("digest", models.CharField(max_length=64)),
                ("file", models.CharField(max_length=60)),
            ],
            {"ordering": ("-number",)},
        ),
        migrations.RunSQL(SEALS, NO_SEALS),
        migrations.CreateModel(
            "LedgerProof",
            [
                ("id", _key()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("running", "Running"),
                            ("clean", "No difference"),
                            ("differences", "Differences"),
                            ("failed", "Did not finish"),
                        ],
                        default="running",
                        max_length=12,
                    ),
                ),
                ("started_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                (
                    "requested_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "found",
                    models.PositiveIntegerField(
                        default=0, help_text="Differences; the first thousand are kept."
                    ),
                ),
                ("counts", models.JSONField(blank=True, default=dict)),
                ("totals", models.JSONField(blank=True, default=dict)),
                ("error", models.CharField(blank=True, max_length=200)),
            ],
            {"ordering": ("-started_at", "-pk"), "permissions": (("run_proof", "Can prove the ledger"),)},
        ),
        migrations.AddConstraint(
            "ledgerproof",
            models.UniqueConstraint(
                models.F("status"),
                condition=models.Q(status="running"),
                name="ledger_proof_one_running",
            ),
        ),
        migrations.CreateModel(
            "LedgerDifference",
            [
                ("id", _key()),
                ("code", models.CharField(max_length=40)),
                (
                    "reference",
                    models.CharField(
                        blank=True, help_text="The booking's, where there is one.", max_length=64
                    ),
                ),
                ("text", models.CharField(max_length=500)),
                (
                    "proof",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="differences",
                        to="bookings.ledgerproof",
                    ),
                ),
            ],
            {"ordering": ("pk",)},
        ),
    ]
