"""The backoffice over real rows: every page opens, verbs act through services, money cannot be edited."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bookings.models import Booking, Payment, Refund, StaffTask
from bookings.services import cancellation, staff
from bookings.states import BookingStatus
from faredown.accounts.models import User
from faredown.accounts.services import roles
from faredown.lib.backoffice import money
from faredown.lib.money import Money
from faredown.seeding import prices
from suppliers.models import Call
from tests.bookings.world import World


@pytest.fixture
def booked(world: World) -> Booking:
    return world.book().booking


@pytest.fixture
def chief(transactional_db: None, client: Client) -> Client:
    client.force_login(User.objects.create_superuser("chief@example.com", "correct horse battery"))
    return client


def desk(role: roles.RoleName) -> Client:
    """Somebody of that role, signed in."""
    roles.seed()
    person = User.objects.create_user(
        f"{role.value.lower()}@example.com", "correct horse battery", is_staff=True
    )
    person.groups.add(Group.objects.get(name=role.value))
    client = Client()
    client.force_login(person)
    return client


def page_of(row: Booking | Payment) -> str:
    return reverse(f"admin:bookings_{row._meta.model_name}_change", args=(row.pk,))


def test_every_page_opens_on_real_rows(world: World, chief: Client) -> None:
    row = world.book().booking
    cancellation.cancel(row, reason="Plans changed")
    staff.queue(row, "hotel_cancelled", reason="Call the guest")
    failed = []
    opened = 0
    for model, model_admin in admin.site._registry.items():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        pages = [reverse(f"{name}_changelist"), f"{reverse(f'{name}_changelist')}?q=a"]
        if not model_admin.search_fields:
            pages.pop()
        if (first := model._default_manager.first()) is not None:
            pages.append(reverse(f"{name}_change", args=(first.pk,)))
            opened += 1
        failed += [page for page in pages if chief.get(page).status_code != 200]
    assert failed == []
    assert opened >= 15


def test_a_booking_shows_its_story_its_money_and_the_exchanges(booked: Booking, chief: Client) -> None:
    page = chief.get(page_of(booked)).content.decode()
    calls = Call.objects.filter(booking_reference__in=(booked.reference, booked.supplier_reference))
    assert calls.exists()
    for call in calls:
        assert reverse("admin:suppliers_call_change", args=(call.pk,)) in page
    for event in booked.timeline.all():
        assert event.kind in page
    amount = f"{booked.total.amount:.3f}"
    assert f"debit Cash at the payment provider {amount} EUR" in page
    assert f"credit Guest receivable {amount} EUR" in page


def test_the_shell_says_the_zone_and_has_the_sites_icon(booked: Booking, chief: Client) -> None:
    page = chief.get(page_of(booked)).content.decode()
    assert "times in UTC" in page
    assert re.search(r'<link rel="icon" href="/static/site/favicon[^"]*\.svg"', page)
    assert booked.holder_phone in page
    assert "E.164" not in page


def test_the_list_asks_the_same_number_of_questions_for_one_booking_as_for_three(
    world: World, chief: Client
) -> None:
    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert chief.get(reverse("admin:bookings_booking_changelist")).status_code == 200
        return len(queries)

    world.book()
    asked()
    one = asked()
    world.book()
    world.book()
    assert asked() == one


def test_cancelling_shows_the_fee_first_and_acts_on_post(booked: Booking) -> None:
    client = desk(roles.RoleName.RESERVATIONS)
    url = reverse("admin:bookings_booking_cancel", args=(booked.pk,))
    shown = client.get(url).content.decode()
    assert "0.00 EUR" in shown
    booked.refresh_from_db()
    assert booked.status == BookingStatus.CONFIRMED

    assert client.post(url, {"reason": ""}).status_code == 200
    booked.refresh_from_db()
    assert booked.status == BookingStatus.CONFIRMED

    answer = client.post(url, {"reason": "The guest called"})
    assert (answer.status_code, answer["Location"]) == (302, page_of(booked))
    booked.refresh_from_db()
    assert (booked.status, booked.cancel_reason) == (BookingStatus.CANCELLED, "The guest called")


def test_who_may_only_look_may_not_cancel(booked: Booking) -> None:
    client = desk(roles.RoleName.AUDITOR)
    assert client.get(page_of(booked)).status_code == 200
    url = reverse("admin:bookings_booking_cancel", args=(booked.pk,))
    assert client.get(url).status_code == 403
    assert client.post(url, {"reason": "No"}).status_code == 403
    booked.refresh_from_db()
    assert booked.status == BookingStatus.CONFIRMED


def test_money_rows_cannot_be_edited_even_by_the_chief(booked: Booking, chief: Client) -> None:
    payment = booked.payments.get()
    assert chief.post(page_of(payment), {"captured_amount": "0"}).status_code == 403
    assert chief.post(page_of(booked), {"total_amount": "1"}).status_code == 403
    before = payment.captured_amount
    payment.refresh_from_db()
    assert payment.captured_amount == before


def filled(client: Client, url: str, **fields: str) -> dict[str, str]:
    """What a browser posts from the page at `url`: what was typed, and the key that the page carries."""
    found = re.search(r'name="request_key" value="([^"]+)"', client.get(url).content.decode())
    assert found is not None
    return {**fields, "request_key": found[1]}


def test_the_same_form_posted_twice_is_one_refund_and_two_forms_are_two(booked: Booking) -> None:
    client = desk(roles.RoleName.FINANCE)
    payment = booked.payments.get()
    url = reverse("admin:bookings_payment_give_back", args=(payment.pk,))
    form = filled(client, url, amount="10.00", note="A broken shower")
    assert [client.post(url, form).status_code for _ in range(2)] == [302, 302]
    assert Refund.objects.count() == 1

    client.post(url, filled(client, url, amount="10.00", note="A broken shower"))
    assert Refund.objects.count() == 2
    payment.refresh_from_db()
    assert payment.refunded_amount == Decimal("20.000")

    keyless = {"amount": "10.00", "note": "A broken shower"}
    assert client.post(url, keyless).status_code == 200
    assert Refund.objects.count() == 2


def test_a_form_of_another_payment_sends_nothing_back(world: World) -> None:
    client = desk(roles.RoleName.FINANCE)
    first, second = (world.book().booking.payments.get() for _ in range(2))
    pages = [reverse("admin:bookings_payment_give_back", args=(payment.pk,)) for payment in (first, second)]
    form = filled(client, pages[0], amount="10.00", note="A broken shower")
    client.post(pages[0], form)
    answer = client.post(pages[1], form, follow=True)
    assert "Open the refund page of this payment again." in answer.content.decode()
    assert [refund.payment_id for refund in Refund.objects.all()] == [first.pk]


def test_finance_sends_money_back_and_never_more_than_was_taken(booked: Booking) -> None:
    client = desk(roles.RoleName.FINANCE)
    payment = booked.payments.get()
    url = reverse("admin:bookings_payment_give_back", args=(payment.pk,))
    too_much = payment.captured_amount + Decimal("0.01")
    client.post(url, filled(client, url, amount=str(too_much), note="A mistake"))
    assert not Refund.objects.exists()

    client.post(url, filled(client, url, amount="10.00", note="A broken shower"))
    sent = Refund.objects.get()
    assert (sent.amount_amount, sent.note, sent.status) == (Decimal("10.000"), "A broken shower", "done")
    assert desk(roles.RoleName.SUPPORT).get(url).status_code == 403


def test_a_task_is_closed_by_its_resolution_and_leaves_the_booking(booked: Booking, chief: Client) -> None:
    task = staff.queue(booked, "hotel_cancelled", reason="Look at the board")
    url = reverse("admin:bookings_stafftask_change", args=(task.pk,))
    chief.post(url, {"owner": "", "resolution": "The board is right"})
    task = StaffTask.objects.get(pk=task.pk)
    booked.refresh_from_db()
    assert task.resolved_at is not None
    assert (task.resolution, booked.staff_queue) == ("The board is right", None)


def shown(page: str, label: str) -> tuple[str, str]:
    """(value, note) of a card of the dashboard."""
    found = re.search(
        rf'bo-label">{label}</div>\s*<div class="bo-value">(.*?)</div>\s*<div.*?>(.*?)</div>', page
    )
    assert found is not None
    return found[1], found[2]


def test_the_dashboard_counts_what_was_sold(world: World, chief: Client) -> None:
    row = world.book().booking
    prices.seed_prices()
    page = chief.get(reverse("admin:index")).content.decode()
    assert shown(page, "Bookings") == ("1", "nothing in the 30 days before")
    # 1.16 dollars for a euro, as seeded.
    dollars = money(Money.of(row.total.amount * Decimal("1.16"), "USD").rounded())
    assert shown(page, "Revenue")[0] == dollars
    assert world.place.name in page
    assert "availability" in page


def test_the_dashboard_says_what_it_cannot_convert(world: World, chief: Client) -> None:
    world.book()
    page = chief.get(reverse("admin:index")).content.decode()
    assert shown(page, "Revenue") == ("0.00 USD", "without EUR: no exchange rate")


def test_the_voucher_opens_from_the_booking(booked: Booking, chief: Client) -> None:
    answer = chief.get(reverse("admin:bookings_booking_voucher", args=(booked.pk,)))
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
