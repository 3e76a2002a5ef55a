import json

import pytest

from faredown.lib import logging
from faredown.lib.logging import MASK, redacted


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("Authorization: Bearer abcdefghijkl", "abcdefghijkl"),
        ("X-Signature: 9f86d081884c7d65", "9f86d081884c7d65"),
        ("Api-key=supersecret&x=1", "supersecret"),
        ("paid with 4111 1111 1111 1111 today", "4111 1111 1111 1111"),
        ("mail guest.name+x@example.co.uk bounced", "guest.name+x@example.co.uk"),
        ("postgresql://faredown:hunter2@db/x", "hunter2"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", "eyJzdWIiOiIxIn0"),
    ],
)
def test_secrets_in_texts_are_masked(text: str, gone: str) -> None:
    assert gone not in redacted(text)
    assert MASK in redacted(text)


def test_secrets_are_masked_by_the_names_of_their_keys() -> None:
    event = {
        "apiKey": "k",
        "holder": {"name": "Ada"},
        "rooms": [{"paxes": [{"name": "Ada"}], "code": "DBL"}],
        "accept_token": "t",
        "amount": "12.30",
        "reference": "FD0123456789",
    }
    assert redacted(event) == {
        "apiKey": MASK,
        "holder": MASK,
        "rooms": [{"paxes": MASK, "code": "DBL"}],
        "accept_token": MASK,
        "amount": "12.30",
        "reference": "FD0123456789",
    }


def test_what_the_logger_adds_itself_stays_whole() -> None:
    line = {"event": "sent to ada@example.com", "request_id": "req_1234567890123456", "level": "info"}
    assert logging.redact(None, "info", line) == {
        "event": f"sent to {MASK}",
        "request_id": "req_1234567890123456",
        "level": "info",
    }
    assert json.dumps(line)
