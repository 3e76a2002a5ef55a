from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bookings.selectors import bookings
from bookings.views import keys, wording

PAGE_SIZE = 20


@never_cache
@login_required
@require_safe
def trips(request: HttpRequest) -> HttpResponse:
    page = Paginator(bookings.for_user(keys.account(request)), PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [wording.trip(row) for row in page.object_list]
    return render(request, "bookings/trips.html", {"trips": rows, "page": page})
