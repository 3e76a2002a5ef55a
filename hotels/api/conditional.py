"""Answers that cost their reader nothing while nothing moves: an ETag, and 304 to who holds it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from drf_spectacular.utils import OpenApiResponse
from rest_framework.request import Request
from rest_framework.response import Response

RETRY_AFTER_SECONDS = "1"
UNCHANGED = OpenApiResponse(None, "As `If-None-Match` says it is.")


def tagged(request: Request, data: Any, *, running: bool) -> Response:
    """The tag is of the content, so that the same page made anew is still the same."""
    return made_when_new(request, lambda: data, told=[msgspec.json.encode(data)], running=running)


def made_when_new(request: Request, make: Callable[[], Any], *, told: list[bytes], running: bool) -> Response:
    """`told` says all that the content depends on: where the reader has it already, it is not made."""
    tag = _tag(told)
    tag_headers = _headers(tag) | headers(running=running)
    if is_known(request.headers.get("If-None-Match", ""), tag):
        return Response(status=304, headers=tag_headers)
    return Response(make(), headers=tag_headers)


def tag_of(data: Any) -> str:
    return _tag([msgspec.json.encode(data)])


def rendered(request: HttpRequest, body: bytes, *, tag: str) -> HttpResponse:
    """As `tagged` of a content that is complete, and rendered already."""
    if not is_known(request.META.get("HTTP_IF_NONE_MATCH", ""), tag):
        return HttpResponse(body, content_type="application/json", headers=_headers(tag))
    answer = HttpResponse(status=304, headers=_headers(tag))
    del answer["Content-Type"]
    return answer


def _tag(told: list[bytes]) -> str:
    digest = hashlib.blake2b(b"\0".join(told), digest_size=12).hexdigest()
    return f'"{digest}"'


def _headers(tag: str) -> dict[str, str]:
    return {"ETag": tag, "Cache-Control": "private, no-cache", "Vary": "Accept-Language"}


def is_known(given: str, tag: str) -> bool:
    return bool(given) and not {tag, "*"}.isdisjoint(
        one.strip().removeprefix("W/") for one in given.split(",")
    )


def headers(*, running: bool) -> dict[str, str]:
    return {"Retry-After": RETRY_AFTER_SECONDS} if running else {}
