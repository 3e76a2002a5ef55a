"""The voucher holds what the supplier's certification asks for (REFERENCE section 8.4), and no price."""

from __future__ import annotations

import io
import re

import pytest
import segno
from django.test import Client
from pypdf import PdfReader

from bookings.models import Booking, Document
from bookings.selectors import quotes
from bookings.services import reconciliation, typesetting, vouchers
from faredown.lib.errors import Conflict, Unavailable
from faredown.messaging.models import OutboxMessage
from tests.bookings import world as worlds
from tests.bookings.world import World


def text_of(document: bytes) -> str:
    pages = PdfReader(io.BytesIO(document)).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)


@pytest.fixture
def family(world: World) -> Booking:
    return world.book(world.quote(worlds.FAMILY, wanted=worlds.refundable)).booking


def certification(row: Booking) -> dict[str, list[str]]:
    """REFERENCE section 8.4, one line each: what it asks for, and what must be read there."""
    hotel, rooms = row.hotel_snapshot, row.rooms.all()
    return {
        "hotel name": [hotel["name"]],
        "category": [hotel["category"] or f"{hotel['stars'].removesuffix('.0')} stars"],
        "full address": [hotel[part] for part in ("address", "postal_code", "city", "country")],
        "phone": [hotel["phones"][0]],
        "Hotelbeds reference": [row.supplier_reference],
        "own reference": [row.reference],
        "holder": ["Amélie Okafor"],
        "lead name per room": ["Tunde AA Okafor", "Tunde BA Okafor"],
        "adults": ["2 adults", "1 adult"],
        "children with ages": ["1 child (age 7)"],
        "check-in": [f"{row.check_in:%a} {row.check_in.day} {row.check_in:%b %Y}"],
        "check-out": [f"{row.check_out:%a} {row.check_out.day} {row.check_out:%b %Y}"],
        "room type": [room.room_name for room in rooms],
        "board": [room.board_name for room in rooms],
        "rate comments": ["Car park YES. Identification card at arrival."],
        "our remarks": ["A quiet room, please"],
        "excluded taxes, by kind": ["City Tax: 12.50 EUR"],
        "payable through": [
            f"Payable through {row.payable_through}, acting as agent for the service operating company, details of",
            f"which can be provided upon request. VAT: {row.payable_through_vat} Reference: {row.supplier_reference}",
        ],
    }


def test_the_certifications_lines_one_by_one_and_no_price(family: Booking) -> None:
    family.rate_comments = ["Car park YES. Identification card at arrival."]
    tax = {"included": False, "kind": "City Tax", "amount": {"amount": "12.50", "currency": "EUR"}}
    family.confirmation["rooms"][0]["taxes"] = [tax, {**tax, "included": True, "kind": "Inside"}]
    family.hotel_snapshot["postal_code"] = "00971"
    assert family.payable_through
    assert family.payable_through_vat
    text = text_of(vouchers.pdf(family))
    lacking = {
        rule: missing
        for rule, wanted in certification(family).items()
        if (missing := [one for one in wanted if not one or " ".join(one.split()) not in text])
    }
    assert lacking == {}
    assert "Inside" not in text
    prices = [family.total, family.net, *(offer.price.total for offer in quotes.offers(family.quote))]
    for amount in prices:
        assert amount.as_json()["amount"] not in text


def test_the_code_leads_to_the_booking_and_is_no_key_to_it(family: Booking, client: Client) -> None:
    """What is printed opens nothing by itself: neither a token nor a signature stands in it."""
    address = vouchers.manage_url(family)
    assert address == f"http://testserver/manage-booking/?reference={family.reference}"
    page = client.get(address).content.decode()
    assert f'value="{family.reference}"' in page
    assert family.holder_last_name not in page
    encoded = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        encoded, kind="svg", border=1, dark="#003580", xmldecl=False
    )
    assert vouchers.content(family)["qr"] == encoded.getvalue().decode()


def test_a_number_of_the_hotel_makes_a_further_voucher(family: Booking) -> None:
    before = vouchers.pdf(family)
    assert vouchers.pdf(family) == before
    family.hotel_references = ["HCN-4711"]
    assert "HCN-4711" in text_of(vouchers.pdf(family))
    first, second = family.documents.filter(kind=Document.Kind.VOUCHER)
    assert typesetting.pdf(first) == before
    assert second.page["hotel_references"] == "HCN-4711"


def test_the_words_of_a_guest_are_never_part_of_the_source(family: Booking) -> None:
    family.remarks = '#panic("x") = Heading $x$ @label \\ "quote" *bold*'
    family.save(update_fields=["remarks"])
    assert '#panic("x") = Heading $x$ @label \\ "quote" *bold*' in text_of(vouchers.pdf(family))


@pytest.mark.parametrize("language", ["ar", "ja", "es", "zh-hans"])
def test_it_is_drawn_in_every_language(family: Booking, language: str) -> None:
    family.language = language
    assert family.reference in text_of(vouchers.pdf(family))


def test_long_comments_make_further_pages(family: Booking) -> None:
    family.rate_comments = [
        f"Paragraph {number}. " + "Lorem ipsum dolor sit amet. " * 30 for number in range(12)
    ]
    pages = PdfReader(io.BytesIO(vouchers.pdf(family))).pages
    assert len(pages) > 1
    assert re.search(r"1 / \d", pages[0].extract_text())


def test_it_is_drawn_as_a_picture_too(family: Booking) -> None:
    issued = Document.objects.get(booking=family, kind=Document.Kind.VOUCHER)
    assert typesetting.picture(issued).startswith(b"\x89PNG")


def test_there_is_none_before_the_room_is_paid_for(world: World) -> None:
    row = world.book(token="tok_capture_fails").booking
    with pytest.raises(Conflict, match="voucher_not_ready"):
        vouchers.pdf(row)


def test_it_is_mailed_once_with_the_confirmation(family: Booking) -> None:
    vouchers.issue(family.pk)
    reconciliation.sweep()
    assert family.documents.filter(kind=Document.Kind.VOUCHER).count() == 1
    mail = OutboxMessage.objects.get(channel="emails/bookings/confirmed")
    assert mail.to == "amelie.okafor@example.com"
    invoice = family.documents.get(kind=Document.Kind.INVOICE)
    assert [file["name"] for file in mail.attachments] == [
        f"voucher-{family.reference}.pdf",
        f"invoice-{invoice.number}.pdf",
        f"stay-{family.reference}.ics",
    ]
    assert family.reference in mail.body_text
    assert family.reference in mail.body_html
    assert "Free cancellation until" in mail.body_text


def test_who_waits_for_a_drawing_that_never_ends_goes_on(
    family: Booking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(typesetting, "PATIENCE", 0.01)
    with typesetting._compiling, pytest.raises(Unavailable, match="typesetter_busy"):
        vouchers.pdf(family)
    assert vouchers.pdf(family).startswith(b"%PDF")
