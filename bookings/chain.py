"""The hash chain of a booking's ledger entries: what is hashed, and how. Pure, and the only place that knows.

An entry's hash is SHA-256 over its canonical form. Version 1 is UTF-8 text, each line ended by a line feed:

    faredown ledger 1
    <hash of the booking's entry before it; 64 zeros for the first>
    <booking reference>
    <position, from 1>
    <kind>
    <dedupe key>
    <posted at: microseconds since 1970-01-01T00:00:00Z>
    <account> <debit> <credit> <currency>     one for each journal line, amounts in thousandths, lines in byte order

A later version gets a number of its own beside this one; what was written keeps the version it was written with.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

VERSION = 1
START = "0" * 64
"""Stands where the first entry of a booking names the one before it."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class UnknownVersion(ValueError):
    pass


class Line(NamedTuple):
    """`debit` and `credit` in thousandths of the currency, as the table keeps them."""

    account: str
    debit: int
    credit: int
    currency: str


class Entry(NamedTuple):
    """`posted_at` in microseconds since 1970."""

    reference: str
    position: int
    kind: str
    dedupe_key: str
    posted_at: int
    lines: Iterable[Line]


def digest(entry: Entry, *, previous: str, version: int = VERSION) -> str:
    """Raises UnknownVersion."""
    if version != VERSION:
        raise UnknownVersion(f"version {version} of the canonical form is not known")
    return hashlib.sha256(canonical(entry, previous).encode()).hexdigest()


def canonical(entry: Entry, previous: str) -> str:
    reference, position, kind, dedupe_key, posted_at, lines = entry
    written = sorted(
        [f"{account} {debit} {credit} {currency}\n" for account, debit, credit, currency in lines]
    )
    head = f"faredown ledger 1\n{previous}\n{reference}\n{position}\n{kind}\n{dedupe_key}\n{posted_at}\n"
    return head + "".join(written)


def thousandths(amount: Decimal) -> int:
    """Of an amount as the table keeps it. Refuses to drop a digit."""
    scaled = amount.scaleb(3)
    if scaled != scaled.to_integral_value():
        raise ValueError(f"{amount} has more digits than the ledger keeps")
    return int(scaled)


def microseconds(at: datetime) -> int:
    return (at - _EPOCH) // _MICROSECOND
