"""The rows of edits, and who waits for whom.

Nobody edits while a merge has read the edits and not yet written what they are of: a merge locks the table of edits
against writers until its transaction ends (`shut_out_editors`), and an edit is refused as busy when that takes long.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction
from psycopg import errors as postgres

from faredown.lib.errors import Conflict
from hotels.models import ContentEdit

TASK = "hotels.find_edited"
"""Makes suggestions offer what staff changed; were it lost, the next sweep or full sync would."""
WAIT_MS = 5000
"""How long staff wait for a merge of a page."""


def shut_out_editors() -> None:
    """Until the transaction ends. Before the edits are read, and before anything they are of is written."""
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {ContentEdit._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")


@contextmanager
def editing() -> Iterator[None]:
    """A transaction that no merge comes between; what it reads after this is what the last merge wrote."""
    with transaction.atomic():
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{WAIT_MS}ms"])
                cursor.execute(f"LOCK TABLE {ContentEdit._meta.db_table} IN ROW EXCLUSIVE MODE")
            yield
        except OperationalError as error:
            if isinstance(error.__cause__, postgres.LockNotAvailable | postgres.DeadlockDetected):
                raise Conflict("busy", "A sync is writing. Try again.", retry_after=5) from error
            raise


def keep(edits: Sequence[ContentEdit]) -> int:
    """Writes those of which the supplier sends something else now."""
    held = dict(ContentEdit.objects.filter(pk__in=[edit.pk for edit in edits]).values_list("pk", "supplied"))
    changed = [edit for edit in edits if edit.pk in held and held[edit.pk] != edit.supplied]
    return ContentEdit.objects.bulk_update(changed, ["supplied"]) if changed else 0
