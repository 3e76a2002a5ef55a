"""Tries an account step by step, with nothing booked, and says in plain sentences what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from faredown.lib import clock, http
from suppliers import clocks
from suppliers.adapters.hotelbeds import schemas
from suppliers.adapters.hotelbeds.client import Client, Question, read
from suppliers.adapters.hotelbeds.mapping import hotels, pages
from suppliers.adapters.hotelbeds.mapping.values import decode
from suppliers.errors import (
    AccessDenied,
    NotConfigured,
    QuotaUsedUp,
    Rejected,
    SupplierError,
    Throttled,
    Unreadable,
)
from suppliers.operations import Operation
from suppliers.port import Supplier
from suppliers.transport import Reading
from suppliers.types import Finding, Occupancy, Problem, Rate, StaySearch

LEAD_DAYS = 60
HOTELS = 50


@dataclass(slots=True)
class _Trial:
    supplier: Supplier
    client: Client
    codes: list[str] = field(default_factory=list)
    rates: list[Rate] = field(default_factory=list)


def findings(supplier: Supplier, client: Client) -> Iterator[Finding]:
    """Stops at the first step after which the rest could not work."""
    trial = _Trial(supplier, client)
    for step, run in _STEPS:
        try:
            sentence, problem = run(trial)
        except SupplierError as error:
            sentence, problem = _explained(error)
        yield Finding(step=step, problem=problem, sentence=sentence)
        if problem and problem is not Problem.CLOCK:
            return


def _credentials(trial: _Trial) -> tuple[str, Problem | None]:
    accesses = {operation: trial.client.keyring.for_operation(operation) for operation in Operation}
    hosts = sorted({f"{access.label} at {access.host}" for access in accesses.values()})
    return f"Every operation has a credential ({'; '.join(hosts)}).", None


def _status(trial: _Trial) -> tuple[str, Problem | None]:
    answered = _ask_status(trial)
    if isinstance(answered.error, AccessDenied) and abs(answered.skew) > clocks.SKEW_SECONDS:
        sentence = (
            f"The signature was refused, and this machine's clock is {clocks.off(answered.skew)}: "
            "the signature holds the time. Set the clock (NTP) before you look at the keys."
        )
        return sentence, Problem.CLOCK_REFUSED
    if answered.error:
        raise answered.error
    if abs(answered.skew) > clocks.SKEW_SECONDS:
        return (
            f"It answers, but this machine's clock is {clocks.off(answered.skew)}. Set it (NTP).",
            Problem.CLOCK,
        )
    return (
        f"It answers, the key and the signature are accepted, the clocks differ by {abs(answered.skew):.0f} s.",
        None,
    )


def _content(trial: _Trial) -> tuple[str, Problem | None]:
    question = Question(
        operation=Operation.CONTENT, path="/hotels", query={"fields": "code", "from": 1, "to": HOTELS}
    )
    page = trial.client.ask(question, lambda body: Reading(value=pages.page(body, hotels.CODES)))
    trial.codes = list(hotels.codes(page))
    if not trial.codes:
        return (
            "The Content API answers, but lists no hotel: ask Hotelbeds which portfolio the key has.",
            Problem.ANSWER,
        )
    return f"The Content API answers and lists {page.total} hotels.", None


def _availability(trial: _Trial) -> tuple[str, Problem | None]:
    check_in = clock.today() + timedelta(days=LEAD_DAYS)
    search = StaySearch(
        hotel_codes=tuple(trial.codes),
        check_in=check_in,
        check_out=check_in + timedelta(days=1),
        occupancies=(Occupancy(2),),
    )
    found = trial.supplier.search(search, deadline=20)
    trial.rates = [rate for hotel in found.hotels for rate in hotel.rates]
    refused = f" {len(found.refused)} rates could not be used." if found.refused else ""
    currencies = ", ".join(sorted({hotel.currency for hotel in found.hotels})) or "no prices"
    hotels = f"{len(found.hotels)} of {len(trial.codes)} hotels"
    return f"Availability answers: {hotels}, {len(trial.rates)} rates ({currencies}).{refused}", None


def _check_rates(trial: _Trial) -> tuple[str, Problem | None]:
    rate = next((rate for rate in trial.rates if rate.needs_check), next(iter(trial.rates), None))
    if rate is None:
        return "Nothing was on sale to try a price check with; the rest works.", None
    try:
        checked = trial.supplier.check_rates([rate], language="en").rates[0]
    except Rejected as error:
        return f"The price check answers; this rate was refused, as happens: {error.detail}", None
    return f"The price check answers: {rate.net} became {checked.net}.", None


_STEPS = (
    ("credentials", _credentials),
    ("status", _status),
    ("content", _content),
    ("availability", _availability),
    ("price check", _check_rates),
)


@dataclass(frozen=True, slots=True)
class _Status:
    skew: float
    """Seconds our clock is ahead of theirs."""
    error: SupplierError | None


def _ask_status(trial: _Trial) -> _Status:
    """The answer's `Date` tells the time also when the signature is refused, and then it matters most."""
    question = Question(operation=Operation.STATUS, path="/status")
    skews: list[float] = []

    def look(response: http.Response) -> Reading[str]:
        skews.append(clocks.ahead(response.headers.get("Date", "")))
        return read(response, question, _status_value)

    try:
        trial.client.send(question, look)
    except SupplierError as error:
        return _Status(skews[-1] if skews else 0.0, error)
    return _Status(skews[-1], None)


def _status_value(body: bytes) -> Reading[str]:
    answer = decode(body, schemas.StatusAnswer)
    if answer.status != "OK":
        raise Unreadable(f"status says {answer.status!r}")
    return Reading(value=answer.status, token=(answer.audit_data and answer.audit_data.token) or "")


def _explained(error: SupplierError) -> tuple[str, Problem]:
    if isinstance(error, NotConfigured):
        return f"{error.detail}.", Problem.CREDENTIAL
    if isinstance(error, QuotaUsedUp):
        return (
            f"The day's quota is used up (evaluation keys have 50 requests a day): {error.detail}",
            Problem.QUOTA,
        )
    if isinstance(error, Throttled):
        return f"Too many requests a second: {error.detail}", Problem.QUOTA
    if isinstance(error, AccessDenied):
        return f"{_denied(error.detail)} They say: {error.detail}", Problem.ACCESS
    if isinstance(error, Unreadable):
        return (
            f"It answered, but not as a Hotelbeds does (a proxy, or the wrong host?): {error.detail}",
            Problem.ANSWER,
        )
    if isinstance(error, Rejected):
        return f"It refused the request: {error.detail}", Problem.ANSWER
    return (
        f"No answer: {error.detail}. Look at the host name, the firewall, and their status page.",
        Problem.NETWORK,
    )


def _denied(detail: str) -> str:
    text = detail.lower()
    if "signature" in text:
        return "The signature is refused: key and secret do not belong together, or the secret was renewed."
    if "disallowed" in text:
        return "The key is known but not for this API: another suite (activities, transfers) or the other environment."
    return "The key is refused: it is wrong, disabled, or has to use the host with a client certificate."
