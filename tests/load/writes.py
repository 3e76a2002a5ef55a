"""How many rows were written, by table, as PostgreSQL counts them."""

from __future__ import annotations

from collections import Counter

from tests.load import bare
from tests.load.databases import Database

COUNTED = """
SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_user_tables
WHERE schemaname = 'public' AND relname LIKE 'hotels\\_%'
"""


def so_far(database: Database) -> Counter[str]:
    """Of the catalogue's tables. A process's part is there once it has ended."""
    with database.connect() as connection:
        rows = connection.execute(COUNTED).fetchall()
    return Counter({name: count for name, count in rows if name not in bare.BOOKKEEPING})
