"""The one way out to a supplier: budget, breaker, deadline, repeat, record.

An adapter says what to send and how to read the answer; here it is decided whether it may go, how long it may take,
whether it is worth a second try (questions only: what books or cancels is sent once), and it is written down.
"""

from __future__ import annotations

import itertools
import ssl
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar
from urllib.parse import urlsplit

import structlog
import tenacity

from faredown.lib import http, metrics
from suppliers import breaker as breakers
from suppliers import budget as budgets
from suppliers import clocks
from suppliers.credentials import Access
from suppliers.errors import (
    AccessDenied,
    NotConfigured,
    OutcomeUnknown,
    QuotaUsedUp,
    SupplierError,
    Throttled,
    Unavailable,
    Unreadable,
)
from suppliers.limits import Limits
from suppliers.operations import Operation
from suppliers.recording import Exchange, Recorder, Redactor

log = structlog.get_logger(__name__)

T = TypeVar("T")

ATTEMPTS = 3
LEAST_SECONDS = 0.05
"""Less than this left of a deadline is not worth a request."""
QUEUE_SHARE = 0.5
"""Of its deadline, what a search waits for its turn at most: the rest is the supplier's to answer in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    operation: Operation
    method: str
    url: str
    headers: Callable[[], Mapping[str, str]]
    """Made anew for each attempt: a signature ages."""
    access: Access
    deadline: float
    """Seconds in all, waiting for the budget and repeats included."""
    body: bytes | None = None
    effectful: bool = False
    """It books, changes or cancels: never sent twice, and a fault after sending leaves the outcome unknown."""
    reference: str = ""
    max_bytes: int = 64_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading(Generic[T]):
    """What an adapter made of an answer."""

    value: T
    token: str = ""
    refused: int = 0


Reader = Callable[[http.Response], Reading[T]]
"""Raises SupplierError where the answer is none; on an effectful call OutcomeUnknown unless nothing was done."""


class Transport:
    def __init__(self, supplier: str, *, limits: Limits, redact: Redactor) -> None:
        self.supplier = supplier
        self._recorder = Recorder(supplier, redact=redact, availability_sample=limits.availability_sample)
        self._budget = budgets.Budget(supplier, limits, used_today=self._recorder.used_today)
        self._breaker = breakers.Breaker(supplier)
        self._doors: dict[str, http.Door] = {}

    def send(self, request: Request, read: Reader[T]) -> T:
        until = time.monotonic() + request.deadline
        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception(_worth_repeating),
            stop=tenacity.stop_after_attempt(1 if request.effectful else ATTEMPTS)
            | tenacity.stop_before_delay(request.deadline),
            wait=_pause,
            reraise=True,
        )
        tried = itertools.count(1)
        try:
            return retrying(lambda: self._attempt(request, read, until=until, number=next(tried)))
        except _NotSent as refusal:
            raise refusal.reason from refusal.reason.__cause__

    def _attempt(self, request: Request, read: Reader[T], *, until: float, number: int) -> T:
        exchange = Exchange(
            operation=request.operation,
            method=request.method,
            path=_path(request.url),
            attempt=number,
            reference=request.reference,
            request_body=request.body or b"",
        )
        try:
            door = self._door(request.access)
            self._admit(request, until)
        except SupplierError as error:
            metrics.supplier_calls.labels(self.supplier, request.operation.value, "not_sent").observe(0)
            raise _NotSent(self._name(error, request)) from error
        try:
            reading = self._exchange(request, read, exchange, door, until)
        except SupplierError as error:
            exchange.error = self._name(error, request)
            raise
        finally:
            self._note(exchange)
        return reading.value

    def _exchange(
        self, request: Request, read: Reader[T], exchange: Exchange, door: http.Door, until: float
    ) -> Reading[T]:
        started = time.monotonic()
        try:
            response = door.request(
                request.method,
                request.url,
                headers=request.headers(),
                body=request.body,
                deadline=max(until - started, LEAST_SECONDS),
                max_bytes=request.max_bytes,
            )
        except http.DoorError as error:
            exchange.elapsed_ms = int((time.monotonic() - started) * 1000)
            raise _door_failure(error, request) from error
        exchange.status, exchange.elapsed_ms = response.status, response.elapsed_ms
        exchange.response_body = response.body
        try:
            reading = self._read(response, read, request)
        except AccessDenied as error:
            if wrong := clocks.suspect(self.supplier, response.headers.get("Date", "")):
                error.detail = f"{error.detail}; {wrong}"
            raise
        exchange.token, exchange.refused_rates = reading.token, reading.refused
        return reading

    def _read(self, response: http.Response, read: Reader[T], request: Request) -> Reading[T]:
        try:
            return read(response)
        except SupplierError:
            raise
        except Exception as error:
            # Whatever they sent that we did not foresee: it may have been done all the same.
            log.exception(
                "supplier_answer_not_read", supplier=self.supplier, operation=request.operation.value
            )
            detail = f"their answer (HTTP {response.status}) broke our reading of it: {type(error).__name__}"
            raise (OutcomeUnknown if request.effectful else Unreadable)(detail) from error

    def _admit(self, request: Request, until: float) -> None:
        if not self._breaker.allows(request.operation):
            raise Unavailable("it has not been answering: asked again in a few seconds")
        try:
            self._await_turn(request, until)
        except Throttled:
            self._breaker.step_back(request.operation)
            raise

    def _await_turn(self, request: Request, until: float) -> None:
        if request.operation is Operation.AVAILABILITY:
            until -= request.deadline * (1 - QUEUE_SHARE)
        while True:
            verdict = self._budget.take(request.operation)
            if verdict.granted:
                return
            if verdict.quota_used_up:
                raise QuotaUsedUp("the day's quota is used up", retry_after=verdict.wait)
            if time.monotonic() + verdict.wait + LEAST_SECONDS > until:
                raise Throttled("our own rate limit", retry_after=verdict.wait)
            time.sleep(verdict.wait)

    def _note(self, exchange: Exchange) -> None:
        error = exchange.error
        if isinstance(error, QuotaUsedUp):
            error.retry_after = self._budget.used_up(error.retry_after)
        if isinstance(error, Unavailable | OutcomeUnknown):
            self._breaker.failed(exchange.operation)
        else:
            self._breaker.worked(exchange.operation)
        metrics.supplier_calls.labels(
            self.supplier, exchange.operation.value, exchange.outcome.value
        ).observe(exchange.elapsed_ms / 1000)
        if exchange.refused_rates:
            log.warning(
                "supplier_rates_refused",
                supplier=self.supplier,
                operation=exchange.operation.value,
                refused=exchange.refused_rates,
                supplier_token=exchange.token,
            )
        self._recorder.record(exchange)

    def _door(self, access: Access) -> http.Door:
        """One per client certificate; connections are kept."""
        if access.certificate not in self._doors:
            self._doors[access.certificate] = _open(access)
        return self._doors[access.certificate]

    def _name(self, error: SupplierError, request: Request) -> SupplierError:
        error.supplier = error.supplier or self.supplier
        error.operation = error.operation or request.operation.value
        return error


class _NotSent(Exception):
    """Refused before anything was sent, so no repeat either: carries the reason past the repeats."""

    def __init__(self, reason: SupplierError) -> None:
        super().__init__(str(reason))
        self.reason = reason


def _worth_repeating(error: BaseException) -> bool:
    return isinstance(error, Unavailable | Throttled) and not isinstance(error, QuotaUsedUp)


_backoff = tenacity.wait_exponential_jitter(multiplier=0.2, max=2, jitter=0.3)


def _pause(state: tenacity.RetryCallState) -> float:
    """What they ask for (`Retry-After`), and otherwise a little more each time."""
    error = state.outcome.exception() if state.outcome else None
    asked = error.retry_after if isinstance(error, Throttled) else None
    return max(asked or 0.0, _backoff(state))


def _door_failure(error: http.DoorError, request: Request) -> SupplierError:
    reason = type(error).__name__
    if request.effectful and error.sent:
        return OutcomeUnknown(f"sent, no whole answer: {reason}")
    return Unavailable(f"no whole answer: {reason}" if error.sent else f"not reached: {reason}")


def _path(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _open(access: Access) -> http.Door:
    if not access.certificate:
        return http.open_session()
    # OpenSSL reads certificates from files only; ours exist for as long as it takes to read them.
    with tempfile.TemporaryDirectory(prefix="faredown-") as folder:
        certificate, key = Path(folder, "certificate.pem"), Path(folder, "key.pem")
        for place, text in ((certificate, access.certificate), (key, access.certificate_key)):
            place.touch(mode=0o600)
            place.write_text(text)
        try:
            return http.open_session(cert=(str(certificate), str(key)))
        except (ssl.SSLError, OSError) as error:
            raise NotConfigured(
                f"the client certificate of {access.label!r} cannot be used: {error}"
            ) from error
