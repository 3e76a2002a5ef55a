"""Two at once. Each test first shows the race with the guard taken away, then that with it there is none."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection, models, transaction
from django.test.utils import override_settings

from bookings.models import Attempt, Booking, OfflineRefund, Orphan
from bookings.services import answers, cancellation, money, payment, provider_calls, reconciliation, refund
from bookings.services import booking as bookings
from bookings.states import BookingStatus, OrphanStatus, PaymentStatus
from faredown.lib import clock
from faredown.lib.errors import DomainError
from tests.bookings import world as worlds
from tests.bookings.world import World

AT_ONCE = 4


def together(work: Callable[[], Any], *, times: int = AT_ONCE) -> list[Any]:
    """The answers (or refusals) of several threads that start at the same moment."""
    barrier = threading.Barrier(times)
    results: list[Any] = []

    def run() -> None:
        barrier.wait()
        try:
            results.append(work())
        except DomainError as refusal:
            results.append(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(results) == times
    return results


def unguarded(monkeypatch: pytest.MonkeyPatch, *modules: str, meet: int = AT_ONCE) -> None:
    """No row lock, and statuses written without looking at what they were. Everybody reads before anybody writes."""
    barrier = threading.Barrier(meet)

    def unlocked(rows: models.QuerySet[Any], **_: Any) -> Any:
        row = rows.get()
        barrier.wait(timeout=10)
        return row

    def overwrite(row: Any, target: str, **changes: Any) -> bool:
        facts = {name: value for name, value in changes.items() if name not in ("by", "detail", "where")}
        type(row).objects.filter(pk=row.pk).update(status=target, **facts)
        return True

    for module in modules:
        monkeypatch.setattr(f"bookings.services.{module}.locked_one", unlocked)
    monkeypatch.setattr("bookings.services.transitions.move", overwrite)


@contextmanager
def queues_lost(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing goes on by itself, so that the test decides who acts when."""
    with monkeypatch.context() as patched:
        for module in ("money", "settlement", "cancellation", "refund", "orphans"):
            patched.setattr(f"bookings.services.{module}.defer", lambda *_: None)
        yield


def paid(world: World, monkeypatch: pytest.MonkeyPatch) -> Booking:
    """A booking with its money held and nobody on it."""
    with queues_lost(monkeypatch):
        placed = world.place_booking(world.quote(wanted=worlds.refundable))
        payment.authorise(placed.payment.pk)
    return placed.booking


def test_two_workers_confirm_one_booking_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    row = paid(world, monkeypatch)
    with monkeypatch.context() as patched, queues_lost(monkeypatch):
        unguarded(patched, "booking")
        patched.setattr("bookings.services.answers.apply", lambda *_: None)
        together(lambda: bookings.confirm(row.pk))
        assert len(world.held(row)) == AT_ONCE, "without the guard every worker books"

    world.hotelbeds.reset()
    row = paid(world, monkeypatch)
    together(lambda: bookings.confirm(row.pk))
    assert len(world.held(row)) == 1
    assert Attempt.objects.filter(booking=row).count() == 1
    row.refresh_from_db()
    assert row.status == BookingStatus.CONFIRMED
    assert row.ledger_entries.filter(kind="sale").count() == 1
    assert row.documents.filter(kind="voucher").count() == 1


