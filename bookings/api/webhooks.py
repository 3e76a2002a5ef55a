"""Where payment providers tell us what happened."""

from __future__ import annotations

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from bookings.api import serializers
from bookings.services import webhooks
from faredown.lib import problems
from faredown.lib.rest import ApiView, refusals

LONGEST = 262_144
"""Bytes. An event of Stripe's is some 5 kB."""


class StripeEvents(ApiView):
    throttle_scope = "webhooks"

    @extend_schema(
        operation_id="webhooks_stripe",
        request=OpenApiTypes.OBJECT,
        parameters=[OpenApiParameter("Stripe-Signature", str, OpenApiParameter.HEADER, required=True)],
        responses={200: serializers.DetailOutput, **refusals({413: "body_too_large"})},
    )
    def post(self, request: Request) -> Response:
        """Stripe says that something happened. Signed, and taken in once; what it is about is read at Stripe."""
        if int(request.META.get("CONTENT_LENGTH") or 0) > LONGEST:
            raise problems.RequestTooLarge
        webhooks.receive(
            "stripe", request._request.body, signature=request.headers.get("Stripe-Signature", "")
        )
        return Response({"detail": "ok"})
