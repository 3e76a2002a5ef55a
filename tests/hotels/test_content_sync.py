"""The catalogue out of a simulated supplier: what arrives, what is rewritten, what survives an interruption."""

from __future__ import annotations

import io
import json
import socket
import subprocess
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, transaction

from faredown.idempotency.services import leases
from faredown.lib import clock
from faredown.lib.errors import Conflict
from hotels import tasks
from hotels.models import (
    Country,
    Destination,
    Hotel,
    HotelCode,
    HotelFacility,
    HotelRoom,
    HotelText,
    PlaceName,
    RateComment,
    SyncRun,
    SyncSeen,
    Term,
    Zone,
)
from hotels.services import content_sync, rate_comments
from hotels.services.content import derived, hotel_pages, hotel_rows, turn
from hotels.services.content.hotel_rows import Known
from hotels.services.content.tally import Tally
from suppliers.simulators.hotelbeds.running import Running
from suppliers.types import ContentFacility, ContentHotel, ContentImage, ContentRoom
from tests.hotels.conftest import SUPPLIER

pytestmark = pytest.mark.usefixtures("place")


def written(run: SyncRun) -> int:
    return sum(counts["written"] for counts in run.counts.values())


def test_everything_arrives() -> None:
    run = SyncRun.objects.get(status="done")
    assert (run.kind, run.languages) == ("full", ["en", "es", "ar"])
    assert run.counts["hotels"]["seen"] == Hotel.objects.count() == HotelCode.objects.count()
    assert not SyncSeen.objects.exists()
    for model in (Country, Destination, Zone, HotelText, HotelRoom, HotelFacility, RateComment, PlaceName):
        assert model._default_manager.exists(), model
    assert set(Term.objects.values_list("kind", flat=True).distinct()) == set(Term.Kind.values)
    assert HotelText.objects.filter(language="es").exclude(description="").exists()
    assert Country.objects.get(pk="ES").name_in("ar") == "إسبانيا"


def test_hotels_are_made_fit_to_show() -> None:
    for hotel in Hotel.objects.select_related("destination"):
        assert not hotel.name.isupper() or len(hotel.name) < 4
        assert hotel.timezone != "UTC" or hotel.latitude is None
        assert hotel.stars is None or hotel.stars % Decimal("0.5") == 0
    counted = {row.pk: row.hotels.filter(status="live").count() for row in Destination.objects.all()}
    assert dict(Destination.objects.values_list("pk", "hotel_count")) == counted


def test_a_second_run_writes_nothing() -> None:
    before = list(Hotel.objects.order_by("pk").values_list("pk", "public_id", "updated_at"))
    run = content_sync.sync(SUPPLIER, full=True)
    assert written(run) == 0
    assert list(Hotel.objects.order_by("pk").values_list("pk", "public_id", "updated_at")) == before


def test_only_what_changed_is_rewritten() -> None:
    hotel = Hotel.objects.exclude(images=[])[0]
    public_id, old = hotel.public_id, hotel.name
    Hotel.objects.filter(pk=hotel.pk).update(name="Something else", content_hash="")
    HotelRoom.objects.filter(hotel=hotel).delete()
    run = content_sync.sync(SUPPLIER, full=True)
    hotel.refresh_from_db()
    assert (hotel.name, hotel.public_id) == (old, public_id)
    assert hotel.rooms.exists()
    assert run.counts["hotels"]["written"] == 1


def test_an_incremental_run_asks_for_changes_only() -> None:
    run = content_sync.sync(SUPPLIER)
    assert (run.kind, run.status) == ("incremental", "done")
    assert run.changed_since == (clock.now() - timedelta(days=2)).date()
    assert run.counts["hotels"]["seen"] < Hotel.objects.count()


def test_an_interrupted_run_goes_on_where_it_was() -> None:
    run = content_sync.begin(SUPPLIER, full=True)
    while run.stage != "rate_comments":
        following = content_sync.step(run.pk, stage=run.stage, position=run.position)
        assert following is not None
        run = following
    again = content_sync.begin(SUPPLIER, full=True)
    assert (again.pk, again.stage) == (run.pk, "rate_comments")
    assert content_sync.step(run.pk, stage="countries", position=1) is None
    assert content_sync.sync(SUPPLIER, full=True).pk == run.pk
    assert SyncRun.objects.filter(status="done").count() == 2


