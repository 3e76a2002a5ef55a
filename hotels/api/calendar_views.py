"""Calendars: the lowest known total by day of check-in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from faredown.lib import limiter, network
from faredown.lib.errors import invalid
from faredown.lib.rest import ApiView, MoneySerializer, refusals
from hotels.api.fields import Instant
from hotels.pricing.rules import Channel
from hotels.services import audience, calendars, filter_query
from hotels.services.calendars import Calendar, Day, Status, Wish
from suppliers.types import Occupancy

_PARAMETERS = [
    OpenApiParameter("month", OpenApiTypes.STR, required=True, description="`2027-05`."),
    OpenApiParameter("nights", OpenApiTypes.INT, description="Of the stay, 1 to 30; 1 unless told."),
    OpenApiParameter("adults", OpenApiTypes.INT, description="In the one room, 1 to 9; 2 unless told."),
    OpenApiParameter("children_ages", OpenApiTypes.STR, description="Such as `4,7`."),
    OpenApiParameter("currency", OpenApiTypes.STR, description="ISO 4217."),
    OpenApiParameter("residency", OpenApiTypes.STR, description="ISO 3166 alpha-2 of the guest's market."),
]
_REFRESH = OpenApiParameter(
    "refresh",
    OpenApiTypes.BOOL,
    description="Ask suppliers about days not asked a moment ago; counts as a search.",
)
RETRY_AFTER_SECONDS = "2"


class DayOutput(serializers.Serializer[Any]):
    check_in = serializers.DateField()
    status = serializers.ChoiceField(
        choices=[one.value for one in Status],
        help_text="none: asked, and nothing was free; unknown: nobody asked of late.",
    )
    total = MoneySerializer(
        allow_null=True, help_text="The whole stay that begins here, with what is paid at the property."
    )
    exact = serializers.BooleanField(
        help_text="False: what is paid at the property was told for a day nearby, if at all."
    )
    asked_at = Instant(allow_null=True, help_text="When the supplier said so.")
    age_seconds = serializers.IntegerField(allow_null=True)
    hotel_id = serializers.CharField(help_text="Whose price it is; empty without one.")


class CalendarOutput(serializers.Serializer[Any]):
    month = serializers.CharField()
    nights = serializers.IntegerField()
    currency = serializers.CharField()
    refreshing = serializers.BooleanField(
        help_text="A supplier is being asked: come again after `Retry-After`."
    )
    days = DayOutput(many=True, help_text="From today on.")


class HotelCalendar(ApiView):
    throttle_scope = "results"

    @extend_schema(
        operation_id="hotels_calendar",
        parameters=[*_PARAMETERS, _REFRESH],
        responses={200: CalendarOutput, **refusals({404: "hotel_not_found"})},
    )
    def get(self, request: Request, hotel_id: str) -> Response:
        """The lowest known total of a hotel by day of check-in, with its age. A total is what a search told; a new one
        for that stay tells today's."""
        values = _values(request)
        wish, refresh = _wish(request, values), filter_query.flag(values, "refresh")
        first = calendars.month(filter_query.text(values, "month", ""))
        if refresh:
            limiter.enforce("search", ip=network.client_address(request))
        return _answer(calendars.of_hotel(hotel_id, first, wish, refresh=refresh), wish)


class DestinationCalendar(ApiView):
    throttle_scope = "results"

    @extend_schema(
        operation_id="destinations_calendar",
        parameters=_PARAMETERS,
        responses={
            200: CalendarOutput,
            **refusals({404: "destination_not_found", 422: "destination_not_searchable"}),
        },
    )
    def get(self, request: Request, destination_id: str) -> Response:
        """The lowest known total of any hotel of a place by day of check-in, with its age and whose it is."""
        values = _values(request)
        wish = _wish(request, values)
        first = calendars.month(filter_query.text(values, "month", ""))
        return _answer(calendars.of_place(destination_id, first, wish), wish)


def _values(request: Request) -> filter_query.Values:
    return {name: list(given) for name, given in request.query_params.lists()}


def _wish(request: Request, values: filter_query.Values) -> Wish:
    ages = [age for age in filter_query.text(values, "children_ages", "").split(",") if age]
    if not all(age.isascii() and age.isdecimal() and len(age) <= 3 for age in ages):
        raise invalid("children_ages", "not_a_number", "Whole numbers, such as 4,7.")
    adults = filter_query.number(values, "adults", 2)
    return Wish(
        nights=filter_query.number(values, "nights", 1),
        rooms=(Occupancy(adults, tuple(map(int, ages))),),
        currency=filter_query.text(values, "currency", settings.DEFAULT_CURRENCY).upper(),
        residency=filter_query.text(values, "residency", "").upper(),
        channel=Channel.API,
        user_type=audience.user_type(request.user),
    )


def _answer(found: Calendar, wish: Wish) -> Response:
    body = {
        "month": f"{found.month:%Y-%m}",
        "nights": wish.nights,
        "currency": wish.currency,
        "refreshing": found.refreshing,
        "days": [_day(day) for day in found.days],
    }
    headers = {"Cache-Control": "private, no-cache"}
    if found.refreshing:
        headers["Retry-After"] = RETRY_AFTER_SECONDS
    return Response(CalendarOutput(body).data, headers=headers)


def _day(day: Day) -> dict[str, Any]:
    return {
        "check_in": day.check_in,
        "status": day.status.value,
        "total": day.total,
        "exact": day.exact,
        "asked_at": day.asked_at,
        "age_seconds": day.age_seconds,
        "hotel_id": day.hotel_id,
    }
