"""A supplier in trouble, a worker that died: how a run waits, what it notes, and how it goes on by itself."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F

from faredown.idempotency.models import Lease
from faredown.lib import clock
from faredown.messaging.models import OutboxMessage
from hotels import tasks
from hotels.models import Hotel, SyncRun
from hotels.services import content_sync
from hotels.services.content import stages, turn, waiting
from suppliers.errors import AccessDenied, QuotaUsedUp, SupplierError, Throttled, Unavailable, Unreadable
from tests.hotels.listings import CODE, Listed, Queue, work

pytestmark = pytest.mark.django_db


def failing(listed: Listed, stage: str, error: SupplierError, *, times: int = 1) -> None:
    left = [error] * times

    def trouble(asked: str, _: int) -> None:
        if asked == stage and left:
            raise left.pop()

    listed.trouble = trouble


@pytest.mark.parametrize(
    ("error", "kind", "seconds"),
    [
        (Throttled("slow down", retry_after=37), "throttled", 37),
        (Throttled("slow down", retry_after=900), "throttled", 900),
        (QuotaUsedUp("no more today"), "quota_used_up", 900),
        (Unavailable("down"), "unavailable", 5),
        (Unreadable("half a page"), "unreadable", 5),
    ],
)
def test_a_supplier_in_trouble_is_waited_for(
    listed: Listed, queue: Queue, error: SupplierError, kind: str, seconds: int
) -> None:
    failing(listed, "hotels", error)
    with clock.frozen(clock.now()):
        run = content_sync.start(CODE, kind="full")
        work(queue)
        run.refresh_from_db()
        assert (run.status, run.stage, run.errors) == ("running", "hotels", {kind: 1})
        assert run.waits_until == clock.now() + timedelta(seconds=seconds)
        assert queue == ([(seconds, run.pk, "hotels", 1)] if seconds <= 300 else [])
        asked = len(listed.asked)
        tasks.sync_page(run.pk, "hotels", 1)
        tasks.sync_stalled()
        assert (len(listed.asked), content_sync.stalled()) == (asked, [])
        queue.clear()
        with clock.travel(timedelta(seconds=seconds)):
            tasks.sync_stalled()
            tasks.sync_stalled()
            work(queue)
    run.refresh_from_db()
    assert (run.status, run.errors) == ("done", {kind: 1})
    assert run.waits_until is None
    assert run.counts["hotels"]["seen"] == 5


def test_the_longer_it_lasts_the_less_it_is_asked(listed: Listed, queue: Queue) -> None:
    """An hour out of order: no person is needed, and they are asked fewer than thirty times."""
    failing(listed, "hotels", Unavailable("down"), times=10_000)
    begun = clock.now()
    with clock.frozen(begun):
        run = content_sync.start(CODE, kind="full")
        work(queue)
        run.refresh_from_db()
        asked = 1
        while run.waits_until and run.waits_until < begun + timedelta(hours=1):
            with clock.frozen(run.waits_until):
                content_sync.step(run.pk, stage="hotels", position=1)
            asked += 1
            run.refresh_from_db()
        assert asked < 30
        assert run.errors == {"unavailable": asked}
        assert not OutboxMessage.objects.exists()
        listed.trouble = lambda *_: None
        with clock.travel(timedelta(hours=1, minutes=6)):
            tasks.sync_stalled()
            work([one for one in queue if one[0] == content_sync.TASK])
    assert Hotel.objects.count() == 2


def test_staff_hear_of_a_run_that_is_stuck_for_hours_once(listed: Listed) -> None:
    run = content_sync.begin(CODE)
    with clock.travel(timedelta(hours=3, minutes=1)):
        for _ in range(2):
            waiting.note(run, Unavailable("down"))
    alert = OutboxMessage.objects.get()
    assert (alert.channel, alert.related_reference) == ("sync_stuck", run.public_id)


def test_what_no_waiting_mends_fails_and_staff_hear_of_it(listed: Listed, queue: Queue) -> None:
    failing(listed, "hotels", AccessDenied("no such key"))
    run = content_sync.start(CODE, kind="full")
    work(queue)
    run.refresh_from_db()
    assert (run.status, run.error, queue) == ("failed", "AccessDenied: no such key", [])
    alert = OutboxMessage.objects.get()
    assert (alert.channel, alert.related_reference) == ("sync_failed", run.public_id)


def test_a_fault_of_ours_is_on_record_and_tried_again(listed: Listed, queue: Queue) -> None:
    def trouble(asked: str, _: int) -> None:
        if asked == "rate_comments":
            raise ZeroDivisionError("ours")

    listed.trouble = trouble
    run = content_sync.start(CODE, kind="full")
    with pytest.raises(ZeroDivisionError):
        work(queue)
    run.refresh_from_db()
    assert (run.status, run.stage, run.errors) == ("running", "rate_comments", {"zero_division_error": 1})
    listed.trouble = lambda *_: None
    with clock.travel(timedelta(minutes=10)):
        tasks.sync_stalled()
        work(queue)
    run.refresh_from_db()
    assert run.status == "done"


def test_a_run_that_lost_its_task_is_found(listed: Listed, queue: Queue) -> None:
    run = content_sync.begin(CODE)
    tasks.sync_stalled()
    assert queue == []
    with clock.travel(timedelta(minutes=6)):
        tasks.sync_stalled()
    assert queue == [(content_sync.TASK, run.pk, "countries", 1)]


def test_a_wait_in_the_command_is_sat_out(listed: Listed) -> None:
    failing(listed, "hotels", Throttled("slow down", retry_after=1))
    waits = []
    run = content_sync.sync(
        CODE, patience=timedelta(minutes=1), progress=lambda run: waits.append(run.waits_until)
    )
    assert (run.status, run.errors) == ("done", {"throttled": 1})
    assert any(waits)
    assert Lease.objects.get().expires_at <= clock.now()


def ended(*options: str) -> int:
    """The command's exit code."""
    try:
        call_command("sync_hotels", *options, stdout=io.StringIO())
    except CommandError as error:
        return error.returncode
    return 0


