"""Coming back to a booking without an account: reference and e-mail are typed, a link is mailed, a button opens it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from bookings.forms import LookupForm
from bookings.services import customers
from bookings.views import keys
from faredown.accounts import visitor
from faredown.accounts.models import normalised
from faredown.lib import limiter, network


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def manage(request: HttpRequest) -> HttpResponse:
    """Says the same whether reference and address belong together or not. A voucher's code fills the reference in."""
    form = LookupForm(request.POST or None, initial={"reference": request.GET.get("reference", "")[:20]})
    if form.is_valid():
        email = form.cleaned_data["email"]
        limiter.enforce("lookup", ip=network.client_address(request), account=normalised(email))
        customers.lookup(form.cleaned_data["reference"], email, language=visitor.language())
        return render(request, "bookings/manage.html", {"sent": True})
    return render(request, "bookings/manage.html", {"form": form}, status=400 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def opened(request: HttpRequest, signed: str) -> HttpResponse:
    """The mailed link. Its code is short-lived and says nothing; the token goes into the session, never an address."""
    if request.method != "POST":
        return render(request, "bookings/open.html")
    limiter.enforce("lookup", ip=network.client_address(request))
    found, token = customers.open_link(signed)
    keys.give(request, found.reference, token)
    return redirect("bookings:booking", reference=found.reference)
