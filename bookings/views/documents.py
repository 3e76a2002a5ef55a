from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bookings.services import calendars, vouchers
from bookings.views import keys
from faredown.lib import limiter, network


@never_cache
@require_safe
def voucher(request: HttpRequest, reference: str) -> HttpResponse:
    limiter.enforce("documents", ip=network.client_address(request))
    found = keys.booking(request, reference)
    return _file(vouchers.pdf(found), "application/pdf", f"voucher-{found.reference}.pdf")


@never_cache
@require_safe
def calendar(request: HttpRequest, reference: str) -> HttpResponse:
    limiter.enforce("documents", ip=network.client_address(request))
    found = keys.booking(request, reference)
    return _file(calendars.ics(found), "text/calendar; charset=utf-8", f"stay-{found.reference}.ics")


def _file(content: bytes, media_type: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=media_type, headers=headers)
