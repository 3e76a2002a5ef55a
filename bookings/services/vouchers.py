"""The voucher: the guest's hotel document, everything the supplier's certification asks for and no price.

REFERENCE section 8.4: hotel name, category, full address, phone; both references; holder; lead name per room; adults,
children with ages; dates; room; board; comments; remarks; excluded taxes by kind; the "Payable through" line.
"""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

import msgspec
import segno
from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import formats, translation
from django.utils.translation import get_language_bidi, ngettext
from django.utils.translation import gettext as _

from bookings.models import Booking, BookingRoom, Document, Guest
from bookings.selectors import payments
from bookings.services import calendars, invoices, notifications, transitions, typesetting
from bookings.states import BookingStatus, PaymentStatus
from faredown.lib import clock
from faredown.lib.errors import Conflict
from faredown.messaging.services import outbox
from suppliers.types import Confirmation

VERSION = 1
PAID = (PaymentStatus.CAPTURED, PaymentStatus.PARTIALLY_REFUNDED)
VALID = (BookingStatus.CONFIRMED, BookingStatus.COMPLETED)


def pdf(booking: Booking) -> bytes:
    """As it stands now (the hotel's number may have come meanwhile). Raises Conflict `voucher_not_ready` until the room
    is ours and paid for."""
    ready(booking)
    return typesetting.pdf(_current(booking))


def ready(booking: Booking) -> None:
    if not is_ready(booking):
        raise Conflict("voucher_not_ready", "There is a voucher once the booking is confirmed and paid.")


def is_ready(booking: Booking) -> bool:
    payment = payments.live(booking)
    return booking.status in VALID and payment is not None and payment.status in PAID


def issue(booking_pk: int) -> None:
    """Issue voucher and invoice and mail them with the confirmation, once."""
    booking = Booking.objects.select_related("quote__promotion").get(pk=booking_pk)
    payment = payments.live(booking)
    if payment is None or not is_ready(booking):
        return
    invoice = invoices.issue(payment.pk)
    row = _row(booking)
    files = [
        _attached(row, typesetting.pdf(row)),
        *([_attached(invoice, typesetting.pdf(invoice))] if invoice else ()),
        outbox.attachment(f"stay-{booking.reference}.ics", "text/calendar", calendars.ics(booking)),
    ]
    try:
        with transaction.atomic():
            row.save()
            transitions.note(booking, "voucher.issued", detail=_noted(row))
            notifications.confirmed(booking, attachments=files)
    except IntegrityError:
        return  # issued with the same content before


def _current(booking: Booking) -> Document:
    """What was issued, or, where the booking says something else by now, a further voucher. One that was looked at is
    kept; before the first was issued nothing is, because its issue is what sends the letter."""
    row = _row(booking)
    issued = Document.objects.filter(booking=booking, kind=Document.Kind.VOUCHER, language=row.language)
    if not issued.exists():
        return row
    found, _created = issued.get_or_create(
        digest=row.digest,
        defaults={"booking": booking, "kind": row.kind, "page": row.page, "issued_at": row.issued_at},
    )
    return found


def _row(booking: Booking) -> Document:
    page = content(booking)
    return Document(
        booking=booking,
        kind=Document.Kind.VOUCHER,
        language=booking.language,
        version=VERSION,
        page=page,
        digest=invoices.digest(page),
        issued_at=clock.now(),
    )


def _noted(row: Document) -> dict[str, Any]:
    lacking = typesetting.missing(row.page)
    return {"digest": row.digest[:12], **({"missing_glyphs": lacking} if lacking else {})}


def _attached(row: Document, content: bytes) -> outbox.Attachment:
    return outbox.attachment(row.file_name, "application/pdf", content)


def content(booking: Booking) -> dict[str, Any]:
    """Every word of the page, in the guest's language."""
    with translation.override(booking.language):
        held, hotel = msgspec.convert(booking.confirmation, Confirmation), booking.hotel_snapshot
        return {
            "site": settings.SITE_NAME,
            "support": settings.SUPPORT_EMAIL,
            "lang": booking.language.split("-")[0],
            "rtl": get_language_bidi(),
            "labels": _labels(),
            "reference": booking.reference,
            "supplier_reference": booking.supplier_reference,
            "hotel_references": ", ".join(booking.hotel_references),
            "status": _("Confirmed"),
            "issued_on": _day(clock.in_zone(_confirmed_at(booking), booking.timezone).date()),
            "holder": f"{booking.holder_first_name} {booking.holder_last_name}",
            "qr": _qr(booking),
            "hotel": _hotel(hotel),
            "check_in": _with_hour(_("%(day)s, from %(hour)s"), booking.check_in, hotel.get("check_in_from")),
            "check_out": _with_hour(
                _("%(day)s, until %(hour)s"), booking.check_out, hotel.get("check_out_until")
            ),
            "nights": str(booking.nights),
            "rooms": [_room(room) for room in booking.rooms.prefetch_related("guests")],
            "taxes": _taxes(held),
            "comments": _comments(booking, held),
            "remarks": booking.remarks,
            "payable_through": payable_through(booking),
        }


