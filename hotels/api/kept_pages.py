"""Pages of a search that are sent as they were made (`hotels.services.result_pages`), ahead of all that DRF does."""

from __future__ import annotations

import hashlib
from typing import Any

from django.http import HttpRequest, HttpResponse
from rest_framework.renderers import JSONRenderer

from faredown.lib import limiter, network, throttling
from faredown.lib.rest import ApiView, tell_limit
from hotels.api import conditional
from hotels.services import result_pages, search_log
from hotels.services.result_pages import Look, Page
from hotels.services.search import Search, SearchPage


class KeptPages(ApiView):
    """A reader without a token is counted by address alone: that happens in the round trip that finds the page. What is
    not kept, over the limit, or asked with a token goes the usual way, and nobody is counted twice."""

    _look: Look | None = None

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        if request.method == "GET" and "HTTP_AUTHORIZATION" not in request.META:
            limit = limiter.of(self.scope("GET"), "ip", network.client_address(request))
            look = self._look = result_pages.look(kwargs["search_id"], _variant(request), limit=limit)
            if look.page is not None:
                answer = self.kept(request, look.page)
                for name, value in self.default_response_headers.items():
                    answer[name] = value
                tell_limit(answer, look.verdict)
                return answer
            if look.verdict is not None:
                throttling.note(request, look.verdict)
        return super().dispatch(request, *args, **kwargs)

    def look(self, request: HttpRequest, search_id: str) -> Look:
        if self._look is None:
            self._look = result_pages.look(search_id, _variant(request))
        return self._look

    def kept(self, request: HttpRequest, page: Page) -> HttpResponse:
        search_log.shown_again(page.shown)
        return conditional.rendered(request, page.body, tag=page.etag)

    def made(
        self, request: HttpRequest, found: Search, page: SearchPage, *, shown: bytes, data: Any
    ) -> HttpResponse:
        """The answer, kept for the next."""
        body, tag = JSONRenderer().render(data), conditional.tag_of(data)
        look = self.look(request, found.id)
        result_pages.keep(look, search=found, page=page, shown=shown, etag=tag, body=body)
        return conditional.rendered(request, body, tag=tag)


def _variant(request: HttpRequest) -> str:
    """All that the bytes depend on beside the search: links name the address they were asked at, as it was written."""
    address = f"{request.build_absolute_uri(request.path)}?{request.META.get('QUERY_STRING', '')}"
    return hashlib.blake2b(address.encode(errors="surrogateescape"), digest_size=16).hexdigest()
