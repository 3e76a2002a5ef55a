"""A booking in a guest's words: what its state means, what was paid, what happened."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import msgspec
from babel.dates import format_timedelta
from babel.numbers import format_currency
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from bookings import terms
from bookings.conf import rules
from bookings.models import Booking, BookingRoom, Guest, Payment
from bookings.selectors import payments
from bookings.states import BookingStatus, PaymentStatus, RefundStatus
from bookings.views import summaries
from bookings.views.naming import Names
from bookings.views.summaries import Taken
from faredown.lib import clock
from faredown.lib.money import Money
from hotels.pricing.engine import AtProperty, price_from_json
from hotels.selectors import images
from hotels.views import photos
from hotels.views.photos import Photo
from suppliers.types import CancellationTerm

_TRIP_LABELS: dict[str, str | Promise] = {
    BookingStatus.PENDING: gettext_lazy("Waiting for payment"),
    BookingStatus.CONFIRMING: gettext_lazy("Being confirmed"),
    BookingStatus.CONFIRMED: gettext_lazy("Confirmed"),
    BookingStatus.REJECTED: gettext_lazy("Not booked"),
    BookingStatus.UNKNOWN: gettext_lazy("Being confirmed"),
    BookingStatus.CANCELLING: gettext_lazy("Being cancelled"),
    BookingStatus.CANCELLED: gettext_lazy("Cancelled"),
    BookingStatus.COMPLETED: gettext_lazy("Completed"),
}
_EVENTS: dict[str, str | Promise] = {
    "booking.pending": gettext_lazy("Booking placed"),
    "booking.confirming": gettext_lazy("The hotel is asked"),
    "booking.confirmed": gettext_lazy("Booking confirmed"),
    "booking.rejected": gettext_lazy("The room could not be booked"),
    "booking.unknown": gettext_lazy("Waiting for the hotel's answer"),
    "booking.cancelling": gettext_lazy("Cancellation asked for"),
    "booking.cancelled": gettext_lazy("Booking cancelled"),
    "booking.completed": gettext_lazy("Stay completed"),
    "payment.authorised": gettext_lazy("Payment authorised"),
    "payment.declined": gettext_lazy("Payment declined"),
    "payment.captured": gettext_lazy("Payment taken"),
    "payment.voided": gettext_lazy("Payment released, nothing was taken"),
    "refund.created": gettext_lazy("Refund started"),
    "refund.done": gettext_lazy("Refund made"),
    "voucher.issued": gettext_lazy("Voucher sent"),
    "hotel.reconfirmed": gettext_lazy("Confirmed again by the hotel"),
}


class RoomLine(msgspec.Struct, frozen=True):
    name: str
    board: str
    guests: tuple[str, ...]


class Happening(msgspec.Struct, frozen=True):
    at: datetime
    label: str


class Banner(msgspec.Struct, frozen=True):
    """`tone` is the banner's class, `mark` its icon; `is_moving`: it will change by itself, ask again."""

    tone: str
    mark: str
    heading: str
    text: str
    is_moving: bool = False


class BookingPage(msgspec.Struct, frozen=True, kw_only=True):
    reference: str
    status: str
    banner: Banner
    can_pay_again: bool
    is_challenge: bool
    challenge_secret: str
    """With it the page asks the guest's bank, through the provider's script."""
    can_cancel: bool
    has_voucher: bool
    is_live: bool
    """It stands or may still come to stand: what cancelling costs matters."""
    is_booked: bool
    held_until: datetime | None
    """How long the price waits for another try to pay; None: there is nothing to pay."""
    hotel_name: str
    hotel_address: str
    hotel_phone: str
    hotel_email: str
    stars: str
    photo: Photo | None
    check_in: date
    check_out: date
    nights: int
    rooms: tuple[RoomLine, ...]
    remarks: str
    holder: str
    email: str
    phone: str
    promotion: Taken | None
    total: Money
    fee: Money | None
    """What cancelling cost; None: it is not cancelled, or was free."""
    at_property: tuple[AtProperty, ...]
    payment_label: str
    payment_amount: Money
    refund_text: str
    free_until: datetime | None
    non_refundable: bool
    steps: tuple[CancellationTerm, ...]
    comments: tuple[str, ...]
    timezone: str
    timeline: tuple[Happening, ...]
    share_text: str

    @property
    def tracked(self) -> str:
        """What the page's script compares: the booking's and the payment's state together."""
        return f"{self.status}:{self.payment_label}"


