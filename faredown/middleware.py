"""What happens to every request before Django's own middleware sees it, and which of that is for pages alone."""

import re
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from typing import Any
from urllib.parse import parse_qsl, unquote

import structlog
from csp.constants import HEADER, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from csp.middleware import CSPMiddleware, PolicyParts
from csp.utils import build_policy
from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponsePermanentRedirect,
    UnreadablePostError,
)
from django.urls import is_valid_path
from django.utils.deprecation import MiddlewareMixin
from django.utils.http import escape_leading_slashes

from faredown.lib import ids, metrics, network, problems
from faredown.lib.errors import DomainError, FieldError
from faredown.lib.logging import request_id

log = structlog.get_logger("faredown.requests")

GetResponse = Callable[[HttpRequest], HttpResponseBase]

API = "/api/"
_CHUNK, _DRAINED_CHUNKS = 65_536, 256  # up to 16 MB is read and thrown away
_SANE_ID = re.compile(r"[A-Za-z0-9_.:-]{8,64}\Z")
_KEEP = "surrogateescape"  # bytes that are no UTF-8, as half surrogates
_UNUSABLE = re.compile("[\x00\ud800-\udfff]")
_UTF8 = frozenset({"", "utf-8", "utf8", "us-ascii"})
_QUIET = frozenset({"/healthz", "/readyz", "/metrics"})
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def request_context(get_response: GetResponse) -> GetResponse:
    """One id per request: taken if it looks like one, else made; returned, logged, carried into tasks and calls."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        given = request.META.get("HTTP_X_REQUEST_ID", "")
        current = given if _SANE_ID.match(given) else ids.public_id("req")
        token, started = request_id.set(current), time.monotonic()
        address = network.current_address.set(network.client_address(request))
        try:
            response = get_response(request)
            response["X-Request-ID"] = current
            _record(request, response, time.monotonic() - started)
        finally:
            network.current_address.reset(address)
            request_id.reset(token)
        return response

    return middleware


def readable_input(get_response: GetResponse) -> GetResponse:
    """NUL bytes fit into no text column, a query that is no UTF-8 would look for something else than it says, a body
    over the limit is neither kept nor parsed, one of unknown length would be read as empty, and text is UTF-8: Python
    knows charsets that unpack archives or are no text at all."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        unreadable = _unreadable_address(request)
        if unreadable:
            return _refuse(request, unreadable)
        if _is_too_large(request):
            _drain(request)
            return _refuse(request, problems.RequestTooLarge())
        if request.META.get("HTTP_TRANSFER_ENCODING") and not request.META.get("CONTENT_LENGTH"):
            return _refuse(
                request, problems.Refusal(411, "length_required", "Send the body with its length.")
            )
        if (request.content_params or {}).get("charset", "utf-8").lower() not in _UTF8:
            return _refuse(request, problems.Refusal(415, "unsupported_charset", "Text is sent as UTF-8."))
        response = get_response(request)
        if _body_size(request):
            _drain(request)
        return response

    return middleware


def optional_slash(get_response: GetResponse) -> GetResponse:
    """The slash at the end is optional on every path. Patterns are written with it, except for files (`voucher.pdf`).

    In the API the path is completed in place, so that it holds for every method; a page redirects to its one address.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(API):
            request.path_info = _canonical(request.path_info)
            request.path = _canonical(request.path)
            return get_response(request)
        response = get_response(request)
        if response.status_code == 404 and _is_page_without_slash(request):
            request.path = f"{request.path}/"
            return HttpResponsePermanentRedirect(escape_leading_slashes(request.get_full_path()))
        return response

    return middleware


def same_for_everyone(get_response: GetResponse) -> GetResponse:
    """What never changes is the same in every language, too: caches need not keep one for each."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if "immutable" in response.get("Cache-Control", ""):
            for name in ("Vary", "Content-Language"):
                del response[name]
        return response

    return middleware


