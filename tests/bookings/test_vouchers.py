"""The voucher holds what the supplier's certification asks for (REFERENCE section 8.4), and no price."""

from __future__ import annotations

import io
import re

import pytest
from pypdf import PdfReader

from bookings.models import Booking, Document, Guest
from bookings.services import reconciliation, typesetting, vouchers
from faredown.lib.errors import Conflict
from faredown.messaging.models import OutboxMessage
from tests.bookings import world as worlds
from tests.bookings.world import World


def text_of(document: bytes) -> str:
    pages = PdfReader(io.BytesIO(document)).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)


@pytest.fixture
def family(world: World) -> Booking:
    return world.book(world.quote(worlds.FAMILY, wanted=worlds.refundable)).booking


def test_everything_that_is_asked_for_and_no_price(family: Booking) -> None:
    text = text_of(vouchers.pdf(family))
    hotel = family.hotel_snapshot
    for needed in (
        family.reference,
        family.supplier_reference,
        "Amélie Okafor",
        hotel["name"],
        hotel["address"],
        f"{hotel['stars'].removesuffix('.0')} stars",
        hotel["phones"][0],
        "2 adults",
        "1 child (age 7)",
        "1 adult",
        "A quiet room, please",
        *(room.room_name for room in family.rooms.all()),
        *(room.board_name for room in family.rooms.all()),
    ):
        assert needed in text, needed
    for room in family.rooms.all():
        lead = room.guests.filter(type=Guest.Type.ADULT).first()
        assert lead is not None
        assert f"{lead.first_name} {lead.last_name}" in text
    assert family.payable_through
    assert (
        f"Payable through {family.payable_through}, acting as agent for the service operating company, details of "
        f"which can be provided upon request. VAT: {family.payable_through_vat} Reference: {family.supplier_reference}"
    ) in text
    for amount in (family.total, family.net):
        assert amount.as_json()["amount"] not in text


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
    assert Document.objects.count() == 1
    mail = OutboxMessage.objects.get(channel="emails/bookings/confirmed")
    assert mail.to == "amelie.okafor@example.com"
    assert [file["name"] for file in mail.attachments] == [f"voucher-{family.reference}.pdf"]
    assert family.reference in mail.body_text
    assert family.reference in mail.body_html
    assert "Free cancellation until" in mail.body_text
