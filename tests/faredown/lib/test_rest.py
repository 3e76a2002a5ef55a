"""The API's manners, through real requests to a few small views."""

from typing import Any

import pytest
from django.http import Http404
from django.test import Client
from django.urls import include, path
from pytest_django import Settings
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from faredown.accounts.models import User
from faredown.accounts.services import tokens
from faredown.lib.errors import Conflict, invalid
from faredown.lib.money import Money
from faredown.lib.rest import ApiView, MoneySerializer, Pagination


class Room(serializers.Serializer[Any]):
    ages = serializers.ListField(child=serializers.IntegerField(min_value=0))


class Stay(serializers.Serializer[Any]):
    name = serializers.CharField()
    rooms = Room(many=True)
    budget = MoneySerializer(required=False)


class Echo(ApiView):
    throttle_scopes = {"POST": "bookings"}

    def get(self, request: Request) -> Response:
        page = Pagination()
        return page.get_paginated_response(page.paginate_queryset(list(range(45)), request))

    def post(self, request: Request) -> Response:
        stay = Stay(data=request.data)
        stay.is_valid(raise_exception=True)
        return Response(Stay(stay.validated_data).data)


class Mine(ApiView):
    permission_classes = [IsAuthenticated]

    def get(self, request: Request) -> Response:
        return Response({"email": str(request.user)})


class Public(ApiView):
    def get(self, request: Request) -> Response:
        return Response({"anonymous": request.user.is_anonymous})


class Failing(ApiView):
    def get(self, request: Request, how: str) -> Response:
        match how:
            case "domain":
                raise Conflict("busy", "Try again.", retry_after=7, reference="FD1")
            case "field":
                raise invalid("check_in", "in_the_past", "Too late.")
            case "missing":
                raise Http404
            case "surrogate":
                User.objects.filter(email="\ud800").exists()
            case "nul":
                User.objects.filter(email="\0").exists()
        raise ZeroDivisionError("secret detail")


urlpatterns = [
    path(
        "api/v1/",
        include(
            [
                path("echo/", Echo.as_view()),
                path("mine/", Mine.as_view()),
                path("public/", Public.as_view()),
                path("failing/<str:how>/", Failing.as_view()),
                path("file.pdf", Public.as_view()),
            ]
        ),
    )
]

pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db]

PROBLEM = "application/problem+json"


def post(client: Client, body: bytes | str, media: str = "application/json") -> Any:
    return client.post("/api/v1/echo/", data=body, content_type=media)


@pytest.mark.parametrize("address", ["/api/v1/echo", "/api/v1/echo/"])
def test_the_slash_is_optional_for_every_method(client: Client, address: str) -> None:
    assert client.get(address).status_code == 200
    assert (
        client.post(address, {"name": "a", "rooms": []}, content_type="application/json").status_code == 200
    )


@pytest.mark.parametrize("address", ["/api/v1/file.pdf", "/api/v1/file.pdf/"])
def test_also_after_a_file(client: Client, address: str) -> None:
    assert client.get(address).status_code == 200


def test_wrong_fields_are_named_as_the_client_wrote_them(client: Client) -> None:
    answer = post(client, '{"rooms": [{"ages": [1]}, {"ages": [3, -1]}], "budget": {"amount": 3}}')
    assert (answer.status_code, answer["Content-Type"]) == (400, PROBLEM)
    body = answer.json()
    assert (body["code"], body["status"], body["type"]) == (
        "invalid_input",
        400,
        "urn:faredown:problem:invalid_input",
    )
    assert body["request_id"] == answer["X-Request-ID"]
    assert [(error["field"], error["code"]) for error in body["errors"]] == [
        ("name", "required"),
        ("rooms.1.ages.1", "min_value"),
        ("budget", "invalid"),
    ]


def test_money_goes_in_and_out(client: Client) -> None:
    money = {"amount": "12.50", "currency": "EUR"}
    body = post(client, '{"name": "a", "rooms": [], "budget": {"amount": "12.5", "currency": "EUR"}}').json()
    assert body["budget"] == money == Money.of("12.5", "EUR").as_json()


@pytest.mark.parametrize(
    ("body", "media", "status", "code"),
    [
        (b"{", "application/json", 400, "malformed"),
        (b"\xff\xfe{}", "application/json", 400, "malformed"),
        (b'{"name": NaN}', "application/json", 400, "malformed"),
        (b"[" * 200_000, "application/json", 400, "malformed"),
        (b'{"name": ' + b"9" * 5000 + b"}", "application/json", 400, "malformed"),
        (b"[]", "application/json", 400, "invalid_input"),
        (b'"text"', "application/json", 400, "invalid_input"),
        (b"", "application/json", 400, "invalid_input"),
        (b'{"name": "a\\u0000b", "rooms": []}', "application/json", 400, "invalid_input"),
        (b'{"name": "\\ud800", "rooms": []}', "application/json", 400, "invalid_input"),
        (b"a=1", "application/x-www-form-urlencoded", 415, "unsupported_media_type"),
        (b"{}", "text/plain", 415, "unsupported_media_type"),
        (b" " * 5_000_000, "application/json", 413, "body_too_large"),
    ],
)
def test_bodies_that_cannot_be_used(client: Client, body: bytes, media: str, status: int, code: str) -> None:
    answer = post(client, body, media)
    assert (answer.status_code, answer["Content-Type"], answer.json()["code"]) == (status, PROBLEM, code)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("page=-1", "page"),
        ("page=0", "page"),
        ("page=x", "page"),
        ("page=4", "page"),
        ("page=99999999999999999999", "page"),
        ("page=\u0662", "page"),
        ("page_size=0", "page_size"),
        ("page_size=101", "page_size"),
        ("page_size=1.5", "page_size"),
    ],
)
def test_pages_that_do_not_exist(client: Client, query: str, field: str) -> None:
    answer = client.get(f"/api/v1/echo/?{query}")
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_a_page(client: Client) -> None:
    body = client.get("/api/v1/echo/?page=3&page_size=20").json()
    assert (body["count"], body["next"], body["results"]) == (45, None, [40, 41, 42, 43, 44])
    assert body["previous"] == "http://testserver/api/v1/echo/?page=2&page_size=20"


