"""What accounts are asked wrongly, and exactly what is told. Nothing is written."""

import json
from typing import Any

import pytest
from django.test import Client

from faredown.accounts.models import User
from faredown.accounts.services import tokens
from tests.problems import V1, sent, told

pytestmark = pytest.mark.django_db

GOOD_PASSWORD = "wander-far-7-lamps"


@pytest.mark.parametrize(
    ("extra", "field", "code"),
    [
        ({"currency": "XXX"}, "currency", "unknown"),
        ({"language": "xx"}, "language", "unknown"),
        ({"is_staff": True}, "is_staff", "unknown_field"),
        ({"first_name": "\0"}, "first_name", "unusable_characters"),
        ({"password": "\ud800" * 12}, "password", "unusable_characters"),
        ({"password": []}, "password", "invalid"),
        ({"email": "nobody"}, "email", "invalid"),
        ({"email": "a@b.co\r\nBcc: c@d.co"}, "email", "invalid"),
    ],
)
def test_an_account_that_is_not_opened(client: Client, extra: Any, field: str, code: str) -> None:
    body = {"email": "new@example.com", "password": GOOD_PASSWORD, **extra}
    assert told(sent(client, "auth/register/", body)) == (400, "invalid_input", [(field, code)])
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"first_name": None}, "first_name", "null"),
        ({"currency": "XXX"}, "currency", "unknown"),
        ({"language": "xx"}, "language", "unknown"),
        ({"phone": "12"}, "phone", "invalid"),
        ({"email": "other@example.com"}, "email", "unknown_field"),
        ({"is_superuser": True}, "is_superuser", "unknown_field"),
    ],
)
def test_a_profile_that_stays_as_it_is(client: Client, body: Any, field: str, code: str) -> None:
    user = User.objects.create_user("ada@example.com", GOOD_PASSWORD)
    access = tokens.issue(user, ip=None, user_agent="").access
    answer = client.patch(
        f"{V1}auth/me/",
        json.dumps(body),
        content_type="application/json",
        headers={"Authorization": f"Bearer {access}"},
    )
    assert told(answer) == (400, "invalid_input", [(field, code)])


@pytest.mark.parametrize(
    "authorization", ["Bearer stale", "Bearer a b", "Bearer \xff", "Bearer", "Basic eDp5"]
)
def test_a_stale_token_is_nobody(client: Client, authorization: str) -> None:
    headers = {"Authorization": authorization}
    assert client.get(f"{V1}languages/", headers=headers).status_code == 200
    for path in ("auth/me/", "bookings/"):
        answer = client.get(f"{V1}{path}", headers=headers)
        assert told(answer)[0] == 401
        assert answer["WWW-Authenticate"] == 'Bearer realm="api"'
