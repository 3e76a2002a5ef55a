"""An operation that must not happen twice, through real requests."""

from typing import Any

import pytest
from django.test import Client
from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response

from faredown.accounts.models import User
from faredown.accounts.services import tokens
from faredown.idempotency.models import Key
from faredown.idempotency.rest import IdempotentView
from faredown.idempotency.services import keys
from faredown.lib.errors import Conflict, Gone, Unavailable, invalid

made: list[str] = []


class Make(IdempotentView):
    def perform(self, request: Request) -> Response:
        match dict(request.data).get("how"):
            case "gone":
                raise Gone("quote_expired", "Too late.")
            case "declined":
                made.append("FD9")
                raise Conflict("quote_used", "Used.", reference="FD9")
            case "busy":
                raise Conflict("busy", "Later.", retry_after=1)
            case "down":
                raise Unavailable
            case "wrong":
                raise invalid("how", "unknown", "No.")
            case "crash":
                raise ZeroDivisionError
        made.append(f"FD{len(made) + 1}")
        return Response({"reference": made[-1], "count": len(made), "access_token": "once"}, status=201)

    def replay(self, request: Request, resource: str) -> Response:
        return Response({"reference": resource, "count": len(made)})


urlpatterns = [path("api/v1/make/", Make.as_view())]
pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db]


@pytest.fixture(autouse=True)
def nothing_made() -> None:
    made.clear()


def make(client: Client, key: str | None = "key-1", **body: Any) -> Any:
    headers = {} if key is None else {"Idempotency-Key": key}
    return client.post("/api/v1/make/", body, content_type="application/json", headers=headers)


@pytest.mark.parametrize(
    ("key", "code"),
    [
        (None, "idempotency_key_missing"),
        ("", "idempotency_key_missing"),
        ("a b", "idempotency_key_invalid"),
        ("x" * 256, "idempotency_key_invalid"),
    ],
)
def test_without_a_usable_key_nothing_happens(client: Client, key: str | None, code: str) -> None:
    answer = make(client, key, quote_id="q")
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert answer.json()["errors"][0]["field"] == "Idempotency-Key"
    assert (made, Key.objects.count()) == ([], 0)


def test_a_repeat_answers_with_the_resource_as_it_is_now(client: Client) -> None:
    first = make(client, quote_id="q")
    assert (first.status_code, first.json()["access_token"]) == (201, "once")
    assert "Idempotent-Replayed" not in first
    made.append("another")
    again = make(client, quote_id="q")
    assert (again.status_code, again.json()) == (200, {"reference": "FD1", "count": 2})
    assert again["Idempotent-Replayed"] == "true"


def test_the_order_of_fields_does_not_make_another_body(client: Client) -> None:
    make(client, quote_id="q", remarks="r")
    assert make(client, remarks="r", quote_id="q")["Idempotent-Replayed"] == "true"


def test_another_body_under_the_key_is_refused(client: Client) -> None:
    make(client, quote_id="q", remarks="a")
    answer = make(client, quote_id="q", remarks="b")
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    assert [told["field"] for told in answer.json()["errors"]] == ["Idempotency-Key"]
    assert made == ["FD1"]


def test_while_the_first_is_under_way_the_second_waits(client: Client) -> None:
    make(client, quote_id="q")
    Key.objects.update(status="in_flight")
    answer = make(client, quote_id="q")
    assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (
        409,
        "idempotency_in_flight",
        "5",
    )


def test_a_final_refusal_is_met_again(client: Client) -> None:
    first, again = make(client, quote_id="q", how="gone"), make(client, quote_id="q", how="gone")
    assert (first.status_code, again.status_code) == (410, 410)
    assert again["Idempotent-Replayed"] == "true"
    assert again["Content-Type"] == "application/problem+json"
    assert again.json()["code"] == "quote_expired"


def test_a_refusal_that_left_a_resource_replays_the_resource(client: Client) -> None:
    assert make(client, quote_id="q", how="declined").status_code == 409
    assert make(client, quote_id="q", how="declined").json() == {"reference": "FD9", "count": 1}
    assert made == ["FD9"]


@pytest.mark.parametrize(("how", "status"), [("busy", 409), ("down", 503), ("wrong", 400)])
def test_what_is_not_final_may_be_tried_again(client: Client, how: str, status: int) -> None:
    assert make(client, quote_id="q", how=how).status_code == status
    assert Key.objects.count() == 0
    assert make(client, quote_id="q", how="").status_code == 201


def test_a_crash_frees_the_key(client: Client) -> None:
    with pytest.raises(ZeroDivisionError):
        make(client, quote_id="q", how="crash")
    assert Key.objects.count() == 0


def test_callers_do_not_meet(client: Client) -> None:
    user = User.objects.create_user("ada@example.com", "correct horse")
    make(client, quote_id="q")
    make(client, quote_id="other")
    headers = {"Idempotency-Key": "key-1", "Authorization": f"Bearer {tokens.issue(user).access}"}
    client.post("/api/v1/make/", {"quote_id": "q"}, content_type="application/json", headers=headers)
    token = {"Idempotency-Key": "key-1", "X-Booking-Token": "t"}
    client.post("/api/v1/make/", {"quote_id": "q"}, content_type="application/json", headers=token)
    assert made == ["FD1", "FD2", "FD3", "FD4"]
    assert not any("Bearer" in key.scope or " t " in key.scope for key in Key.objects.all())


def test_the_first_finds_its_key_taken_over(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Slower than its own lease: its answer stands, and the key belongs to the other attempt."""
    monkeypatch.setattr(keys, "finish", lambda *_, **__: False)
    assert make(client, quote_id="q").status_code == 201
