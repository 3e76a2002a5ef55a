"""Papers in the backoffice: on the booking's page, found by number, and as CSV for the accountant."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from bookings.models import Booking, Document
from bookings.services import cancellation, typesetting
from faredown.accounts.models import User
from hotels.models import TaxRule
from hotels.pricing.rules import Basis
from tests.bookings.world import World

LIST = "admin:bookings_document_changelist"


@pytest.fixture
def chief(transactional_db: None, client: Client) -> Client:
    client.force_login(User.objects.create_superuser("chief@example.com", "correct horse battery"))
    return client


def exported(client: Client, query: str = "") -> list[dict[str, str]]:
    answer: Any = client.get(reverse("admin:bookings_document_export") + query)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))


def test_papers_of_a_cancelled_booking_for_staff_and_accountant(world: World, chief: Client) -> None:
    for name, percent in (("VAT", "10"), ("=City", "1.5")):
        TaxRule.objects.create(name=name, percent=Decimal(percent), basis=Basis.TOTAL, stacks=name != "VAT")
    row = world.book().booking
    cancellation.cancel(row)
    invoice, note = Document.objects.filter(position__isnull=False).order_by("issued_at")
    page = chief.get(reverse("admin:bookings_booking_change", args=(row.pk,))).content.decode()
    for paper in (invoice, note):
        path = reverse("admin:bookings_document_file", args=(paper.pk,))
        assert f'href="{path}"' in page
        assert chief.get(path).content == typesetting.pdf(paper)

    found = chief.get(reverse(LIST) + f"?q={note.number}").content.decode()
    assert note.number in found
    assert f"export/?q={note.number}" in found
    assert chief.get(reverse("admin:bookings_document_change", args=(note.pk,))).status_code == 200

    lines = exported(chief)
    assert [line["kind"] for line in lines] == ["receipt", "invoice", "invoice", "credit_note", "credit_note"]
    assert [(line["tax"], line["tax_percent"]) for line in lines[1:3]] == [("VAT", "10"), ("'=City", "1.5")]
    assert lines[3]["corrects"] == invoice.number
    booked = [line for line in lines if line["kind"] != "receipt"]
    assert sum(Decimal(line["total"] or 0) for line in booked) == 0
    assert sum(Decimal(line["tax_amount"]) for line in booked) == 0
    assert Decimal(lines[1]["total"]) == row.total.amount
    assert lines[2]["total"] == ""
    assert [line["number"] for line in exported(chief, f"?q={note.number}")] == [note.number] * 2

    series = chief.get(reverse("admin:bookings_documentseries_changelist")).content.decode()
    assert series.count("INV-20") == 1
    assert series.count("CRN-20") == 1


def test_who_may_not_see_papers_sees_none(world: World, client: Client) -> None:
    world.book()
    person = User.objects.create_user("desk@example.com", "correct horse battery", is_staff=True)
    person.groups.add(Group.objects.create(name="Nothing"))
    client.force_login(person)
    paper = Document.objects.latest("pk")
    for path in (
        reverse(LIST),
        reverse("admin:bookings_document_export"),
        reverse("admin:bookings_document_file", args=(paper.pk,)),
    ):
        assert client.get(path).status_code == 403
    assert Booking.objects.count() == 1
