"""Bookings over the API. Guests act with `X-Booking-Token`, owners with their login; anybody else meets a 404."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, cast

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.permissions import AllowAny, BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from bookings.api import documenting, serializers
from bookings.models import Booking
from bookings.selectors import bookings, quotes
from bookings.services import cancellation, checkout, customers, documents, promotions, quoting
from bookings.services.booking import Order, Placed
from bookings.states import BookingStatus, PaymentStatus
from faredown.accounts.models import User
from faredown.idempotency.rest import HEADER, IdempotentView
from faredown.lib import clock, inputs, limiter, network, problems
from faredown.lib.background import defer
from faredown.lib.errors import NotFound, PaymentRequired, invalid
from faredown.lib.rest import ApiView, Pagination, page_of

TOKEN = "X-Booking-Token"  # noqa: S105 (a header's name)
KEY_HEADER = OpenApiParameter(HEADER, str, OpenApiParameter.HEADER, required=True)
TOKEN_HEADER = OpenApiParameter(
    TOKEN, str, OpenApiParameter.HEADER, description="Of a guest without a login."
)
_QUOTE_ID = re.compile(r"[0-9A-Za-z_]{1,40}\Z")
UNDECIDED = (BookingStatus.PENDING, BookingStatus.CONFIRMING, BookingStatus.UNKNOWN)


class Quotes(ApiView):
    throttle_scope = "quotes"

    @extend_schema(
        operation_id="quotes_create",
        request=serializers.QuoteInput,
        responses={201: serializers.QuoteOutput, **documenting.QUOTE_REFUSALS},
        examples=[documenting.QUOTE],
    )
    def post(self, request: Request) -> Response:
        """Check price and terms with the supplier and freeze them. Look at `changes` before you ask for consent."""
        given = serializers.QuoteInput(data=request.data)
        given.is_valid(raise_exception=True)
        wish = given.validated_data
        if wish["promotion_code"]:
            _limit_codes(request)
        made = quoting.quote(
            wish["offer_ids"],
            promotion_code=wish["promotion_code"],
            user=_user(request),
            language=_language(),
        )
        return Response(quotes.view(made), status=201)


class QuoteDetail(ApiView):
    throttle_scope = "promotions"

    @extend_schema(
        operation_id="quotes_change",
        request=serializers.QuoteChangeInput,
        responses={200: serializers.QuoteOutput, **documenting.QUOTE_CHANGE_REFUSALS},
        examples=[documenting.PROMOTION, documenting.PROMOTION_OFF],
    )
    def patch(self, request: Request, quote_id: str) -> Response:
        """Put a promotion code on the quote, or take it off: a new total, new cancellation fees and a new
        `accept_token`; the old one no longer books. `changes` goes on telling what moved before any code."""
        given = serializers.QuoteChangeInput(data=request.data)
        given.is_valid(raise_exception=True)
        if not _QUOTE_ID.match(quote_id):
            raise NotFound("quote_not_found", "There is no such quote.")
        changed = promotions.change(quote_id, given.validated_data["promotion_code"], by=_user(request))
        return Response(quotes.view(changed))


class Bookings(IdempotentView):
    throttle_scopes = {"POST": "bookings"}

    def get_permissions(self) -> Sequence[BasePermission]:
        """Anybody books; a list is of somebody."""
        return [AllowAny() if self.request.method == "POST" else IsAuthenticated()]

    @extend_schema(
        operation_id="bookings_list",
        responses={200: page_of(serializers.BookingSummaryOutput)},
        parameters=[
            OpenApiParameter("page", int, OpenApiParameter.QUERY),
            OpenApiParameter("page_size", int, OpenApiParameter.QUERY),
        ],
    )
    def get(self, request: Request) -> Response:
        """The signed-in customer's bookings, newest first."""
        pages = Pagination()
        rows = pages.paginate_queryset(bookings.for_user(cast(User, request.user)), request)
        return pages.get_paginated_response([bookings.summary(row) for row in rows])

    @extend_schema(
        operation_id="bookings_create",
        request=serializers.BookingInput,
        parameters=[KEY_HEADER],
        responses={
            201: serializers.NewBookingOutput,
            202: serializers.NewBookingOutput,
            **documenting.BOOKING_REFUSALS,
        },
        examples=[documenting.BOOKING],
    )
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Book a quote. 201: confirmed. 202: being confirmed, look again. 402: not paid; try again with
        `bookings/{reference}/payments/` while the quote lives."""
        return super().post(request, *args, **kwargs)

    def perform(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        body = _object(request, serializers.BookingInput())
        order = Order(
            party=body,
            payment=_mapping(body.get("payment"), "payment"),
            key=request.headers[HEADER],
            channel="api",
            language=_language(),
        )
        quote_id = body.get("quote_id")
        if not isinstance(quote_id, str) or not _QUOTE_ID.match(quote_id):
            raise invalid("quote_id", "required", "The quote to book is needed.")
        placed = checkout.book(quote_id, order, accept_token=body.get("accept_token"), by=_user(request))
        return _placed(placed)

    def replay(self, request: Request, resource: str, *args: Any, **kwargs: Any) -> Response:
        return _placed(_as_it_is(resource))


class BookingDetail(ApiView):
    @extend_schema(
        operation_id="bookings_read",
        parameters=[TOKEN_HEADER],
        responses={200: serializers.BookingOutput, **documenting.NOT_YOURS},
    )
    def get(self, request: Request, reference: str) -> Response:
        """One booking, as it is now."""
        return Response(_body(access(request, reference)))


class Payments(IdempotentView):
    throttle_scope = "payments"

    @extend_schema(
        operation_id="bookings_pay",
        request=serializers.PaymentInput,
        parameters=[KEY_HEADER, TOKEN_HEADER],
        responses={
            201: serializers.BookingOutput,
            202: serializers.BookingOutput,
            **documenting.PAYMENT_REFUSALS,
        },
        examples=[documenting.PAYMENT],
    )
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Another try after a decline, or the end of a bank's challenge."""
        return super().post(request, *args, **kwargs)

    def perform(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        booking = access(request, kwargs["reference"])
        return _placed(checkout.pay(booking, _object(request, serializers.PaymentInput())))

    def replay(self, request: Request, resource: str, *args: Any, **kwargs: Any) -> Response:
        access(request, kwargs["reference"])
        return _placed(_as_it_is(resource))


class Cancellations(IdempotentView):
    throttle_scope = "bookings"

    @extend_schema(
        operation_id="bookings_cancel",
        request=serializers.CancellationInput,
        parameters=[KEY_HEADER, TOKEN_HEADER],
        responses={
            200: serializers.CancellationOutput,
            202: serializers.CancellationOutput,
            **documenting.CANCELLATION_REFUSALS,
        },
        examples=[documenting.CANCELLATION, documenting.CANCELLATION_ASKED],
    )
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Cancel, or (`simulate`) ask what it would cost. 202: accepted at this fee, the supplier has not answered."""
        return super().post(request, *args, **kwargs)

    def perform(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        booking = access(request, kwargs["reference"])
        given = serializers.CancellationInput(data=request.data)
        given.is_valid(raise_exception=True)
        if given.validated_data["simulate"]:
            return _cancellation(booking, cancellation.preview(booking))
        done = cancellation.cancel(booking, reason=given.validated_data["reason"], by=_user(request))
        booking.refresh_from_db()
        return _cancellation(booking, done)

    def replay(self, request: Request, resource: str, *args: Any, **kwargs: Any) -> Response:
        booking = access(request, resource)
        return _cancellation(booking, cancellation.preview(booking))


class Lookup(ApiView):
    throttle_scope = "lookup"

    @extend_schema(
        operation_id="bookings_lookup",
        request=serializers.LookupInput,
        responses={202: serializers.DetailOutput},
    )
    def post(self, request: Request) -> Response:
        """Mail a link to the booking. The answer is the same whether reference and address match or not."""
        given = serializers.LookupInput(data=request.data)
        given.is_valid(raise_exception=True)
        email = given.validated_data["email"]
        limiter.enforce("lookup", account=email.strip().lower())
        customers.lookup(given.validated_data["reference"], email, language=_language())
        return Response({"detail": _("If they match, a link is on its way.")}, status=202)


class HotelbedsReconfirmations(ApiView):
    throttle_scope = "webhooks"

    @extend_schema(
        operation_id="webhooks_hotelbeds_reconfirmations",
        request=OpenApiTypes.OBJECT,
        responses={200: serializers.DetailOutput},
    )
    def post(self, request: Request) -> Response:
        """Hotelbeds says that a hotel reconfirmed. The push is not signed (REFERENCE section 7), so nothing in it is
        believed: it only makes us pull. Safe to repeat."""
        defer("bookings.pull_reconfirmations", "hotelbeds")
        return Response({"detail": "ok"})


def _limit_codes(request: Request) -> None:
    """However a code is tried, it counts as one try of guessing."""
    user = _user(request)
    known = {"user": str(user.pk)} if user else {}
    limiter.enforce("promotions", ip=network.client_address(request._request), **known)


def _placed(placed: Placed) -> Response:
    booking, payment = placed.booking, placed.payment
    token = {"access_token": placed.access_token} if placed.access_token else {}
    if booking.status == BookingStatus.PENDING and payment.status == PaymentStatus.DECLINED:
        refusal = PaymentRequired(
            "payment_declined",
            _("The payment was declined. Try again or use another card."),
            reference=booking.reference,
            failure_code=payment.failure_code,
            booking=_body(booking),
        )
        body = {**problems.problem(refusal), **token}
        return Response(body, status=402, content_type=problems.MEDIA_TYPE)
    undecided = booking.status in UNDECIDED
    return Response({**_body(booking), **token}, status=202 if undecided else 201)


def _as_it_is(reference: str) -> Placed:
    booking = bookings.by_reference(reference)
    payment = booking.payments.order_by("created_at", "pk").last() if booking else None
    if booking is None or payment is None:
        raise LookupError(f"the booking {reference} of a kept answer is gone")
    return Placed(booking, payment, "")


def _body(booking: Booking) -> dict[str, Any]:
    return {**bookings.detail(booking), "links": documents.links(booking)}


def _cancellation(booking: Booking, found: cancellation.Outcome) -> Response:
    local = clock.in_zone(found.deadline, booking.timezone).isoformat() if found.deadline else None
    body = {
        "reference": booking.reference,
        "status": booking.status,
        "fee": found.fee.as_json(),
        "refund": found.refund.as_json(),
        "deadline": clock.iso(found.deadline) if found.deadline else None,
        "hotel_local": local,
        "hotel_timezone": booking.timezone,
        "cancelled": found.cancelled,
    }
    return Response(body, status=202 if booking.status == BookingStatus.CANCELLING else 200)


def access(request: Request, reference: str) -> Booking:
    return customers.access(reference, user=_user(request), token=request.headers.get(TOKEN, ""))


def _object(request: Request, shape: serializers.Fields) -> dict[str, Any]:
    body = _mapping(request.data, "")
    inputs.refuse_unknown(shape, body)
    return body


def _mapping(value: object, field: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise invalid(field, "not_an_object" if value is not None else "required", "An object is needed.")
    return value


def _user(request: Request) -> User | None:
    return request.user if isinstance(request.user, User) else None


def _language() -> str:
    return get_language() or "en"
