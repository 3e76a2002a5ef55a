"""Every error of the API, made in one place: RFC 9457 `application/problem+json`."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import structlog
from django.conf import settings
from django.core.exceptions import (
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
)
from django.db import DataError, OperationalError
from django.http import Http404, HttpResponse, JsonResponse, UnreadablePostError
from rest_framework import exceptions
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.views import set_rollback

from faredown.lib.errors import DomainError, FieldError, Unavailable
from faredown.lib.logging import request_id

log = structlog.get_logger(__name__)

MEDIA_TYPE = "application/problem+json"
_MOST_ERRORS = 50  # nobody reads more, and a small request gets no large answer


class ProblemRenderer(JSONRenderer):
    media_type = MEDIA_TYPE
    format = "problem"


class RequestTooLarge(DomainError):
    status = 413
    title = "The request body is too large"
    default_code = "body_too_large"

    def __init__(self) -> None:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        message = f"At most {limit} bytes."
        super().__init__(detail=message, errors=[FieldError("body", self.default_code, message)])


class Refusal(DomainError):
    """Of any status; for what Django and DRF refuse."""

    def __init__(self, status: int, code: str, detail: str = "", **rest: Any) -> None:
        self.status, self.title = status, HTTPStatus(status).phrase
        super().__init__(code, detail, **rest)


class Malformed(DomainError):
    status = 400
    title = "The request cannot be read"
    default_code = "malformed"


def problem(error: DomainError) -> dict[str, Any]:
    body: dict[str, Any] = {
        "type": f"urn:faredown:problem:{error.code}",
        "title": error.title,
        "status": error.status,
        "detail": error.detail,
        "code": error.code,
        "request_id": request_id.get(),
    }
    if error.errors:
        body["errors"] = [
            {"field": one.field, "code": one.code, "message": one.message}
            for one in error.errors[:_MOST_ERRORS]
        ]
    return body | error.extra


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    refusal = database_busy(error) if isinstance(error, OperationalError) else _as_domain_error(error)
    if refusal is None:
        if settings.DEBUG_PROPAGATE_EXCEPTIONS:
            return None
        log.error("unhandled_error", exc_info=error)
        refusal = Refusal(500, "internal_error", "It is our fault and has been recorded.")
    set_rollback()
    request = context.get("request")
    if request is not None:
        # Also for views that answer in PDF: the problem is JSON all the same.
        request.accepted_renderer, request.accepted_media_type = (
            ProblemRenderer(),
            MEDIA_TYPE,
        )
    headers = _headers(error, refusal)
    return Response(problem(refusal), status=refusal.status, headers=headers)


def as_response(error: DomainError) -> HttpResponse:
    """The same answer from a middleware, where no API view has been found yet."""
    return JsonResponse(
        problem(error),
        status=error.status,
        content_type=MEDIA_TYPE,
        headers=_headers(None, error),
    )


def server_error() -> HttpResponse:
    return as_response(Refusal(500, "internal_error", "It is our fault and has been recorded."))


def _as_domain_error(error: Exception) -> DomainError | None:
    match error:
        case DomainError():
            return error
        case exceptions.ValidationError():
            fields = list(_flattened(error.detail, ()))
            first = fields[0].message if fields else ""
            return Refusal(400, "invalid_input", first, errors=fields)
        case exceptions.APIException():
            return _from_rest(error)
        case Http404():
            return Refusal(404, "not_found")
        case PermissionDenied():
            return Refusal(403, "forbidden")
        case RequestDataTooBig():
            return RequestTooLarge()
        # Text that the database cannot hold (NUL, lone surrogates) or a number out of any range.
        case SuspiciousOperation() | UnicodeError() | DataError() | UnreadablePostError() | RecursionError():
            log.info("unreadable_input", error=type(error).__name__)
            return Malformed()
    return None


def database_busy(error: OperationalError) -> Unavailable:
    """A statement that ran out of time, no connection free, a server that restarts: over in a moment, as a rule."""
    log.error("database_not_answering", error=str(error).strip().partition("\n")[0])
    return Unavailable("busy", "This takes longer than it should. Try again in a moment.", retry_after=5)


def _from_rest(error: exceptions.APIException) -> DomainError:
    codes = {
        400: "malformed",
        415: "unsupported_media_type",
        405: "method_not_allowed",
        429: "throttled",
    }
    code = codes.get(error.status_code) or str(getattr(error.detail, "code", error.default_code))
    wait = getattr(error, "wait", None)
    detail = error.detail if isinstance(error.detail, str) else ""
    return Refusal(
        error.status_code,
        code,
        str(detail),
        errors=[FieldError("body", code, str(detail))] if isinstance(error, exceptions.ParseError) else (),
        retry_after=None if wait is None else max(1, int(wait)),
    )


def _headers(error: Exception | None, refusal: DomainError) -> dict[str, str]:
    headers = dict(refusal.headers)
    if refusal.retry_after is not None:
        headers["Retry-After"] = str(refusal.retry_after)
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    elif refusal.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = 'Bearer realm="api"'
    return headers


def _flattened(detail: Any, path: tuple[str, ...]) -> Iterator[FieldError]:
    """`{"rooms": {0: {"children_ages": ["..."]}}}` -> `rooms.0.children_ages`; also lists with gaps (`[{}, {...}]`)."""
    if isinstance(detail, dict):
        for key, value in detail.items():
            own = () if key == "non_field_errors" else (str(key),)
            yield from _flattened(value, (*path, *own))
    elif isinstance(detail, list):
        for index, value in enumerate(detail):
            own = (str(index),) if isinstance(value, dict | list) else ()
            yield from _flattened(value, (*path, *own))
    else:
        yield FieldError(".".join(path), str(getattr(detail, "code", "invalid")), str(detail))
