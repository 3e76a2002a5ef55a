"""Debits equal credits in each currency, and what is written stays: both kept by the database."""

from __future__ import annotations

from decimal import Decimal
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from bookings import chain
from bookings.models import Account, Booking, JournalLine, LedgerEntry
from bookings.services import cancellation, ledger
from bookings.services.ledger import Posting
from faredown.lib import clock
from faredown.lib.money import Money
from hotels.models import MarkupRule, TaxRule
from hotels.pricing.engine import price_from_json
from tests.bookings import world as worlds
from tests.bookings.copies import as_superuser
from tests.bookings.world import World

pytestmark = pytest.mark.usefixtures("spoilt_books")


@pytest.fixture
def booking(world: World) -> Booking:
    return world.place_booking(world.quote(wanted=worlds.refundable)).booking


def entry(booking: Booking, *lines: tuple[str, str, str, str]) -> None:
    """(account, debit, credit, currency) written past the service."""
    with transaction.atomic():
        made = LedgerEntry.objects.create(
            booking=booking,
            position=1,
            kind="x",
            dedupe_key="x",
            posted_at=clock.now(),
            previous_hash=chain.START,
            hash="f" * 64,
        )
        for account, debit, credit, currency in lines:
            JournalLine.objects.create(
                entry=made, account=account, debit=debit, credit=credit, currency=currency
            )


@pytest.mark.parametrize(
    "lines",
    [
        [("revenue", "10", "0", "EUR")],
        [("revenue", "10", "0", "EUR"), ("refund", "0", "9.99", "EUR")],
        [("revenue", "10", "0", "EUR"), ("refund", "0", "10", "USD")],
        [],
    ],
)
def test_an_entry_that_does_not_balance_is_not_committed(
    booking: Booking, lines: list[tuple[str, str, str, str]]
) -> None:
    with pytest.raises(IntegrityError, match=r"balance|no lines"):
        entry(booking, *lines)
    assert not LedgerEntry.objects.exists()


@pytest.mark.parametrize(
    "line",
    [
        ("revenue", "10", "10", "EUR"),
        ("revenue", "0", "0", "EUR"),
        ("revenue", "-1", "0", "EUR"),
        ("purse", "1", "0", "EUR"),
        ("revenue", "1", "0", "eur"),
    ],
)
def test_a_line_has_one_side_a_known_account_and_a_currency(
    booking: Booking, line: tuple[str, str, str, str]
) -> None:
    with pytest.raises(IntegrityError, match="journal_line"):
        entry(booking, line)


def test_two_currencies_may_share_an_entry_when_each_balances(booking: Booking) -> None:
    entry(
        booking,
        ("revenue", "0", "10", "EUR"),
        ("guest_receivable", "10", "0", "EUR"),
        ("supplier_cost", "8", "0", "USD"),
        ("supplier_payable", "0", "8", "USD"),
    )
    assert JournalLine.objects.count() == 4


@pytest.mark.parametrize("table", ["bookings_ledgerentry", "bookings_journalline"])
@pytest.mark.parametrize(
    "statement",
    ["DELETE FROM {}", "DELETE FROM {} WHERE false", "UPDATE {} SET id = id", "TRUNCATE {} CASCADE"],
)
def test_nothing_written_is_changed_or_taken_away(booking: Booking, table: str, statement: str) -> None:
    entry(booking, ("revenue", "0", "10", "EUR"), ("guest_receivable", "10", "0", "EUR"))
    with pytest.raises(DatabaseError, match="append-only"), connection.cursor() as cursor:
        cursor.execute(statement.format(table))
    assert JournalLine.objects.count() == 2


def test_a_repeated_posting_is_written_once_and_positions_have_no_gap(booking: Booking) -> None:
    ten = [Posting(Account.GUEST_RECEIVABLE, Account.REVENUE, Money.of("10", "EUR"))]
    assert ledger.post(booking, "sale", key="a", postings=ten) is not None
    assert ledger.post(booking, "sale", key="a", postings=ten) is None
    assert (
        ledger.post(booking, "nothing", key="b", postings=[ten[0]._replace(amount=Money.zero("EUR"))]) is None
    )
    assert ledger.post(booking, "sale", key="c", postings=ten) is not None
    assert list(booking.ledger_entries.values_list("position", flat=True)) == [1, 2]


@pytest.mark.parametrize(
    ("position", "previous"), [(1, "f" * 64), (3, chain.START), (2, chain.START), (2, "f" * 64)]
)
def test_an_entry_that_does_not_follow_its_chain_is_not_taken(
    booking: Booking, position: int, previous: str
) -> None:
    ten = [Posting(Account.GUEST_RECEIVABLE, Account.REVENUE, Money.of("10", "EUR"))]
    if position > 1:
        ledger.post(booking, "sale", key="a", postings=ten)
    with pytest.raises(IntegrityError, match="does not follow its chain"):
        LedgerEntry.objects.create(
            booking=booking,
            position=position,
            kind="x",
            dedupe_key="x",
            posted_at=clock.now(),
            previous_hash=previous,
            hash="e" * 64,
        )


def test_entries_of_before_the_chain_get_the_hashes_they_would_have_had(world: World) -> None:
    for _ in range(2):
        cancellation.cancel(world.book().booking, reason="Plans changed")
    columns = ("pk", "previous_hash", "hash")
    posted = list(LedgerEntry.objects.order_by("pk").values_list(*columns))
    as_superuser(f"UPDATE bookings_ledgerentry SET previous_hash = '{chain.START}', hash = '{chain.START}'")
    with transaction.atomic():
        migration = import_module("bookings.migrations.0004_ledger_chain")
        migration.fill(None, SimpleNamespace(connection=connection))
    assert list(LedgerEntry.objects.order_by("pk").values_list(*columns)) == posted
    assert len(posted) == 10


def test_a_negative_posting_goes_the_other_way_round(booking: Booking) -> None:
    gain = Posting(Account.SUPPLIER_DIFFERENCE, Account.SUPPLIER_PAYABLE, Money.of("-3", "EUR"))
    ledger.post(booking, "sale", key="a", postings=[gain])
    lines = {line.account: (line.debit, line.credit) for line in JournalLine.objects.all()}
    assert lines == {
        "supplier_payable": (Decimal(3), Decimal(0)),
        "supplier_difference": (Decimal(0), Decimal(3)),
    }


def test_tax_inside_the_price_is_owed_to_the_state_and_given_back(world: World) -> None:
    """On a margin of 20 % half of it: a tenth of the net."""
    MarkupRule.objects.create(name="House", percent=20)
    TaxRule.objects.create(name="VAT", percent=50, basis="margin")
    row = world.book().booking
    (part,) = price_from_json(row.price).taxes
    assert abs(part.amount.amount - row.net.amount / 10) <= Decimal("0.01")
    balances = worlds.assert_ledger_balances(row)
    assert balances["output_tax", "EUR"] == -part.amount.amount
    assert balances["revenue", "EUR"] == -(row.total - part.amount).amount
    cancellation.cancel(row, reason="Plans changed")
    after = worlds.assert_ledger_balances(row)
    assert {"output_tax", "revenue"}.isdisjoint(account for account, _ in after)
