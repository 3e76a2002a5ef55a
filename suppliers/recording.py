"""Keeps every exchange as a `Call` row. Recording never breaks the call it records."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from django.db import Error as DatabaseError
from django.db import transaction

from faredown.lib import clock
from faredown.lib.logging import request_id
from suppliers.errors import (
    AccessDenied,
    InvalidRequest,
    OutcomeUnknown,
    Rejected,
    SupplierError,
    Throttled,
    Unreadable,
)
from suppliers.models import Call
from suppliers.operations import Operation, Outcome

log = structlog.get_logger(__name__)

_dice = random.SystemRandom()

KEPT_BODIES = frozenset(
    {Operation.CHECK_RATES, Operation.BOOK, Operation.CANCEL, Operation.CHANGE, Operation.BOOKING_DETAIL}
)
LONGEST_BODY = 200_000

Redactor = Callable[[bytes], str]
"""Text of a body without keys, signatures and guests' names."""


@dataclass(slots=True, kw_only=True)
class Exchange:
    """The facts of one attempt, filled in as they become known."""

    operation: Operation
    method: str
    path: str
    attempt: int
    reference: str
    request_body: bytes
    status: int | None = None
    elapsed_ms: int = 0
    response_body: bytes = b""
    token: str = ""
    refused_rates: int = 0
    error: SupplierError | None = None

    @property
    def outcome(self) -> Outcome:
        return outcome_of(self.error)


def outcome_of(error: SupplierError | None) -> Outcome:
    if error is None:
        return Outcome.OK
    for kind, outcome in _OUTCOMES:
        if isinstance(error, kind):
            return outcome
    return Outcome.UNAVAILABLE


_OUTCOMES: tuple[tuple[type[SupplierError], Outcome], ...] = (
    (OutcomeUnknown, Outcome.UNKNOWN),
    (InvalidRequest, Outcome.INVALID),
    (Rejected, Outcome.REFUSED),
    (AccessDenied, Outcome.DENIED),
    (Throttled, Outcome.THROTTLED),
    (Unreadable, Outcome.UNREADABLE),
)


class Recorder:
    def __init__(self, supplier: str, *, redact: Redactor, availability_sample: float) -> None:
        self._supplier = supplier
        self._redact = redact
        self._sample = availability_sample

    def record(self, exchange: Exchange) -> None:
        row = self._row(exchange)
        try:
            # Its own savepoint where a caller holds a transaction after all: a failure stays ours.
            with transaction.atomic():
                row.save(force_insert=True)
        except DatabaseError as error:
            log.error(
                "supplier_call_not_recorded",
                supplier=self._supplier,
                operation=exchange.operation.value,
                outcome=exchange.outcome.value,
                supplier_token=exchange.token,
                reference=exchange.reference,
                error=type(error).__name__,
            )

    def used_today(self) -> int:
        midnight = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
        try:
            return Call.objects.filter(supplier=self._supplier, at__gte=midnight).count()
        except DatabaseError:
            return 0

    def _row(self, exchange: Exchange) -> Call:
        error = exchange.error
        kept = self._keeps_bodies(exchange)
        return Call(
            at=clock.now(),
            supplier=self._supplier,
            operation=exchange.operation.value,
            outcome=exchange.outcome.value,
            method=exchange.method,
            path=exchange.path[:400],
            status=exchange.status,
            attempt=exchange.attempt,
            elapsed_ms=exchange.elapsed_ms,
            request_bytes=len(exchange.request_body),
            response_bytes=len(exchange.response_body),
            refused_rates=exchange.refused_rates,
            booking_reference=exchange.reference[:40],
            token=(exchange.token or (error.token if error else ""))[:64],
            request_id=request_id.get()[:64],
            detail=_text(error.detail, 400) if error else "",
            request_body=_text(self._redact(exchange.request_body), LONGEST_BODY) if kept else "",
            response_body=_text(self._redact(exchange.response_body), LONGEST_BODY) if kept else "",
        )

    def _keeps_bodies(self, exchange: Exchange) -> bool:
        if exchange.error is not None or exchange.operation in KEPT_BODIES:
            return True
        return exchange.operation is Operation.AVAILABILITY and _dice.random() < self._sample


def _text(text: str, longest: int) -> str:
    """PostgreSQL's text takes no NUL."""
    return text.replace("\x00", "")[:longest]
