"""One booking's chain of entries: whole, as it was hashed, and as the seals saw it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bookings import chain
from bookings.sealing import Head
from bookings.services.proving.differences import Code, Difference, told
from bookings.services.proving.rows import EntryRow


def check(reference: str, entries: Sequence[EntryRow], sealed: Sequence[Head]) -> Iterator[Difference]:
    """`entries` and `sealed` in the order of their positions."""
    previous: str | None = chain.START
    expected = 1
    for entry in entries:
        name = f"entry {entry.position} ({entry.kind})"
        if entry.position != expected:
            gone = _range(expected, entry.position - 1)
            yield Difference(Code.ENTRY_MISSING, reference, f"{gone} missing before {name}")
            previous = None
        yield from _contents(reference, entry, name)
        if previous is not None and entry.previous != previous:
            text = f"{name} does not follow the entry before it: it names another hash"
            yield Difference(Code.CHAIN_BROKEN, reference, text)
        previous, expected = entry.hash, entry.position + 1
    if sealed:
        yield from _seals(reference, {entry.position: entry.hash for entry in entries}, sealed)


def _contents(reference: str, entry: EntryRow, name: str) -> Iterator[Difference]:
    content = chain.Entry(
        reference, entry.position, entry.kind, entry.dedupe_key, entry.posted_at, entry.lines
    )
    try:
        digest = chain.digest(content, previous=entry.previous, version=entry.version)
    except chain.UnknownVersion as error:
        yield Difference(Code.VERSION_UNKNOWN, reference, f"{name}: {error}")
    else:
        if digest != entry.hash:
            text = f"{name} or its lines are not what they were when it was posted: the hash disagrees"
            yield Difference(Code.ENTRY_CHANGED, reference, text)
    sums: dict[str, int] = {}
    for line in entry.lines:
        sums[line.currency] = sums.get(line.currency, 0) + line.debit - line.credit
    if not entry.lines:
        yield Difference(Code.UNBALANCED, reference, f"{name} has no lines")
    for currency, over in sums.items():
        if over:
            text = f"{name} does not balance: debits are {told(over, currency)} more than credits"
            yield Difference(Code.UNBALANCED, reference, text)


def _seals(reference: str, hashes: dict[int, str], sealed: Sequence[Head]) -> Iterator[Difference]:
    for head in sealed:
        if head.position not in hashes:
            text = f"a seal saw entry {head.position}; the ledger holds {_held(hashes)}"
            yield Difference(Code.SEALED_ENTRY_MISSING, reference, text)
        elif hashes[head.position] != head.hash:
            text = f"entry {head.position} has another hash than a seal saw: the chain was computed anew"
            yield Difference(Code.SEALED_ENTRY_CHANGED, reference, text)


def _held(hashes: dict[int, str]) -> str:
    return f"its entries up to {max(hashes)} only" if hashes else "none of its entries"


def _range(first: int, last: int) -> str:
    return f"entry {first} is" if first == last else f"entries {first} to {last} are"