def test_a_run_of_another_kind_replaces_one_left_over() -> None:
    left = content_sync.begin(SUPPLIER, full=True)
    run = content_sync.begin(SUPPLIER, full=False)
    left.refresh_from_db()
    assert (left.status, run.pk != left.pk) == ("failed", True)


def test_one_run_at_a_time() -> None:
    held = leases.acquire(f"hotels.sync:{SUPPLIER}", holder="somebody", ttl=timedelta(minutes=1))
    assert held is not None
    with pytest.raises(Conflict, match="sync_running"):
        content_sync.sync(SUPPLIER)
    run = content_sync.begin(SUPPLIER)
    assert content_sync.step(run.pk, stage=run.stage, position=run.position) is None
    with pytest.raises(IntegrityError), transaction.atomic():
        SyncRun.objects.create(supplier=SUPPLIER, kind="full")


def test_a_step_that_lost_its_lease_writes_nothing() -> None:
    run = content_sync.begin(SUPPLIER, full=True)
    held = leases.acquire(f"hotels.sync:{SUPPLIER}", holder="me", ttl=timedelta(minutes=1))
    assert held is not None
    leases.release(held)
    with pytest.raises(turn.LeaseLost):
        content_sync.advance(run, held)
    run.refresh_from_db()
    assert (run.stage, run.counts) == ("countries", {})


def test_nobody_waits_for_a_dead_process() -> None:
    gone = subprocess.Popen(["true"])
    gone.wait()
    host, life = socket.gethostname()[:30], timedelta(minutes=1)
    leases.acquire(f"hotels.sync:{SUPPLIER}", holder=f"{host}:{gone.pid}:1", ttl=life)
    held = turn.take(SUPPLIER)
    assert held is not None
    assert turn.take(SUPPLIER) is None
    leases.release(held)
    leases.acquire(f"hotels.sync:{SUPPLIER}", holder=f"elsewhere:{gone.pid}:1", ttl=life)
    assert turn.take(SUPPLIER) is None


def test_the_tasks_hand_on_step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    queue: list[tuple[Any, ...]] = []
    monkeypatch.setattr("faredown.lib.background.defer", lambda name, *args: queue.append((name, *args)))
    tasks.sync_content()
    steps = 0
    while queue:
        name, *args = queue.pop(0)
        assert name == "hotels.sync_page"
        tasks.sync_page(*args)
        steps += 1
    assert steps == len(content_sync.STAGES)
    assert SyncRun.objects.latest("pk").status == "done"


def test_hotels_no_longer_listed_are_retired_and_come_back() -> None:
    run = SyncRun.objects.create(supplier=SUPPLIER, kind="full", stage="retire")
    codes = list(HotelCode.objects.order_by("code").values_list("code", flat=True))
    SyncSeen.objects.bulk_create([SyncSeen(run=run, code=code) for code in codes[3:]])
    assert derived.retire_unlisted(run).written == 3
    assert set(Hotel.objects.filter(status="retired").values_list("codes__code", flat=True)) == set(codes[:3])
    content_sync.fail(run, "over")
    content_sync.sync(SUPPLIER, full=True)
    assert not Hotel.objects.filter(status="retired").exists()


def test_a_listing_that_lost_too_much_retires_nothing() -> None:
    run = SyncRun.objects.create(supplier=SUPPLIER, kind="full", stage="retire")
    tally = derived.retire_unlisted(run)
    assert (tally.written, list(tally.findings)) == (0, ["retiring_refused"])
    assert not Hotel.objects.filter(status="retired").exists()


def test_the_command_speaks_json_to_a_pipe() -> None:
    out = io.StringIO()
    call_command("sync_hotels", "--full", "--languages", "es,ar", stdout=out)
    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [line["status"] for line in lines] == ["running"] * (len(lines) - 1) + ["done"]
    assert lines[-1]["counts"]["hotels"]["unchanged"] == Hotel.objects.count()


def test_the_commands_exit_codes(catalogue: Running) -> None:
    catalogue.control.faults({"operation": "*", "kind": "bad_signature", "probability": 1.0})
    with pytest.raises(CommandError) as failed:
        call_command("sync_hotels", stdout=io.StringIO())
    assert failed.value.returncode == 1
    leases.acquire(f"hotels.sync:{SUPPLIER}", holder="somebody", ttl=timedelta(minutes=1))
    with pytest.raises(CommandError) as busy:
        call_command("sync_hotels", stdout=io.StringIO())
    assert busy.value.returncode == 3


