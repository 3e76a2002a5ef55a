"""The clock, ids, secrets, addresses and errors."""

import re
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from cryptography.fernet import Fernet
from django.test import RequestFactory
from pytest_django import Settings

from faredown.lib import clock, crypto, ids, network
from faredown.lib.errors import Conflict, FieldError, NotFound, invalid

NEW_YEAR = datetime(2026, 12, 31, 22, 30, tzinfo=UTC)


def test_today_depends_on_the_place() -> None:
    with clock.frozen(NEW_YEAR):
        assert clock.now() == NEW_YEAR
        assert clock.today() == date(2026, 12, 31)
        assert clock.today("Asia/Dubai") == date(2027, 1, 1)


def test_travel_nests_inside_frozen_and_ends() -> None:
    with clock.frozen(NEW_YEAR):
        with clock.travel(timedelta(hours=2)), clock.travel(timedelta(minutes=5)):
            assert clock.now() == datetime(2027, 1, 1, 0, 35, tzinfo=UTC)
        assert clock.now() == NEW_YEAR


def test_instants_are_written_in_utc() -> None:
    madrid = datetime(2026, 7, 1, 12, 0, tzinfo=timezone(timedelta(hours=2)))
    assert clock.iso(madrid) == "2026-07-01T10:00:00Z"
    assert clock.in_zone(madrid, "America/New_York").isoformat() == "2026-07-01T06:00:00-04:00"


def test_a_naive_instant_is_refused() -> None:
    naive = datetime(2026, 7, 1, 12, 0)  # noqa: DTZ001
    with pytest.raises(ValueError, match="time zone"):
        clock.iso(naive)
    with pytest.raises(ValueError, match="time zone"):
        clock.in_zone(naive, "UTC")


def test_ids_have_their_shape_and_differ() -> None:
    assert re.fullmatch(r"srch_[0-9A-Za-z]{22}", ids.public_id("srch"))
    assert re.fullmatch(r"FD[0-9A-HJKMNP-TV-Z]{10}", ids.booking_reference())
    assert re.fullmatch(r"[\w-]{43}", ids.secret_token())
    assert len({ids.booking_reference() for _ in range(1000)}) == 1000


def test_rotated_keys_still_read_and_the_newest_writes(settings: Settings) -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    settings.FIELD_ENCRYPTION_KEYS = [old]
    secret, mark = crypto.encrypt("s3cret"), crypto.fingerprint("guest@example.com")
    settings.FIELD_ENCRYPTION_KEYS = [new, old]
    assert crypto.decrypt(secret) == "s3cret"
    assert crypto.fingerprint("guest@example.com") == mark
    moved = crypto.rotate(secret)
    settings.FIELD_ENCRYPTION_KEYS = [new]
    assert crypto.decrypt(moved) == "s3cret"
    with pytest.raises(crypto.Undecipherable, match="FIELD_ENCRYPTION_KEYS"):
        crypto.decrypt(secret)


def test_tokens_are_kept_as_digests() -> None:
    assert crypto.hash_token("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert crypto.same("a", "a")
    assert not crypto.same("a", "\u00e1")


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),  # not a proxy of ours: its word counts for nothing
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        (
            "10.0.0.1",
            "1.1.1.1, 198.51.100.1",
            "198.51.100.1",
        ),  # what the client wrote itself stands on the left
        ("10.0.0.1", "198.51.100.1, 10.0.0.7", "198.51.100.1"),
        ("10.0.0.1", "nonsense", "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("::ffff:10.0.0.1", "2001:db8::7", "2001:db8::7"),
        ("", "198.51.100.1", "unknown"),
    ],
)
def test_the_clients_address(settings: Settings, peer: str, forwarded: str, address: str) -> None:
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    request = RequestFactory().get("/", REMOTE_ADDR=peer, headers={"X-Forwarded-For": forwarded})
    assert network.client_address(request) == address


def test_an_ipv6_subscriber_is_a_whole_64() -> None:
    assert (
        network.subscriber("2001:db8:1:2:aaaa::1")
        == network.subscriber("2001:db8:1:2:bbbb::2")
        == "2001:db8:1:2::"
    )
    assert network.subscriber("198.51.100.1") == "198.51.100.1"


def test_refusals_carry_what_a_caller_decides_on() -> None:
    error = invalid("check_in", "in_the_past", "Too late.")
    assert (error.status, error.code, error.errors) == (
        400,
        "invalid_input",
        [FieldError("check_in", "in_the_past", "Too late.")],
    )
    busy = Conflict("busy", "Try again.", retry_after=1, reference="FD1")
    assert (busy.status, busy.retry_after, busy.extra) == (409, 1, {"reference": "FD1"})
    assert (NotFound().code, NotFound().detail) == ("not_found", "Not found")
