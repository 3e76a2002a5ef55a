"""A ledger of a million entries, written straight into the tables: what years of sales leave behind."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import psycopg
from psycopg import sql

from bookings import chain
from bookings.chain import Line

DAYS = 1095
"""The sales lie over so many days; the provider's list is read for the last thirty-five."""
TOTAL, NET, BACK = 250_000, 200_000, 50_000  # in thousandths
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# What the columns hold that the proof does not look at.
BY_TYPE = {
    "character varying": "''",
    "text": "''",
    "jsonb": "'{}'",
    "integer": "0",
    "smallint": "0",
    "bigint": "n",
    "numeric": "0",
    "boolean": "false",
    "timestamp with time zone": "now() - make_interval(days => n % DAYS)",
    "date": "DATE '2026-01-01'",
    "uuid": "gen_random_uuid()",
    "inet": "'127.0.0.1'",
}
BOOKINGS = {
    "id": "n",
    "reference": "'FD' || lpad(n::text, 10, '0')",
    "status": "'confirmed'",
    "supplier": "'hotelbeds'",
    "supplier_reference": "'1-' || n",
    "check_out": "DATE '2026-01-04'",
    "total_amount": "250",
    "total_currency": "'EUR'",
    "net_amount": "200",
    "net_currency": "'EUR'",
    "price": '\'{"exchange_rate": "1"}\'',
}
PAYMENTS = {
    "id": "n",
    "public_id": "'pay_' || n",
    "booking_id": "n",
    "gateway": "'offline'",
    "amount_amount": "250",
    "amount_currency": "'EUR'",
    "captured_amount": "250",
    "refunded_amount": "50",
    "status": "'partially_refunded'",
}
REFUNDS = {
    "id": "n",
    "public_id": "'rfd_' || n",
    "payment_id": "n",
    "amount_amount": "50",
    "amount_currency": "'EUR'",
    "reason": "'staff'",
    "status": "'done'",
}
CHARGES = {
    "id": "n",
    "reference": "'off_' || n",
    "payment_id": "'pay_' || n",
    "token": "'tok_ok'",
    "state": "'captured'",
    "currency": "'EUR'",
    "authorised_amount": "250",
    "captured_amount": "250",
}
SENT_BACK = {
    "id": "n",
    "reference": "'ofr_' || n",
    "refund_id": "'rfd_' || n",
    "charge_id": "n",
    "amount": "50",
    "succeeded": "true",
}


class Written(NamedTuple):
    entries: int
    lines: int


def write(connection: psycopg.Connection, *, bookings: int) -> Written:
    """Each booking sold, paid, and a part of it sent back: four entries and ten lines."""
    connection.execute("SET session_replication_role = replica")
    for table, known in (
        ("bookings_booking", BOOKINGS),
        ("bookings_payment", PAYMENTS),
        ("bookings_refund", REFUNDS),
        ("bookings_offlinecharge", CHARGES),
        ("bookings_offlinerefund", SENT_BACK),
    ):
        _fill(connection, table, known, bookings)
    entries = (
        "COPY bookings_ledgerentry"
        " (id, booking_id, position, kind, dedupe_key, posted_at, version, previous_hash, hash) FROM STDIN"
    )
    with connection.cursor().copy(entries) as copy:
        for number in range(1, bookings + 1):
            for row in _entries(number):
                copy.write_row(row)
    columns = "COPY bookings_journalline (id, entry_id, account, debit, credit, currency) FROM STDIN"
    key = 0
    with connection.cursor().copy(columns) as copy:
        for number in range(1, bookings + 1):
            for offset, (_, _, lines) in enumerate(_story(number), start=1):
                for account, debit, credit, currency in lines:
                    key += 1
                    entry = (number - 1) * 4 + offset
                    copy.write_row((key, entry, account, _plain(debit), _plain(credit), currency))
    connection.execute("RESET session_replication_role")
    connection.execute("VACUUM ANALYZE")
    return Written(bookings * 4, key)


def _fill(connection: psycopg.Connection, table: str, known: dict[str, str], count: int) -> None:
    """The columns that must hold something, as `known` says or as their type needs."""
    told = connection.execute(
        "SELECT column_name, data_type FROM information_schema.columns"
        " WHERE table_schema = 'public' AND table_name = %s AND (is_nullable = 'NO' OR column_name = ANY(%s))"
        " ORDER BY ordinal_position",
        (table, list(known)),
    ).fetchall()
    names = sql.SQL(", ").join(sql.Identifier(name) for name, _ in told)
    values = ", ".join(known.get(name, BY_TYPE[kind]).replace("DAYS", str(DAYS)) for name, kind in told)
    statement = sql.SQL("INSERT INTO {} ({}) SELECT {} FROM generate_series(1, {}) n")
    connection.execute(statement.format(sql.Identifier(table), names, sql.SQL(values), sql.Literal(count)))


def _entries(number: int) -> Iterator[tuple[object, ...]]:
    reference, previous = f"FD{number:010}", chain.START
    posted_at = datetime.now(UTC).replace(microsecond=0) - timedelta(days=number % DAYS)
    for position, (kind, key, lines) in enumerate(_story(number), start=1):
        content = chain.Entry(reference, position, kind, key, chain.microseconds(posted_at), lines)
        digest = chain.digest(content, previous=previous)
        entry = (number - 1) * 4 + position
        yield entry, number, position, kind, key, posted_at, chain.VERSION, previous, digest
        previous = digest


def _story(number: int) -> list[tuple[str, str, list[Line]]]:
    return [
        (
            "sale",
            f"FD{number:010}:sale",
            [
                *_moved("guest_receivable", "revenue", TOTAL),
                *_moved("supplier_cost", "supplier_payable", NET),
            ],
        ),
        ("capture", f"pay_{number}:capture", _moved("cash_at_provider", "guest_receivable", TOTAL)),
        ("refund_owed", f"rfd_{number}:owed", _moved("revenue", "refund", BACK)),
        ("refund", f"rfd_{number}:refund", _moved("refund", "cash_at_provider", BACK)),
    ]


def _moved(debit: str, credit: str, amount: int) -> list[Line]:
    return [Line(debit, amount, 0, "EUR"), Line(credit, 0, amount, "EUR")]


def _plain(thousandths: int) -> str:
    return f"{thousandths // 1000}.{thousandths % 1000:03}"
