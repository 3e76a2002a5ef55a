from __future__ import annotations

from datetime import UTC, datetime

import pytest

from faredown.lib import clock
from suppliers.adapters.hotelbeds.client import DEADLINES, Client, Question, booking_path, headers, signature
from suppliers.adapters.hotelbeds.mapping import languages
from suppliers.adapters.hotelbeds.redaction import redactor
from suppliers.credentials import Access, Keyring
from suppliers.limits import Limits
from suppliers.operations import Operation
from suppliers.transport import Transport

LIMITS = Limits(booking_rate=1, content_rate=1, daily_quota=None, reserve=0, availability_sample=0)


def client(*accesses: Access) -> Client:
    return Client(
        Keyring("hotelbeds", accesses),
        Transport("hotelbeds", limits=LIMITS, redact=lambda body: body.decode()),
    )


def test_the_signature_of_the_published_vector(monkeypatch: pytest.MonkeyPatch) -> None:
    # The bookings' simulator, alive to the end of the process, has calls signed by the machine's clock.
    monkeypatch.setattr("suppliers.adapters.hotelbeds.client.clock", clock)
    expected = "737588110177fbb75b52721ce2ff7995d53cd195cc454353ba98511048a7be91"
    assert signature("apiKey", "secret", 1500000000) == expected

    with clock.frozen(datetime(2017, 7, 14, 2, 40, tzinfo=UTC)):
        made = headers(Access("", "", "1.0", api_key="apiKey", secret="secret"), has_body=True)
    assert made == {
        "Api-key": "apiKey",
        "X-Signature": expected,
        "Accept": "application/json",
        "Accept-Encoding": "gzip",
        "Content-Type": "application/json",
    }


def test_every_operation_has_its_host_and_version() -> None:
    one = client(
        Access("plain", "https://api.example.com", "1.0"),
        Access("mtls", "https://api-mtls.example.com", "1.0", scope="booking_api"),
        Access("next", "https://api-secure.example.com", "1.2", scope="book"),
        Access("odd", "https://proxy.example.com/sold/here", "1.0", scope="status"),
    )

    def url(operation: Operation, path: str) -> str:
        return one.request(Question(operation=operation, path=path)).url

    assert url(Operation.CONTENT, "/hotels") == "https://api.example.com/hotel-content-api/1.0/hotels"
    assert (
        url(Operation.CHECK_RATES, "/checkrates") == "https://api-mtls.example.com/hotel-api/1.0/checkrates"
    )
    assert url(Operation.BOOK, "/bookings") == "https://api-secure.example.com/hotel-api/1.2/bookings"
    assert url(Operation.STATUS, "/status") == "https://proxy.example.com/sold/here/1.0/status"


def test_a_reference_cannot_leave_its_place_in_the_path() -> None:
    assert booking_path("1-3816248") == "/bookings/1-3816248"
    assert booking_path("../hotels?x=1") == "/bookings/..%2Fhotels%3Fx%3D1"


def test_a_confirmation_is_given_more_than_a_minute() -> None:
    assert DEADLINES[Operation.BOOK] > 60
    assert DEADLINES[Operation.CANCEL] > 60


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        ("en", "ENG"),
        ("de-AT", "ALE"),
        ("pt_BR", "POR"),
        ("zh-hans", "CHI"),
        ("no", "NOR"),
        ("ar", "ARA"),
        ("xx", "ENG"),
    ],
)
def test_languages_by_their_own_names(tag: str, code: str) -> None:
    assert languages.STANDARD.code(tag) == code


def test_languages_there_and_back() -> None:
    assert len(languages.CODES) == 30
    assert [languages.tag(code) for code in languages.CODES.values()] == list(languages.CODES)
    assert languages.STANDARD.asked(["ar", "xx", "en", "es"]) == {"en": "ENG", "ar": "ARA", "es": "CAS"}


BODY = (
    b'{"auditData":{"token":"T1","internal":"0|KEY-1|x","requestHost":"203.0.113.9"},"booking":{"creationUser":"KEY-1",'
    b'"holder":{"name":"ANNA","surname":"K"},"remark":"Anna comes late","totalNet":12345678901234567890.12,'
    b'"hotel":{"name":"Hotel Anna","rooms":[{"name":"DOUBLE","paxes":[{"type":"AD","name":"Anna","surname":"K"}]}]}}}'
)


def test_kept_bodies_are_without_names_and_keys_and_with_every_digit() -> None:
    kept = redactor(["KEY-1", "s3cret"])(BODY)

    assert '"name":"Hotel Anna"' in kept
    assert '"name":"DOUBLE"' in kept
    assert '"totalNet":12345678901234567890.12' in kept
    assert '"token":"T1"' in kept
    for gone in ("KEY-1", "ANNA", '"Anna"', "comes late", "203.0.113.9", '"K"'):
        assert gone not in kept


@pytest.mark.parametrize("length", [40, 150, 200, 260, 300, 330, 350, len(BODY) - 1])
def test_a_body_cut_off_anywhere_gives_nothing_away(length: int) -> None:
    kept = redactor(["KEY-1"])(BODY[:length])

    for gone in ("KEY-1", "ANNA", '"Anna', "comes late", '"K"'):
        assert gone not in kept


def test_what_is_no_json_is_kept_as_text() -> None:
    assert redactor(["KEY-1"])(b"<h1>KEY-1 \xff</h1>") == "<h1>[redacted] \ufffd</h1>"
    assert redactor([])(b"") == ""
