"""Corruptions planted in copies of the database, each found and named; and clean books proved clean."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, ManagementUtility, call_command
from django.db import connection
from django.test.utils import override_settings
from pytest_django import DjangoDbBlocker, Settings

from bookings import chain
from bookings.models import Booking, JournalLine, LedgerEntry, OfflineCharge, Payment, Refund
from bookings.services import cancellation, refund, seals
from bookings.services.proving import proof
from bookings.services.proving.differences import Difference
from bookings.services.proving.proof import Outcome, Scope
from faredown.lib import clock
from faredown.lib.money import Money
from suppliers.simulators.hotelbeds.running import Running
from tests.bookings import copies
from tests.bookings import world as worlds
from tests.bookings.copies import as_superuser
from tests.bookings.world import World

pytestmark = pytest.mark.django_db(transaction=True)

OURS = Scope(settle_seconds=0)
EVERYBODYS = Scope(settle_seconds=0, supplier_days=1)


@dataclass
class Books:
    """Five bookings and where they lie. The first four are sealed, the last is newer than the seal."""

    database: str
    seals: Path
    kept: str
    cancelled: str
    refunded: str
    declined: str
    late: str


@pytest.fixture(scope="module")
def books(
    simulated: Running,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Books]:
    folder, base = tmp_path_factory.mktemp("books") / "seals", connection.settings_dict["NAME"]
    with (
        django_db_blocker.unblock(),
        copies.copied(base, f"{base}_books") as name,
    ):
        with copies.used(name), override_settings(LEDGER_SEALS_FOLDER=folder):
            rows = _booked(simulated)
        yield Books(name, folder, *(row.reference for row in rows))


def _booked(simulated: Running) -> tuple[Booking, ...]:
    simulated.control.reset()
    world = World(simulated.control, worlds.list_hotels(destination="DXB", count=6))
    kept, cancelled, refunded = (world.book().booking for _ in range(3))
    cancellation.cancel(cancelled, reason="Plans changed")
    refund.request(worlds.latest_payment(refunded), amount=Money.of("10", "EUR"), reason=Refund.Reason.STAFF)
    declined = world.book(token="tok_declined").booking
    seals.seal()
    late = world.book().booking
    seals.seal()
    return kept, cancelled, refunded, declined, late


@pytest.fixture
def copy(books: Books, settings: Settings, tmp_path: Path) -> Iterator[Books]:
    """The test's own copy of the books and of their seals."""
    folder = tmp_path / "seals"
    folder.mkdir()
    for file in books.seals.glob("*.jsonl"):
        (folder / file.name).write_bytes(file.read_bytes())
    settings.LEDGER_SEALS_FOLDER = folder
    with copies.copied(books.database, f"{books.database}_copy") as name, copies.used(name):
        yield Books(name, folder, books.kept, books.cancelled, books.refunded, books.declined, books.late)


def proved(scope: Scope = OURS) -> tuple[Outcome, list[Difference]]:
    found: list[Difference] = []
    return proof.prove(scope, found.append), found


def said(found: list[Difference]) -> set[tuple[str, str]]:
    return {(str(one.code), one.reference) for one in found}


# --- What may be wrong ------------------------------------------------------------------------------------------------


def entry(reference: str, kind: str) -> LedgerEntry:
    return LedgerEntry.objects.get(booking__reference=reference, kind=kind)


def hash_anew(reference: str) -> None:
    """As somebody does who knows the algorithm."""
    previous = chain.START
    for row in LedgerEntry.objects.filter(booking__reference=reference).order_by("position"):
        lines = [
            chain.Line(
                line.account, chain.thousandths(line.debit), chain.thousandths(line.credit), line.currency
            )
            for line in row.lines.all()
        ]
        at = chain.microseconds(row.posted_at)
        content = chain.Entry(reference, row.position, row.kind, row.dedupe_key, at, lines)
        digest = chain.digest(content, previous=previous)
        as_superuser(
            f"UPDATE bookings_ledgerentry SET previous_hash = '{previous}', hash = '{digest}' WHERE id = {row.pk}"
        )
        previous = digest


