"""Searches: start one, read it as it fills, look at one hotel's rates."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http.response import HttpResponseBase
from django.utils.translation import get_language
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from faredown.lib.rest import ApiView, refusals
from hotels.api import conditional, kept_pages, presenting, search_parameters
from hotels.api.search_serializers import HotelOffersOutput, SearchInput, SearchOutput
from hotels.pricing.rules import Channel
from hotels.services import audience, filter_query, search, search_log
from hotels.services.search import Search, SearchPage

PAGE_SIZE = 20

_FAMILY = OpenApiExample(
    "Two rooms, one with a child of seven",
    request_only=True,
    value={
        "destination_id": "dst_76nbQau7IUKVnj4yFrPCuL",
        "check_in": "2027-05-14",
        "check_out": "2027-05-17",
        "rooms": [{"adults": 2, "children_ages": [7]}, {"adults": 1, "children_ages": []}],
        "currency": "EUR",
        "residency": "FR",
    },
)


class Searches(ApiView):
    throttle_scope = "search"

    @extend_schema(
        operation_id="searches_start",
        request=SearchInput,
        responses={
            200: SearchOutput,
            202: SearchOutput,
            **refusals({422: "destination_not_searchable", 503: "search_unavailable"}),
        },
        examples=[_FAMILY],
    )
    def post(self, request: Request) -> Response:
        """Start a search. 200 when every supplier has answered, 202 while some are still being asked: come back to
        `searches/{id}/`. Errors name the field; a country as place is 422."""
        serializer = SearchInput(data=request.data)
        serializer.is_valid(raise_exception=True)
        asked = serializer.criteria(language=get_language() or "en", currency=settings.DEFAULT_CURRENCY)
        found = search.start(asked, channel=Channel.API, user_type=audience.user_type(request.user))
        page = search.page(found, page_size=PAGE_SIZE)
        data = _data(request, found, page, base=f"{request.path}{found.id}/")
        status = 200 if found.is_complete else 202
        return Response(data, status=status, headers=conditional.headers(running=not found.is_complete))


class SearchResults(ApiView):
    throttle_scope = kept_pages.SCOPE

    @extend_schema(
        operation_id="searches_read",
        parameters=[*search_parameters.PAGE, *search_parameters.FILTERS],
        responses={200: SearchOutput, 304: conditional.UNCHANGED, **search_parameters.ENDED},
    )
    def get(self, request: Request, search_id: str) -> HttpResponseBase:
        """A page of the search as it is now. `ETag` and `If-None-Match` (304); `Retry-After` while it runs. 404 for no
        such search, 410 for one that has ended."""
        plain = request._request
        if (kept := kept_pages.kept(plain, search_id)) is not None:
            return kept
        values = {name: list(given) for name, given in request.query_params.lists()}
        filters = filter_query.parse(values)
        sort = filter_query.text(values, "sort", "recommended")
        number = filter_query.number(values, "page", 1)
        size = filter_query.number(values, "page_size", PAGE_SIZE)
        found = search.get(search_id)
        page = search.page(found, filters=filters, sort=sort, page=number, page_size=size)
        data = _data(request, found, page, base=request.path)
        if not found.is_complete:
            return conditional.tagged(request, data, running=True)
        shown = search_log.showing(found, page, filters=filters, sort=sort)
        return kept_pages.made(plain, found, page, shown=shown, data=data)


class SearchHotel(ApiView):
    throttle_scope = "results"

    @extend_schema(
        operation_id="searches_hotel_rates",
        responses={200: HotelOffersOutput, 304: conditional.UNCHANGED, **search_parameters.ENDED},
    )
    def get(self, request: Request, search_id: str, hotel_id: str) -> Response:
        """Every rate of one hotel, asked afresh when what is known is too old to be booked. `status: running` and
        `Retry-After` while the supplier is being asked. Offers of one hotel that cover every room once make a quote."""
        found = search.hotel_rates(search.get(search_id), hotel_id)
        data = HotelOffersOutput(presenting.hotel_offers(found)).data
        return conditional.tagged(request, data, running=not found.complete)


def _data(request: Request, found: Search, page: SearchPage, *, base: str) -> Any:
    following = _link(request, base, page.page + 1) if page.page < page.pages else None
    preceding = _link(request, base, page.page - 1) if page.page > 1 else None
    return SearchOutput(presenting.search(found, page, next_url=following, previous_url=preceding)).data


def _link(request: Request, base: str, page: int) -> str:
    query = request.query_params.copy()
    query["page"] = str(page)
    return request.build_absolute_uri(f"{base}?{query.urlencode()}")
