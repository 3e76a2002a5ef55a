"""The way out to Stripe: one POST or GET, its deadline, its one repeat, its errors told by what they did.

Plain HTTP through the house's own door, not Stripe's package: that one's timeout counts between two reads, and the
deadline here is total. A repeat goes out under the same Idempotency-Key, which Stripe answers as it did the first time.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple, TypeVar
from urllib.parse import urlencode

import msgspec
import structlog
import tenacity

from bookings.gateways.errors import GatewayError, OutcomeUnknown, Refused, Unavailable
from bookings.gateways.stripe import schemas
from faredown.lib import http, metrics

log = structlog.get_logger(__name__)

T = TypeVar("T")
Form = Mapping[str, object]

ATTEMPTS = 2
PAUSE = (0.2, 0.6)
"""Seconds, from and to."""
PAGE = 100
MAX_BYTES = 8_000_000


class Declined(Refused):
    """The card was refused. `intent` is the PaymentIntent it left behind, if one was made."""

    intent: schemas.Intent | None = None


class Again(Unavailable):
    """Nothing moved, and another try may do."""


class _Call(NamedTuple):
    operation: str
    method: str
    target: str
    body: bytes | None = None
    key: str = ""

    @property
    def effectful(self) -> bool:
        return self.method == "POST"


class Client:
    def __init__(self, *, key: str, url: str, deadline: float) -> None:
        self._key, self._url, self._deadline = key, url, deadline
        self._door = http.open_session()

    def get(self, operation: str, path: str, shape: type[T], query: Form | None = None) -> T:
        target = f"{path}?{urlencode(flat(query))}" if query else path
        return self._send(_Call(operation, "GET", target), shape)

    def post(self, operation: str, path: str, shape: type[T], form: Form, *, key: str) -> T:
        return self._send(_Call(operation, "POST", path, urlencode(flat(form)).encode(), key), shape)

    def each(self, operation: str, path: str, shape: type[T], query: Form) -> Iterator[T]:
        """Every row of a list, newest first, page by page."""
        after: dict[str, str] = {}
        while True:
            page = self.get(operation, path, schemas.Page, {**query, "limit": PAGE, **after})
            for row in page.data:
                yield _decoded(bytes(row), shape)
            if not page.has_more or not page.data:
                return
            after = {"starting_after": _decoded(bytes(page.data[-1]), schemas.Named).id}

    def _send(self, call: _Call, shape: type[T]) -> T:
        until = time.monotonic() + self._deadline
        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type((Again, OutcomeUnknown)),
            stop=tenacity.stop_after_attempt(ATTEMPTS) | tenacity.stop_before_delay(self._deadline),
            wait=lambda _state: random.uniform(*PAUSE),  # noqa: S311 - spreads repeats, keeps no secret
            reraise=True,
        )
        return retrying(_remembering(lambda: self._attempt(call, shape, until), effectful=call.effectful))

    def _attempt(self, call: _Call, shape: type[T], until: float) -> T:
        started = time.monotonic()
        outcome, status, request = "ok", 0, ""
        try:
            answer = self._door.request(
                call.method,
                f"{self._url}{call.target}",
                headers=self._headers(call.key),
                body=call.body,
                deadline=max(until - started, 0.05),
                max_bytes=MAX_BYTES,
            )
            status, request = answer.status, answer.headers.get("Request-Id", "")
            return _read(answer, shape, effectful=call.effectful, request=request)
        except http.DoorError as error:
            failure = _unanswered(error, effectful=call.effectful)
            outcome = failure.code
            raise failure from error
        except GatewayError as error:
            outcome = type(error).__name__
            raise
        finally:
            took = time.monotonic() - started
            metrics.gateway_calls.labels("stripe", call.operation, _outcome(outcome)).observe(took)
            log.info(
                "gateway_call",
                gateway="stripe",
                operation=call.operation,
                outcome=outcome,
                status=status,
                provider_request=request,
                elapsed_ms=int(took * 1000),
            )

    def _headers(self, key: str) -> dict[str, str]:
        headers = {"Authorization": f"Bearer {self._key}", "Stripe-Version": schemas.VERSION}
        if key:
            headers |= {"Idempotency-Key": key, "Content-Type": "application/x-www-form-urlencoded"}
        return headers


def _remembering(attempt: Callable[[], T], *, effectful: bool) -> Callable[[], T]:
    """A repeat that was not let in says nothing about the first, which may have moved money."""
    lost: list[OutcomeUnknown] = []

    def ask() -> T:
        try:
            return attempt()
        except OutcomeUnknown as error:
            lost.append(error)
            raise
        except Unavailable as error:
            if effectful and lost:
                raise lost[0] from error
            raise

    return ask


def flat(form: Form | None, prefix: str = "") -> list[tuple[str, str]]:
    """`{"metadata": {"a": "b"}, "expand": ["c"]}` as Stripe reads it: `metadata[a]=b`, `expand[]=c`."""
    pairs: list[tuple[str, str]] = []
    for name, value in (form or {}).items():
        full = f"{prefix}[{name}]" if prefix else name
        if isinstance(value, Mapping):
            pairs += flat(value, full)
        elif isinstance(value, list | tuple):
            pairs += [(f"{full}[]", str(one)) for one in value]
        else:
            pairs.append((full, str(value).lower() if isinstance(value, bool) else str(value)))
    return pairs


def _read(answer: http.Response, shape: type[T], *, effectful: bool, request: str) -> T:
    if 200 <= answer.status < 300:
        try:
            return _decoded(answer.body, shape)
        except Unavailable:
            if effectful:  # it was done, and we cannot read how
                raise OutcomeUnknown("unreadable", request) from None
            raise
    raise _refusal(answer, effectful=effectful, request=request)


def _decoded(body: bytes, shape: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Unavailable("unreadable", shape.__name__) from error


def _refusal(answer: http.Response, *, effectful: bool, request: str) -> GatewayError:
    """docs.stripe.com/api/errors, /error-low-level: a 5xx, and a key used for another request, leave it open."""
    try:
        error = msgspec.json.decode(answer.body, type=schemas.ErrorAnswer).error
    except (msgspec.DecodeError, UnicodeDecodeError):
        error = schemas.ErrorBody()
    code = error.code or error.type or f"http_{answer.status}"
    match answer.status:
        case 401 | 403:
            return Unavailable("access_denied", request)
        case 429:
            return Again("throttled", request)
        case 409:
            return OutcomeUnknown("in_progress", request) if effectful else Again("in_progress", request)
        case 402:
            declined = Declined(error.reason, request)
            declined.intent = error.payment_intent
            return declined
        case status if status >= 500 or error.type == "idempotency_error":
            return OutcomeUnknown(code, request) if effectful else Again(code, request)
        case _:
            return Refused(code[:60], request)


def _unanswered(error: http.DoorError, *, effectful: bool) -> GatewayError:
    if not error.sent:
        return Again("not_reached", str(error))
    return OutcomeUnknown("no_answer", str(error)) if effectful else Again("no_answer", str(error))


def _outcome(name: str) -> str:
    """A label holds few values: what kind of end it was."""
    return name if name in {"ok", "Declined", "Refused", "Unavailable", "OutcomeUnknown"} else "unanswered"
