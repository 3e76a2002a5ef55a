"""What every API view of the house is made of. One ApiView per operation, serializers beside it."""

from collections.abc import Mapping
from typing import Any, ClassVar, cast

from django.core.paginator import InvalidPage
from django.http import HttpResponseBase
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import OpenApiResponse, extend_schema_field, inline_serializer
from rest_framework import serializers
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from faredown.lib.authentication import OptionalJWTAuthentication
from faredown.lib.errors import FieldError, InvalidInput, Unauthenticated
from faredown.lib.limiter import Verdict
from faredown.lib.money import Money
from faredown.lib.negotiation import FirstRenderer, JsonParser
from faredown.lib.problems import MEDIA_TYPE as PROBLEM
from faredown.lib.problems import ProblemRenderer, exception_handler
from faredown.lib.throttling import RedisThrottle

__all__ = [
    "ApiView",
    "JsonParser",
    "MoneySerializer",
    "OptionalJWTAuthentication",
    "Pagination",
    "ProblemRenderer",
    "RedisThrottle",
    "exception_handler",
    "page_of",
    "refusals",
    "tell_limit",
]


class ApiView(APIView):
    """Base of every operation. `throttle_scope` names a row of `settings.RATE_LIMITS`; a view that reads and writes
    gives a scope per method instead: `throttle_scopes = {"POST": "bookings"}`."""

    content_negotiation_class = FirstRenderer
    throttle_scope: ClassVar[str] = "default"
    throttle_scopes: ClassVar[Mapping[str, str]] = {}

    def scope(self, method: str) -> str:
        return self.throttle_scopes.get(method, self.throttle_scope)

    def permission_denied(self, request: Request, message: str | None = None, code: str | None = None) -> Any:
        if getattr(request, "token_refused", False):
            raise Unauthenticated("token_not_valid", "The access token is not valid or has expired.")
        super().permission_denied(request, message, code)

    def finalize_response(
        self, request: Request, response: HttpResponseBase, *args: Any, **kwargs: Any
    ) -> Response:
        final = super().finalize_response(request, cast("Response", response), *args, **kwargs)
        tell_limit(final, getattr(request, "rate_limit", None))
        return final


def tell_limit(answer: HttpResponseBase, verdict: Verdict | None) -> None:
    for name, value in verdict.headers.items() if verdict else ():
        answer.headers.setdefault(name, value)


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # it registers itself
    """How the OpenAPI document names our authentication."""

    target_class = "faredown.lib.authentication.OptionalJWTAuthentication"
    name = "bearer"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}


class Pagination(PageNumberPagination):
    """`?page=&page_size=` -> `{count, next, previous, results}`; anything that is not a page is a 400."""

    page_size = 20
    max_page_size = 100
    page_size_query_param = "page_size"

    def get_page_size(self, request: Request) -> int:
        return self._number(request, "page_size", self.page_size, self.max_page_size)

    def get_page_number(self, request: Request, paginator: Any) -> int:
        return self._number(request, self.page_query_param, 1, 1_000_000)

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.request = request
        paginator = self.django_paginator_class(queryset, self.get_page_size(request))
        try:
            self.page = paginator.page(self.get_page_number(request, paginator))
        except InvalidPage:
            raise _refused("page", "out_of_range", "There is no such page.") from None
        return list(self.page)

    @staticmethod
    def _number(request: Request, name: str, default: int, most: int) -> int:
        text = request.query_params.get(name, "")
        if not text:
            return default
        if not (text.isascii() and text.isdigit() and len(text) <= 9 and 1 <= int(text) <= most):
            raise _refused(name, "out_of_range", f"A whole number from 1 to {most}.")
        return int(text)


def _refused(field: str, code: str, message: str) -> InvalidInput:
    return InvalidInput(code="invalid_input", detail=message, errors=[FieldError(field, code, message)])


def refusals(codes: Mapping[int, str]) -> dict[tuple[int, str], OpenApiResponse]:
    """For the schema: `responses={200: X, **refusals({404: "search_not_found", 410: "search_expired"})}`."""
    problem = {"$ref": "#/components/schemas/Problem"}
    return {
        (status, PROBLEM): OpenApiResponse(problem, ", ".join(f"`{code}`" for code in said.split()))
        for status, said in codes.items()
    }


def page_of(
    serializer: type[serializers.Serializer[Any]],
) -> serializers.Serializer[Any]:
    """The schema of a page: `@extend_schema(responses=page_of(BookingOutput))`."""
    return inline_serializer(
        name=f"PageOf{serializer.__name__.removesuffix('Serializer')}",
        fields={
            "count": serializers.IntegerField(),
            "next": serializers.URLField(allow_null=True),
            "previous": serializers.URLField(allow_null=True),
            "results": serializer(many=True),
        },
    )


@extend_schema_field(
    {
        "type": "object",
        "required": ["amount", "currency"],
        "properties": {
            "amount": {
                "type": "string",
                "pattern": r"^-?\d+(\.\d+)?$",
                "example": "123.45",
            },
            "currency": {"type": "string", "pattern": "^[A-Z]{3}$", "example": "EUR"},
        },
    }
)
class MoneySerializer(serializers.Field[Money, Any, dict[str, str], Any]):
    """Money as `{"amount": "123.45", "currency": "EUR"}`."""

    default_error_messages = {
        # Doubled braces: DRF formats its messages.
        "invalid": 'Money is written as {{"amount": "123.45", "currency": "EUR"}}.'
    }

    def to_representation(self, value: Money) -> dict[str, str]:
        return value.as_json()

    def to_internal_value(self, data: Any) -> Money:
        if not isinstance(data, dict):
            self.fail("invalid")
        try:
            return Money.from_json(data)
        except ValueError:
            self.fail("invalid")
