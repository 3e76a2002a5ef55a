from __future__ import annotations

import pytest

from suppliers.adapters.hotelbeds.mapping import failures
from suppliers.errors import (
    AccessDenied,
    InvalidRequest,
    NotFound,
    OutcomeUnknown,
    SupplierError,
    Unavailable,
)
from suppliers.operations import Operation
from tests.recorded.samples import sample


def error(body: bytes, status: int, operation: Operation, *, effectful: bool = False) -> SupplierError:
    return failures.error(failures.read(status, {}, body, operation=operation, effectful=effectful))


@sample("errors/400_invalid_request.json")
def test_a_request_that_breaks_their_specification(body: bytes) -> None:
    found = error(body, 400, Operation.AVAILABILITY)

    assert type(found) is InvalidRequest
    assert found.token == "0DE456A558FA420B8BC1CAC9D5B28652"
    assert found.detail.startswith("INVALID_REQUEST The request is not compliant with the specified version")


@sample("errors/401_signature.json")
def test_a_refused_signature(body: bytes) -> None:
    found = error(body, 401, Operation.BOOK, effectful=True)

    assert type(found) is AccessDenied
    assert found.outcome_known
    assert found.detail == "Request signature verification failed (HTTP 401)"


@sample("errors/403_access_disallowed.json")
def test_a_key_for_something_else(body: bytes) -> None:
    found = error(body, 403, Operation.CONTENT)

    assert type(found) is AccessDenied
    assert found.detail == "Access to this API has been disallowed (HTTP 403)"


@sample("errors/404_booking_not_found.json")
def test_a_booking_they_do_not_know(body: bytes) -> None:
    found = error(body, 404, Operation.BOOKING_DETAIL)

    assert type(found) is NotFound
    assert found.token == "BDDAAA250A034A1797DBFCAF56B91BE9"


@sample("errors/500_system_error.json")
@pytest.mark.parametrize(("effectful", "kind"), [(False, Unavailable), (True, OutcomeUnknown)])
def test_a_fault_of_theirs_leaves_a_booking_unknown(
    body: bytes, effectful: bool, kind: type[SupplierError]
) -> None:
    found = error(body, 500, Operation.BOOK if effectful else Operation.CHECK_RATES, effectful=effectful)

    assert type(found) is kind
    assert found.token == "653FFA26827746AE80B5583439DC985D"
    assert found.outcome_known is not effectful


@sample("errors/invalid_data_checkin_past.json")
@pytest.mark.parametrize("status", [200, 400])
def test_wrong_values_even_in_an_answer_that_calls_itself_good(body: bytes, status: int) -> None:
    found = error(body, status, Operation.AVAILABILITY)

    assert type(found) is InvalidRequest
    assert found.token == "3597A3D9432740F0A6715D74EBAFD0C7"
    assert "The check-in must be in the future." in found.detail
