"""What staff may do with a booking or its money: ask first, do it by POST, say what came of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.http import HttpRequest, HttpResponse
from unfold.widgets import UnfoldAdminDecimalFieldWidget, UnfoldAdminTextareaWidget

from bookings.models import Booking, Payment, Refund
from bookings.services import cancellation, refund
from faredown.accounts import staff
from faredown.lib import asking
from faredown.lib.backoffice import NOTHING, money
from faredown.lib.errors import DomainError
from faredown.lib.money import Money

REASON_LENGTH = 500


class CancellationForm(forms.Form):
    reason = forms.CharField(
        max_length=REASON_LENGTH, widget=UnfoldAdminTextareaWidget, help_text="Kept with the booking."
    )


class RefundForm(forms.Form):
    amount = forms.DecimalField(
        min_value=Decimal("0.001"), max_digits=16, decimal_places=3, widget=UnfoldAdminDecimalFieldWidget
    )
    note = forms.CharField(max_length=REASON_LENGTH, widget=UnfoldAdminTextareaWidget, help_text="Why.")
    # New with every page that is opened: the same page posted twice is one refund.
    request_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)


def cancel(request: HttpRequest, booking: Booking, *, back: str) -> HttpResponse:
    """The fee is shown before, and fixed by the service at the moment of the POST."""
    try:
        cost = cancellation.preview(booking)
    except DomainError as error:
        return asking.refused(request, error, back=back)
    shown = [
        ("Booking", booking.reference),
        ("Fee for the guest now", money(cost.fee)),
        ("Refund", money(cost.refund)),
        ("Free until", f"{cost.deadline:%Y-%m-%d %H:%M} UTC" if cost.deadline else NOTHING),
    ]

    def act(data: dict[str, Any]) -> str:
        done = cancellation.cancel(booking, reason=data["reason"], by=staff.person(request))
        return f"{booking.reference} is {'cancelled' if done.cancelled else 'being cancelled'}; fee {money(done.fee)}."

    form = CancellationForm(request.POST or None)
    return asking.ask(request, form, act, title=f"Cancel {booking.reference}", shown=shown, back=back)


def give_back(request: HttpRequest, payment: Payment, *, back: str) -> HttpResponse:
    """A refund beyond a cancellation's own; the service knows how much is left to give."""
    shown = [
        ("Booking", str(payment.booking)),
        ("Captured", money(payment.captured)),
        ("Refunded", money(payment.refunded)),
    ]

    def act(data: dict[str, Any]) -> str:
        amount = Money.of(data["amount"], payment.amount_currency)
        sent = refund.request(
            payment,
            amount=amount,
            reason=Refund.Reason.STAFF,
            by=staff.person(request),
            note=data["note"],
            request_key=data["request_key"],
        )
        return f"{money(sent.amount if sent else amount)} of {payment.public_id} is on its way back."

    form = RefundForm(request.POST or None)
    return asking.ask(request, form, act, title=f"Refund {payment.public_id}", shown=shown, back=back)