@pytest.mark.parametrize("options", [["--full"], ["--sweep"], ["--destination", "IBZ"], []])
def test_what_a_command_gave_up_is_not_in_the_way_of_the_next(listed: Listed, options: list[str]) -> None:
    """It says that it may be run again: at once, and for something else."""
    content_sync.sync(CODE, full=True)
    failing(listed, "hotels", Unavailable("down"), times=9)
    assert ended("--patience", "0") == 5
    left = SyncRun.objects.latest("pk")
    assert (left.kind, left.status, left.left_at is not None) == ("incremental", "running", True)
    failing(listed, "hotels", Unavailable("down"), times=0)
    assert ended(*options) == 0
    left.refresh_from_db()
    if options:
        assert (left.status, left.error) == ("failed", "given up for another run")
    else:
        assert (left.status, SyncRun.objects.latest("pk")) == ("done", left)
    assert SyncRun.objects.latest("pk").left_at is None


def test_what_ctrl_c_interrupted_is_not_in_the_way_either(
    listed: Listed, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    content_sync.sync(CODE, full=True)
    with monkeypatch.context() as patch:
        patch.setattr(stages, "take", interrupted)
        assert ended() == 130
    assert ended("--full") == 0


def test_what_workers_went_on_with_is_theirs_again(listed: Listed, queue: Queue) -> None:
    content_sync.sync(CODE, full=True)
    failing(listed, "hotels", Unavailable("down"))
    assert ended("--patience", "0") == 5
    run = SyncRun.objects.latest("pk")
    with clock.travel(timedelta(seconds=6)):
        tasks.sync_stalled()
        _, *args = queue.pop(0)
        tasks.sync_page(*args)
        run.refresh_from_db()
        assert (run.position, run.left_at) == (3, None)
        assert ended("--full") == 3
        work(queue)
    run.refresh_from_db()
    assert run.status == "done"


def test_a_command_whose_turn_was_taken_says_nothing_of_the_run(
    listed: Listed, monkeypatch: pytest.MonkeyPatch
) -> None:
    def overtaken(*_: object) -> None:
        Lease.objects.update(holder="another host", token=F("token") + 1)
        raise turn.LeaseLost

    monkeypatch.setattr(stages, "take", overtaken)
    assert ended("--full") == 3
    assert SyncRun.objects.get().left_at is None


@pytest.mark.parametrize(("verb", "said"), [(content_sync.stop, "stopped"), (content_sync.pause, "paused")])
def test_a_command_whose_run_staff_end_tells_so_in_its_last_line_and_its_exit_code(
    listed: Listed, verb: Callable[[SyncRun], SyncRun], said: str
) -> None:
    def trouble(asked: str, first: int) -> None:
        if (asked, first) == ("hotels", 3):
            verb(SyncRun.objects.latest("pk"))

    listed.trouble = trouble
    out = io.StringIO()
    with pytest.raises(CommandError, match=f"^{CODE}: {said}$") as refused:
        call_command("sync_hotels", "--full", stdout=out)
    assert refused.value.returncode == 4
    last = json.loads(out.getvalue().splitlines()[-1])
    assert (last["status"], last["error"], last["stage"]) == (said, "", "hotels")