def add_entry(reference: str, kind: str, key: str, *, like: LedgerEntry) -> None:
    """Another entry at the end, with the lines of `like`, chained as it should be."""
    booking = Booking.objects.get(reference=reference)
    last = booking.ledger_entries.order_by("-position").first()
    assert last is not None
    as_superuser(
        "INSERT INTO bookings_ledgerentry"
        " (booking_id, position, kind, dedupe_key, posted_at, version, previous_hash, hash) VALUES"
        f" ({booking.pk}, {last.position + 1}, '{kind}', '{key}', now(), 1, '{last.hash}', '{'0' * 64}')",
        "INSERT INTO bookings_journalline (entry_id, account, debit, credit, currency)"
        " SELECT (SELECT max(id) FROM bookings_ledgerentry), account, debit, credit, currency"
        f" FROM bookings_journalline WHERE entry_id = {like.pk}",
    )
    hash_anew(reference)


def amounts_changed(copy: Books) -> None:
    pk = entry(copy.kept, "sale").pk
    as_superuser(
        f"UPDATE bookings_journalline SET debit = debit * 2, credit = credit * 2 WHERE entry_id = {pk}"
    )


def line_removed(copy: Books) -> None:
    line = JournalLine.objects.filter(entry=entry(copy.kept, "capture")).latest("pk")
    as_superuser(f"DELETE FROM bookings_journalline WHERE id = {line.pk}")


def line_added(copy: Books) -> None:
    pk = entry(copy.kept, "capture").pk
    as_superuser(
        "INSERT INTO bookings_journalline (entry_id, account, debit, credit, currency)"
        f" VALUES ({pk}, 'provider_fee', 1, 0, 'EUR'), ({pk}, 'fx', 0, 1, 'EUR')"
    )


def entry_removed(copy: Books) -> None:
    pk = entry(copy.cancelled, "cancellation").pk
    as_superuser(f"DELETE FROM bookings_ledgerentry WHERE id = {pk}")


def tail_cut(copy: Books) -> None:
    """The refund, with every trace of it in the database: only the seals and the provider know."""
    pk, payment = entry(copy.cancelled, "refund").pk, Payment.objects.get(booking__reference=copy.cancelled)
    as_superuser(
        f"DELETE FROM bookings_journalline WHERE entry_id = {pk}",
        f"DELETE FROM bookings_ledgerentry WHERE id = {pk}",
        f"UPDATE bookings_refund SET status = 'created' WHERE payment_id = {payment.pk}",
        f"UPDATE bookings_payment SET status = 'captured', refunded_amount = 0 WHERE id = {payment.pk}",
    )


def entry_inserted(copy: Books) -> None:
    add_entry(copy.kept, "capture", "pay_nobodys:capture", like=entry(copy.kept, "capture"))


def chain_recomputed(copy: Books) -> None:
    """A cheaper sale, in the ledger and in the booking, every hash made anew."""
    pk, booking = entry(copy.kept, "sale").pk, Booking.objects.get(reference=copy.kept)
    as_superuser(
        f"UPDATE bookings_journalline SET debit = debit - 1 WHERE entry_id = {pk} AND account = 'guest_receivable'",
        f"UPDATE bookings_journalline SET credit = credit - 1 WHERE entry_id = {pk} AND account = 'revenue'",
        f"UPDATE bookings_booking SET total_amount = total_amount - 1 WHERE id = {booking.pk}",
    )
    hash_anew(copy.kept)


def currency_changed(copy: Books) -> None:
    pk = entry(copy.late, "capture").pk
    as_superuser(f"UPDATE bookings_journalline SET currency = 'USD' WHERE entry_id = {pk}")


def entry_moved(copy: Books) -> None:
    pk, other = entry(copy.kept, "capture").pk, Booking.objects.get(reference=copy.declined).pk
    as_superuser(f"UPDATE bookings_ledgerentry SET booking_id = {other}, position = 1 WHERE id = {pk}")


def posted_at_changed(copy: Books) -> None:
    pk = entry(copy.late, "sale").pk
    as_superuser(f"UPDATE bookings_ledgerentry SET posted_at = posted_at - interval '1 day' WHERE id = {pk}")


def payment_without_entry(copy: Books) -> None:
    """Money taken of a booking that was rejected: a payment, and a charge at the provider, and no entry."""
    payment = Payment.objects.filter(booking__reference=copy.declined).latest("pk")
    as_superuser(
        f"UPDATE bookings_payment SET status = 'captured', captured_amount = amount_amount WHERE id = {payment.pk}",
        f"UPDATE bookings_booking SET status = 'rejected' WHERE id = {payment.booking_id}",
        "UPDATE bookings_offlinecharge SET state = 'captured', captured_amount = authorised_amount"
        f" WHERE payment_id = '{payment.public_id}'",
    )


