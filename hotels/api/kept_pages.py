"""Pages of a search sent as they were made (`hotels.services.result_pages`).

The middleware stands before all that an anonymous read of the API has no need of: session, language, view. A page that
is kept goes out with the headers it had when it passed here; whatever stands outside (transport security, request id,
measuring, logging) does its work as ever. What is not kept, over the limit, or asked with a token goes the usual way,
and nobody is counted twice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import ResolverMatch, resolve, reverse
from rest_framework.renderers import JSONRenderer

from faredown.lib import limiter, network, throttling
from faredown.lib.rest import tell_limit
from hotels.api import conditional
from hotels.services import result_pages, search_ids, search_log
from hotels.services.result_pages import Look, Page
from hotels.services.search import Search, SearchPage
from hotels.services.search_log import Event

SCOPE = "results"
_OF_THE_CALLER = "RateLimit-"


class Making(msgspec.Struct, frozen=True):
    """What a view says of a page that can be kept."""

    search: Search
    page: SearchPage
    shown: Event
    tag: str


def kept_pages(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[Any], HttpResponseBase]:
    def middleware(request: HttpRequest) -> HttpResponseBase:
        search_id = _asked_for(request)
        if search_id is None:
            return get_response(request)
        if "HTTP_AUTHORIZATION" not in request.META:
            limit = limiter.of(SCOPE, "ip", network.client_address(request))
            look = _look(request, search_id, limit)
            if look.page is not None:
                request.resolver_match = _match()
                return _as_it_was(request, look.page, look)
            if look.verdict is not None:
                throttling.note(request, look.verdict)
        response = get_response(request)
        _keep(request, response)
        return response

    return middleware


def kept(request: HttpRequest, search_id: str) -> HttpResponse | None:
    """For the view: what the middleware left to it."""
    look: Look | None = getattr(request, "look", None)
    page = (look or _look(request, search_id)).page
    if page is None:
        return None
    search_log.shown_again(page.shown)
    return conditional.rendered(request, page.body, tag=page.headers["ETag"])


def made(request: HttpRequest, found: Search, page: SearchPage, *, shown: Event, data: Any) -> HttpResponse:
    """The answer, to be kept for the next."""
    body, tag = JSONRenderer().render(data), conditional.tag_of(data)
    answer = conditional.rendered(request, body, tag=tag)
    if answer.status_code == 200:
        answer.making = Making(found, page, shown, tag)  # type: ignore[attr-defined]
    return answer


def _asked_for(request: HttpRequest) -> str | None:
    """The id of the search whose list is asked for."""
    prefix, path = _searches(), request.path_info
    if request.method != "GET" or not path.startswith(prefix):
        return None
    search_id, _, rest = path[len(prefix) :].partition("/")
    return search_id if not rest and search_ids.has_shape(search_id) else None


def _look(request: HttpRequest, search_id: str, limit: limiter.Limit | None = None) -> Look:
    look = result_pages.look(search_id, _variant(request), limit=limit)
    request.look = look  # type: ignore[attr-defined]
    return look


def _keep(request: HttpRequest, response: HttpResponseBase) -> None:
    making: Making | None = getattr(response, "making", None)
    look: Look | None = getattr(request, "look", None)
    if making is None or look is None or response.cookies or not isinstance(response, HttpResponse):
        return
    headers = {name: value for name, value in response.items() if not name.startswith(_OF_THE_CALLER)}
    result_pages.keep(
        look,
        search=making.search,
        page=making.page,
        shown=making.shown,
        headers=headers,
        body=response.content,
    )


def _as_it_was(request: HttpRequest, page: Page, look: Look) -> HttpResponse:
    search_log.shown_again(page.shown)
    given = request.META.get("HTTP_IF_NONE_MATCH", "")
    if given and conditional.is_known(given, page.headers["ETag"]):
        answer = HttpResponse(status=304, headers=page.headers | {"Content-Length": "0"})
        del answer["Content-Type"]
    else:
        answer = HttpResponse(page.body, headers=page.headers)
    tell_limit(answer, look.verdict)
    return answer


def _variant(request: HttpRequest) -> str:
    """All that bytes and headers depend on beside the search. Links name the address they were asked at, as it was
    written; the language of the answer follows from what the reader wants."""
    told = (
        f"{request.scheme}://{request.get_host()}{request.path}",
        request.META.get("QUERY_STRING", ""),
        request.META.get("HTTP_ACCEPT_LANGUAGE", ""),
        request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "") if "HTTP_COOKIE" in request.META else "",
    )
    text = "\n".join(told).encode(errors="surrogateescape")
    return hashlib.blake2b(text, digest_size=16).hexdigest()


@lru_cache(maxsize=1)
def _searches() -> str:
    return reverse("hotels_api:searches")


@lru_cache(maxsize=1)
def _match() -> ResolverMatch:
    """By its route requests are measured and logged."""
    return resolve(reverse("hotels_api:search", args=["any"]))