class Trip(msgspec.Struct, frozen=True, kw_only=True):
    reference: str
    hotel_name: str
    city: str
    check_in: date
    check_out: date
    status_label: str
    total: Money


def trip(booking: Booking) -> Trip:
    return Trip(
        reference=booking.reference,
        hotel_name=booking.hotel_snapshot["name"],
        city=booking.hotel_snapshot["city"],
        check_in=booking.check_in,
        check_out=booking.check_out,
        status_label=str(_TRIP_LABELS[booking.status]),
        total=booking.total,
    )


def page(booking: Booking) -> BookingPage:
    payment = payments.latest(booking)
    hotel, names = booking.hotel_snapshot, Names(booking.hotel)
    until = terms.free_until(booking.terms)
    address = ", ".join(part for part in (hotel["address"], hotel["city"], hotel["country"]) if part)
    label, amount = _paid(booking, payment)
    can_pay = _can_pay(booking, payment)
    return BookingPage(
        reference=booking.reference,
        status=booking.status,
        banner=banner(booking, payment),
        can_pay_again=can_pay,
        is_challenge=payment is not None and payment.status == PaymentStatus.REQUIRES_ACTION,
        challenge_secret=payment.client_secret if payment and can_pay else "",
        can_cancel=booking.status == BookingStatus.CONFIRMED
        and clock.today(booking.timezone) <= booking.check_in,
        has_voucher=_has_voucher(booking, payment),
        is_live=booking.status in _LIVE,
        is_booked=booking.status in _BOOKED,
        held_until=booking.quote.expires_at if can_pay else None,
        hotel_name=hotel["name"],
        hotel_address=address,
        hotel_phone=next(iter(hotel["phones"]), ""),
        hotel_email=next(iter(hotel["emails"]), ""),
        stars=hotel["stars"],
        photo=photos.of(images.image(booking.hotel.images[0])) if booking.hotel.images else None,
        check_in=booking.check_in,
        check_out=booking.check_out,
        nights=booking.nights,
        rooms=tuple(_room(room, names) for room in booking.rooms.prefetch_related("guests")),
        remarks=booking.remarks,
        holder=f"{booking.holder_first_name} {booking.holder_last_name}",
        email=booking.holder_email,
        phone=booking.holder_phone,
        promotion=summaries.taken(booking.quote),
        total=booking.total,
        fee=booking.cancellation_fee or None,
        at_property=() if booking.status in _OVER else price_from_json(booking.price).at_property,
        payment_label=label,
        payment_amount=amount,
        refund_text=_refunds(payment),
        free_until=until if until is not None and until > clock.now() else None,
        non_refundable=booking.terms["non_refundable"] or not booking.terms["known"],
        steps=terms.steps(booking.terms),
        comments=tuple(booking.rate_comments),
        timezone=booking.timezone,
        timeline=tuple(_story(booking)),
        share_text=f"{hotel['name']}, {booking.check_in} - {booking.check_out}, {booking.reference}",
    )


_LIVE = (BookingStatus.PENDING, BookingStatus.CONFIRMING, BookingStatus.UNKNOWN, BookingStatus.CONFIRMED)
_BOOKED = (BookingStatus.CONFIRMED, BookingStatus.COMPLETED)
_OVER = (BookingStatus.REJECTED, BookingStatus.CANCELLING, BookingStatus.CANCELLED)
"""Nobody comes to the hotel, so nothing is paid there."""


def banner(booking: Booking, payment: Payment | None) -> Banner:
    paying = payment.status if payment else ""
    if booking.status == BookingStatus.PENDING and paying in (
        PaymentStatus.DECLINED,
        PaymentStatus.VOIDED,
        PaymentStatus.REQUIRES_ACTION,
    ):
        return _unpaid(paying)
    if booking.status == BookingStatus.CONFIRMED and paying == PaymentStatus.CAPTURE_FAILED:
        return _untaken()
    return _settled(booking.status)


def _unpaid(status: str) -> Banner:
    if status == PaymentStatus.REQUIRES_ACTION:
        text = _("Your bank wants you to confirm the payment. Nothing is booked before that.")
        return Banner("is-waiting", "card", _("One step is left"), text)
    if status == PaymentStatus.VOIDED:
        text = _(
            "The payment was not confirmed in time and nothing is booked yet. You can pay while the price is held."
        )
        return Banner("is-waiting", "card", _("Not paid yet"), text)
    text = _("The payment was declined and nothing is booked yet. You can try again while the price is held.")
    return Banner("is-bad", "alert", _("Payment declined"), text)