class ContentSecurityPolicy(CSPMiddleware):
    """The backoffice's Alpine evaluates expressions, and the API's documentation page starts from an inline script."""

    _RELAXED = (f"{API}v1/docs", "/admin/")
    _plain: tuple[object, str] = (None, "")
    """The settings' policy as a header, and the settings it was made from."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Most answers hold no nonce and no exception: their header is always the same, and is not made anew."""
        if settings.DEBUG or not self._is_plain(request, response):
            return super().process_response(request, response)
        policy = settings.CONTENT_SECURITY_POLICY
        if self._plain[0] is not policy:
            self._plain = policy, build_policy()
        response.headers.setdefault(HEADER, self._plain[1])
        return response

    def _is_plain(self, request: HttpRequest, response: HttpResponseBase) -> bool:
        return (
            getattr(request, "_csp_nonce", None) is None
            and not request.path.startswith(self._RELAXED)
            and not any(name.startswith("_csp") for name in vars(response))
        )

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if not request.path.startswith(self._RELAXED):
            return parts
        relaxed: dict[str, Any] = {
            "script-src": [SELF, UNSAFE_INLINE, UNSAFE_EVAL],
            "style-src": [SELF, UNSAFE_INLINE],
        }
        return PolicyParts(**(asdict(parts) | {"replace": (parts.replace or {}) | relaxed}))


class _ForPages(MiddlewareMixin):
    """The API knows its callers by their tokens: whatever cookie comes along, it opens no session."""

    def __call__(self, request: HttpRequest) -> Any:
        return self.get_response(request) if request.path_info.startswith(API) else super().__call__(request)


class Sessions(_ForPages, SessionMiddleware):
    pass


class Authentication(_ForPages, AuthenticationMiddleware):
    pass


class Messages(_ForPages, MessageMiddleware):
    pass


def _canonical(path: str) -> str:
    stem = path.rstrip("/")
    return stem if "." in stem.rpartition("/")[2] else f"{stem}/"


def _is_page_without_slash(request: HttpRequest) -> bool:
    return (
        request.method in {"GET", "HEAD"}
        and not request.path_info.endswith("/")
        and bool(is_valid_path(f"{request.path_info}/", getattr(request, "urlconf", None)))
    )


def _unreadable_address(request: HttpRequest) -> problems.Malformed | None:
    """Django reads what is no UTF-8 as U+FFFD in a query, and keeps it quoted (`%FF`) in a path."""
    query = request.META.get("QUERY_STRING", "").encode("iso-8859-1").decode(errors=_KEEP)
    given = parse_qsl(query, keep_blank_values=True, errors=_KEEP)
    path = unquote(request.path, errors=_KEEP)
    bad = [(name, value) for name, value in given if _UNUSABLE.search(name + value)]
    if not bad and not _UNUSABLE.search(path):
        return None
    has_nul = "\x00" in path or any("\x00" in name + value for name, value in bad)
    return problems.Malformed(
        detail="The address holds a NUL byte." if has_nul else "The address is not UTF-8.",
        errors=[_unusable(name, value) for name, value in bad],
    )


def _unusable(name: str, value: str) -> FieldError:
    message = "NUL is no text." if "\x00" in name + value else "This is not UTF-8."
    return FieldError(_UNUSABLE.sub("?", name)[:100], "unusable_characters", message)


def _is_too_large(request: HttpRequest) -> bool:
    # Files that staff upload come as multipart, with limits of their own.
    is_upload = request.content_type == "multipart/form-data" and not request.path.startswith(API)
    return not is_upload and _body_size(request) > (settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0)


def _drain(request: HttpRequest) -> None:
    """What nobody read makes the server close the connection: a client that is still sending, or sends its next request
    over it, sees it broken and not our answer."""
    with suppress(UnreadablePostError):
        for _ in range(_DRAINED_CHUNKS):
            if not request.read(_CHUNK):
                return


def _body_size(request: HttpRequest) -> int:
    length = request.META.get("CONTENT_LENGTH") or "0"
    return int(length) if str(length).isdigit() else 0


def _refuse(request: HttpRequest, error: DomainError) -> HttpResponse:
    if request.path.startswith(API):
        return problems.as_response(error)
    return HttpResponse(error.detail, status=error.status, content_type="text/plain; charset=utf-8")


def _record(request: HttpRequest, response: HttpResponseBase, seconds: float) -> None:
    match = request.resolver_match
    route = match.route if match else "unmatched"
    method = request.method if request.method in _METHODS else "other"
    metrics.requests.labels(method, route, str(response.status_code)).observe(seconds)
    if request.path not in _QUIET:
        # The route, not the path: addresses hold references, and query strings hold what people search for.
        log.info(
            "request",
            method=request.method,
            route=route,
            status=response.status_code,
            elapsed_ms=int(seconds * 1000),
        )