def charge_without_payment(copy: Books) -> None:
    OfflineCharge.objects.create(
        reference="off_stray",
        payment_id="pay_stray",
        token="tok_ok",
        state=OfflineCharge.State.CAPTURED,
        currency="EUR",
        authorised_amount=50,
        captured_amount=50,
        created_at=clock.now(),
    )


def charge_gone(copy: Books) -> None:
    payment = Payment.objects.get(booking__reference=copy.kept)
    as_superuser(f"DELETE FROM bookings_offlinecharge WHERE payment_id = '{payment.public_id}'")


def refunded_twice(copy: Books) -> None:
    """In the ledger, hashed as it should be."""
    sent = entry(copy.cancelled, "refund")
    add_entry(copy.cancelled, "refund", sent.dedupe_key + ":1", like=sent)


def refunded_twice_at_the_provider(copy: Books) -> None:
    payment = Payment.objects.get(booking__reference=copy.refunded)
    charge = OfflineCharge.objects.get(payment_id=payment.public_id)
    charge.refunds.create(
        reference="ofr_twice", refund_id="twice", amount=10, succeeded=True, created_at=clock.now()
    )


def booking_erased(copy: Books) -> None:
    """With its entries: nothing in the database speaks of it any more."""
    pk = Booking.objects.get(reference=copy.kept).pk
    entries = f"SELECT id FROM bookings_ledgerentry WHERE booking_id = {pk}"
    as_superuser(
        f"DELETE FROM bookings_journalline WHERE entry_id IN ({entries})",
        f"DELETE FROM bookings_ledgerentry WHERE booking_id = {pk}",
        f"DELETE FROM bookings_payment WHERE booking_id = {pk}",
        f"DELETE FROM bookings_booking WHERE id = {pk}",
    )


def seal_lines(copy: Books) -> tuple[Path, list[bytes]]:
    (file,) = copy.seals.glob("*.jsonl")
    return file, file.read_bytes().splitlines(keepends=True)


def seal_removed(copy: Books) -> None:
    """The first, with the lines it covers."""
    file, lines = seal_lines(copy)
    first = next(number for number, line in enumerate(lines) if line.startswith(b'{"seal"'))
    file.write_bytes(b"".join(lines[first + 1 :]))


def last_seal_removed(copy: Books) -> None:
    file, lines = seal_lines(copy)
    file.write_bytes(b"".join(lines[:-1]))


def seal_forged(copy: Books) -> None:
    file, lines = seal_lines(copy)
    lines[-1] = lines[-1].replace(b'"entries":', b'"entries":1', 1)
    file.write_bytes(b"".join(lines))


def sealed_head_changed(copy: Books) -> None:
    file, lines = seal_lines(copy)
    number = next(number for number, line in enumerate(lines) if copy.kept.encode() in line)
    lines[number] = lines[number].replace(b",2,", b",1,", 1)
    file.write_bytes(b"".join(lines))


def trigger_off(copy: Books) -> None:
    as_superuser("ALTER TABLE bookings_ledgerentry DISABLE TRIGGER ledger_entry_append_only")


CORRUPTIONS: list[tuple[Callable[[Books], None], set[tuple[str, str]]]] = [
    (
        amounts_changed,
        {("entry_changed", "kept"), ("sale", "kept"), ("sealed_totals", "")},
    ),
    (line_removed, {("entry_changed", "kept"), ("unbalanced", "kept"), ("identity", "kept")}),
    (line_added, {("entry_changed", "kept"), ("identity", "kept"), ("sealed_totals", "")}),
    (
        entry_removed,
        {("entry_missing", "cancelled"), ("lines_without_entry", ""), ("cancellation", "cancelled")},
    ),
    (tail_cut, {("sealed_entry_missing", "cancelled"), ("sealed_totals", "")}),
    (entry_inserted, {("entry_without_money", "kept"), ("identity", "kept")}),
    (chain_recomputed, {("sealed_entry_changed", "kept"), ("sealed_totals", "")}),
    (currency_changed, {("entry_changed", "late"), ("currency", "late"), ("identity", "late")}),
    (
        entry_moved,
        {("sealed_entry_missing", "kept"), ("payment_without_entry", "kept"), ("entry_changed", "declined")},
    ),
    (posted_at_changed, {("entry_changed", "late")}),
    (payment_without_entry, {("payment_without_entry", "declined"), ("kept_too_much", "declined")}),
    (charge_without_payment, {("charge_without_payment", "")}),
    (charge_gone, {("charge_missing", "kept")}),
    (refunded_twice, {("refund_differs", "cancelled"), ("identity", "cancelled")}),
    (refunded_twice_at_the_provider, {("charge_differs", "refunded")}),
    (
        booking_erased,
        {("sealed_entry_missing", "kept"), ("sealed_totals", ""), ("charge_without_payment", "")},
    ),
    (seal_removed, {("seal_missing", "")}),
    (last_seal_removed, {("seal_missing", "")}),
    (seal_forged, {("seal_forged", "")}),
    (sealed_head_changed, {("seal_broken", ""), ("sealed_entry_changed", "kept")}),
    (trigger_off, {("trigger_missing", "")}),
]


