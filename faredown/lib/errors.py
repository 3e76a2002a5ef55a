"""What services raise when they refuse.

A refusal carries everything a caller decides on (code, status, fields, when to come back). The HTTP faces turn it
into an RFC 9457 answer or a form message; nothing below them knows about HTTP beyond the status number. Pure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class FieldError:
    """One refused input. `field` is a dotted path as the client wrote it: `rooms.0.children_ages`."""

    field: str
    code: str
    message: str


class DomainError(Exception):
    status: int = 400
    title: str = "The request was refused"
    default_code: str = "refused"

    def __init__(
        self,
        code: str = "",
        detail: str = "",
        *,
        errors: Sequence[FieldError] = (),
        retry_after: int | None = None,
        **extra: Any,
    ) -> None:
        self.code = code or self.default_code
        self.detail = detail or self.title
        self.errors = list(errors)
        self.retry_after = retry_after
        self.extra: dict[str, Any] = extra
        self.headers: Mapping[str, str] = {}
        super().__init__(f"{self.code}: {self.detail}")


class InvalidInput(DomainError):
    status = 400
    title = "The input is not valid"
    default_code = "invalid_input"


class Unauthenticated(DomainError):
    status = 401
    title = "Sign in first"
    default_code = "not_authenticated"


class PaymentRequired(DomainError):
    status = 402
    title = "The payment was not accepted"
    default_code = "payment_required"


class Forbidden(DomainError):
    status = 403
    title = "Not allowed"
    default_code = "forbidden"


class NotFound(DomainError):
    status = 404
    title = "Not found"
    default_code = "not_found"


class Conflict(DomainError):
    status = 409
    title = "It conflicts with the current state"
    default_code = "conflict"


class Gone(DomainError):
    status = 410
    title = "No longer available"
    default_code = "gone"


class Unprocessable(DomainError):
    status = 422
    title = "The request cannot be followed"
    default_code = "unprocessable"


class TooManyRequests(DomainError):
    status = 429
    title = "Too many requests"
    default_code = "throttled"


class Unavailable(DomainError):
    status = 503
    title = "Temporarily unavailable"
    default_code = "unavailable"


def invalid(field: str, code: str, message: str) -> InvalidInput:
    """`raise invalid("check_in", "in_the_past", "Check-in is before today at the hotel.")`"""
    return InvalidInput(detail=message, errors=[FieldError(field, code, message)])
