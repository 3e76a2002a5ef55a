"""What an answer without a result means (REFERENCE 3.3): a business outcome, a fault of ours, of theirs, or unknown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from suppliers.adapters.hotelbeds import schemas
from suppliers.adapters.hotelbeds.mapping.values import NotAnAnswer, decode
from suppliers.errors import (
    AccessDenied,
    AlreadyCancelled,
    InvalidRequest,
    NotFound,
    OutcomeUnknown,
    PriceChanged,
    QuotaUsedUp,
    RateExpired,
    Rejected,
    SoldOut,
    SupplierError,
    Throttled,
    Unavailable,
    Unreadable,
)
from suppliers.operations import Operation


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that is no result, taken apart."""

    status: int
    operation: Operation
    effectful: bool
    category: str = ""
    """INVALID_DATA, PRODUCT_ERROR and so on; empty when the gateway speaks, or nobody we know."""
    message: str = ""
    token: str = ""
    retry_after: float | None = None
    mashery: str = ""

    @property
    def text(self) -> str:
        return self.message.lower()


def read(
    status: int, headers: Mapping[str, str], body: bytes, *, operation: Operation, effectful: bool
) -> Answer:
    silent = Answer(
        status,
        operation,
        effectful,
        retry_after=_retry_after(headers),
        mashery=headers.get("X-Mashery-Error-Code", ""),
    )
    try:
        wire = decode(body, schemas.ErrorAnswer)
    except NotAnAnswer:
        return silent
    token = (wire.audit_data and wire.audit_data.token) or ""
    if isinstance(wire.error, str):
        return replace(silent, message=wire.error, token=token)
    if wire.error is None:
        return replace(silent, token=token)
    category, _, of_code = (wire.error.code or "").partition("-")
    return replace(silent, category=category, message=wire.error.message or "", token=token or of_code)


def error(answer: Answer) -> SupplierError:
    detail = f"{answer.category} {answer.message} (HTTP {answer.status})".strip()
    found = _error(answer, detail)
    found.token = answer.token
    return found


def _error(answer: Answer, detail: str) -> SupplierError:
    if answer.status == 429 or (answer.status == 403 and _is_about_rate(answer)):
        quota = "quota" in answer.text or answer.mashery.endswith("OVER_RATE")
        return (QuotaUsedUp if quota else Throttled)(detail, retry_after=answer.retry_after)
    if answer.status in (401, 403, 596) or answer.category == "CONFIGURATION_ERROR":
        return AccessDenied(detail)
    if answer.category == "PRODUCT_ERROR":
        return _product(answer)(detail)
    if answer.status == 409:
        return _conflict(answer)(detail)
    if answer.status == 410:
        return _repeated(answer)(detail)
    if answer.category.startswith("INVALID") or (400 <= answer.status < 500 and answer.status != 408):
        return _refusal(answer)(detail)
    return _fault(answer)(detail)


_Kind = Callable[[str], SupplierError]


def _is_about_rate(answer: Answer) -> bool:
    return "quota" in answer.text or "rate limit" in answer.text or "_OVER_" in answer.mashery


def _product(answer: Answer) -> _Kind:
    """Known texts of PRODUCT_ERROR; any other says as surely that nothing was sold."""
    text = answer.text
    if "price has" in text:
        return PriceChanged
    if "quotation" in text:
        return RateExpired
    if any(words in text for words in _GONE):
        return SoldOut
    if "booking confirmation error" in text and answer.effectful:
        # It comes with a booking number: whether that booking stands is for the booking list to say.
        return OutcomeUnknown
    return Rejected


_GONE = (
    "allotment",
    "stop sales",
    "release",
    "contract",
    "office or branch",
    "not available",
    "no availability",
)


def _conflict(answer: Answer) -> _Kind:
    """409 is undocumented but for cancellations, where integrators read it as cancelled already."""
    if answer.operation is Operation.CANCEL:
        return AlreadyCancelled
    return OutcomeUnknown if answer.effectful else Rejected


def _repeated(answer: Answer) -> _Kind:
    """410: the same request failed within the last quarter of an hour; the text repeats why."""
    if "internal server error" in answer.text:
        return Unavailable
    if "rate" in answer.text and "key" in answer.text:
        return RateExpired
    return _product(answer)


def _refusal(answer: Answer) -> _Kind:
    text = answer.text
    if answer.status == 404 or "does not exist" in text:
        return NotFound
    if "already cancelled" in text or "already canceled" in text:
        return AlreadyCancelled
    if "allotment" in text:
        return SoldOut
    if "ratekey" in text or "rate key" in text:
        return RateExpired
    return InvalidRequest


def _fault(answer: Answer) -> _Kind:
    """A fault of theirs. While a booking or a cancellation was under way, only "is locked" says nothing was done."""
    if "is locked" in answer.text:
        return Unavailable
    if answer.effectful:
        return OutcomeUnknown
    return Unavailable if answer.status >= 500 or answer.status == 408 or answer.category else Unreadable


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds, from a number or a date."""
    text = headers.get("Retry-After", "")
    if text.isdigit():
        return float(text)
    try:
        return max((parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds(), 0.0)
    except (ValueError, TypeError):
        return None
