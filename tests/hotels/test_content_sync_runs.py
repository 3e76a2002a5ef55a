"""A run's life: whose turn it is, what interrupts it, how it waits, who starts, pauses and stops it."""

from __future__ import annotations

import io
import socket
import subprocess
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from faredown.idempotency.models import Lease
from faredown.idempotency.services import leases
from faredown.lib import clock
from faredown.lib.errors import Conflict, InvalidInput
from faredown.messaging.models import OutboxMessage
from hotels import sync_stages, tasks
from hotels.models import Country, Destination, Hotel, SyncRun, SyncSeen
from hotels.selectors import sync_runs
from hotels.services import content_sync
from hotels.services.content import stages, turn, waiting
from suppliers.errors import AccessDenied, QuotaUsedUp, SupplierError, Throttled, Unavailable, Unreadable
from tests.hotels.listings import CODE, Listed, hotel

pytestmark = pytest.mark.django_db

Queue = list[tuple[Any, ...]]
FULL = sync_stages.of("full", one_destination=False)


@pytest.fixture
def supplier(monkeypatch: pytest.MonkeyPatch) -> Listed:
    """Lists five hotels, two a page."""
    listed = Listed(all_hotels=[hotel(code) for code in "12345"])
    monkeypatch.setattr(content_sync.registry, "get", {CODE: listed}.__getitem__)
    monkeypatch.setattr(tasks.registry, "enabled", lambda _: [CODE])
    return listed


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> Queue:
    """What was deferred; waits that a task of its own is kept for are in it with their seconds."""
    queued: Queue = []

    def defer(name: str, *args: Any) -> None:
        if name == content_sync.TASK:
            queued.append((name, *args))

    monkeypatch.setattr("faredown.lib.background.defer", defer)
    monkeypatch.setattr(
        tasks.sync_page, "apply_async", lambda args, countdown: queued.append((round(countdown), *args))
    )
    return queued


def work(queue: Queue) -> int:
    """Does what is due until nothing is. How many steps there were."""
    steps = 0
    while queue and queue[0][0] == content_sync.TASK:
        _, *args = queue.pop(0)
        tasks.sync_page(*args)
        steps += 1
    return steps


def failing(supplier: Listed, stage: str, error: SupplierError, *, times: int = 1) -> None:
    left = [error] * times

    def trouble(asked: str, _: int) -> None:
        if asked == stage and left:
            raise left.pop()

    supplier.trouble = trouble


def taken() -> leases.Held:
    held = leases.acquire(f"hotels.sync:{CODE}", holder="somebody", ttl=timedelta(minutes=1))
    assert held is not None
    return held


def test_the_tasks_hand_on_step_by_step(supplier: Listed, queue: Queue) -> None:
    tasks.sync_content()
    # A step a stage, one more for two pages of hotels more, and four more of deriving
    assert work(queue) == len(FULL) + 2 + 4
    run = SyncRun.objects.get()
    assert (run.status, Hotel.objects.count()) == ("done", 5)
    before = SyncRun.objects.count()
    tasks.sync_page(run.pk, "hotels", 1)
    assert (SyncRun.objects.count(), queue) == (before, [])


def test_a_step_handed_out_twice_is_done_once(supplier: Listed, queue: Queue) -> None:
    run = content_sync.begin(CODE)
    for _ in range(2):
        content_sync.step(run.pk, stage="countries", position=1)
    run.refresh_from_db()
    assert (run.stage, run.counts["countries"]["seen"]) == ("destinations", 1)
    assert [asked for asked, *_ in supplier.asked] == ["countries"]


