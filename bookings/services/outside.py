"""The house's rule that nobody holds a transaction open while talking to a supplier or a payment provider, enforced."""

from __future__ import annotations

from django.db import connection


class TransactionOpen(RuntimeError):
    pass


def guard() -> None:
    """Call it right before an outside call. The transaction a test case wraps around itself does not count."""
    if any(not getattr(block, "_from_testcase", False) for block in connection.atomic_blocks):
        raise TransactionOpen("an outside call inside a database transaction")
