"""Signature, media types, encodings, limits and error shapes (REFERENCE 2 and 3)."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest

from suppliers.simulators.hotelbeds import manners
from suppliers.simulators.hotelbeds.running import running
from suppliers.simulators.hotelbeds.settings import Settings
from tests.suppliers.simulators.hotelbeds.caller import Answer, Caller

Json = dict[str, Any]
CONTENT = "/hotel-content-api/1.0/types/boards?from=1&to=2"


@pytest.fixture(scope="module")
def hotelbeds() -> Iterator[Caller]:
    with running(Settings(hotels=100)) as simulator:
        yield Caller(simulator)


def gateway_error(answer: Answer) -> tuple[int, Json]:
    return answer.status, answer.json


def test_the_published_vector_of_the_signature() -> None:
    assert (
        manners.signature("apiKey", "secret", 1500000000)
        == "737588110177fbb75b52721ce2ff7995d53cd195cc454353ba98511048a7be91"
    )


@pytest.mark.parametrize("path", ["/status", CONTENT])
def test_a_signed_call_is_answered_and_an_unsigned_one_is_not(hotelbeds: Caller, path: str) -> None:
    assert hotelbeds.call("GET", path).status == 200
    for header in ("Api-key", "X-Signature"):
        answer = hotelbeds.call("GET", path, headers={header: None})
        assert gateway_error(answer) == (401, {"error": "Authorization field missing"})
    unknown = hotelbeds.call("GET", path, headers={"Api-key": "somebody"})
    assert gateway_error(unknown) == (403, {"error": "Access to this API has been disallowed"})
    wrong = hotelbeds.call("GET", path, headers={"X-Signature": "0" * 64})
    assert gateway_error(wrong) == (401, {"error": "Request signature verification failed"})


@pytest.mark.parametrize(("away", "status"), [(-290, 200), (290, 200), (-310, 401), (310, 401)])
def test_clocks_may_differ_by_minutes(hotelbeds: Caller, away: int, status: int) -> None:
    signed = hotelbeds.headers(at=time.time() + away)
    assert hotelbeds.call("GET", "/status", headers=signed).status == status


def test_the_simulator_s_clock_does_not_matter_to_signatures(hotelbeds: Caller) -> None:
    control = hotelbeds.hotelbeds.control
    control.clock(advance_seconds=86400)
    assert hotelbeds.call("GET", "/status").status == 200
    control.clock(advance_seconds=-86400)


def test_status_carries_the_audit_data_of_the_wire(hotelbeds: Caller) -> None:
    answer = hotelbeds.call("GET", "/status").json
    assert answer["status"] == "OK"
    audit = answer["auditData"]
    assert re.fullmatch(r"\d+", audit["processTime"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}", audit["timestamp"])
    assert re.fullmatch(r"[0-9A-F]{32}", audit["token"])
    assert audit["environment"].startswith("[")
    assert hotelbeds.hotelbeds.settings.api_key in audit["internal"]


def test_media_types(hotelbeds: Caller) -> None:
    xml = hotelbeds.call("GET", "/status", headers={"Accept": "application/xml"})
    assert (xml.status, xml.raw) == (406, b"")
    form = hotelbeds.call("POST", "/hotels", b"{}", headers={"Content-Type": "text/plain"})
    assert (form.status, form.raw) == (415, b"")
    assert hotelbeds.call("GET", "/status", headers={"Accept": "*/*"}).status == 200
    charset = {"Content-Type": "application/json; charset=utf-8"}
    assert hotelbeds.call("POST", "/hotels", b"{}", headers=charset).status == 400


def test_gzip_only_for_those_who_take_it(hotelbeds: Caller) -> None:
    assert hotelbeds.call("GET", "/status").headers["Content-Encoding"] == "gzip"
    plain = hotelbeds.call("GET", "/status", headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers
    assert plain.json["status"] == "OK"


def test_wrong_endpoints(hotelbeds: Caller) -> None:
    assert hotelbeds.call("GET", "/nothing").status == 596
    assert hotelbeds.call("GET", "/hotel-api/9.9/status").status == 596
    assert hotelbeds.call("GET", "/hotel-api/1.2/status").status == 200


def test_the_rate_limit_counts_a_second_of_each_api() -> None:
    with running(Settings(hotels=100, qps=3, content_qps=1, retry_after=True)) as simulator:
        caller = Caller(simulator)
        answers = [caller.call("GET", "/status") for _ in range(4)]
        assert [answer.status for answer in answers] == [200, 200, 200, 429]
        assert answers[3].json == {"error": "Rate limit exceeded"}
        assert answers[3].headers["Retry-After"] == "1"
        assert [caller.call("GET", CONTENT).status for _ in range(2)] == [200, 429]


def test_the_daily_quota_ends_with_the_day() -> None:
    with running(Settings(hotels=100, daily_quota=2)) as simulator:
        caller = Caller(simulator)
        simulator.control.clock(now="2026-07-01T23:00:00Z", frozen=True)
        assert [caller.call("GET", "/status").status for _ in range(2)] == [200, 200]
        assert gateway_error(caller.call("GET", CONTENT)) == (403, {"error": "Quota exceeded"})
        simulator.control.clock(advance_seconds=3600)
        assert caller.call("GET", "/status").status == 200
        quota = simulator.control.state()["quota"]
        assert quota == {"limit": 2, "used_by_day": {"2026-07-01": 3, "2026-07-02": 1}}


def test_a_key_tied_to_a_certificate_loses_the_plain_host() -> None:
    with running(Settings(hotels=100, plain_host=False)) as simulator:
        caller = Caller(simulator)
        assert gateway_error(caller.call("GET", "/status")) == (
            403,
            {"error": "Access to this API has been disallowed"},
        )
        assert caller.call("GET", CONTENT).status == 200