@pytest.mark.parametrize(("plant", "expected"), CORRUPTIONS, ids=lambda value: getattr(value, "__name__", ""))
def test_a_planted_corruption_is_found_and_named(
    copy: Books, plant: Callable[[Books], None], expected: set[tuple[str, str]]
) -> None:
    plant(copy)
    _, found = proved()
    named = {(code, getattr(copy, which) if which else "") for code, which in expected}
    assert named <= said(found), "\n".join(map(str, found))


# --- Clean books ------------------------------------------------------------------------------------------------------


def test_clean_books_prove_clean(copy: Books) -> None:
    outcome, found = proved(EVERYBODYS)
    assert found == []
    assert outcome.counts["bookings"] == 5
    assert outcome.counts["entries"] == LedgerEntry.objects.count() == 13
    assert outcome.counts["seals"] == 2
    assert outcome.counts["charges"] == Payment.objects.count() == 5
    assert outcome.counts["supplier_bookings"] >= 4


def test_the_identity_names_every_account(copy: Books) -> None:
    outcome, _ = proved()
    kept, late = (Booking.objects.get(reference=name) for name in (copy.kept, copy.late))
    refunded, cancelled = (Booking.objects.get(reference=name) for name in (copy.refunded, copy.cancelled))
    parts = outcome.totals["EUR"]
    stays = kept.total + late.total + refunded.total
    assert parts["captured"] == f"{(stays + cancelled.total).rounded()}"
    assert parts["refunded"] == f"{(cancelled.total + Money.of(10, 'EUR')).rounded()}"
    assert parts["kept"] == f"{(stays - Money.of(10, 'EUR')).rounded()}"
    assert parts["owed"] == parts["tax"] == parts["fees"] == parts["promotion"] == parts["fx"] == "0.00 EUR"


def test_what_the_supplier_holds_and_we_do_not_know_is_found(copy: Books, simulated: Running) -> None:
    pk = Booking.objects.get(reference=copy.late).pk
    as_superuser(
        f"UPDATE bookings_booking SET reference = 'FDSTRANGER00' WHERE id = {pk}",
    )
    _, found = proved(EVERYBODYS)
    wanted = {("supplier_booking_unknown", copy.late), ("supplier_booking_missing", "FDSTRANGER00")}
    assert wanted <= said(found)


def test_what_moved_a_moment_ago_is_left_to_the_next_proof(copy: Books) -> None:
    charge_gone(copy)
    _, found = proved(Scope())
    assert found == []


# --- The command ------------------------------------------------------------------------------------------------------


def command(**options: Any) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("prove_ledger", stdout=out, settle_seconds=0, **options)
    except CommandError as error:
        return error.returncode, out.getvalue()
    return 0, out.getvalue()


def test_the_command_says_what_it_counted_and_exits_0(copy: Books) -> None:
    code, text = command(json=False)
    assert code == 0
    assert "EUR: captured" in text
    assert "no difference in" in text
    assert "13 entries" in text


def test_the_command_prints_a_difference_with_the_bookings_reference_and_exits_1(copy: Books) -> None:
    line_removed(copy)
    code, text = command(json=False)
    assert code == 1
    assert f"{copy.kept}: entry 2 (capture) does not balance" in text


def test_piped_it_prints_json_lines(copy: Books) -> None:
    line_removed(copy)
    code, text = command()
    lines = [json.loads(line) for line in text.splitlines()]
    assert code == 1
    assert {"code": "unbalanced", "booking": copy.kept}.items() <= lines[1].items()
    assert lines[-1]["differences"] == len(lines) - 1


@pytest.mark.parametrize("wrong", [["--provider-days", "-1"], ["--with-supplier", "x"], ["--nothing"]])
def test_wrong_usage_exits_2(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        ManagementUtility(["manage.py", "prove_ledger", *wrong]).execute()
    assert stopped.value.code == 2
    assert capsys.readouterr().out == ""