@pytest.mark.parametrize(
    ("how", "status", "code"),
    [
        ("domain", 409, "busy"),
        ("field", 400, "invalid_input"),
        ("missing", 404, "not_found"),
        ("surrogate", 400, "malformed"),
        ("nul", 400, "malformed"),
        ("bug", 500, "internal_error"),
    ],
)
def test_every_failure_is_a_problem(
    client: Client, settings: Settings, how: str, status: int, code: str
) -> None:
    settings.DEBUG_PROPAGATE_EXCEPTIONS = False
    client.raise_request_exception = False
    answer = client.get(f"/api/v1/failing/{how}/")
    assert (answer.status_code, answer["Content-Type"], answer.json()["code"]) == (status, PROBLEM, code)
    assert b"secret detail" not in answer.content


def test_a_refusal_brings_its_facts_along(client: Client) -> None:
    answer = client.get("/api/v1/failing/domain/")
    assert (answer["Retry-After"], answer.json()["reference"]) == ("7", "FD1")


def test_wrong_methods(client: Client) -> None:
    answer = client.delete("/api/v1/echo/")
    assert (answer.status_code, answer.json()["code"], answer["Allow"]) == (
        405,
        "method_not_allowed",
        "GET, POST, HEAD, OPTIONS",
    )


@pytest.mark.parametrize("address", ["/api/v1/public/?q=%00", "/api/v1/pub%00lic/"])
def test_nul_bytes_in_an_address(client: Client, address: str) -> None:
    answer = client.get(address)
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")


def test_a_stale_token_is_anonymous_where_everybody_may_enter_and_401_elsewhere(client: Client) -> None:
    stale = {"Authorization": "Bearer eyJhbGciOiJIUzI1NiJ9.e30.bm9wZQ"}
    assert client.get("/api/v1/public/", headers=stale).json() == {"anonymous": True}
    answer = client.get("/api/v1/mine/", headers=stale)
    assert (answer.status_code, answer.json()["code"]) == (401, "token_not_valid")
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert client.get("/api/v1/mine/").json()["code"] == "not_authenticated"


def test_a_good_token_enters(client: Client) -> None:
    user = User.objects.create_user("ada@example.com", "correct horse")
    good = {"Authorization": f"Bearer {tokens.issue(user).access}"}
    assert client.get("/api/v1/mine/", headers=good).json() == {"email": "ada@example.com"}
    User.objects.update(is_active=False)
    assert client.get("/api/v1/mine/", headers=good).status_code == 401


def test_limits_are_told_and_kept(client: Client, settings: Settings) -> None:
    settings.RATE_LIMITS_ENABLED = True
    settings.RATE_LIMITS = {"default": {"ip": "50/m", "user": "1/m"}, "bookings": {"ip": "2/10m"}}
    answers = [post(client, '{"name": "a", "rooms": []}') for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert [answer["RateLimit-Remaining"] for answer in answers] == ["1", "0", "0"]
    assert answers[2]["RateLimit-Limit"] == "2"
    assert int(answers[2]["Retry-After"]) >= 1
    assert answers[2].json()["code"] == "throttled"
    assert client.get("/api/v1/echo/")["RateLimit-Remaining"] == "49"


def test_a_user_is_counted_whatever_the_address(client: Client, settings: Settings) -> None:
    settings.RATE_LIMITS_ENABLED = True
    settings.RATE_LIMITS = {"default": {"ip": "50/m", "user": "1/10m"}}
    user = User.objects.create_user("ada@example.com", "correct horse")
    headers = {"Authorization": f"Bearer {tokens.issue(user).access}"}
    statuses = [
        client.get("/api/v1/mine/", headers=headers, REMOTE_ADDR=f"198.51.100.{host}").status_code
        for host in (1, 2)
    ]
    assert statuses == [200, 429]


@pytest.mark.parametrize(
    ("given", "taken"), [("client-abc-1234", True), ("short", False), ("a b\tc; drop", False)]
)
def test_a_sane_request_id_is_kept(client: Client, given: str, taken: bool) -> None:
    returned = client.get("/api/v1/public/", headers={"X-Request-ID": given})["X-Request-ID"]
    assert (returned == given) is taken
    assert len(returned) >= 8
