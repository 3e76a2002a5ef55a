import re
from typing import Any

import pytest
from django.test import Client
from django.urls import include, path

from faredown.accounts.models import User
from faredown.messaging.models import OutboxMessage

urlpatterns = [path("api/v1/", include("faredown.accounts.api.urls"))]
pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db]

ADA = {"email": "ada@example.com", "password": "correct horse battery"}


def post(client: Client, name: str, body: dict[str, Any], access: str = "") -> Any:
    headers = {"Authorization": f"Bearer {access}"} if access else {}
    return client.post(f"/api/v1/auth/{name}/", body, content_type="application/json", headers=headers)


def mailed_token() -> str:
    found = re.search(r"/account/[a-z-]+/([^/\s]+)/", OutboxMessage.objects.latest("pk").body_text)
    assert found
    return found[1]


def test_from_registration_to_signing_out(client: Client) -> None:
    registered = post(client, "register", ADA | {"first_name": "Ada", "currency": "EUR"})
    assert registered.status_code == 202
    assert post(client, "email/confirm", {"token": mailed_token()}).status_code == 204

    pair = post(client, "token", ADA)
    assert (pair.status_code, pair["Cache-Control"]) == (200, "no-store")
    access, refresh = pair.json()["access"], pair.json()["refresh"]
    me = client.get("/api/v1/auth/me", headers={"Authorization": f"Bearer {access}"}).json()
    assert me == {
        "id": User.objects.get().public_id,
        "email": "ada@example.com",
        "email_confirmed": True,
        "first_name": "Ada",
        "last_name": "",
        "phone": "",
        "language": "en",
        "currency": "EUR",
    }

    changing: dict[str, Any] = {
        "content_type": "application/json",
        "headers": {"Authorization": f"Bearer {access}"},
    }
    evil = {"last_name": "Lovelace", "email": "evil@example.com", "is_staff": True}
    refused = client.patch("/api/v1/auth/me/", evil, **changing).json()
    assert [error["field"] for error in refused["errors"]] == ["email", "is_staff"]
    changed = client.patch("/api/v1/auth/me/", {"last_name": "Lovelace"}, **changing).json()
    assert (changed["last_name"], changed["email"], User.objects.get().is_staff) == (
        "Lovelace",
        "ada@example.com",
        False,
    )

    next_pair = post(client, "token/refresh", {"refresh": refresh}).json()
    assert next_pair["token_type"] == "Bearer"
    assert post(client, "token/revoke", {"refresh": next_pair["refresh"]}).status_code == 204
    assert post(client, "token/refresh", {"refresh": next_pair["refresh"]}).status_code == 401


def test_a_reused_refresh_token_is_named(client: Client) -> None:
    post(client, "register", ADA)
    refresh = post(client, "token", ADA).json()["refresh"]
    post(client, "token/refresh", {"refresh": refresh})
    answer = post(client, "token/refresh", {"refresh": refresh})
    assert (answer.status_code, answer.json()["code"]) == (401, "token_reused")


def test_answers_do_not_tell_who_has_an_account(client: Client) -> None:
    new, taken = post(client, "register", ADA), post(client, "register", ADA)
    assert (new.status_code, new.json()) == (taken.status_code, taken.json())
    known = post(client, "password/reset", {"email": ADA["email"]})
    unknown = post(client, "password/reset", {"email": "nobody@example.com"})
    assert (known.status_code, known.json()) == (unknown.status_code, unknown.json()) == (202, known.json())
    assert not any("token" in str(answer.json()) for answer in (new, taken, known, unknown))


def test_a_password_is_reset_with_the_mailed_token(client: Client) -> None:
    post(client, "register", ADA)
    post(client, "password/reset", {"email": ADA["email"]})
    new = {"token": mailed_token(), "password": "quite another one"}
    assert post(client, "password/reset/confirm", new).status_code == 204
    assert post(client, "token", ADA).json()["code"] == "invalid_credentials"
    assert post(client, "token", ADA | {"password": "quite another one"}).status_code == 200
    assert post(client, "password/reset/confirm", new).json()["errors"][0]["field"] == "token"


@pytest.mark.parametrize(
    ("name", "body", "field"),
    [
        ("register", {"email": "x", "password": "correct horse battery"}, "email"),
        ("register", {"email": "b@example.com"}, "password"),
        ("register", {"email": "b@example.com", "password": "12345678901"}, "password"),
        ("register", {"email": "b\0@example.com", "password": "correct horse battery"}, "email"),
        ("token", {"email": "b@example.com", "password": "a\0b"}, "password"),
        ("token", {"email": ["b@example.com"], "password": "x"}, "email"),
        ("token/refresh", {}, "refresh"),
        ("email/confirm", {"token": "nope"}, "token"),
        ("password/reset/confirm", {"token": "\u00e9.x", "password": "quite another one"}, "token"),
    ],
)
def test_bad_input_names_its_field(client: Client, name: str, body: dict[str, Any], field: str) -> None:
    answer = post(client, name, body)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, field)
    assert not User.objects.exists()


def test_the_confirmation_is_mailed_again(client: Client) -> None:
    post(client, "register", ADA)
    access = post(client, "token", ADA).json()["access"]
    assert post(client, "email/confirmation", {}).status_code == 401
    assert post(client, "email/confirmation", {}, access).status_code == 202
    assert OutboxMessage.objects.count() == 2
