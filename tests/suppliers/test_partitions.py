from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from faredown.lib import clock
from suppliers import partitions, tasks
from suppliers.models import Call

pytestmark = pytest.mark.django_db

NOON = datetime(2031, 5, 17, 12, tzinfo=UTC)


def record(at: datetime) -> Call:
    return Call.objects.create(
        at=at, supplier="hotelbeds", operation="status", outcome="ok", method="GET", path="/status"
    )


def table_of(call: Call) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text FROM suppliers_call WHERE id = %s", [call.pk])
        (name,) = cursor.fetchone()
    return str(name)


def test_a_call_is_kept_whether_or_not_its_day_has_a_table() -> None:
    call = record(NOON)

    assert table_of(call) == "suppliers_call_default"
    assert Call.objects.get(pk=call.pk).at == NOON


def test_days_are_made_ahead_once_and_take_what_the_default_held() -> None:
    call = record(NOON)
    with clock.frozen(NOON):
        made = partitions.CALLS.make_ahead(2)

        assert made == ["suppliers_call_20310517", "suppliers_call_20310518", "suppliers_call_20310519"]
        assert partitions.CALLS.make_ahead(2) == []
    assert table_of(call) == "suppliers_call_20310517"
    assert table_of(record(NOON + timedelta(days=1, hours=11, minutes=59))) == "suppliers_call_20310518"
    assert table_of(record(NOON + timedelta(days=9))) == "suppliers_call_default"


def test_old_days_are_dropped_and_swept_out_of_the_default() -> None:
    with clock.frozen(NOON):
        partitions.CALLS.make_ahead(1)
        old, kept = record(NOON), record(NOON + timedelta(days=1))
        stray = record(NOON - timedelta(days=30))

        dropped = partitions.CALLS.drop_before((NOON + timedelta(days=1)).date())

    assert dropped == ["suppliers_call_20310517"]
    assert set(Call.objects.values_list("pk", flat=True)) == {kept.pk}
    assert not Call.objects.filter(pk__in=[old.pk, stray.pk]).exists()


def test_the_task_keeps_sixty_days() -> None:
    with clock.frozen(NOON):
        ancient, recent = record(NOON - timedelta(days=61)), record(NOON - timedelta(days=59))

        tasks.prune_calls()

        assert "suppliers_call_20310524" in partitions.CALLS.existing()
    assert set(Call.objects.values_list("pk", flat=True)) == {recent.pk}
    assert ancient.pk != recent.pk
