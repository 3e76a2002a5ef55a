"""Numbers of invoices taken by many at once: first without the lock, then with it."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import transaction

from bookings import seller
from bookings.models import Booking, Document, DocumentSeries
from bookings.services import invoices, numbering
from tests.bookings import world as worlds
from tests.bookings.world import World
from tests.races.test_bookings import AT_ONCE, together, unguarded

INVOICE = DocumentSeries.Kind.INVOICE


def tried() -> str:
    """A number that is taken and given back."""
    with transaction.atomic():
        number = numbering.take(INVOICE)
        transaction.set_rollback(True)
        return number.text


def given() -> list[int | None]:
    rows = Document.objects.filter(kind="invoice").order_by("position")
    return list(rows.values_list("position", flat=True))


def sold(world: World, monkeypatch: pytest.MonkeyPatch) -> list[Booking]:
    """Paid for, their invoices still to come."""
    rows = []
    with monkeypatch.context() as patched:
        patched.setattr("bookings.services.vouchers.issue", lambda *_: None)
        for week in range(AT_ONCE):
            world.check_in += timedelta(weeks=week)
            rows.append(world.book(world.quote(wanted=worlds.refundable)).booking)
    return rows


def test_numbers_taken_at_once_follow_each_other(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    numbering._series(INVOICE, seller.today().year)  # begun: its first row is another guard
    with monkeypatch.context() as patched:
        unguarded(patched, "numbering")
        assert len(set(together(tried))) == 1, "without the lock everybody gets the same number"

    payments = [worlds.latest_payment(row).pk for row in sold(world, monkeypatch)]
    waiting = iter(payments)

    def issue() -> Any:
        return invoices.issue(next(waiting))

    together(issue)
    assert given() == list(range(1, AT_ONCE + 1))
    assert DocumentSeries.objects.get(kind="invoice").last == AT_ONCE


def test_one_payment_has_one_invoice_however_many_issue_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    (row, *_others) = sold(world, monkeypatch)
    made = together(partial(invoices.issue, worlds.latest_payment(row).pk))
    assert len({one.pk for one in made}) == 1
    assert DocumentSeries.objects.get(kind="invoice").last == 1


def test_who_fails_in_between_leaves_no_gap(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half of them are rolled back after they had their number."""
    payments = iter(
        [(worlds.latest_payment(row).pk, turn % 2) for turn, row in enumerate(sold(world, monkeypatch))]
    )

    def issue() -> None:
        payment_pk, fails = next(payments)
        with transaction.atomic():
            invoices.issue(payment_pk)
            transaction.set_rollback(bool(fails))

    together(issue)
    assert given() == [1, 2]
    assert DocumentSeries.objects.get(kind="invoice").last == 2
