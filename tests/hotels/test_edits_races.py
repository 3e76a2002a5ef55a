"""Staff who correct a hotel while a sync is about to write it."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection, transaction

from faredown.accounts.models import User
from faredown.lib.errors import Conflict
from hotels.models import ContentEdit, Country, Destination, Hotel
from hotels.services.content import edit_rows, edits, hotel_edits

WHY = "The hotel wrote to us."


@pytest.fixture
def sol(transactional_db: None) -> Hotel:
    spain = Country.objects.create(iso_code="ES", names={"en": "Spain"})
    palma = Destination.objects.create(name="Palma", country=spain)
    return Hotel.objects.create(name="Sol", country=spain, destination=palma, city="Palma")


def test_an_edit_waits_for_a_merge_and_notes_what_it_wrote(
    sol: Hotel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A merge read the edits and has not written its hotels yet: an edit now would be written over unseen."""
    eve = User.objects.create_user("eve@example.com", "correct horse battery", is_staff=True)
    monkeypatch.setattr(edit_rows, "WAIT_MS", 50)
    made: list[ContentEdit] = []

    def edit() -> None:
        try:
            made.append(edits.make(sol, "city", "Inca", reason=WHY, by=eve))
        finally:
            connection.close()

    with transaction.atomic():
        assert hotel_edits.of([sol.pk]) == {}
        refused: list[Conflict] = []
        impatient = threading.Thread(target=lambda: refused.append(_refusal(edit)))
        impatient.start()
        impatient.join()
        assert [error.code for error in refused] == ["busy"]
        monkeypatch.setattr(edit_rows, "WAIT_MS", 20_000)
        patient = threading.Thread(target=edit)
        patient.start()
        Hotel.objects.filter(pk=sol.pk).update(city="Calvia")
    patient.join()
    sol.refresh_from_db()
    assert (sol.city, made[0].supplied) == ("Inca", "Calvia")


def test_what_was_edited_while_a_giving_back_waited_stays(sol: Hotel) -> None:
    eve = User.objects.create_user("eve@example.com", "correct horse battery", is_staff=True)
    first = edits.make(sol, "city", "Inca", reason=WHY, by=eve)
    refused: list[Conflict] = []

    def give_back() -> None:
        try:
            refused.append(_refusal(lambda: edits.give_back(first, by=eve)))
        finally:
            connection.close()

    with transaction.atomic():
        edits.make(sol, "city", "Soller", reason=WHY, by=eve)
        waiting = threading.Thread(target=give_back)
        waiting.start()
        while not _somebody_waits():
            pass
    waiting.join()
    assert [error.code for error in refused] == ["edited_meanwhile"]
    sol.refresh_from_db()
    assert (sol.city, ContentEdit.objects.get().value) == ("Soller", "Soller")


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])


def _refusal(act: Any) -> Conflict:
    with pytest.raises(Conflict) as refused:
        act()
    return refused.value
