from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bookings.services import documents
from bookings.views import keys
from faredown.lib import limiter, network


def voucher(request: HttpRequest, reference: str) -> HttpResponse:
    return document(request, reference, documents.VOUCHER)


def calendar(request: HttpRequest, reference: str) -> HttpResponse:
    return document(request, reference, documents.CALENDAR)


@never_cache
@require_safe
def document(request: HttpRequest, reference: str, name: str) -> HttpResponse:
    """Whatever is asked for, who may see the booking is looked at first."""
    limiter.enforce("documents", ip=network.client_address(request))
    file = documents.file(keys.booking(request, reference), name)
    headers = {"Content-Disposition": f'attachment; filename="{file.name}"'}
    return HttpResponse(file.content, content_type=file.media_type, headers=headers)
