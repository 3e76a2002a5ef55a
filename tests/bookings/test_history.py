"""The page "History" of a row: what the triggers recorded, readable."""

from __future__ import annotations

import html
import re
from decimal import Decimal

import pytest
from django.contrib.auth.models import Permission
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from bookings.models import Payment
from bookings.services import cancellation
from bookings.states import BookingStatus
from faredown.accounts.models import User
from faredown.lib import history
from hotels.models import MarkupRule
from tests.bookings.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def chief(transactional_db: None, client: Client) -> Client:
    client.force_login(User.objects.create_superuser("chief@example.com", "correct horse battery"))
    return client


def address(row: Model, page: str) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_{page}", args=(row.pk,))


def told(client: Client, row: Model) -> list[str]:
    """The lines of the page as they are read, newest first."""
    answer = client.get(address(row, "history"))
    assert answer.status_code == 200
    lines = re.findall(r"<tr>\s*<td>(.*?)</tr>", answer.content.decode(), re.DOTALL)
    return [" ".join(html.unescape(re.sub(r"<[^>]+>", " ", line)).split()) for line in lines]


def test_a_changed_markup_shows_both_values_and_the_person(chief: Client) -> None:
    rule = MarkupRule.objects.create(name="Spain", percent=Decimal(12))
    form = {"name": "Spain", "priority": "100", "is_active": "on", "percent": "24", "fixed_per": "stay"}
    form |= {f"{rows}-{count}_FORMS": "0" for rows in ("tiers", "seasons") for count in ("TOTAL", "INITIAL")}
    assert chief.post(address(rule, "change"), form).status_code == 302
    changed, added = told(chief, rule)
    assert re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC Changed chief@example\.com /admin/", changed)
    assert changed.endswith("percent : 12.0000 → 24.0000")
    assert "Added the program" in added
    assert "percent : - → 12.0000" in added


def test_a_booking_shows_its_moves(world: World, chief: Client) -> None:
    row = world.book().booking
    cancellation.cancel(row, reason="Plans changed")
    page = " ".join(reversed(told(chief, row)))
    moves = re.findall(r"(?<!: )status : (\S+) → (\S+)", page)
    assert moves[-1][1] == BookingStatus.CANCELLED
    assert [old for old, _ in moves[1:]] == [new for _, new in moves[:-1]]
    assert BookingStatus.CONFIRMED in {new for _, new in moves}


def test_what_opens_a_payment_is_not_shown(world: World, chief: Client) -> None:
    payment = world.book().booking.payments.get()
    Payment.objects.filter(pk=payment.pk).update(client_secret="pi_1_secret_2", method_token="tok_visa_9")
    page = " ".join(told(chief, payment))
    assert "captured" in page
    assert "pi_1_secret_2" not in page
    assert "tok_visa_9" not in page


def test_only_the_last_changes_are_shown_each_against_the_one_before(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule = MarkupRule.objects.create(name="Spain", percent=Decimal(1))
    for percent in (2, 3, 4):
        MarkupRule.objects.filter(pk=rule.pk).update(percent=percent)
    monkeypatch.setattr(history, "SHOWN", 2)
    shown = [(field.old, field.new) for change in history.of(MarkupRule, rule.pk) for field in change.fields]
    assert shown == [("3.0000", "4.0000"), ("2.0000", "3.0000")]


def test_who_may_not_see_the_row_may_not_see_its_history(transactional_db: None, client: Client) -> None:
    rule = MarkupRule.objects.create(name="Spain", percent=Decimal(12))
    person = User.objects.create_user("clerk@example.com", "correct horse battery", is_staff=True)
    client.force_login(person)
    assert client.get(address(rule, "history")).status_code == 403
    person.user_permissions.add(Permission.objects.get(codename="view_markuprule"))
    assert client.get(address(rule, "history")).status_code == 200
