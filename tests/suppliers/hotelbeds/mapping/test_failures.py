from __future__ import annotations

import msgspec
import pytest

from suppliers.adapters.hotelbeds.mapping import failures
from suppliers.errors import (
    AccessDenied,
    AlreadyCancelled,
    InvalidRequest,
    NotFound,
    OutcomeUnknown,
    PriceChanged,
    QuotaUsedUp,
    RateExpired,
    Rejected,
    SoldOut,
    SupplierError,
    Throttled,
    Unavailable,
    Unreadable,
)
from suppliers.operations import Operation

TOLERANCE = (
    "ProductException(BOOKING_CONFIRM, Price has changed: Unable to book as the price difference exceeds the "
    "allowed tolerance - Current tolerance: 2%"
)


def application(category: str, message: str) -> bytes:
    return msgspec.json.encode({"auditData": {}, "error": {"code": f"{category}-ABC123", "message": message}})


def gateway(message: str) -> bytes:
    return msgspec.json.encode({"error": message})


def error(status: int, body: bytes, operation: Operation = Operation.BOOK, **headers: str) -> SupplierError:
    effectful = operation in (Operation.BOOK, Operation.CANCEL)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return failures.error(failures.read(status, named, body, operation=operation, effectful=effectful))


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        (TOLERANCE, PriceChanged),
        ("Price has increased", PriceChanged),
        ("Insufficient allotment", SoldOut),
        ("Stop sales", SoldOut),
        ("Release violated", SoldOut),
        ("Contract is closed", SoldOut),
        ("Office or branch not active", SoldOut),
        ("Cannot find channel quotation", RateExpired),
        ("Something nobody wrote down", Rejected),
        # It names a booking: whether that one stands is for the booking list to say.
        ("Booking confirmation error 256-184467", OutcomeUnknown),
    ],
)
@pytest.mark.parametrize("status", [500, 400, 410])
def test_a_product_that_cannot_be_had_is_an_outcome(
    status: int, message: str, kind: type[SupplierError]
) -> None:
    category = "INVALID_DATA" if status == 410 else "PRODUCT_ERROR"

    found = error(status, application(category, message))

    assert type(found) is kind
    assert found.token == "ABC123"


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (500, application("SYSTEM_ERROR", "Internal server error"), OutcomeUnknown),
        (500, b"", OutcomeUnknown),
        (500, b"<html>oops</html>", OutcomeUnknown),
        (502, b"", OutcomeUnknown),
        (503, application("SERVICE_OVERLOAD", "Service overloaded. Please try again later."), OutcomeUnknown),
        (504, gateway("There was a problem proxying the request"), OutcomeUnknown),
        (513, b"", OutcomeUnknown),
        (408, b"", OutcomeUnknown),
        (302, b"", OutcomeUnknown),
        (409, application("INVALID_DATA", "Conflict"), OutcomeUnknown),
        (
            500,
            application("CONFIGURATION_ERROR", "This apikey is not associated with a valid client"),
            AccessDenied,
        ),
        (401, gateway("Authorization field missing"), AccessDenied),
        (403, gateway("Access to this API has been disallowed"), AccessDenied),
        (403, gateway("Quota exceeded"), QuotaUsedUp),
        (429, gateway("Rate limit exceeded"), Throttled),
        (400, application("INVALID_DATA", "Invalid data. rateKey is invalid"), RateExpired),
        (400, application("INVALID_DATA", "ALLOTMENT EXCEEDED"), SoldOut),
        (400, application("INVALID_REQUEST", "The request is not compliant"), InvalidRequest),
        (402, b"", InvalidRequest),
        (406, b"", InvalidRequest),
        (415, b"", InvalidRequest),
        (596, b"", AccessDenied),
    ],
)
def test_what_a_refused_or_lost_order_means(status: int, body: bytes, kind: type[SupplierError]) -> None:
    found = error(status, body)

    assert type(found) is kind
    assert found.outcome_known is (kind is not OutcomeUnknown)


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (409, application("INVALID_DATA", "The booking is already cancelled."), AlreadyCancelled),
        (400, application("INVALID_DATA", "The booking is already cancelled."), AlreadyCancelled),
        (404, application("INVALID_DATA", "The booking does not exist or ..."), NotFound),
        (
            503,
            application(
                "SERVICE_OVERLOAD", "Error during cancellation, the booking 1-2 is locked. Please try again"
            ),
            Unavailable,
        ),
        (503, b"", OutcomeUnknown),
    ],
)
def test_what_a_refused_or_lost_cancellation_means(
    status: int, body: bytes, kind: type[SupplierError]
) -> None:
    assert type(error(status, body, Operation.CANCEL)) is kind


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (500, application("SYSTEM_ERROR", "Internal server error"), Unavailable),
        (503, b"", Unavailable),
        (410, application("INVALID_DATA", "Internal server error"), Unavailable),
        (302, b"", Unreadable),
        (409, b"", Rejected),
    ],
)
def test_what_a_lost_question_means(status: int, body: bytes, kind: type[SupplierError]) -> None:
    assert type(error(status, body, Operation.CHECK_RATES)) is kind


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("ERR_403_DEVELOPER_OVER_QPS", Throttled),
        ("ERR_403_DEVELOPER_OVER_RATE", QuotaUsedUp),
        ("ERR_403_DEVELOPER_INACTIVE", AccessDenied),
    ],
)
def test_the_old_gateway_speaks_in_a_header(code: str, kind: type[SupplierError]) -> None:
    assert type(error(403, b"<h1>403 Forbidden</h1>", X_Mashery_Error_Code=code)) is kind


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("7", 7.0), ("", None), ("soon", None), ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0)],
)
def test_when_to_come_back(text: str, seconds: float | None) -> None:
    found = error(429, gateway("Rate limit exceeded"), Retry_After=text)

    assert isinstance(found, Throttled)
    assert found.retry_after == seconds
