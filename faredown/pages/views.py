"""The pages staff write: landing, flights, legal texts; and the visitor's choice of language and currency."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_POST, require_safe

from faredown.accounts import visitor
from faredown.pages import selectors
from faredown.pages.featured import places
from hotels.forms import StayForm


@gzip_page
@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    language = visitor.language()
    context = {
        "stay": StayForm.blank(),
        "banners": selectors.banners(language=language),
        "places": places(language=language),
    }
    return render(request, "pages/landing.html", context)


@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    found = selectors.page(slug, language=visitor.language())
    if found is None:
        raise Http404
    return render(request, "pages/page.html", {"page": found, "body": selectors.safe_html(found.body)})


@require_safe
def legal_text(request: HttpRequest, slug: str) -> HttpResponse:
    found = selectors.legal_text(slug, language=visitor.language())
    if found is None:
        raise Http404
    return render(request, "pages/legal.html", {"page": found, "body": selectors.safe_html(found.body)})


@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = "/"
    response = HttpResponseRedirect(back)
    visitor.remember(
        response, currency=request.POST.get("currency", ""), language=request.POST.get("language", "")
    )
    return response
