"""Whose turn it is to sync a supplier: one at a time, and nobody waits for the dead."""

from __future__ import annotations

import os
import socket
import time
import uuid
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import TypeVar

from faredown.idempotency.models import Lease
from faredown.idempotency.services import leases
from faredown.idempotency.services.leases import Held
from faredown.lib.errors import Conflict

Item = TypeVar("Item")

LIFE = timedelta(minutes=3)
_BEAT_SECONDS = 30.0


class LeaseLost(Conflict):
    """Somebody else took the run over; this step is not counted, and of a page nothing was written."""

    default_code = "sync_lease_lost"


def take(supplier: str) -> Held | None:
    """None: another process has it. One of this host that is dead is not waited for."""
    name = f"hotels.sync:{supplier}"
    return _acquire(name) or (_acquire(name) if _freed_from_the_dead(name) else None)


def keep(held: Held) -> None:
    if not leases.heartbeat(held, ttl=LIFE):
        raise LeaseLost


def keeping(held: Held, items: Iterable[Item]) -> Iterator[Item]:
    """The items, the lease kept alive while they are read."""
    beaten = time.monotonic()
    for item in items:
        if time.monotonic() - beaten > _BEAT_SECONDS:
            keep(held)
            beaten = time.monotonic()
        yield item


def _acquire(name: str) -> Held | None:
    holder = f"{socket.gethostname()[:30]}:{os.getpid()}:{uuid.uuid4().hex[:12]}"
    return leases.acquire(name, holder=holder, ttl=LIFE)


def _freed_from_the_dead(name: str) -> bool:
    """A number given to another process since then counts as alive: its lease is waited for."""
    row = Lease.objects.filter(name=name).first()
    host, _, rest = row.holder.partition(":") if row else ("", "", "")
    number = rest.partition(":")[0]
    if row is None or host != socket.gethostname()[:30] or not number.isdecimal() or _is_alive(int(number)):
        return False
    leases.release(Held(row.name, row.holder, row.token))
    return True


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
