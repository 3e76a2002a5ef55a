"""Pictures by way of ourselves, at addresses that only hotels.selectors.images makes."""

from __future__ import annotations

import hashlib

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from faredown.lib import limiter, network, problems
from faredown.lib.errors import DomainError, Forbidden, NotFound
from hotels.selectors import images, picture_signatures
from hotels.selectors.images import Size
from hotels.services import pictures
from hotels.services.pictures import Picture

_FOR_EVER = "public, max-age=31536000, immutable"
_STAND_IN = "public, max-age=86400"
"""For a smaller one than asked for: the right one may yet come."""
_REFUSED = {403: "public, max-age=60", 404: "public, max-age=300", 502: "public, max-age=10"}


@require_safe
def picture(request: HttpRequest, signature: str, size: str, path: str) -> HttpResponse:
    try:
        asked = _checked(signature, size, path)
        limiter.enforce("pictures", ip=network.client_address(request))
        found = pictures.get(asked, path)
    except DomainError as error:
        refused = problems.as_response(error)
        refused["Cache-Control"] = _REFUSED.get(error.status, "no-store")
        return refused
    return _answer(request, found, is_exact=found.size is asked)


def _checked(signature: str, size: str, path: str) -> Size:
    asked = images.size_of(size)
    if asked is None or not images.is_path(path):
        raise NotFound("picture_not_found", "There is no such picture.")
    if not picture_signatures.is_ours(signature, asked, path):
        raise Forbidden("bad_signature", "This address was not made here.")
    return asked


def _answer(request: HttpRequest, found: Picture, *, is_exact: bool) -> HttpResponse:
    etag = f'"{hashlib.blake2b(found.body, digest_size=16).hexdigest()}"'
    changed = int(found.changed)
    response = HttpResponse(found.body, content_type=found.media_type)
    response["ETag"], response["Last-Modified"] = etag, http_date(changed)
    response["Cache-Control"] = _FOR_EVER if is_exact else _STAND_IN
    response["X-Content-Type-Options"] = "nosniff"
    told = get_conditional_response(request, etag=etag, last_modified=changed, response=response)
    return told if isinstance(told, HttpResponse) else response
