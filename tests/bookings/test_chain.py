"""The canonical form of an entry, letter by letter: once written it may never change."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from bookings import chain, sealing
from bookings.chain import Entry, Line
from bookings.sealing import Forged, HeadOfHeads, Seal, Unreadable
from bookings.services.proving import spool
from bookings.services.proving.differences import told

SALE = Entry(
    reference="FD0123456789",
    position=2,
    kind="sale",
    dedupe_key="FD0123456789:sale",
    posted_at=chain.microseconds(datetime(2026, 11, 23, 4, 5, 6, 789, tzinfo=UTC)),
    lines=[Line("revenue", 0, 123_450, "EUR"), Line("guest_receivable", 123_450, 0, "EUR")],
)
WRITTEN = (
    "faredown ledger 1\n"
    + "a" * 64
    + "\nFD0123456789\n2\nsale\nFD0123456789:sale\n1795406706000789\n"
    + "guest_receivable 123450 0 EUR\nrevenue 0 123450 EUR\n"
)
KEY, OTHER = "k" * 40, "o" * 40


def test_the_canonical_form_is_what_is_written_down() -> None:
    assert chain.canonical(SALE, "a" * 64) == WRITTEN
    assert chain.digest(SALE, previous="a" * 64) == hashlib.sha256(WRITTEN.encode()).hexdigest()


def test_the_order_of_the_lines_does_not_matter_and_everything_else_does() -> None:
    was = chain.digest(SALE, previous=chain.START)
    assert chain.digest(SALE._replace(lines=list(SALE.lines)[::-1]), previous=chain.START) == was
    others = [
        chain.digest(SALE, previous="b" * 64),
        chain.digest(SALE._replace(reference="FD0123456780"), previous=chain.START),
        chain.digest(SALE._replace(position=3), previous=chain.START),
        chain.digest(SALE._replace(kind="capture"), previous=chain.START),
        chain.digest(SALE._replace(dedupe_key="x"), previous=chain.START),
        chain.digest(SALE._replace(posted_at=SALE.posted_at + 1), previous=chain.START),
        chain.digest(SALE._replace(lines=[Line("revenue", 0, 123_451, "EUR")]), previous=chain.START),
    ]
    assert len({was, *others}) == 8


def test_a_version_nobody_knows_is_refused() -> None:
    with pytest.raises(chain.UnknownVersion, match="version 2"):
        chain.digest(SALE, previous=chain.START, version=2)


def test_an_amount_finer_than_the_ledger_keeps_is_refused() -> None:
    assert chain.thousandths(Decimal("-12.345")) == -12_345
    with pytest.raises(ValueError, match="more digits"):
        chain.thousandths(Decimal("12.3456"))


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (123_450, "EUR", "123.45 EUR"),
        (-123_456, "EUR", "-123.456 EUR"),
        (5_000, "JPY", "5 JPY"),
        (5_100, "JPY", "5.1 JPY"),
        (1_500, "KWD", "1.500 KWD"),
    ],
)
def test_amounts_are_told_with_every_digit_that_is_something(amount: int, currency: str, text: str) -> None:
    assert told(amount, currency) == text


def seal(**changes: object) -> Seal:
    facts: dict[str, object] = {
        "number": 1,
        "at": datetime(2026, 11, 23, tzinfo=UTC),
        "through": 9,
        "entries": 9,
        "chains": 3,
        "sums": {"EUR": "12.000"},
        "head": "c" * 64,
        "changed": 3,
        "changed_digest": "d" * 64,
        "previous": sealing.START,
        "key": sealing.key_id(KEY),
    }
    return Seal(**(facts | changes))  # type: ignore[arg-type]


def test_a_seal_is_read_with_the_key_that_signed_it() -> None:
    line = sealing.sign(seal(), KEY)
    assert sealing.read(line, [OTHER, KEY]) == seal()
    assert KEY.encode() not in line


@pytest.mark.parametrize("old", [b'"number":1', b'"EUR":"12.000"', b"2026-11-23", b'"signature":"'])
def test_a_changed_seal_is_forged(old: bytes) -> None:
    line = sealing.sign(seal(), KEY)
    changed = line.replace(old, old[:-1] + bytes([old[-1] ^ 1]) if old[-1:].isdigit() else old + b"0", 1)
    with pytest.raises((Forged, Unreadable)):
        sealing.read(changed, [KEY])


def test_a_seal_of_another_key_is_forged_even_under_our_keys_name() -> None:
    with pytest.raises(Forged):
        sealing.read(sealing.sign(seal(), OTHER), [KEY])


def test_the_head_of_heads_depends_on_every_chain() -> None:
    heads = HeadOfHeads()
    heads.add("FD1", 2, "a" * 64)
    heads.add("FD2", 1, "b" * 64)
    text = f"FD1 2 {'a' * 64}\nFD2 1 {'b' * 64}\n"
    assert (heads.chains, heads.hexdigest()) == (2, hashlib.sha256(text.encode()).hexdigest())


def test_more_rows_than_a_chunk_come_sorted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "CHUNK", 3)
    rows = [(number * 7 % 11, f"row {number}") for number in range(11)]
    with spool.ordered(iter(rows), tuple[int, str]) as found:
        assert list(found) == sorted(rows)
