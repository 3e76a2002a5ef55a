"""Seals: what is written, what a killed writer leaves, another key, another folder; and proofs as rows and tasks."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from bookings import sealing, tasks
from bookings.models import Booking, LedgerDifference, LedgerProof, LedgerSeal
from bookings.sealing import Head
from bookings.services import proofs, seal_files, seals
from bookings.services.proving import proof
from bookings.services.proving.differences import Difference
from bookings.services.proving.proof import Scope
from bookings.services.seals import SealRefused
from faredown.accounts.models import User
from faredown.accounts.services import roles
from faredown.audit.models import Action
from faredown.messaging.models import OutboxMessage
from tests.bookings.copies import as_superuser
from tests.bookings.test_backoffice import desk
from tests.bookings.world import World

pytestmark = pytest.mark.usefixtures("spoilt_books")


@pytest.fixture
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.LEDGER_SEALS_FOLDER = tmp_path / "seals"
    return tmp_path / "seals"


@pytest.fixture
def booked(world: World, folder: Path) -> Booking:
    return world.book().booking


def proved() -> list[str]:
    found: list[Difference] = []
    proof.prove(Scope(settle_seconds=0), found.append)
    return [str(one.code) for one in found]


def lines(folder: Path) -> list[bytes]:
    (file,) = folder.glob("*.jsonl")
    return file.read_bytes().splitlines()


def test_a_seal_says_how_many_how_much_and_the_last_hash_of_each_chain(booked: Booking, folder: Path) -> None:
    made = seals.seal()
    opening, head, seal = lines(folder)
    last = booked.ledger_entries.order_by("-position").first()
    assert last is not None
    assert opening == b'{"open":1}'
    assert sealing.read_head(head) == Head(booked.pk, booked.reference, 2, last.hash)
    said = json.loads(seal)["seal"]
    assert (said["number"], said["entries"], said["chains"], said["changed"]) == (1, 2, 1, 1)
    assert said["through"] == last.pk
    debits = booked.total + booked.total + booked.net
    assert said["sums"] == {"EUR": f"{debits.amount:.3f}"}
    assert (made.number, made.head, made.digest) == (1, said["head"], sealing.line_digest(seal))
    assert proved() == []


def test_the_next_seal_names_only_the_chains_that_grew_and_the_seal_before(
    world: World, booked: Booking, folder: Path
) -> None:
    first = seals.seal()
    other = world.book().booking
    seals.seal()
    _, _, _, opening, head, seal = lines(folder)
    assert opening == b'{"open":2}'
    assert sealing.read_head(head).reference == other.reference
    assert json.loads(seal)["seal"]["previous"] == first.digest
    assert json.loads(seal)["seal"]["chains"] == 2


def test_a_ledger_without_an_entry_can_be_sealed(world: World, folder: Path) -> None:
    made = seals.seal()
    assert (made.entries, made.chains, made.through, made.sums) == (0, 0, 0, {})
    assert proved() == []


def test_a_former_key_still_holds_and_a_dropped_one_does_not(
    booked: Booking, folder: Path, settings: Settings
) -> None:
    former = settings.LEDGER_SEAL_KEYS
    seals.seal()
    settings.LEDGER_SEAL_KEYS = ["n" * 40, *former]
    assert seals.seal().key_id == sealing.key_id("n" * 40)
    assert proved() == []
    settings.LEDGER_SEAL_KEYS = ["n" * 40]
    assert proved() == ["seal_forged"]


def test_what_a_killed_sealer_left_counts_for_nothing(booked: Booking, folder: Path) -> None:
    seals.seal()
    (file,) = folder.glob("*.jsonl")
    with file.open("ab") as handle:
        handle.write(b'{"open":2}\n' + sealing.head_line(Head(booked.pk, booked.reference, 1, "0" * 6))[:20])
    assert proved() == []
    assert seals.seal().number == 2
    assert proved() == []


def test_a_seal_that_was_written_and_not_remembered_is_remembered_by_the_next(
    booked: Booking, folder: Path
) -> None:
    seals.seal()
    as_superuser("DELETE FROM bookings_ledgerseal")
    assert seals.seal().number == 2
    assert list(LedgerSeal.objects.order_by("number").values_list("number", flat=True)) == [1, 2]
    assert proved() == []


def test_a_folder_that_is_not_the_one_is_refused_until_somebody_begins_anew(
    booked: Booking, folder: Path, settings: Settings, tmp_path: Path
) -> None:
    seals.seal()
    settings.LEDGER_SEALS_FOLDER = tmp_path / "another"
    with pytest.raises(SealRefused, match="holds no seal, the database knows of 1"):
        seals.seal()
    with pytest.raises(CommandError, match="holds no seal"):
        call_command("seal_ledger")
    call_command("seal_ledger", "--begin", stdout=StringIO())
    assert LedgerSeal.objects.count() == 2
    settings.LEDGER_SEALS_FOLDER = folder
    with pytest.raises(SealRefused, match="last seal is 1, the database knows of 2"):
        seals.seal()


def test_an_unwritable_place_is_told_to_staff_once_a_day(booked: Booking, settings: Settings) -> None:
    settings.LEDGER_SEALS_FOLDER = "/dev/null/seals"
    assert seals.seal_or_tell() is None
    assert seals.seal_or_tell() is None
    assert OutboxMessage.objects.filter(channel="ledger_seal").count() == 1


def test_what_is_remembered_of_a_seal_is_not_changed(booked: Booking, folder: Path) -> None:
    seals.seal()
    for statement in ("UPDATE bookings_ledgerseal SET head = ''", "DELETE FROM bookings_ledgerseal"):
        with pytest.raises(DatabaseError, match="append-only"), connection.cursor() as cursor:
            cursor.execute(statement)


def test_the_last_seal_is_found_however_long_what_follows_it_is(folder: Path) -> None:
    folder.mkdir()
    seal = sealing.SEAL_BEGINS + b'"x"}'
    (folder / "seals-2026-01.jsonl").write_bytes(seal + b"\n" + b"[1]\n" * 40_000)
    (folder / "seals-2026-02.jsonl").write_bytes(b"[1]\n")
    found = seal_files.last()
    assert found is not None
    assert (found.file, found.text) == ("seals-2026-01.jsonl", seal)


# --- Proofs as rows ---------------------------------------------------------------------------------------------------


def test_the_nightly_task_stores_what_it_found_and_tells_staff(booked: Booking, folder: Path) -> None:
    tasks.seal_ledger()
    as_superuser(
        f"UPDATE bookings_ledgerentry SET kind = 'gift' WHERE booking_id = {booked.pk} AND position = 2"
    )
    tasks.prove_ledger()
    tasks.prove_ledger()  # beat may run twice
    (row,) = LedgerProof.objects.all()
    assert row.status == LedgerProof.Status.DIFFERENCES
    codes = set(LedgerDifference.objects.values_list("code", "reference"))
    assert ("entry_changed", booked.reference) in codes
    assert row.found == LedgerDifference.objects.count()
    (alert,) = OutboxMessage.objects.filter(channel="ledger_proof")
    assert booked.reference in alert.body_text


def test_finance_asks_for_a_proof_and_sees_what_came_of_it(booked: Booking, folder: Path) -> None:
    seals.seal()
    finance = desk(roles.RoleName.FINANCE)
    page = reverse("admin:bookings_ledgerproof_changelist")
    asked = reverse("admin:bookings_ledgerproof_prove")
    assert finance.get(asked).status_code == 200
    assert finance.post(asked, follow=True).status_code == 200
    (row,) = LedgerProof.objects.all()
    assert (row.status, row.counts["entries"]) == (LedgerProof.Status.CLEAN, 2)
    assert Action.objects.filter(action="ledger.proof_requested", by=row.requested_by).exists()
    told = finance.get(reverse("admin:bookings_ledgerproof_change", args=(row.pk,))).content.decode()
    assert "Captured" in told
    assert str(booked.total.rounded()) in told
    assert "No difference" in finance.get(page).content.decode()
    assert "seal" in finance.get(reverse("admin:bookings_ledgerseal_changelist")).content.decode()


def test_a_difference_links_to_its_booking(booked: Booking, folder: Path, admin_client: Client) -> None:
    as_superuser(
        f"UPDATE bookings_journalline SET currency = 'USD' WHERE entry_id = "
        f"(SELECT max(id) FROM bookings_ledgerentry WHERE booking_id = {booked.pk})"
    )
    row = proofs.run()
    assert row is not None
    page = admin_client.get(reverse("admin:bookings_ledgerproof_change", args=(row.pk,))).content.decode()
    assert reverse("admin:bookings_booking_change", args=(booked.pk,)) in page


def test_support_may_not_ask_for_a_proof(booked: Booking) -> None:
    asked = reverse("admin:bookings_ledgerproof_prove")
    assert desk(roles.RoleName.SUPPORT).post(asked).status_code == 403
    assert not LedgerProof.objects.exists()


def test_one_proof_runs_at_a_time_and_a_dead_one_does_not_stand_in_the_way(
    booked: Booking, folder: Path
) -> None:
    by = User.objects.create_user("amara@example.com", "correct horse battery", is_staff=True)
    with transaction.atomic():
        dead = LedgerProof.objects.create(started_at=booked.created_at)
        assert proofs.run() is None
        LedgerProof.objects.filter(pk=dead.pk).update(started_at=booked.created_at - proofs.DEAD)
    proofs.request(by=by)
    assert list(LedgerProof.objects.order_by("pk").values_list("status", flat=True)) == ["failed", "clean"]
