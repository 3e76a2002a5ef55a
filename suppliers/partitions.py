"""A table per day for `Call` (faredown.lib.partitions)."""

from __future__ import annotations

from faredown.lib.partitions import Days
from suppliers.models import Call

CALLS = Days(Call._meta.db_table)
KEPT_DAYS = 60
