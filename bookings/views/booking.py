"""The page of a booking: confirmation, waiting, another try to pay, cancelling."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bookings.models import Booking
from bookings.selectors import payments
from bookings.services import cancellation
from bookings.services import checkout as ordering
from bookings.states import PaymentStatus
from bookings.views import keys, papers, paying, steps, wording
from faredown.lib import limiter, network
from faredown.lib.errors import Conflict, Gone, InvalidInput


@never_cache
@require_safe
def booking(request: HttpRequest, reference: str) -> HttpResponse:
    found = keys.booking(request, reference)
    view = wording.page(found)
    method = _method(found)
    fields = paying.card_fields(method, found.total) if view.can_pay_again else None
    context = {
        "view": view,
        "papers": papers.of(found),
        "pay_form": paying.token_form(request, method),
        "method": method,
        "card": fields,
        "card_language": paying.language(),
        "state_url": reverse("bookings:state", args=[found.reference]),
    }
    return paying.allowing(render(request, "bookings/booking.html", context), fields)


@never_cache
@require_safe
def state(request: HttpRequest, reference: str) -> JsonResponse:
    """For the script of a page whose booking is still moving."""
    limiter.enforce("results", ip=network.client_address(request))
    return JsonResponse({"status": wording.page(keys.booking(request, reference)).tracked})


@require_POST
def pay_again(request: HttpRequest, reference: str) -> HttpResponse:
    found = keys.booking(request, reference)
    limiter.enforce("payments", ip=network.client_address(request))
    method = _method(found)
    form = paying.token_form(request, method)
    if form.is_valid():
        try:
            ordering.pay(found, {"method": method, "token": form.cleaned_data["token"]})
        except (Conflict, Gone, InvalidInput) as refusal:
            messages.error(request, steps.refusal_text(refusal))
    return redirect("bookings:booking", reference=found.reference)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, reference: str) -> HttpResponse:
    """What it costs first. A fee that rose between the page and the button is shown again, never just taken."""
    found = keys.booking(request, reference)
    try:
        outcome = cancellation.preview(found)
        if request.method == "POST" and request.POST.get("fee") == str(outcome.fee):
            cancellation.cancel(found, reason=request.POST.get("reason", "")[:400], by=keys.user(request))
            return redirect("bookings:booking", reference=found.reference)
    except Conflict as refusal:
        messages.error(request, steps.refusal_text(refusal))
        return redirect("bookings:booking", reference=found.reference)
    if request.method == "POST":
        messages.warning(request, steps.fee_moved())
    context = {"view": wording.page(found), "outcome": outcome, "fee_text": str(outcome.fee)}
    return render(request, "bookings/cancel.html", context)


def _method(found: Booking) -> str:
    """A challenge is ended where it began; another try is made as guests pay now."""
    payment = payments.latest(found)
    waits = payment is not None and payment.status == PaymentStatus.REQUIRES_ACTION
    return payment.gateway if payment and waits else paying.method()
