"""What guests are told by mail. Written to the outbox in the transaction that causes it; each once per booking."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import formats, translation
from django.utils.translation import gettext as _

from bookings import terms
from bookings.models import Booking, Payment, Refund
from bookings.selectors import quotes
from bookings.services import calendars
from faredown.lib import clock
from faredown.lib.money import Money
from faredown.messaging.services import outbox


def confirmed(booking: Booking, *, attachments: Sequence[outbox.Attachment]) -> None:
    with translation.override(booking.language):
        subject = _("Booking %(reference)s is confirmed: %(hotel)s") % _names(booking)
    _mail(booking, "confirmed", subject=subject, attachments=attachments)


def being_confirmed(booking: Booking) -> None:
    with translation.override(booking.language):
        subject = _("Booking %(reference)s is being confirmed") % _names(booking)
    _mail(booking, "being_confirmed", subject=subject)


def rejected(booking: Booking) -> None:
    with translation.override(booking.language):
        subject = _("Booking %(reference)s could not be made") % _names(booking)
    _mail(booking, "rejected", subject=subject)


def cancelled(booking: Booking) -> None:
    fee = booking.cancellation_fee or Money.zero(booking.total.currency)
    with translation.override(booking.language):
        subject = _("Booking %(reference)s is cancelled") % _names(booking)
        facts = {"fee": _written(fee), "refund": _written(booking.total - fee), "is_free": not fee}
    _mail(booking, "cancelled", subject=subject, context=facts, attachments=_out_of_calendars(booking))


def hotel_cancelled(booking: Booking) -> None:
    with translation.override(booking.language):
        subject = _("The hotel cancelled booking %(reference)s") % _names(booking)
    _mail(booking, "hotel_cancelled", subject=subject, attachments=_out_of_calendars(booking))


def payment_problem(payment: Payment) -> None:
    booking = payment.booking
    with translation.override(booking.language):
        subject = _("Payment of booking %(reference)s did not go through") % _names(booking)
    _mail(booking, "payment_problem", subject=subject)


def refunded(refund: Refund) -> None:
    booking = refund.payment.booking
    with translation.override(booking.language):
        subject = _("Refund for booking %(reference)s") % _names(booking)
        facts = {"amount": _written(refund.amount)}
    _mail(booking, "refunded", subject=subject, context=facts, key=refund.public_id)


def access_link(booking: Booking, *, link: str, language: str) -> None:
    with translation.override(language):
        subject = _("Your booking %(reference)s") % _names(booking)
    _mail(booking, "access_link", subject=subject, context={"link": link}, key=link[-32:], language=language)


def _mail(
    booking: Booking,
    kind: str,
    *,
    subject: str,
    context: dict[str, Any] | None = None,
    attachments: Sequence[outbox.Attachment] = (),
    key: str = "",
    language: str = "",
) -> None:
    language = language or booking.language
    with translation.override(language):
        facts = {**_facts(booking), "subject": subject, **(context or {})}
    outbox.email(
        to=booking.holder_email,
        template=f"emails/bookings/{kind}",
        context=facts,
        language=language,
        related_reference=booking.reference,
        dedupe_key=f"{booking.reference}:{kind}:{key}".rstrip(":"),
        attachments=attachments,
    )


def _out_of_calendars(booking: Booking) -> list[outbox.Attachment]:
    """Opened, it takes the stay and its deadline out of the guest's calendar."""
    if not calendars.is_ready(booking):
        return []
    name = f"stay-{booking.reference}.ics"
    return [outbox.attachment(name, "text/calendar", calendars.ics(booking))]


def _facts(booking: Booking) -> dict[str, Any]:
    free_until = terms.free_until(booking.terms)
    hotel = booking.hotel_snapshot
    return {
        "reference": booking.reference,
        "supplier_reference": booking.supplier_reference,
        "first_name": booking.holder_first_name,
        "hotel": hotel["name"],
        "address": ", ".join(part for part in (hotel["address"], hotel["city"], hotel["country"]) if part),
        "check_in": formats.date_format(booking.check_in, "D j F Y"),
        "check_out": formats.date_format(booking.check_out, "D j F Y"),
        "nights": booking.nights,
        "rooms": [f"{room.room_name}, {room.board_name}" for room in booking.rooms.all()],
        "promotion": _promotion(booking),
        "total": _written(booking.total),
        "free_until": _instant(free_until, booking.timezone)
        if free_until and free_until > clock.now()
        else "",
        "manage_url": f"{settings.SITE_URL.rstrip('/')}{reverse('bookings:manage')}",
    }


def _promotion(booking: Booking) -> dict[str, str] | None:
    found = quotes.promotion(booking.quote)
    if found is None:
        return None
    before, discount = Money.from_json(found["total_before"]), Money.from_json(found["discount"])
    return {
        "code": found["code"],
        "label": found["label"],
        "before": _written(before),
        "discount": _written(-discount),
    }


def _names(booking: Booking) -> dict[str, str]:
    return {"reference": booking.reference, "hotel": booking.hotel_snapshot["name"]}


def _instant(instant: Any, timezone: str) -> str:
    """On the hotel's clock, which is the one that counts."""
    local = clock.in_zone(instant, timezone)
    return f"{formats.date_format(local, 'D j F Y, H:i')} ({timezone})"


def _written(amount: Money) -> str:
    return str(amount.rounded())