def test_one_quote_makes_one_booking(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []
    quote = world.quote(wanted=worlds.refundable)
    with monkeypatch.context() as patched:
        unguarded(patched, "booking")
        patched.setattr(
            "bookings.services.drafts.write", lambda quote, *_, **__: written.append(quote.public_id)
        )
        # There is no draft to go on with: only how many came so far counts.
        results = together(lambda: _stopped(lambda: world.place_booking(quote)))
    assert results == [AttributeError] * AT_ONCE
    assert len(written) == AT_ONCE, "without the guard everybody writes a booking"

    quote = world.quote(wanted=worlds.refundable)
    results = together(lambda: world.place_booking(quote))
    refused = [answer.code for answer in results if isinstance(answer, DomainError)]
    assert refused == ["quote_used"] * (AT_ONCE - 1)
    assert Booking.objects.filter(quote=quote).count() == 1


def test_a_double_submit_finds_the_same_booking(world: World) -> None:
    quote = world.quote(wanted=worlds.refundable)
    results = together(lambda: world.place_booking(quote, key="the same"))
    assert {answer.booking.pk for answer in results} == {Booking.objects.get(quote=quote).pk}
    assert sum(bool(answer.access_token) for answer in results) == 1


def test_a_double_cancel_cancels_and_refunds_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    row = world.book().booking
    with monkeypatch.context() as patched, queues_lost(monkeypatch):
        cancellation.request(row.pk)
        unguarded(patched, "cancellation")
        patched.setattr("bookings.services.cancellation.apply", lambda *_: None)
        together(lambda: cancellation.execute(row.pk))
    assert Attempt.objects.filter(booking=row, operation="cancel").count() == AT_ONCE, "everybody asks"

    row = world.book().booking
    with override_settings(BOOKINGS={"wait_seconds": 4.0}):  # the others wait for the one who asks
        results = together(lambda: cancellation.cancel(row))
    assert all(answer.cancelled for answer in results)
    assert Attempt.objects.filter(booking=row, operation="cancel").count() == 1
    taken = worlds.latest_payment(row)
    assert (taken.status, taken.refunded) == (PaymentStatus.REFUNDED, row.total)
    assert taken.refunds.count() == 1
    assert OfflineRefund.objects.count() == 1
    assert worlds.assert_ledger_balances(row) == {}


def test_two_refunds_never_exceed_what_was_taken(world: World) -> None:
    row = world.book().booking
    taken = worlds.latest_payment(row)
    half = row.total * 3 / 5
    results = together(lambda: refund.request(taken, amount=half.rounded(), reason="staff"))
    refused = [answer.code for answer in results if isinstance(answer, DomainError)]
    assert refused == ["refund_too_large"] * (AT_ONCE - 1)
    taken.refresh_from_db()
    assert taken.refunded == half.rounded()
    assert taken.status == PaymentStatus.PARTIALLY_REFUNDED


def test_the_money_is_taken_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    row = paid(world, monkeypatch)
    with queues_lost(monkeypatch):
        bookings.confirm(row.pk)
    held = worlds.latest_payment(row)
    together(lambda: payment.capture(held.pk))
    held.refresh_from_db()
    assert (held.status, held.captured) == (PaymentStatus.CAPTURED, row.total)
    assert held.operations.filter(kind="capture").count() == 1
    assert row.ledger_entries.filter(kind="capture").count() == 1


def test_a_capture_beside_a_cancellation_ends_with_the_guests_money_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cancelled while the money is being taken: what was taken goes back."""
    row = paid(world, monkeypatch)
    with queues_lost(monkeypatch):
        bookings.confirm(row.pk)
    held = worlds.latest_payment(row)
    real = payment._gateway

    def cancelled_meanwhile(current: Any) -> Any:
        monkeypatch.setattr(payment, "_gateway", real)
        cancellation.cancel(Booking.objects.get(pk=row.pk))
        return real(current)

    monkeypatch.setattr(payment, "_gateway", cancelled_meanwhile)
    payment.capture(held.pk)
    row.refresh_from_db()
    held.refresh_from_db()
    assert row.status == BookingStatus.CANCELLED
    assert (held.status, held.refunded) == (PaymentStatus.REFUNDED, row.total)
    assert worlds.assert_ledger_balances(row) == {}


def test_a_sweeper_beside_a_slow_worker_decides_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sweeper finds the booking at the supplier while the worker still holds its answer."""
    row = paid(world, monkeypatch)
    real = answers.store_confirmation

    def swept_meanwhile(attempt: Attempt, confirmation: Any) -> None:
        with clock.travel(timedelta(minutes=3)):
            reconciliation.sweep()
        real(attempt, confirmation)

    monkeypatch.setattr("bookings.services.answers.store_confirmation", swept_meanwhile)
    bookings.confirm(row.pk)
    row.refresh_from_db()
    assert row.status == BookingStatus.CONFIRMED
    assert [event.kind for event in row.timeline.all()].count("booking.confirmed") == 1
    assert row.ledger_entries.filter(kind="sale").count() == 1
    assert not Orphan.objects.exists()
    assert Attempt.objects.get().applied_at is not None


def test_an_answer_after_the_sweeper_gave_up_is_cancelled_at_the_supplier(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    quote = world.quote(wanted=worlds.refundable)
    world.hotelbeds.faults(
        {"operation": "booking", "kind": "delayed_visibility", "count": 1, "delay_ms": 3_600_000}
    )
    with queues_lost(monkeypatch):
        placed = world.place_booking(quote)
        payment.authorise(placed.payment.pk)
    real = answers.store_confirmation

    def given_up_meanwhile(attempt: Attempt, confirmation: Any) -> None:
        for minutes in (3, 8, 13, 18, 23):
            with clock.travel(timedelta(minutes=minutes)):
                reconciliation.sweep()
        real(attempt, confirmation)

    monkeypatch.setattr("bookings.services.answers.store_confirmation", given_up_meanwhile)
    row = bookings.confirm(placed.booking.pk)
    assert (row.status, row.status_reason) == (BookingStatus.REJECTED, "not_found_at_supplier")
    assert Orphan.objects.get().status == OrphanStatus.FOUND, "not to be seen at the supplier yet"
    world.hotelbeds.clock(advance_seconds=2 * 3600)
    with clock.travel(timedelta(hours=2)):
        reconciliation.sweep()
    assert Orphan.objects.get().status == OrphanStatus.CANCELLED
    assert [held["status"] for held in world.held(row)] == ["CANCELLED"]
    assert worlds.latest_payment(row).status == PaymentStatus.VOIDED


def test_two_sweeps_at_once_do_nothing_twice(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with queues_lost(monkeypatch):
        rows = [world.place_booking(world.quote(wanted=worlds.refundable)).booking for _ in range(3)]

        def sweep_at(seconds: int) -> None:
            with clock.travel(timedelta(seconds=seconds)):
                reconciliation.sweep()

        # Both at the same time of day: a sweep from a minute ahead would take the other's calls for dead ones.
        for seconds in (31, 62, 93, 124):
            together(partial(sweep_at, seconds))
    for row in rows:
        row.refresh_from_db()
        assert row.status == BookingStatus.CONFIRMED
        assert len(world.held(row)) == 1
        assert worlds.latest_payment(row).status == PaymentStatus.CAPTURED
        assert row.documents.filter(kind="voucher").count() == 1


def test_money_follows_a_cancellation_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    row = world.book().booking
    with queues_lost(monkeypatch):
        cancellation.request(row.pk)
        cancellation.execute(row.pk)

        def follow() -> None:
            with transaction.atomic():
                money.follow(provider_calls.locked_booking(row.pk))

        together(follow)
    assert worlds.latest_payment(row).refunds.count() == 1


def _stopped(work: Callable[[], Any]) -> type[Exception] | None:
    try:
        work()
    except AttributeError as error:
        return type(error)
    return None
