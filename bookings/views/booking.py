"""The page of a booking: confirmation, waiting, another try to pay, cancelling."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bookings.forms import TokenForm
from bookings.services import cancellation
from bookings.services import checkout as ordering
from bookings.views import keys, papers, steps, wording
from faredown.lib import limiter, network
from faredown.lib.errors import Conflict, Gone, InvalidInput


@never_cache
@require_safe
def booking(request: HttpRequest, reference: str) -> HttpResponse:
    found = keys.booking(request, reference)
    context = {
        "view": wording.page(found),
        "papers": papers.of(found),
        "pay_form": TokenForm(),
        "state_url": reverse("bookings:state", args=[found.reference]),
    }
    return render(request, "bookings/booking.html", context)


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
    form = TokenForm(request.POST)
    if form.is_valid():
        try:
            ordering.pay(found, {"method": "offline", "token": form.cleaned_data["token"]})
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
