"""What the schema tells of the booking operations beside their shapes: refusals by code, and examples."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample

from bookings.eligibility import Reason
from faredown.lib.rest import refusals

KEY_REFUSALS = "idempotency_in_flight"

PROMOTION_REASONS = " ".join(Reason)
QUOTE_REFUSALS = refusals(
    {
        404: "offer_not_found",
        409: "sold_out price_changed not_bookable",
        410: "offer_expired search_expired",
        422: "offers_do_not_cover_rooms offers_of_different_hotels offers_of_different_searches "
        f"offers_of_different_suppliers {PROMOTION_REASONS}",
        503: "supplier_unavailable price_not_confirmed search_unavailable",
    }
)
QUOTE_CHANGE_REFUSALS = refusals(
    {
        404: "quote_not_found",
        409: "quote_used price_changed",
        410: "quote_expired",
        422: PROMOTION_REASONS,
    }
)
BOOKING_REFUSALS = refusals(
    {
        402: "payment_declined",
        404: "quote_not_found",
        409: f"quote_used {Reason.USED_UP} {Reason.USED_BY_YOU} {Reason.UNKNOWN} {KEY_REFUSALS}",
        410: "quote_expired",
        422: "accept_token_mismatch idempotency_key_reused",
    }
)
NOT_YOURS = refusals({404: "booking_not_found"})
PAYMENT_REFUSALS = NOT_YOURS | refusals(
    {
        402: "payment_declined",
        409: f"nothing_to_pay {KEY_REFUSALS}",
        410: "quote_expired",
        422: "idempotency_key_reused",
    }
)
CANCELLATION_REFUSALS = NOT_YOURS | refusals(
    {
        409: f"not_cancellable not_yet_confirmed stay_started {KEY_REFUSALS}",
        422: "idempotency_key_reused",
    }
)

QUOTE = OpenApiExample(
    "Offers of one hotel for every asked room",
    request_only=True,
    value={"offer_ids": ["off_4bT1mQ9hYw2ZrK8cV5nXsE7Lp0aB_9f86d0817d4c65a2f3b1c0de9a7f"]},
)
PROMOTION = OpenApiExample("A code", request_only=True, value={"promotion_code": "SPRING-25"})
PROMOTION_OFF = OpenApiExample("Take it off again", request_only=True, value={"promotion_code": ""})
PAYMENT = OpenApiExample(
    "The test gateway, which takes the money",
    request_only=True,
    value={"method": "offline", "token": "tok_ok"},
)
BOOKING = OpenApiExample(
    "A family of three",
    request_only=True,
    value={
        "quote_id": "qte_4bT1mQ9hYw2ZrK8cV5nXsE",
        "accept_token": "the quote's",
        "holder": {
            "first_name": "Amélie",
            "last_name": "Okafor",
            "email": "amelie.okafor@example.com",
            "phone": "+33142685300",
            "country": "FR",
        },
        "rooms": [
            {
                "guests": [
                    {"first_name": "Amélie", "last_name": "Okafor", "type": "adult"},
                    {"first_name": "Tunde", "last_name": "Okafor", "type": "adult"},
                    {"first_name": "Zélie", "last_name": "Okafor", "type": "child", "age": 7},
                ]
            }
        ],
        "remarks": "A quiet room, please",
        "payment": {"method": "offline", "token": "tok_ok"},
    },
)
CANCELLATION_ASKED = OpenApiExample("What would it cost?", request_only=True, value={"simulate": True})
CANCELLATION = OpenApiExample(
    "Cancel", request_only=True, value={"simulate": False, "reason": "The journey is off"}
)