def payable_through(booking: Booking) -> str:
    """Word for word as REFERENCE section 8.4 has it, in English in every language."""
    return (
        f"Payable through {booking.payable_through}, acting as agent for the service operating company, details of "
        f"which can be provided upon request. VAT: {booking.payable_through_vat} "
        f"Reference: {booking.supplier_reference}"
    )


def _hotel(hotel: dict[str, Any]) -> dict[str, str]:
    place = " ".join(part for part in (hotel["postal_code"], hotel["city"]) if part)
    stars = str(hotel["stars"]).removesuffix(".0")
    category = hotel["category"] or (_("%(stars)s stars") % {"stars": stars} if stars else "")
    return {
        "name": hotel["name"],
        "category": category,
        "address": ", ".join(part for part in (hotel["address"], place, hotel["country"]) if part),
        "phone": ", ".join(hotel["phones"][:2]),
        "email": next(iter(hotel["emails"]), ""),
    }


def _room(room: BookingRoom) -> dict[str, Any]:
    guests = list(room.guests.all())
    lead = next((guest for guest in guests if guest.type == Guest.Type.ADULT), guests[0])
    adults = ngettext("%(count)d adult", "%(count)d adults", room.adults) % {"count": room.adults}
    return {
        "number": room.index + 1,
        "name": room.room_name,
        "board": room.board_name,
        "reference": room.supplier_reference,
        "lead": f"{lead.first_name} {lead.last_name}",
        "occupancy": ", ".join([adults, *_children(room.child_ages)]),
        "others": ", ".join(
            f"{guest.first_name} {guest.last_name}"
            + (f" ({guest.age})" if guest.type == Guest.Type.CHILD else "")
            for guest in guests
            if guest is not lead
        ),
    }


def _children(ages: list[int]) -> list[str]:
    if not ages:
        return []
    count = ngettext("%(count)d child", "%(count)d children", len(ages)) % {"count": len(ages)}
    years = ", ".join(map(str, ages))
    return [f"{count} ({ngettext('age %(ages)s', 'ages %(ages)s', len(ages)) % {'ages': years}})"]


def _taxes(held: Confirmation) -> list[str]:
    """What is paid at the hotel, by kind. An amount the guest owes others, so it may stand on a page without prices."""
    lines = []
    for tax in (tax for room in held.rooms for tax in room.taxes if not tax.included):
        amount = tax.amount or tax.client_amount
        named = tax.kind or _("Tax")
        lines.append(f"{named}: {amount.rounded()}" if amount else f"{named} {tax.percent}".strip())
    return lines


def _comments(booking: Booking, held: Confirmation) -> list[str]:
    texts = [*booking.rate_comments, *(room.comments for room in held.rooms)]
    return list(dict.fromkeys(text.strip() for text in texts if text.strip()))


def _labels() -> dict[str, str]:
    return {
        "title": _("Hotel voucher"),
        "present": _("Please present this voucher at the hotel reception"),
        "issued": _("Issued on"),
        "our_reference": _("Booking reference"),
        "supplier_reference": _("Supplier reference"),
        "hotel_reference": _("Hotel confirmation number"),
        "room_reference": _("Reference"),
        "qr": _("Manage the booking"),
        "status": _("Status"),
        "holder": _("Holder"),
        "phone": _("Tel."),
        "email": _("E-mail"),
        "check_in": _("Check-in"),
        "check_out": _("Check-out"),
        "nights": _("Nights"),
        "rooms": _("Rooms"),
        "rooms_and_guests": _("Rooms and guests"),
        "room": _("Room"),
        "board": _("Board"),
        "guests": _("Guests"),
        "lead": _("Lead guest"),
        "taxes": _("Taxes and fees paid at the hotel"),
        "taxes_note": _("Not included in what was paid; the hotel collects them."),
        "comments": _("Important information"),
        "remarks": _("Your requests"),
        "remarks_note": _("Passed on to the hotel, not guaranteed."),
    }


def _confirmed_at(booking: Booking) -> datetime:
    """Not when the status last changed: after the stay that is another day."""
    event = booking.timeline.filter(kind="booking.confirmed").first()
    return event.at if event else booking.status_changed_at


def _qr(booking: Booking) -> str:
    """Where the booking is managed, with its reference filled in. No access token: a voucher is handed over, copied and
    left lying at receptions, and whoever holds a token may cancel. The page asks for the e-mail address and mails a
    link there; what a hotel needs stands on the page in clear."""
    drawn = io.BytesIO()
    segno.make(manage_url(booking), error="m", micro=False).save(
        drawn, kind="svg", border=1, dark="#003580", xmldecl=False
    )
    return drawn.getvalue().decode()


def manage_url(booking: Booking) -> str:
    asked = urlencode({"reference": booking.reference})
    return f"{settings.SITE_URL.rstrip('/')}{reverse('bookings:manage')}?{asked}"


def _with_hour(text: str, day: date, hour: str | None) -> str:
    return text % {"day": _day(day), "hour": hour} if hour else _day(day)


def _day(day: date) -> str:
    return formats.date_format(day, "D j M Y")
