"""The four steps of the checkout, and what a refusal means to a guest."""

from __future__ import annotations

import msgspec
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings.eligibility import Reason
from faredown.lib.errors import DomainError

_STEPS = (
    ("guests", gettext_lazy("Guest Details"), gettext_lazy("Personal information")),
    ("preferences", gettext_lazy("Preferences"), gettext_lazy("Room and service preferences")),
    ("payment", gettext_lazy("Payment"), gettext_lazy("Secure payment processing")),
    ("", gettext_lazy("Confirmation"), gettext_lazy("Booking confirmation")),
)
_REFUSALS = {
    "sold_out": gettext_lazy("This room has just been sold. Please choose another one."),
    "price_changed": gettext_lazy("The price has changed. Please choose again."),
    "offer_expired": gettext_lazy("This price is too old. Here are the prices of now."),
    "search_expired": gettext_lazy("This search is too old. Please search again."),
    "offer_not_found": gettext_lazy("Please choose a room."),
    "offers_do_not_cover_rooms": gettext_lazy("Please choose a rate for each of your rooms."),
    "offers_of_different_suppliers": gettext_lazy(
        "These rates cannot be booked together. Please choose others."
    ),
    "not_bookable": gettext_lazy("This hotel cannot be booked at the moment."),
    "accept_token_mismatch": gettext_lazy("Something moved. Please look at the price and the terms again."),
    "quote_used": gettext_lazy("A booking was made from this page already."),
    "quote_expired": gettext_lazy("The time for this price is over."),
    Reason.UNKNOWN: gettext_lazy("We do not know this code."),
    Reason.NOT_YET: gettext_lazy("This code is not valid yet."),
    Reason.OVER: gettext_lazy("This code is no longer valid."),
    Reason.USED_UP: gettext_lazy("This code has been used up."),
    Reason.USED_BY_YOU: gettext_lazy("You have used this code already."),
    Reason.OTHER_STAY: gettext_lazy("This code is not for this stay."),
    Reason.OTHER_CURRENCY: gettext_lazy("This code is not for prices in this currency."),
    Reason.BELOW_MINIMUM: gettext_lazy("This stay costs less than the code asks for."),
    Reason.NOTHING_OFF: gettext_lazy("This code takes nothing off this price."),
    "throttled": gettext_lazy("Too many tries. Please wait a little."),
    "try_later": gettext_lazy("Codes cannot be checked right now. Please try again later."),
    "nothing_to_pay": gettext_lazy("This booking does not wait for a payment."),
    "not_yet_confirmed": gettext_lazy("The booking is still being confirmed. Please try again soon."),
    "not_cancellable": gettext_lazy("This booking can no longer be cancelled."),
    "stay_started": gettext_lazy("The stay has begun. Please speak with the hotel."),
}


class Step(msgspec.Struct, frozen=True):
    number: int
    title: str
    text: str
    url: str
    done: bool
    current: bool


def of(quote_id: str, current: int) -> list[Step]:
    return [
        Step(
            number,
            str(title),
            str(text),
            url(quote_id, number) if number < current else "",
            number < current,
            number == current,
        )
        for number, (_name, title, text) in enumerate(_STEPS, start=1)
    ]


def url(quote_id: str, number: int) -> str:
    """The address of a step; empty for what comes before the first."""
    if number < 1:
        return ""
    return reverse(f"bookings:{_STEPS[number - 1][0]}", args=[quote_id])


def refusal_text(refusal: DomainError) -> str:
    return str(_REFUSALS.get(refusal.code, refusal.detail or _("That did not work.")))


def fee_moved() -> str:
    return _("What cancelling costs has changed. Please look again.")
