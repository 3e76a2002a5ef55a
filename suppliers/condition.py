"""How a supplier stands with us right now: which breakers are open, how much of rate and quota is left."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from suppliers import breaker, broker, budget
from suppliers.operations import Api, Operation


class Breaker(StrEnum):
    CLOSED = "closed"
    HALF_OPEN = "half_open"
    """Its pause is over: one call at a time is let through to see whether the supplier is back."""
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class OperationState:
    operation: Operation
    breaker: Breaker
    failures: int
    """In a row."""
    opens_in: int
    """Seconds until a call is let through again; 0 unless it is open."""


@dataclass(frozen=True, slots=True)
class Budget:
    """`left`: calls that may go at once, those kept back for bookings among them. `rate`: a second."""

    left: int
    rate: float


@dataclass(frozen=True, slots=True)
class Condition:
    """`budgets` of the APIs that were asked of late. `quota`: calls a day we allow ourselves, 0 for no limit or none
    known. `paused`: seconds for which searches and content stop because the supplier said its quota is used up."""

    operations: tuple[OperationState, ...]
    budgets: dict[Api, Budget]
    used_today: int
    quota: int
    paused: int

    @property
    def troubled(self) -> tuple[OperationState, ...]:
        return tuple(one for one in self.operations if one.breaker is not Breaker.CLOSED)


def read(supplier: str) -> Condition | None:
    """None while the Redis that holds it is away: then each process goes by what it knows itself."""
    client = broker.connection()
    if client is None:
        return None
    operations, apis = list(Operation), list(Api)

    def ask() -> list[Any]:
        with client.pipeline(transaction=False) as pipe:
            pipe.time()
            pipe.get(budget.day_key(supplier))
            pipe.ttl(budget.pause_key(supplier))
            for operation in operations:
                pipe.hmget(breaker.key(supplier, operation), "opened", "failures")
            for api in apis:
                pipe.hmget(budget.told_key(supplier, api), *_LIMITS)
                pipe.lrange(budget.grants_key(supplier, api), 0, -1)
            return list(pipe.execute())

    answer = broker.guarded(ask)
    if answer is None:
        return None
    (seconds, micros), used, pause, *rest = answer
    now = seconds + micros / 1e6
    states, told = rest[: len(operations)], rest[len(operations) :]
    budgets = {
        api: (limits, grants)
        for api, limits, grants in zip(apis, told[::2], told[1::2], strict=True)
        if all(part is not None for part in limits)
    }
    return Condition(
        operations=tuple(_state(*pair, now=now) for pair in zip(operations, states, strict=True)),
        budgets={api: _budget(*pair, now=now) for api, pair in budgets.items()},
        used_today=int(used or 0),
        quota=max((int(limits[-1]) for limits, _ in budgets.values()), default=0),
        paused=max(int(pause), 0),
    )


def _state(operation: Operation, stored: list[bytes | None], *, now: float) -> OperationState:
    opened, failures = stored
    if opened is None:
        return OperationState(operation, Breaker.CLOSED, int(failures or 0), 0)
    left = breaker.OPEN_SECONDS - (now - float(opened))
    state = Breaker.OPEN if left > 0 else Breaker.HALF_OPEN
    return OperationState(operation, state, int(failures or 0), max(0, round(left)))


_LIMITS = ("window", "calls", "rate", "quota")


def _budget(limits: list[bytes], grants: list[bytes], *, now: float) -> Budget:
    window, calls, rate, _ = map(float, limits)
    under_way = sum(float(grant) > now - window for grant in grants)
    return Budget(max(0, int(calls) - under_way), rate)