def test_who_waited_for_the_lease_looks_where_the_run_is_by_now(
    supplier: Listed, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = content_sync.begin(CODE)
    held = turn.take(CODE)
    assert held is not None

    def take(_: str) -> leases.Held:
        content_sync.advance(run, held)
        return held

    monkeypatch.setattr(turn, "take", take)
    assert content_sync.step(run.pk, stage="countries", position=1) is None
    assert [asked for asked, *_ in supplier.asked] == ["countries"]


def test_an_interrupted_run_goes_on_where_it_was(supplier: Listed) -> None:
    run = content_sync.begin(CODE)
    while (run.stage, run.position) != ("hotels", 3):
        following = content_sync.step(run.pk, stage=run.stage, position=run.position)
        assert following is not None
        run = following
    assert Hotel.objects.count() == 2
    supplier.asked.clear()
    assert content_sync.sync(CODE).pk == run.pk
    assert [first for asked, first, _ in supplier.asked if asked == "hotels"] == [3, 5]
    assert Hotel.objects.count() == 5


def test_a_run_left_over_is_replaced_by_one_of_another_kind(supplier: Listed) -> None:
    content_sync.sync(CODE)
    left = content_sync.begin(CODE, kind="full")
    with pytest.raises(Conflict, match="sync_running"):
        content_sync.begin(CODE)
    with clock.travel(timedelta(minutes=2)):
        run = content_sync.begin(CODE)
    left.refresh_from_db()
    assert (left.status, run.kind) == ("failed", "incremental")


def test_one_run_at_a_time(supplier: Listed) -> None:
    taken()
    with pytest.raises(Conflict, match="sync_running"):
        content_sync.sync(CODE)
    run = content_sync.begin(CODE)
    assert content_sync.step(run.pk, stage=run.stage, position=run.position) is None
    for status in ("running", "paused"):
        with pytest.raises(IntegrityError), transaction.atomic():
            SyncRun.objects.create(supplier=CODE, kind="full", status=status)


@pytest.mark.parametrize(
    "stage", ["countries", "types/facility", "rate_comments", "hotels", "retire", "derive"]
)
def test_a_step_that_lost_its_lease_writes_nothing(
    supplier: Listed, stage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when it was lost after the last beat, with the rows written already."""
    run = SyncRun.objects.create(supplier=CODE, kind="full", stage=stage, position=1, languages=["en"])
    held = taken()
    leases.release(held)
    taken()
    with pytest.raises(turn.LeaseLost):
        content_sync.advance(run, held)
    monkeypatch.setattr(turn, "keep", lambda *_, **__: None)
    with pytest.raises(turn.LeaseLost):
        content_sync.advance(SyncRun.objects.get(pk=run.pk), held)
    run.refresh_from_db()
    assert (run.stage, run.counts, Hotel.objects.count()) == (stage, {}, 0)
    assert (Country.objects.count(), SyncSeen.objects.count()) == (0, 0)


def test_a_newer_token_on_the_run_keeps_an_older_one_out(supplier: Listed) -> None:
    run = SyncRun.objects.create(supplier=CODE, kind="full", stage="countries", position=1, languages=["en"])
    held = taken()
    SyncRun.objects.filter(pk=run.pk).update(lease_token=held.token + 1)
    with pytest.raises(turn.LeaseLost):
        stages.take(run, supplier, held)


def test_nobody_waits_for_a_dead_process() -> None:
    gone = subprocess.Popen(["true"])
    gone.wait()
    host, life = socket.gethostname()[:30], timedelta(minutes=1)
    leases.acquire(f"hotels.sync:{CODE}", holder=f"{host}:{gone.pid}:1", ttl=life)
    held = turn.take(CODE)
    assert held is not None
    assert turn.take(CODE) is None
    leases.release(held)
    leases.acquire(f"hotels.sync:{CODE}", holder=f"elsewhere:{gone.pid}:1", ttl=life)
    assert turn.take(CODE) is None


def test_a_paused_run_stays_where_it_is_until_it_is_resumed(supplier: Listed, queue: Queue) -> None:
    run = content_sync.start(CODE, kind="full")
    assert queue == [(content_sync.TASK, run.pk, "countries", 1)]
    paused = content_sync.pause(run)
    assert (work(queue), supplier.asked, paused.status) == (1, [], "paused")
    tasks.sync_content()
    with clock.travel(timedelta(days=1)):
        tasks.sync_stalled()
    assert queue == []
    for verb, refusal in ((content_sync.pause, "sync_not_running"), (content_sync.begin, "sync_paused")):
        with pytest.raises(Conflict, match=refusal):
            verb(run if verb is content_sync.pause else CODE)
    assert content_sync.resume(run).status == "running"
    work(queue)
    assert SyncRun.objects.get().status == "done"
    with pytest.raises(Conflict, match="sync_not_paused"):
        content_sync.resume(run)


def test_a_pause_in_the_middle_of_a_page_keeps_the_page(supplier: Listed) -> None:
    run = content_sync.begin(CODE)
    supplier.trouble = lambda asked, _: asked == "countries" and content_sync.pause(run)
    after = content_sync.sync(CODE)
    assert (after.status, after.stage, after.position) == ("paused", "destinations", 1)


def test_a_stop_in_the_middle_of_a_page_drops_the_page(supplier: Listed) -> None:
    run = content_sync.begin(CODE)
    supplier.trouble = lambda asked, first: (asked, first) == ("hotels", 3) and content_sync.stop(run)
    after = content_sync.sync(CODE)
    assert (after.status, after.error, after.position) == ("failed", "stopped by staff", 3)
    assert Hotel.objects.count() == 2
    with pytest.raises(Conflict, match="sync_over"):
        content_sync.stop(run)


def test_a_start_names_a_destination_of_the_supplier(supplier: Listed, queue: Queue) -> None:
    content_sync.sync(CODE)
    ibiza = Destination.objects.get(codes__code="IBZ")
    run = content_sync.start(CODE, kind="full", destination=ibiza)
    assert (run.stage, run.destination) == ("hotels", ibiza)
    with pytest.raises(Conflict, match="sync_running"):
        content_sync.start(CODE, kind="full")
    content_sync.stop(run)
    ibiza.codes.all().delete()
    with pytest.raises(InvalidInput):
        content_sync.start(CODE, kind="full", destination=ibiza)


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
    supplier: Listed, queue: Queue, error: SupplierError, kind: str, seconds: int
) -> None:
    failing(supplier, "hotels", error)
    with clock.frozen(clock.now()):
        run = content_sync.start(CODE, kind="full")
        work(queue)
        run.refresh_from_db()
        assert (run.status, run.stage, run.errors) == ("running", "hotels", {kind: 1})
        assert run.waits_until == clock.now() + timedelta(seconds=seconds)
        assert queue == ([(seconds, run.pk, "hotels", 1)] if seconds <= 300 else [])
        asked = len(supplier.asked)
        tasks.sync_page(run.pk, "hotels", 1)
        tasks.sync_stalled()
        assert (len(supplier.asked), content_sync.stalled()) == (asked, [])
        queue.clear()
        with clock.travel(timedelta(seconds=seconds)):
            tasks.sync_stalled()
            tasks.sync_stalled()
            work(queue)
    run.refresh_from_db()
    assert (run.status, run.waits_until, run.errors) == ("done", None, {kind: 1})
    assert run.counts["hotels"]["seen"] == 5


def test_the_longer_it_lasts_the_less_it_is_asked(supplier: Listed, queue: Queue) -> None:
    """An hour out of order: no person is needed, and they are asked fewer than thirty times."""
    failing(supplier, "hotels", Unavailable("down"), times=10_000)
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
        supplier.trouble = lambda *_: None
        with clock.travel(timedelta(hours=1, minutes=6)):
            tasks.sync_stalled()
            work([one for one in queue if one[0] == content_sync.TASK])
    assert Hotel.objects.count() == 2


def test_staff_hear_of_a_run_that_is_stuck_for_hours_once(supplier: Listed) -> None:
    run = content_sync.begin(CODE)
    with clock.travel(timedelta(hours=3, minutes=1)):
        for _ in range(2):
            waiting.note(run, Unavailable("down"))
    alert = OutboxMessage.objects.get()
    assert (alert.channel, alert.related_reference) == ("sync_stuck", run.public_id)


def test_what_no_waiting_mends_fails_and_staff_hear_of_it(supplier: Listed, queue: Queue) -> None:
    failing(supplier, "hotels", AccessDenied("no such key"))
    run = content_sync.start(CODE, kind="full")
    work(queue)
    run.refresh_from_db()
    assert (run.status, run.error, queue) == ("failed", "AccessDenied: no such key", [])
    alert = OutboxMessage.objects.get()
    assert (alert.channel, alert.related_reference) == ("sync_failed", run.public_id)


def test_a_fault_of_ours_is_on_record_and_tried_again(supplier: Listed, queue: Queue) -> None:
    def trouble(asked: str, _: int) -> None:
        if asked == "rate_comments":
            raise ZeroDivisionError("ours")

    supplier.trouble = trouble
    run = content_sync.start(CODE, kind="full")
    with pytest.raises(ZeroDivisionError):
        work(queue)
    run.refresh_from_db()
    assert (run.status, run.stage, run.errors) == ("running", "rate_comments", {"zero_division_error": 1})
    supplier.trouble = lambda *_: None
    with clock.travel(timedelta(minutes=10)):
        tasks.sync_stalled()
        work(queue)
    run.refresh_from_db()
    assert run.status == "done"


def test_a_run_that_lost_its_task_is_found(supplier: Listed, queue: Queue) -> None:
    run = content_sync.begin(CODE)
    tasks.sync_stalled()
    assert queue == []
    with clock.travel(timedelta(minutes=6)):
        tasks.sync_stalled()
    assert queue == [(content_sync.TASK, run.pk, "countries", 1)]


def test_a_wait_in_the_command_is_sat_out(supplier: Listed) -> None:
    failing(supplier, "hotels", Throttled("slow down", retry_after=1))
    waits = []
    run = content_sync.sync(
        CODE, patience=timedelta(minutes=1), progress=lambda run: waits.append(run.waits_until)
    )
    assert (run.status, run.errors) == ("done", {"throttled": 1})
    assert any(waits)
    assert Lease.objects.get().expires_at <= clock.now()


def test_what_the_timetable_starts(supplier: Listed, queue: Queue) -> None:
    tasks.sync_sweep()
    work(queue)
    assert SyncRun.objects.latest("pk").kind == "full"  # nothing was ever read whole
    kinds = []
    for days, task in ((1, tasks.sync_content), (2, tasks.sync_sweep), (7, tasks.sync_content)):
        with clock.travel(timedelta(days=days)):
            task()
            work(queue)
        kinds.append(SyncRun.objects.latest("pk").kind)
    assert kinds == ["incremental", "sweep", "full"]
    assert set(SyncRun.objects.values_list("status", flat=True)) == {"done"}


def test_how_far_a_run_is() -> None:
    run = SyncRun(
        supplier=CODE,
        kind="full",
        stage="hotels",
        position=2001,
        total=5000,
        counts={"hotels": {"seen": 2000, "written": 2000, "unchanged": 0, "milliseconds": 10_000}},
    )
    with clock.frozen(clock.now()):
        far = sync_runs.progress(run)
        assert (far.stage_number, far.stages) == (FULL.index("hotels") + 1, len(FULL))
        assert (far.seen, far.total, far.per_second) == (2000, 5000, 200.0)
        assert far.expected_end == clock.now() + timedelta(seconds=15)
        run.waits_until = clock.now() + timedelta(minutes=1)
        assert sync_runs.progress(run).expected_end == clock.now() + timedelta(seconds=75)
        run.status = "paused"
        assert sync_runs.progress(run).expected_end is None


def test_the_expected_end_before_hotels_is_that_of_the_last_run(supplier: Listed) -> None:
    def expected(run: SyncRun) -> Callable[[], Any]:
        return lambda: sync_runs.progress(run).expected_end

    done = content_sync.sync(CODE, full=True)
    SyncRun.objects.filter(pk=done.pk).update(finished_at=done.started_at + timedelta(hours=1))
    run = content_sync.begin(CODE, kind="full")
    assert expected(run)() == run.started_at + timedelta(hours=1)


def test_the_command_leaves_a_finished_run_in_lines(
    supplier: Listed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("suppliers.registry.enabled", lambda _: [CODE])
    out = io.StringIO()
    call_command("sync_hotels", stdout=out)
    assert out.getvalue().count("\n") == len(FULL) + 2 + 4 + 1
