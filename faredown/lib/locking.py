"""Row locks, always in primary-key order (no deadlocks) and never waited for without an end."""

from typing import TypeVar

from django.db import OperationalError, connections, models, transaction
from psycopg import errors as postgres

from faredown.lib.errors import Conflict, NotFound

Row = TypeVar("Row", bound=models.Model)

_TIMED_OUT = (postgres.LockNotAvailable, postgres.DeadlockDetected)


def locked(rows: "models.QuerySet[Row]", *, wait_ms: int = 3000, no_key: bool = False) -> list[Row]:
    """The rows, locked until the transaction ends. Somebody else's lock that outlasts `wait_ms` is `Conflict("busy")`.
    `no_key`: rows that point at these may be written meanwhile; for who changes no key.

    Call it inside `transaction.atomic()`; re-read nothing, these are the current rows.
    """
    database = rows.using(rows.db).db
    connection = connections[database]
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("a row lock needs a transaction")
    with connection.cursor() as cursor:
        # Local to the transaction: a pooled connection goes back without it.
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{wait_ms}ms"])
    try:
        return list(rows.order_by("pk").select_for_update(of=("self",), no_key=no_key))
    except OperationalError as error:
        if isinstance(error.__cause__, _TIMED_OUT):
            raise Conflict("busy", "Somebody else is working on it. Try again.", retry_after=1) from error
        raise


def locked_one(rows: "models.QuerySet[Row]", *, wait_ms: int = 3000, no_key: bool = False) -> Row:
    found = locked(rows, wait_ms=wait_ms, no_key=no_key)
    if len(found) != 1:
        raise NotFound
    return found[0]
