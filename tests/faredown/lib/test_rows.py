"""Columns, locks and deferred tasks against real rows."""

import threading
from decimal import Decimal

import pytest
from celery import shared_task
from django.db import connection, connections, models, transaction
from django.utils import timezone
from kombu.exceptions import OperationalError
from prometheus_client import REGISTRY

from faredown.idempotency.models import Lease
from faredown.lib import background, locking
from faredown.lib.errors import Conflict, NotFound
from faredown.lib.fields import (
    EncryptedTextField,
    MoneyColumns,
    OptionalMoneyColumns,
    amount_field,
    currency_field,
)
from faredown.lib.money import Money


class Line(models.Model):
    price_amount = amount_field()
    price_currency = currency_field()
    price = MoneyColumns("price")
    fee_amount = amount_field(null=True)
    fee = OptionalMoneyColumns("fee", currency="price_currency")
    secret = EncryptedTextField(blank=True)

    class Meta:
        app_label = "tests"
        managed = False

    def __str__(self) -> str:
        return str(self.price)


def test_two_columns_read_and_write_as_money() -> None:
    line = Line(price=Money.of("12.345", "KWD"))
    assert (line.price_amount, line.price_currency) == (Decimal("12.345"), "KWD")
    assert line.fee is None
    line.fee = Money.of(1, "KWD")
    assert (line.fee, line.fee_amount) == (Money.of(1, "KWD"), Decimal(1))
    line.fee = None
    assert (line.fee_amount, line.price_currency) == (None, "KWD")


@pytest.mark.django_db
def test_encrypted_text_is_encrypted_in_the_table() -> None:
    with connection.schema_editor() as editor:
        editor.create_model(Line)
    Line._default_manager.create(price=Money.of(1, "EUR"), secret="s3cret")
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM tests_line")
        stored = cursor.fetchone()[0]
    assert "s3cret" not in stored
    assert Line._default_manager.get().secret == "s3cret"
    assert Line._default_manager.get().price == Money.of(1, "EUR")


@pytest.mark.django_db(transaction=True)
def test_a_row_somebody_else_holds_is_busy() -> None:
    row = Lease.objects.create(name="a", expires_at=timezone.now())
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            locking.locked_one(Lease.objects.filter(pk=row.pk))
            held.set()
            done.wait(10)
        connections.close_all()

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait(10)
    with pytest.raises(Conflict) as caught, transaction.atomic():
        locking.locked_one(Lease.objects.filter(pk=row.pk), wait_ms=50)
    done.set()
    holder.join()
    assert (caught.value.code, caught.value.retry_after) == ("busy", 1)
    with transaction.atomic():
        assert locking.locked_one(Lease.objects.filter(pk=row.pk)) == row


@pytest.mark.django_db
def test_rows_are_locked_in_the_order_of_their_keys() -> None:
    rows = [Lease.objects.create(name=name, expires_at=timezone.now()) for name in "cab"]
    assert locking.locked(Lease.objects.order_by("name")) == rows
    with pytest.raises(NotFound):
        locking.locked_one(Lease.objects.filter(name="z"))


@pytest.mark.django_db(transaction=True)
def test_a_lock_needs_a_transaction() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        locking.locked(Lease.objects.all())


ran: list[str] = []


@shared_task(name="tests.note")
def note(text: str) -> None:
    ran.append(text)


@pytest.mark.django_db(transaction=True)
def test_a_task_is_enqueued_after_the_commit_and_not_after_a_rollback() -> None:
    ran.clear()
    with transaction.atomic():
        background.defer("tests.note", "kept")
        assert ran == []
    assert ran == ["kept"]
    with transaction.atomic():
        background.defer("tests.note", "lost")
        transaction.set_rollback(True)
    assert ran == ["kept"]


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_down_does_not_fail_the_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*args: object, **options: object) -> None:
        raise OperationalError("connection refused")

    def lost() -> float:
        return REGISTRY.get_sample_value("faredown_deferred_lost_total", {"task": "tests.note"}) or 0.0

    monkeypatch.setattr(note, "apply_async", down)
    before = lost()
    with transaction.atomic():
        row = Lease.objects.create(name="kept", expires_at=timezone.now())
        background.defer("tests.note", "x")
        background.defer_later("tests.note", "x", seconds=1)
    assert lost() == before + 2
    assert Lease.objects.filter(pk=row.pk).exists()


def test_a_task_nobody_registered_is_told_before_the_commit() -> None:
    with pytest.raises(background.UnknownTask, match=r"bookings\.tpyo"):
        background.defer("bookings.tpyo", 1)
    with pytest.raises(background.UnknownTask, match=r"bookings\.tpyo"):
        background.defer_later("bookings.tpyo", 1, seconds=1)


@pytest.mark.django_db(transaction=True)
def test_a_task_put_off_is_handed_over_with_its_seconds_after_the_commit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given: list[tuple[object, ...]] = []
    monkeypatch.setattr(
        note, "apply_async", lambda args, kwargs, countdown: given.append((args, kwargs, countdown))
    )
    with transaction.atomic():
        background.defer_later("tests.note", "soon", seconds=2.5)
        assert given == []
    background.defer_later("tests.note", text="at once", seconds=0)
    with transaction.atomic():
        background.defer_later("tests.note", "lost", seconds=1)
        transaction.set_rollback(True)
    assert given == [(("soon",), {}, 2.5), ((), {"text": "at once"}, 0)]


@pytest.mark.parametrize("seconds", [-0.1, 360.1, float("nan"), float("inf")])
def test_no_task_waits_longer_in_the_broker_than_it_can(seconds: float) -> None:
    with pytest.raises(ValueError, match="a task waits from 0 to 360 seconds"):
        background.defer_later("tests.note", "x", seconds=seconds)
