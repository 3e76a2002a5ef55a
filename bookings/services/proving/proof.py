"""The whole proof: the ledger against itself, its seals, our books, and the books that others keep.

Lists of others are read first, with no transaction open. Then everything of ours is read once, in one view of the
database, a booking at a time: memory does not grow with the ledger.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta

import msgspec

from bookings.gateways.errors import GatewayError
from bookings.sealing import Head
from bookings.services.proving import books, chains, guards, providers, rows, spool, supplied
from bookings.services.proving.differences import Code, Difference, told
from bookings.services.proving.identity import Statement
from bookings.services.proving.providers import ChargeRow
from bookings.services.proving.rows import Bundle, Groups
from bookings.services.proving.sealed import Seals, Totals
from bookings.services.proving.supplied import NotListed, TheirRow
from faredown.lib import clock
from suppliers import registry as suppliers
from suppliers.errors import SupplierError


class Scope(msgspec.Struct, frozen=True, kw_only=True):
    """How far the lists of others are read back, in days; 0: not at all. What moved within `settle_seconds` before the
    proof is left to the next one: it may have moved between a list and our view."""

    provider_days: int = 35
    supplier_days: int = 0
    supplier_seconds: float = 120.0
    settle_seconds: int = 600
    seals: bool = True


class Outcome(msgspec.Struct, kw_only=True):
    """`totals`: currency of charge -> the identity's parts in words and amounts."""

    found: int = 0
    counts: Counter[str] = msgspec.field(default_factory=Counter)
    totals: dict[str, dict[str, str]] = {}


Say = Callable[[Difference], None]


def prove(scope: Scope, say: Say) -> Outcome:
    """Tells every difference as it is found."""
    run = _Run(scope, say)
    with ExitStack() as stack:
        run.prove(stack)
    return run.outcome


class _Run:
    def __init__(self, scope: Scope, say: Say) -> None:
        self.outcome = Outcome()
        self._scope, self._report = scope, say
        self._now = clock.now()
        self._sums: dict[str, list[int]] = {}

    def prove(self, stack: ExitStack) -> None:
        charges = self._charges(stack)
        listed = self._supplier_lists(stack)
        seals, heads = self._seals(stack)
        with rows.snapshot():
            for difference in guards.check():
                self._say(difference)
            self._books(Groups(heads), Totals(seals.newest if seals else None))
            since = self._days_ago(self._scope.provider_days)
            for code, found in charges.items():
                self._tell("charges", providers.compare(code, found, since=since, settled=self._settled))
            since = self._days_ago(self._scope.supplier_days)
            for code, theirs in listed.items():
                told_ = supplied.compare(code, theirs, since=since, settled=self._settled)
                self._tell("supplier_bookings", told_)
        self.outcome.totals = {currency: _named(sums, currency) for currency, sums in self._sums.items()}

    def _books(self, heads: Groups[Head], totals: Totals) -> None:
        counts = self.outcome.counts
        for bundle in rows.bundles():
            while (key := heads.next_key()) is not None and key < bundle.key:
                self._gone(heads.of(key))
            for difference in self._one(bundle, heads.of(bundle.key), totals):
                self._say(difference)
            counts["bookings"] += bundle.booking is not None
            counts["entries"] += len(bundle.entries)
            counts["lines"] += sum(len(entry.lines) for entry in bundle.entries)
            counts["payments"] += len(bundle.payments)
            counts["refunds"] += len(bundle.refunds)
        while (key := heads.next_key()) is not None:
            self._gone(heads.of(key))
        for difference in totals.check():
            self._say(difference)

    def _one(self, bundle: Bundle, sealed: list[Head], totals: Totals) -> Iterator[Difference]:
        booking = bundle.booking
        if booking is None:
            reference = sealed[0].reference if sealed else ""
            text = f"{len(bundle.entries)} entries belong to booking {bundle.key}, which is not there"
            yield Difference(Code.ENTRY_WITHOUT_BOOKING, reference, text)
            return
        if bundle.entries or sealed:
            yield from chains.check(booking.reference, bundle.entries, sealed)
            totals.add(booking.reference, bundle.entries)
        if bundle.entries or bundle.payments or booking.status not in books.NEVER:
            judged = books.judge(bundle, booking)
            self._add(booking.currency, judged.statement)
            yield from judged.differences

    def _gone(self, sealed: list[Head]) -> None:
        """Chains of bookings that are not there any more."""
        for difference in chains.check(sealed[0].reference, [], sealed):
            self._say(difference)

    def _add(self, currency: str, statement: Statement) -> None:
        sums = self._sums.setdefault(currency, [0] * len(statement))
        self._sums[currency] = [left + right for left, right in zip(sums, statement, strict=True)]

    def _seals(self, stack: ExitStack) -> tuple[Seals | None, Iterator[Head]]:
        if not self._scope.seals:
            return None, iter(())
        seals = Seals()
        heads = stack.enter_context(spool.ordered(seals.heads(), Head))
        self.outcome.counts["seals"] = seals.count
        for difference in seals.found:
            self._say(difference)
        return seals, heads

    def _charges(self, stack: ExitStack) -> dict[str, Iterator[ChargeRow]]:
        found: dict[str, Iterator[ChargeRow]] = {}
        since = self._days_ago(self._scope.provider_days)
        for code in providers.codes() if self._scope.provider_days else ():
            try:
                found[code] = stack.enter_context(
                    spool.ordered(providers.charges(code, since=since), ChargeRow)
                )
            except GatewayError as error:
                text = f"the charges of {code} could not be read: {error}"
                self._say(Difference(Code.PROVIDER_NOT_COMPARED, "", text))
        return found

    def _supplier_lists(self, stack: ExitStack) -> dict[str, Iterator[TheirRow]]:
        found: dict[str, Iterator[TheirRow]] = {}
        since = self._days_ago(self._scope.supplier_days).date()
        asked = suppliers.enabled(suppliers.Capability.BOOKING) if self._scope.supplier_days else ()
        for code in asked:
            theirs = supplied.listed(
                code, since=since, until=self._now.date(), seconds=self._scope.supplier_seconds
            )
            try:
                found[code] = stack.enter_context(spool.ordered(theirs, TheirRow))
            except (SupplierError, NotListed) as error:
                text = f"the bookings at {code} could not be read: {error}"
                self._say(Difference(Code.SUPPLIER_NOT_COMPARED, "", text))
        return found

    def _tell(self, name: str, compared: Iterator[Difference | None]) -> None:
        for difference in compared:
            if difference is None:
                self.outcome.counts[name] += 1
            else:
                self._say(difference)

    def _say(self, difference: Difference) -> None:
        self.outcome.found += 1
        self._report(difference)

    def _days_ago(self, days: int) -> datetime:
        return self._now - timedelta(days=days)

    @property
    def _settled(self) -> datetime:
        return self._now - timedelta(seconds=self._scope.settle_seconds)


def _named(sums: list[int], currency: str) -> dict[str, str]:
    total = Statement(*sums)
    named = {name: told(value, currency) for name, value in zip(Statement._fields, sums, strict=True)}
    return named | {"kept": told(total.kept, currency)}
