"""From a chosen room to a placed booking, a page per step; each POST ends in a redirect.

The quote freezes price and terms before the first step is shown. What the guest types waits in the session; the last
step sends it, with the token of exactly what was shown.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from bookings.eligibility import Reason
from bookings.forms import Agreement, GuestsForm, PreferencesForm, PromotionForm
from bookings.models import Quote
from bookings.selectors import quotes
from bookings.services import checkout as ordering
from bookings.services import promotions, quoting
from bookings.services.booking import Order
from bookings.states import QuoteStatus
from bookings.views import drafts, keys, paying, steps, summaries
from faredown.accounts import visitor
from faredown.lib import clock, ids, limiter, network
from faredown.lib.errors import (
    Conflict,
    DomainError,
    Gone,
    InvalidInput,
    NotFound,
    TooManyRequests,
    Unavailable,
    Unprocessable,
)

_REFUSED = (Conflict, Gone, NotFound, Unavailable, Unprocessable)


@require_POST
def quote(request: HttpRequest) -> HttpResponse:
    """Check the chosen rates with the supplier and freeze them; back to the hotel with the reason when that fails."""
    back = _back(request)
    limiter.enforce("quotes", ip=network.client_address(request))
    try:
        made = quoting.quote(_chosen(request), user=keys.user(request), language=visitor.language())
    except _REFUSED as refusal:
        messages.error(request, steps.refusal_text(refusal))
        return redirect(back)
    drafts.write(request, made.public_id, "back", back)
    return redirect("bookings:guests", quote_id=made.public_id)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def guests(request: HttpRequest, quote_id: str) -> HttpResponse:
    found = quoting.get(quote_id)
    if (over := _over(request, found)) is not None:
        return over
    typed = drafts.read(request, quote_id, "guests") or _known_guest(request)
    form = GuestsForm(request.POST or None, occupancies=quotes.occupancies(found), initial=typed)
    if form.is_valid():
        drafts.write(request, quote_id, "guests", form.cleaned_data)
        return redirect("bookings:preferences", quote_id=quote_id)
    return _step(request, found, "bookings/guests.html", 1, form=form)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest, quote_id: str) -> HttpResponse:
    found = quoting.get(quote_id)
    if (over := _over(request, found)) is not None:
        return over
    if _party(request, found) is None:
        return redirect("bookings:guests", quote_id=quote_id)
    form = PreferencesForm(request.POST or None, initial=drafts.read(request, quote_id, "preferences"))
    if request.method == "POST":
        form = PreferencesForm(request.POST)
        if form.is_valid():
            drafts.write(request, quote_id, "preferences", form.cleaned_data | {"remarks": form.remarks()})
            return redirect("bookings:payment", quote_id=quote_id)
    return _step(request, found, "bookings/preferences.html", 2, form=form)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def payment(request: HttpRequest, quote_id: str) -> HttpResponse:
    found = quoting.get(quote_id)
    party = _party(request, found)
    if found.status == QuoteStatus.OPEN and party is None:
        return redirect("bookings:guests", quote_id=quote_id)
    form = paying.form(request, moved=bool(found.changes))
    code_form: PromotionForm | None = None
    # A form sent twice finds its quote used: the service answers with the booking made the first time.
    if request.method == "POST" and form.is_valid() and party is not None:
        try:
            return _book(request, found, party, form.cleaned_data["token"])
        except (InvalidInput, Unprocessable) as refusal:
            form.add_error(None, steps.refusal_text(refusal))
        except (Conflict, Gone) as refusal:
            if found.promotion is not None and refusal.code in set(Reason):
                code_form = _refused_code(found.promotion.code, refusal)
            else:
                messages.error(request, steps.refusal_text(refusal))
    return _payment_page(request, found, form, code_form)


@require_POST
def promotion(request: HttpRequest, quote_id: str) -> HttpResponse:
    """Put the typed code on the quote, or take off the one that is there. A refusal is told at the field."""
    found = quoting.get(quote_id)
    code_form = PromotionForm(request.POST)
    if code_form.is_valid():
        code = code_form.cleaned_data["promotion_code"]
        try:
            limiter.enforce("promotions", ip=network.client_address(request))
            promotions.change(quote_id, code, by=keys.user(request))
            return redirect("bookings:payment", quote_id=quote_id)
        except (Conflict, Gone, TooManyRequests, Unavailable, Unprocessable) as refusal:
            code_form = _refused_code(code, refusal)
            found.refresh_from_db()
    form = paying.form(request, moved=bool(found.changes), filled=False)
    return _payment_page(request, found, form, code_form)


def _refused_code(code: str, refusal: DomainError) -> PromotionForm:
    form = PromotionForm({"promotion_code": code})
    form.add_error("promotion_code", steps.refusal_text(refusal))
    return form


def _payment_page(
    request: HttpRequest, found: Quote, form: Agreement, code_form: PromotionForm | None
) -> HttpResponse:
    if (over := _over(request, found)) is not None:
        return over
    method = paying.method()
    fields = paying.card_fields(method, found.total)
    page = _step(
        request,
        found,
        "bookings/payment.html",
        3,
        form=form,
        method=method,
        card=fields,
        card_language=paying.language(),
        code_form=code_form or PromotionForm(),
        accept_token=found.accept_token,
        key=ids.secret_token(),
        changes=summaries.moved(found),
    )
    return paying.allowing(page, fields)


def _book(request: HttpRequest, found: Quote, party: dict[str, Any], token: str) -> HttpResponse:
    limiter.enforce("bookings", ip=network.client_address(request))
    wishes = drafts.read(request, found.public_id, "preferences") or {}
    order = Order(
        party=party | {"remarks": wishes.get("remarks", "")},
        payment={"method": paying.method(), "token": token},
        key=request.POST.get("key", "")[:100],
        channel="web",
        language=visitor.language(),
    )
    placed = ordering.book(
        found.public_id, order, accept_token=request.POST.get("accept_token", ""), by=keys.user(request)
    )
    # A repeat leaves the session alone: its copy may be older than the one the first request has written.
    if placed.access_token:
        keys.give(request, placed.booking.reference, placed.access_token)
        drafts.forget(request, found.public_id)
    return redirect("bookings:booking", reference=placed.booking.reference)


def _party(request: HttpRequest, found: Quote) -> dict[str, Any] | None:
    """Who travels, as the first step left it; None when that step has to be gone through again."""
    typed = drafts.read(request, found.public_id, "guests")
    if typed is None:
        return None
    form = GuestsForm(typed, occupancies=quotes.occupancies(found))
    return form.party if form.is_valid() else None


def _over(request: HttpRequest, found: Quote) -> HttpResponse | None:
    """A page that says why there is nothing to go on with."""
    back = drafts.read(request, found.public_id, "back") or reverse("pages:hotels")
    context = {"back_url": back, "back_label": _("See the rates again")}
    if found.status == QuoteStatus.USED:
        reference = found.booking.reference
        if keys.token(request, reference):
            return redirect("bookings:booking", reference=reference)
        context |= {
            "title": _("This room is booked"),
            "text": _("A booking was made from this page already. Look for it under Manage a booking."),
            "back_url": reverse("bookings:manage"),
            "back_label": _("Manage a booking"),
        }
        return render(request, "bookings/quote_over.html", context, status=409)
    if found.status == QuoteStatus.EXPIRED or found.expires_at <= clock.now():
        context |= {
            "title": _("The time for this price is over"),
            "text": _("Prices are held for a short time only. Nothing was booked and nothing was charged."),
        }
        return render(request, "bookings/quote_over.html", context, status=410)
    return None


def _step(request: HttpRequest, found: Quote, template: str, number: int, **more: Any) -> HttpResponse:
    back = drafts.read(request, found.public_id, "back") or reverse("pages:hotels")
    forms = (more.get("form"), more.get("code_form"))
    context = {
        "quote": found,
        "summary": summaries.of(found),
        "steps": steps.of(found.public_id, number),
        "expires_at": found.expires_at,
        "back_url": back,
        "previous_url": steps.url(found.public_id, number - 1) or back,
        **more,
    }
    status = 400 if any(form is not None and form.is_bound and form.errors for form in forms) else 200
    return render(request, template, context, status=status)


def _chosen(request: HttpRequest) -> list[str]:
    """`offer` repeated, or one choice per group of rooms (`room0`, `room1` ...), each a list of offer ids."""
    values = request.POST.getlist("offer")
    for name in sorted(name for name in request.POST if name.startswith("room")):
        values += request.POST.getlist(name)
    return [offer for value in values for offer in value.split(",") if offer][:20]


def _back(request: HttpRequest) -> str:
    back = request.POST.get("back", "")
    if url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        return back[:2000]
    return reverse("pages:hotels")


def _known_guest(request: HttpRequest) -> dict[str, str]:
    user = keys.user(request)
    if user is None:
        return {}
    return {name: getattr(user, name) for name in ("first_name", "last_name", "email", "phone")}