def test_comments_are_joined_by_rate_and_date() -> None:
    comment = RateComment.objects.exclude(rate_codes=[]).order_by("pk")[0]
    name = f"{comment.incoming}|{comment.code}|{comment.rate_codes[0]}"
    assert comment.text in rate_comments.comments_for(name, comment.starts_on, hotel_code=comment.hotel_code)
    assert rate_comments.comments_for(name, comment.starts_on - timedelta(days=20_000)) == ""
    assert rate_comments.comments_for(f"{comment.incoming}|{comment.code}|no", comment.starts_on) == ""
    assert rate_comments.comments_for("", comment.starts_on) == ""


KNOWN = Known(
    destinations={"PMI": (7, "ES")},
    zones={(7, "10"): 70},
    terms={("category", "4EST"): (1, Decimal("4.0")), ("facility", "70:1"): (2, None)},
    room_names={"DBL.ST": {"en": "Double", "es": "Doble"}},
)


def mapped(**changes: Any) -> tuple[hotel_rows.HotelRows | None, Tally]:
    facts: dict[str, Any] = {
        "code": "1",
        "names": {"en": "HOTEL SOL", "es": "HOTEL EL SOL"},
        "descriptions": {"en": "Near the beach"},
        "country_code": "ES",
        "destination_code": "PMI",
    }
    tally = Tally()
    return hotel_rows.of(ContentHotel(**(facts | changes)), KNOWN, tally), tally


def test_a_hotel_becomes_rows() -> None:
    rows, tally = mapped(
        zone_code="10",
        category_code="4EST",
        latitude=39.57,
        longitude=2.65,
        rooms=(ContentRoom(code="DBL.ST", names={"en": "SEA ROOM"}, max_pax=3),),
        facilities=(ContentFacility(code="70:1", fee=True), ContentFacility(code="99:9")),
        images=(
            ContentImage(path="b.jpg", kind="GEN", position=2),
            ContentImage(path="a.jpg", kind="HAB", room_code="DBL.ST", position=1),
            ContentImage(path="b.jpg", kind="GEN", position=3),
        ),
    )
    assert rows is not None
    fields = rows.fields
    assert (fields["name"], fields["destination_id"], fields["zone_id"]) == ("Hotel Sol", 7, 70)
    assert (fields["stars"], fields["timezone"]) == (Decimal("4.0"), "Europe/Madrid")
    assert [image["path"] for image in json.loads(fields["images"])] == ["a.jpg", "b.jpg"]
    assert rows.texts == [("en", "Hotel Sol", "<p>Near the beach</p>"), ("es", "Hotel el Sol", "")]
    assert json.loads(rows.rooms[0][1]) == {"en": "Sea Room", "es": "Doble"}
    assert rows.facilities == [(2, True, True, None, None, None, "")]
    assert tally.findings == {"unknown_facility": ["99:9"]}


@pytest.mark.parametrize(
    ("changes", "finding"),
    [
        ({"names": {}}, "hotel_without_name"),
        ({"destination_code": "XXX"}, "hotel_of_unknown_destination"),
    ],
)
def test_a_hotel_that_cannot_be_placed(changes: dict[str, Any], finding: str) -> None:
    rows, tally = mapped(**changes)
    assert rows is None
    assert list(tally.findings) == [finding]


@pytest.mark.parametrize(
    ("changes", "finding"),
    [
        ({}, "hotel_without_coordinates"),
        ({"latitude": 0.0, "longitude": 0.0}, "hotel_with_odd_coordinates"),
        ({"latitude": 139.0, "longitude": 35.0}, "hotel_with_odd_coordinates"),
    ],
)
def test_a_hotel_nobody_can_find_is_kept_without_a_point(changes: dict[str, Any], finding: str) -> None:
    rows, tally = mapped(**changes)
    assert rows is not None
    assert (rows.fields["latitude"], rows.fields["timezone"]) == (None, "UTC")
    assert list(tally.findings) == [finding]


def test_of_a_code_listed_twice_the_first_counts() -> None:
    one = ContentHotel(
        code="1", names={"en": "One"}, descriptions={}, country_code="ES", destination_code="PMI"
    )
    tally = Tally()
    assert len(hotel_pages.rows([one, one], KNOWN, tally)) == 1
    assert tally.findings["hotel_listed_twice"] == ["1"]
