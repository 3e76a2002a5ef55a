"""Hotelbeds over HTTP: the signature, the endpoints and how long each may take (REFERENCE sections 1 to 3)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import quote, urlencode, urlsplit

from faredown.lib import clock, http
from suppliers.adapters.hotelbeds.mapping import failures
from suppliers.adapters.hotelbeds.mapping.values import NotAnAnswer, Refused
from suppliers.credentials import Access, Keyring
from suppliers.errors import OutcomeUnknown, Unreadable
from suppliers.operations import Api, Operation, api_of
from suppliers.transport import Reader, Reading, Request, Transport

T = TypeVar("T")
Query = dict[str, str | int]

Parse = Callable[[bytes], Reading[T]]
"""Raises NotAnAnswer or Refused where the body holds no usable result."""

DEADLINES = {
    Operation.STATUS: 10.0,
    Operation.CONTENT: 120.0,
    Operation.CHECK_RATES: 30.0,
    Operation.BOOK: 75.0,
    Operation.BOOKING_DETAIL: 65.0,
    Operation.BOOKING_LIST: 65.0,
    Operation.CHANGE: 125.0,
    Operation.CANCEL: 75.0,
    Operation.RECONFIRMATIONS: 65.0,
}
"""Seconds in all: theirs (section 3.2) and some over, so that we never hang up while they are still at work. A
confirmation must be given at least 60 s (certification 3.11). Availability gets its deadline from who asks."""

PATHS = {Api.CONTENT: "/hotel-content-api", Api.BOOKING: "/hotel-api"}
LARGEST_ANSWER = 256_000_000
SMALL_ANSWER = 65_536
"""An error in a 200 is short; longer answers are not searched for one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One request, before it has a host and a signature."""

    operation: Operation
    path: str
    method: str = "GET"
    query: Query | None = None
    body: bytes | None = None
    effectful: bool = False
    reference: str = ""
    deadline: float | None = None


class Client:
    def __init__(self, keyring: Keyring, transport: Transport) -> None:
        self.keyring = keyring
        self._transport = transport

    def ask(self, question: Question, parse: Parse[T]) -> T:
        return self.send(question, lambda response: read(response, question, parse))

    def send(self, question: Question, reader: Reader[T]) -> T:
        return self._transport.send(self.request(question), reader)

    def request(self, question: Question) -> Request:
        access = self.keyring.for_operation(question.operation)
        return Request(
            operation=question.operation,
            method=question.method,
            url=_url(access, question),
            headers=lambda: headers(access, has_body=question.body is not None),
            access=access,
            deadline=question.deadline or DEADLINES[question.operation],
            body=question.body,
            effectful=question.effectful,
            reference=question.reference,
            max_bytes=LARGEST_ANSWER,
        )


def signature(api_key: str, secret: str, epoch_seconds: int) -> str:
    return hashlib.sha256(f"{api_key}{secret}{epoch_seconds}".encode()).hexdigest()


def headers(access: Access, *, has_body: bool) -> dict[str, str]:
    made = {
        "Api-key": access.api_key,
        "X-Signature": signature(access.api_key, access.secret, int(clock.now().timestamp())),
        "Accept": "application/json",
        "Accept-Encoding": "gzip",
    }
    return made | {"Content-Type": "application/json"} if has_body else made


def booking_path(supplier_reference: str) -> str:
    return f"/bookings/{quote(supplier_reference, safe='')}"


def _url(access: Access, question: Question) -> str:
    base = (
        access.host
        if urlsplit(access.host).path.strip("/")
        else access.host + PATHS[api_of(question.operation)]
    )
    query = f"?{urlencode(question.query)}" if question.query else ""
    return f"{base}/{access.version}{question.path}{query}"


def read(response: http.Response, question: Question, parse: Parse[T]) -> Reading[T]:
    """An answer with a result, or the error it stands for."""
    good = 200 <= response.status < 300
    if not good or len(response.body) < SMALL_ANSWER:
        failure = failures.read(
            response.status,
            response.headers,
            response.body,
            operation=question.operation,
            effectful=question.effectful,
        )
        if not good or failure.category or failure.message:
            raise failures.error(failure)
    try:
        return parse(response.body)
    except (NotAnAnswer, Refused) as error:
        kind = OutcomeUnknown if question.effectful else Unreadable
        raise kind(f"HTTP {response.status}, {len(response.body)} bytes: {error}"[:300]) from error
