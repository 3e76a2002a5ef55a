"""What quotes and bookings are asked wrongly, and exactly what is told. Nothing is written."""

from typing import Any

import pytest
from django.test import Client

from bookings.models import Booking, Quote
from faredown.accounts.models import User
from faredown.accounts.services import tokens
from faredown.idempotency.models import Key
from tests.problems import V1, sent, told

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("body", "status", "code", "fields"),
    [
        ({}, 400, "invalid_input", [("offer_ids", "required")]),
        ({"offer_ids": None}, 400, "invalid_input", [("offer_ids", "null")]),
        ({"offer_ids": "off_x"}, 400, "invalid_input", [("offer_ids", "not_a_list")]),
        ({"offer_ids": []}, 400, "invalid_input", [("offer_ids", "min_length")]),
        ({"offer_ids": ["x"] * 10}, 400, "invalid_input", [("offer_ids", "max_length")]),
        ({"offer_ids": [{}]}, 400, "invalid_input", [("offer_ids.0", "invalid")]),
        (
            {"offer_ids": ["x"], "promotion_code": "X"},
            422,
            "promotion_unknown",
            [("promotion_code", "promotion_unknown")],
        ),
        ({"offer_ids": ["x"], "promotion_code": None}, 400, "invalid_input", [("promotion_code", "null")]),
        ({"offer_ids": ["x"], "promotion_code": []}, 400, "invalid_input", [("promotion_code", "invalid")]),
        (
            {"offer_ids": ["x"], "promotion_code": "X" * 41},
            400,
            "invalid_input",
            [("promotion_code", "max_length")],
        ),
        ({"offer_ids": ["x"], "promotion": "X"}, 400, "invalid_input", [("promotion", "unknown_field")]),
        ({"offer_ids": ["x"]}, 404, "offer_not_found", [("offer_ids", "offer_not_found")]),
        ({"offer_ids": ["\0"]}, 400, "invalid_input", [("offer_ids.0", "unusable_characters")]),
    ],
)
def test_a_quote_of_nothing(
    client: Client, body: Any, status: int, code: str, fields: list[tuple[str, str]]
) -> None:
    assert told(sent(client, "quotes/", body)) == (status, code, fields)
    assert not Quote.objects.exists()


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ([], "", "not_an_object"),
        (None, "", "required"),
        ({"payment": {}}, "quote_id", "required"),
        ({"payment": None}, "payment", "required"),
        ({"payment": []}, "payment", "not_an_object"),
        ({"payment": {}, "quote_id": 1}, "quote_id", "required"),
        ({"payment": {}, "quote_id": "qte_\0"}, "quote_id", "unusable_characters"),
        ({"payment": {}, "quote_id": "\udfff"}, "quote_id", "unusable_characters"),
        ({"payment": {"card": "4111"}}, "payment.card", "unknown_field"),
        ({"holder": {"title": "Dr"}}, "holder.title", "unknown_field"),
        ({"rooms": [{"guests": [{}, {"nick": ""}]}]}, "rooms.0.guests.1.nick", "unknown_field"),
    ],
)
def test_a_booking_of_nothing(client: Client, body: Any, field: str, code: str) -> None:
    answer = sent(client, "bookings/", body, **{"Idempotency-Key": "k1"})
    assert told(answer) == (400, "invalid_input", [(field, code)])
    assert not Booking.objects.exists()
    assert not Key.objects.exists()


@pytest.mark.parametrize(
    ("key", "code"),
    [
        ("", "idempotency_key_missing"),
        ("k" * 256, "idempotency_key_invalid"),
        ("two words", "idempotency_key_invalid"),
        ("tab\there", "idempotency_key_invalid"),
        ("caf\xe9", "idempotency_key_invalid"),
    ],
)
def test_the_key_of_a_booking(client: Client, key: str, code: str) -> None:
    status, told_code, fields = told(sent(client, "bookings/", {}, **{"Idempotency-Key": key}))
    assert (status, told_code, [field for field, _ in fields]) == (400, code, ["Idempotency-Key"])
    assert not Key.objects.exists()


@pytest.mark.parametrize("path", ["cancellations/", "payments/"])
def test_nobody_elses_booking(client: Client, path: str) -> None:
    for headers in ({}, {"X-Booking-Token": "x" * 43}, {"Authorization": "Bearer stale"}):
        answer = sent(client, f"bookings/FD0000000000/{path}", {}, **{"Idempotency-Key": "k", **headers})
        assert told(answer) == (404, "booking_not_found", [])
    assert not Key.objects.exists()


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, [("reference", "required"), ("email", "required")]),
        ({"reference": [], "email": {}}, [("reference", "invalid"), ("email", "invalid")]),
        ({"reference": "FD", "email": "a\0"}, [("email", "unusable_characters")]),
        ({"reference": "FD", "email": "a@b.co", "phone": "1"}, [("phone", "unknown_field")]),
    ],
)
def test_a_lookup_of_nothing(client: Client, body: Any, fields: list[tuple[str, str]]) -> None:
    assert told(sent(client, "bookings/lookup/", body)) == (400, "invalid_input", fields)


@pytest.mark.parametrize("page", ["0", "-1", "2", "x", "1.5", "99999999999999999999", "%D9%A3"])
def test_a_page_that_is_not_there(client: Client, page: str) -> None:
    user = User.objects.create_user("ada@example.com", "wander-far-7-lamps")
    headers = {"Authorization": f"Bearer {tokens.issue(user, ip=None, user_agent='').access}"}
    answer = client.get(f"{V1}bookings/?page={page}", headers=headers)
    assert told(answer) == (400, "invalid_input", [("page", "out_of_range")])
