"""The backoffice's door: counted as the others are, and every staff member who enters is on record."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import Settings

from faredown.accounts.models import User
from faredown.audit.models import Action

pytestmark = pytest.mark.django_db

DOOR = "/admin/login/"
PASSWORD = "correct horse battery"
CHIEF, CLERK, GUEST = "chief@example.com", "clerk@example.com", "guest@example.com"


@pytest.fixture(autouse=True)
def people(settings: Settings) -> None:
    settings.RATE_LIMITS_ENABLED = True
    settings.RATE_LIMITS = {"login": {"ip": "6/10m", "account": "3/10m"}}
    for email in (CHIEF, CLERK):
        User.objects.create_superuser(email, PASSWORD)
    User.objects.create_user(GUEST, PASSWORD)


def enter(email: str, password: str = PASSWORD, *, address: str = "198.51.100.1") -> tuple[int, str]:
    answer = Client(REMOTE_ADDR=address).post(DOOR, {"username": email, "password": password})
    return answer.status_code, answer.content.decode()


def test_staff_enter_and_it_is_recorded(client: Client) -> None:
    answer = client.post(f"{DOOR}?next=/admin/", {"username": " Chief@Example.com", "password": PASSWORD})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/admin/")
    assert client.get("/admin/").status_code == 200
    action = Action.objects.get()
    assert (action.action, action.by, action.ip) == (
        "account.staff_signed_in",
        User.objects.get(email=CHIEF),
        "127.0.0.1",
    )


def test_the_sites_door_opens_the_same_session_and_is_recorded_too(client: Client) -> None:
    client.post("/account/login/", {"email": CLERK, "password": PASSWORD})
    client.post("/account/login/", {"email": GUEST, "password": PASSWORD})
    assert [action.by.email for action in Action.objects.all() if action.by] == [CLERK]


@pytest.mark.parametrize("email", [CHIEF, GUEST, "nobody@example.com"])
def test_what_is_refused_says_the_same(email: str) -> None:
    status, page = enter(email, PASSWORD if email == GUEST else "wrong")
    assert status == 200
    assert "Please enter the correct" in page
    assert not Action.objects.exists()


def test_one_account_is_not_tried_for_ever_also_from_many_addresses() -> None:
    tries = [enter(CHIEF, "wrong", address=f"198.51.100.{number}")[0] for number in range(5)]
    assert tries == [200, 200, 200, 429, 429]
    refused = Client().post(DOOR, {"username": CHIEF, "password": PASSWORD})
    assert (refused.status_code, int(refused["Retry-After"]) > 0) == (429, True)
    assert "Too many tries" in refused.content.decode()
    assert enter(CLERK)[0] == 302


def test_one_address_does_not_try_many_accounts_at_any_door() -> None:
    for number in range(3):
        assert enter(f"somebody{number}@example.com", "wrong")[0] == 200
        at_site = Client(REMOTE_ADDR="198.51.100.1")
        wrong = {"email": f"other{number}@example.com", "password": "wrong"}
        assert at_site.post("/account/login/", wrong).status_code == 400
    assert enter(CHIEF)[0] == 429
