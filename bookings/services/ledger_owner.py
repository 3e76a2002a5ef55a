"""Giving the ledger's tables to a role that nobody logs in with: then the program may read and add, and no more. It
cannot switch a trigger off, either, because that takes the owner."""

from __future__ import annotations

import re
from collections.abc import Iterator

from faredown.lib.errors import invalid

TABLES = ("bookings_ledgerentry", "bookings_journalline", "bookings_ledgerseal")
FUNCTIONS = (
    "bookings_ledger_append_only",
    "bookings_ledger_balanced",
    "bookings_ledger_chained",
    "bookings_ledger_announced",
)
_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")


def statements(*, owner: str, program: str) -> Iterator[str]:
    """SQL for a superuser. `program`: the role of DATABASE_URL, which has to be another one. May be repeated."""
    for field, name in (("owner", owner), ("program", program)):
        if not _NAME.fullmatch(name):
            raise invalid(field, "not_a_role", "A role's name is made of small letters, digits and _.")
    if owner == program:
        raise invalid("owner", "same_role", "The owner has to be another role than the program's.")
    missing = f"NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{owner}')"  # noqa: S608 (checked above)
    yield f"DO $$ BEGIN IF {missing} THEN CREATE ROLE {owner} NOLOGIN; END IF; END $$"
    for table in TABLES:
        yield f"ALTER TABLE {table} OWNER TO {owner}"
        yield f"REVOKE ALL ON {table} FROM PUBLIC, {program}"
        yield f"GRANT SELECT, INSERT ON {table} TO {program}"
    for function in FUNCTIONS:
        yield f"ALTER FUNCTION {function}() OWNER TO {owner}"
