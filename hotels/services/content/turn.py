"""Whose turn it is to sync a supplier: one at a time, and nobody waits for the dead."""

from __future__ import annotations

import os
import socket
import uuid
from datetime import timedelta
from typing import Any

from faredown.idempotency.models import Lease
from faredown.idempotency.services import leases
from faredown.idempotency.services.leases import Held
from faredown.lib import clock
from faredown.lib.errors import Conflict
from hotels.models import SyncRun

LIFE = timedelta(minutes=3)
LONG_LIFE = timedelta(minutes=15)
"""For a step that is one long statement of ours, in which no beat can be given."""
_STEPPED = ("stage", "position", "total", "counts", "findings")
_IN_HAND: set[str] = set()
"""Holders of this process that are at work."""


class LeaseLost(Conflict):
    """Somebody else took the run over, or ended it; of this step nothing was written."""

    default_code = "sync_lease_lost"


def take(supplier: str) -> Held | None:
    """None: another process has it. One of this host that is dead is not waited for."""
    name = f"hotels.sync:{supplier}"
    return _acquire(name) or (_acquire(name) if _freed_from_the_dead(name) else None)


def give_back(held: Held) -> None:
    """Also where the database is away and does not hear of it: nobody waits for us then."""
    _IN_HAND.discard(held.holder)
    leases.release(held)


def keep(held: Held, *, life: timedelta = LIFE) -> None:
    if not leases.heartbeat(held, ttl=life):
        raise LeaseLost


def save(run: SyncRun, held: Held, *, before: tuple[str, int]) -> None:
    """The last statement of a step's transaction. Compare and set: when the run is not where this step found it, or is
    over, or somebody else's token is on it, nothing of the step stays. A pause meanwhile stays one."""
    if not leases.holds(held):
        raise LeaseLost
    ours = SyncRun.objects.filter(
        pk=run.pk, stage=before[0], position=before[1], lease_token__lte=held.token, status__in=SyncRun.OPEN
    )
    values: dict[str, Any] = {name: getattr(run, name) for name in _STEPPED}
    if run.finished_at is not None:
        values |= {"status": run.status, "finished_at": run.finished_at}
    run.lease_token, run.progress_at, run.waits_until, run.error = held.token, clock.now(), None, ""
    if not ours.update(
        **values,
        lease_token=held.token,
        progress_at=run.progress_at,
        waits_until=None,
        left_at=None,
        error="",
    ):
        raise LeaseLost


def leave(run: SyncRun, held: Held) -> None:
    """Where the run is unfinished and the turn still ours: nobody is at it from now on."""
    if leases.holds(held):
        SyncRun.objects.filter(pk=run.pk, status=SyncRun.Status.RUNNING).update(left_at=clock.now())


def _acquire(name: str) -> Held | None:
    holder = f"{socket.gethostname()[:30]}:{os.getpid()}:{uuid.uuid4().hex[:12]}"
    held = None
    _IN_HAND.add(holder)
    try:
        held = leases.acquire(name, holder=holder, ttl=LIFE)
    finally:
        if held is None:
            _IN_HAND.discard(holder)
    return held


def _freed_from_the_dead(name: str) -> bool:
    """A number given to another process since then counts as alive: its lease is waited for."""
    row = Lease.objects.filter(name=name).first()
    host, _, rest = row.holder.partition(":") if row else ("", "", "")
    number = rest.partition(":")[0]
    if row is None or host != socket.gethostname()[:30] or not number.isdecimal():
        return False
    process = int(number)
    if row.holder in _IN_HAND if process == os.getpid() else _is_alive(process):
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