def _untaken() -> Banner:
    text = _("The hotel has confirmed the room. We try the payment again; see our mail about it.")
    return Banner("is-waiting", "card", _("We could not take your payment"), text)


def _waiting() -> Banner:
    text = _("The hotel is being asked. Your card is charged only when it says yes. We also send you a mail.")
    return Banner("is-waiting", "clock", _("Your booking is being confirmed"), text, is_moving=True)


def _unclear() -> Banner:
    usual = format_timedelta(timedelta(minutes=rules().unclear_minutes), locale=_locale())
    text = _(
        "The answer was not clear, so we are asking the hotel's supplier. We mail you the outcome, usually within "
        "%(time)s. Your card is charged only if the room is booked."
    ) % {"time": usual}
    return Banner("is-waiting", "clock", _("Your booking is being confirmed"), text, is_moving=True)


def _settled(status: str) -> Banner:
    match status:
        case BookingStatus.CONFIRMED:
            text = _("Your reservation has been successfully confirmed")
            return Banner("", "check-circle", _("Booking Confirmed!"), text)
        case BookingStatus.COMPLETED:
            return Banner("", "check-circle", _("Stay completed"), _("We hope it was a good one."))
        case BookingStatus.REJECTED:
            text = _("Nothing was charged. Please choose another room or hotel.")
            return Banner("is-bad", "close", _("The room could not be booked"), text)
        case BookingStatus.CANCELLING:
            text = _("The cancellation stands. The hotel is being told.")
            return Banner("is-grey", "clock", _("Your booking is being cancelled"), text, is_moving=True)
        case BookingStatus.CANCELLED:
            text = _("What you get back goes to the card you paid with.")
            return Banner("is-grey", "close", _("Booking cancelled"), text)
        case BookingStatus.UNKNOWN:
            return _unclear()
        case _:
            return _waiting()


def _can_pay(booking: Booking, payment: Payment | None) -> bool:
    open_ended = booking.status == BookingStatus.PENDING and booking.quote.expires_at > clock.now()
    return (
        open_ended
        and payment is not None
        and payment.status
        in (
            PaymentStatus.DECLINED,
            PaymentStatus.VOIDED,
            PaymentStatus.REQUIRES_ACTION,
        )
    )


def _has_voucher(booking: Booking, payment: Payment | None) -> bool:
    paid = payment is not None and payment.status in (
        PaymentStatus.CAPTURED,
        PaymentStatus.PARTIALLY_REFUNDED,
    )
    return paid and booking.status in _BOOKED


def _paid(booking: Booking, payment: Payment | None) -> tuple[str, Money]:
    zero = Money.zero(booking.total.currency)
    if payment is None:
        return _("Paid"), zero
    if payment.captured:
        return _("Total Paid"), payment.captured
    if payment.status in (PaymentStatus.AUTHORISED, PaymentStatus.CAPTURING, PaymentStatus.CAPTURE_FAILED):
        return _("Authorised, not yet taken"), payment.amount
    return _("Paid"), zero


def _refunds(payment: Payment | None) -> str:
    if payment is None:
        return ""
    parts = []
    for refund in payment.refunds.all():
        amount = format_currency(refund.amount.amount, refund.amount.currency, locale=_locale())
        done = refund.status == RefundStatus.DONE
        parts.append(
            (_("Refunded: %(amount)s") if done else _("Refund on its way: %(amount)s")) % {"amount": amount}
        )
    return " ".join(parts)


def _room(room: BookingRoom, names: Names) -> RoomLine:
    return RoomLine(
        names.room(room.room_code, room.room_name),
        names.board(room.board_code, room.board_name),
        tuple(_named(guest) for guest in room.guests.all()),
    )


def _named(guest: Guest) -> str:
    name = f"{guest.first_name} {guest.last_name}"
    if guest.type != Guest.Type.CHILD:
        return name
    return _("%(name)s (age %(age)s)") % {"name": name, "age": guest.age}


def _story(booking: Booking) -> Iterator[Happening]:
    for event in booking.timeline.filter(is_public=True):
        if event.kind in _EVENTS:
            yield Happening(event.at, str(_EVENTS[event.kind]))


def _locale() -> str:
    return (get_language() or "en").replace("-", "_")
