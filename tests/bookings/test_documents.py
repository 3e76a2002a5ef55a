"""Where a guest finds the papers of his booking, and that nobody else does."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.test import Client
from django.urls import reverse

from bookings.models import Booking, Document
from bookings.services import cancellation, customers
from tests.bookings import world as worlds
from tests.bookings.test_api import Guest, booked
from tests.bookings.world import World


def test_the_list_its_links_and_the_newest_invoice(world: World) -> None:
    guest, made = booked(world)
    row = Booking.objects.get(reference=made["reference"])
    cancellation.cancel(row)
    now = guest.get(f"bookings/{row.reference}/").json()
    listed = guest.get(now["links"]["documents"]).json()["results"]
    assert [one["kind"] for one in listed] == ["receipt", "invoice", "credit_note"]
    receipt, invoice, note = listed
    assert receipt["total"] == invoice["total"] == note["total"] == row.total.as_json()
    assert (note["corrects"], invoice["corrects"], receipt["number"][:4]) == (invoice["number"], None, "pay_")
    files = [Guest().get(one["link"]) for one in listed]
    assert [one.status_code for one in files] == [200, 200, 200]
    assert f'filename="invoice-{invoice["number"]}.pdf"' in files[1].headers["Content-Disposition"]
    assert files[1].headers["Cache-Control"] == "private, no-store"
    assert guest.get(f"bookings/{row.reference}/invoice.pdf").content == files[1].content
    assert Guest().get(now["links"]["invoice"]).content == files[1].content
    assert Guest().get(invoice["link"].replace(invoice["id"], note["id"])).status_code == 404


def test_before_the_money_is_taken_there_is_no_invoice(world: World) -> None:
    placed = world.place_booking(world.quote())
    guest = Guest(**{"X-Booking-Token": placed.access_token})
    answer = guest.get(f"bookings/{placed.booking.reference}/invoice.pdf")
    assert (answer.status_code, answer.json()["code"]) == (409, "invoice_not_ready")
    assert guest.get(f"bookings/{placed.booking.reference}/documents/").json() == {"results": []}


def test_another_customers_papers_answer_as_if_there_were_none(world: World) -> None:
    mine, made = booked(world)
    other = world.book(world.quote(wanted=worlds.refundable)).booking
    theirs = Document.objects.get(booking=other, kind="invoice").public_id
    own = Document.objects.get(booking__reference=made["reference"], kind="invoice").public_id
    for path in ("invoice.pdf", "documents/", f"documents/{theirs}.pdf", f"documents/{own}.pdf"):
        exists = mine.get(f"bookings/{other.reference}/{path}")
        absent = mine.get(f"bookings/FD0000000000/{path}")
        assert (exists.status_code, exists.json()["code"]) == (404, "booking_not_found")
        assert {**exists.json(), "request_id": ""} == {**absent.json(), "request_id": ""}
    for name in (theirs, "doc_0", "voucher", "doc_'--", "doc_" + "x" * 90):
        answer = mine.get(f"bookings/{made['reference']}/documents/{name}.pdf")
        assert (answer.status_code, answer.json()["code"]) == (404, "document_not_found")


def test_the_page_of_the_booking_leads_to_them(client: Client, world: World) -> None:
    row = world.book().booking
    client.post(urlsplit(customers.link(row)).path)
    page = client.get(reverse("bookings:booking", args=[row.reference])).content.decode()
    invoice = Document.objects.get(booking=row, kind="invoice")
    path = reverse("bookings:document", args=[row.reference, invoice.public_id])
    assert f'href="{path}"' in page
    assert invoice.number in page
    file = client.get(path)
    assert file.content.startswith(b"%PDF")
    assert file.headers["Content-Disposition"] == f'attachment; filename="invoice-{invoice.number}.pdf"'
    assert Client().get(path).status_code == 404
