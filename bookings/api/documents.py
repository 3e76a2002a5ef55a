"""A booking's documents over the API: by token, login or signed link; anybody else meets the same 404."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from bookings.api import documenting, serializers
from bookings.api.views import TOKEN_HEADER, access
from bookings.models import Booking, Document
from bookings.selectors import documents as papers
from bookings.services import documents
from faredown.lib import clock
from faredown.lib.rest import ApiView, refusals

SIGNATURE = OpenApiParameter("signature", str, OpenApiParameter.QUERY, description="Of a link in `links`.")


class Voucher(ApiView):
    throttle_scope = "documents"

    @extend_schema(
        operation_id="bookings_voucher",
        parameters=[TOKEN_HEADER, SIGNATURE],
        responses={
            (200, "application/pdf"): OpenApiTypes.BINARY,
            **refusals({404: "booking_not_found link_expired", 409: "voucher_not_ready"}),
        },
    )
    def get(self, request: Request, reference: str) -> HttpResponse:
        """The voucher as PDF, by token, login or signed link. 409 until the booking is confirmed and paid."""
        return _file(request, reference, documents.VOUCHER)


class Calendar(ApiView):
    throttle_scope = "documents"

    @extend_schema(
        operation_id="bookings_calendar",
        parameters=[TOKEN_HEADER, SIGNATURE],
        responses={
            (200, "text/calendar"): OpenApiTypes.STR,
            **refusals({404: "booking_not_found link_expired", 409: "not_confirmed"}),
        },
    )
    def get(self, request: Request, reference: str) -> HttpResponse:
        """The stay and the end of free cancellation as a calendar file. After a cancellation the file takes both out of
        the calendar again."""
        return _file(request, reference, documents.CALENDAR)


class Invoice(ApiView):
    throttle_scope = "documents"

    @extend_schema(
        operation_id="bookings_invoice",
        parameters=[TOKEN_HEADER, SIGNATURE],
        responses={
            (200, "application/pdf"): OpenApiTypes.BINARY,
            **refusals({404: "booking_not_found link_expired", 409: "invoice_not_ready"}),
        },
    )
    def get(self, request: Request, reference: str) -> HttpResponse:
        """The newest invoice as PDF, by token, login or signed link. 409 until the money was taken."""
        return _file(request, reference, documents.INVOICE)


class Documents(ApiView):
    @extend_schema(
        operation_id="bookings_documents",
        parameters=[TOKEN_HEADER],
        responses={200: serializers.DocumentsOutput, **documenting.NOT_YOURS},
    )
    def get(self, request: Request, reference: str) -> Response:
        """Invoices, credit notes and receipts in the order of their issue, each with a short-lived link."""
        booking = access(request, reference)
        return Response({"results": [_listed(booking, row) for row in papers.accounts(booking)]})


class DocumentFile(ApiView):
    throttle_scope = "documents"

    @extend_schema(
        operation_id="bookings_document",
        parameters=[TOKEN_HEADER, SIGNATURE],
        responses={
            (200, "application/pdf"): OpenApiTypes.BINARY,
            **refusals({404: "booking_not_found document_not_found link_expired"}),
        },
    )
    def get(self, request: Request, reference: str, document_id: str) -> HttpResponse:
        """One of them as PDF, byte for byte as it was issued."""
        return _file(request, reference, document_id)


def _file(request: Request, reference: str, name: str) -> HttpResponse:
    signature = request.query_params.get("signature", "")
    signed = documents.opened(reference, name, signature=signature) if signature else None
    file = documents.file(signed or access(request, reference), name)
    answer = HttpResponse(file.content, content_type=file.media_type)
    answer["Content-Disposition"] = f'inline; filename="{file.name}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _listed(booking: Booking, row: Document) -> dict[str, Any]:
    return {
        "id": row.public_id,
        "kind": row.kind,
        "number": row.number,
        "issued_at": clock.iso(row.issued_at),
        "language": row.language,
        "total": row.total.as_json() if row.total else None,
        "corrects": row.corrects.number if row.corrects else None,
        "link": documents.link(booking, row.public_id),
    }
