"""Answers that cost their reader nothing while nothing moves: an ETag, and 304 to who holds it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import msgspec
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
    digest = hashlib.blake2b(b"\0".join(told), digest_size=12).hexdigest()
    tag = f'"{digest}"'
    tag_headers = headers(running=running) | {
        "ETag": tag,
        "Cache-Control": "private, no-cache",
        "Vary": "Accept-Language",
    }
    asked = {one.strip().removeprefix("W/") for one in request.headers.get("If-None-Match", "").split(",")}
    if tag in asked or "*" in asked:
        return Response(status=304, headers=tag_headers)
    return Response(make(), headers=tag_headers)


def headers(*, running: bool) -> dict[str, str]:
    return {"Retry-After": RETRY_AFTER_SECONDS} if running else {}
