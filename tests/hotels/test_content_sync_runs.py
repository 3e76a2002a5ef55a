"""A run's life: whose turn it is, what interrupts it, how it waits, who starts, pauses and stops it."""

from __future__ import annotations

import io
import socket
import subprocess
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from faredown.idempotency.services import leases
from faredown.lib import clock
from faredown.lib.errors import Conflict, InvalidInput
from hotels import sync_stages, tasks
from hotels.models import Country, Destination, Hotel, SyncRun, SyncSeen
from hotels.selectors import sync_runs
from hotels.services import content_sync
from hotels.services.content import stages, turn
from suppliers import registry
from tests.hotels.listings import CODE, Listed, Queue, work

pytestmark = pytest.mark.django_db

FULL = sync_stages.of("full", one_destination=False)


def at(question: tuple[str, int], verb: Callable[[], SyncRun]) -> Callable[[str, int], None]:
    """Trouble: what staff do while that question is on its way."""

    def trouble(*asked: str | int) -> None:
        if asked == question:
            verb()

    return trouble


def taken() -> leases.Held:
    held = leases.acquire(f"hotels.sync:{CODE}", holder="somebody", ttl=timedelta(minutes=1))
    assert held is not None
    return held


def test_the_tasks_hand_on_step_by_step(listed: Listed, queue: Queue) -> None:
    tasks.sync_content()
    # A step a stage, one more for two pages of hotels more, and four more of deriving
    assert work(queue) == len(FULL) + 2 + 4
    run = SyncRun.objects.get()
    assert (run.status, Hotel.objects.count()) == ("done", 5)
    before = SyncRun.objects.count()
    tasks.sync_page(run.pk, "hotels", 1)
    assert (SyncRun.objects.count(), queue) == (before, [])


def test_a_step_handed_out_twice_is_done_once(listed: Listed, queue: Queue) -> None:
    run = content_sync.begin(CODE)
    for _ in range(2):
        content_sync.step(run.pk, stage="countries", position=1)
    run.refresh_from_db()
    assert (run.stage, run.counts["countries"]["seen"]) == ("destinations", 1)
    assert [asked for asked, *_ in listed.asked] == ["countries"]


def test_who_waited_for_the_lease_looks_where_the_run_is_by_now(
    listed: Listed, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = content_sync.begin(CODE)
    held = turn.take(CODE)
    assert held is not None

    def take(_: str) -> leases.Held:
        content_sync.advance(run, held)
        return held

    monkeypatch.setattr(turn, "take", take)
    assert content_sync.step(run.pk, stage="countries", position=1) is None
    assert [asked for asked, *_ in listed.asked] == ["countries"]


def test_an_interrupted_run_goes_on_where_it_was(listed: Listed) -> None:
    run = content_sync.begin(CODE)
    while (run.stage, run.position) != ("hotels", 3):
        following = content_sync.step(run.pk, stage=run.stage, position=run.position)
        assert following is not None
        run = following
    assert Hotel.objects.count() == 2
    listed.asked.clear()
    assert content_sync.sync(CODE).pk == run.pk
    assert [first for asked, first, _ in listed.asked if asked == "hotels"] == [3, 5]
    assert Hotel.objects.count() == 5


def test_a_run_left_over_is_replaced_by_one_of_another_kind(listed: Listed) -> None:
    content_sync.sync(CODE)
    left = content_sync.begin(CODE, kind="full")
    with pytest.raises(Conflict, match="sync_running"):
        content_sync.begin(CODE)
    with clock.travel(timedelta(minutes=2)):
        run = content_sync.begin(CODE)
    left.refresh_from_db()
    assert (left.status, run.kind) == ("failed", "incremental")


def test_one_run_at_a_time(listed: Listed) -> None:
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
    listed: Listed, stage: str, monkeypatch: pytest.MonkeyPatch
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


def test_a_newer_token_on_the_run_keeps_an_older_one_out(listed: Listed) -> None:
    run = SyncRun.objects.create(supplier=CODE, kind="full", stage="countries", position=1, languages=["en"])
    held = taken()
    SyncRun.objects.filter(pk=run.pk).update(lease_token=held.token + 1)
    with pytest.raises(turn.LeaseLost):
        stages.take(run, registry.get(CODE), held)


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


def test_a_paused_run_stays_where_it_is_until_it_is_resumed(listed: Listed, queue: Queue) -> None:
    run = content_sync.start(CODE, kind="full")
    assert queue == [(content_sync.TASK, run.pk, "countries", 1)]
    paused = content_sync.pause(run)
    assert (work(queue), listed.asked, paused.status) == (1, [], "paused")
    tasks.sync_content()
    with clock.travel(timedelta(days=1)):
        tasks.sync_stalled()
    assert queue == []
    with pytest.raises(Conflict, match="sync_not_running"):
        content_sync.pause(run)
    with pytest.raises(Conflict, match="sync_paused"):
        content_sync.begin(CODE)
    assert content_sync.resume(run).status == "running"
    work(queue)
    assert SyncRun.objects.get().status == "done"
    with pytest.raises(Conflict, match="sync_not_paused"):
        content_sync.resume(run)


def test_a_pause_in_the_middle_of_a_page_keeps_the_page(listed: Listed) -> None:
    run = content_sync.begin(CODE)
    listed.trouble = at(("countries", 1), lambda: content_sync.pause(run))
    after = content_sync.sync(CODE)
    assert (after.status, after.stage, after.position) == ("paused", "destinations", 1)


def test_a_stop_in_the_middle_of_a_page_drops_the_page(listed: Listed) -> None:
    run = content_sync.begin(CODE)
    listed.trouble = at(("hotels", 3), lambda: content_sync.stop(run))
    after = content_sync.sync(CODE)
    assert (after.status, after.error, after.position) == ("stopped", "", 3)
    assert Hotel.objects.count() == 2
    with pytest.raises(Conflict, match="sync_over"):
        content_sync.stop(run)


def test_a_start_names_a_destination_of_the_supplier(listed: Listed, queue: Queue) -> None:
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


def test_what_the_timetable_starts(listed: Listed, queue: Queue) -> None:
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


def test_the_expected_end_before_hotels_is_that_of_the_last_run(listed: Listed) -> None:
    done = content_sync.sync(CODE, full=True)
    SyncRun.objects.filter(pk=done.pk).update(finished_at=done.started_at + timedelta(hours=1))
    run = content_sync.begin(CODE, kind="full")
    assert sync_runs.progress(run).expected_end == run.started_at + timedelta(hours=1)


def test_the_command_leaves_a_finished_run_in_lines(listed: Listed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("suppliers.registry.enabled", lambda _: [CODE])
    out = io.StringIO()
    call_command("sync_hotels", stdout=out)
    assert out.getvalue().count("\n") == len(FULL) + 2 + 4 + 1
