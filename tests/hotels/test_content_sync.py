"""The catalogue out of a simulated supplier: what arrives, what is rewritten, what the command says and answers."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from faredown.idempotency.services import leases
from faredown.lib import clock
from faredown.messaging.models import OutboxMessage
from hotels.models import (
    Country,
    Destination,
    DestinationCode,
    Hotel,
    HotelCode,
    HotelFacility,
    HotelRoom,
    HotelText,
    Landmark,
    RateComment,
    Region,
    SyncRun,
    SyncSeen,
    Term,
    Zone,
)
from hotels.selectors import destinations
from hotels.services import content_sync, rate_comments
from hotels.services.content import stages
from suppliers.errors import Unavailable
from suppliers.simulators.hotelbeds.running import Running
from tests.hotels.conftest import SUPPLIER

pytestmark = pytest.mark.usefixtures("place")

CATALOGUE = (
    *("country", "region", "destination", "destinationcode", "zone", "term", "ratecomment", "landmark"),
    *("hotel", "hotelcode", "hoteltext", "hotelroom", "hotelfacility"),
)


def written(run: SyncRun) -> int:
    return sum(counts["written"] for counts in run.counts.values())


def versions() -> dict[str, list[tuple[int, ...]]]:
    """Where each row of the catalogue lies: a row that is written again, even as it was, lies somewhere else."""
    found = {}
    with connection.cursor() as cursor:
        for table in CATALOGUE:
            cursor.execute(f"SELECT ctid::text FROM hotels_{table} ORDER BY 1")
            found[table] = cursor.fetchall()
    return found


def test_everything_arrives() -> None:
    run = SyncRun.objects.get(status="done")
    assert (run.kind, run.languages) == ("full", ["en", "es", "ar"])
    assert run.counts["hotels"]["seen"] == Hotel.objects.count() == HotelCode.objects.count()
    assert not SyncSeen.objects.exists()
    for model in (
        *(Country, Region, Destination, Zone, HotelText, HotelRoom, HotelFacility, RateComment, Landmark),
    ):
        assert model._default_manager.exists(), model
    assert set(Term.objects.values_list("kind", flat=True).distinct()) == set(Term.Kind.values)
    assert HotelText.objects.filter(language="es").exclude(description="").exists()
    assert Country.objects.get(pk="ES").name_in("ar") == "إسبانيا"


def test_places_are_found_in_languages_no_text_is_shown_in() -> None:
    assert Country.objects.get(pk="ES").names["de"] == "Spanien"
    assert [one.name for one in destinations.suggest("spanien", language="en", limit=1)] == ["Spain"]
    assert set(HotelText.objects.values_list("language", flat=True).distinct()) == {"en", "es", "ar"}


def test_hotels_are_made_fit_to_show() -> None:
    for hotel in Hotel.objects.select_related("destination"):
        assert not hotel.name.isupper() or len(hotel.name) < 4
        assert hotel.timezone != "UTC" or hotel.latitude is None
        assert hotel.stars is None or hotel.stars % Decimal("0.5") == 0
        assert (hotel.centre_metres is None) == (hotel.latitude is None)
        assert set(hotel.paid_facility_codes) <= set(hotel.facility_codes)
        assert 0 < hotel.quality <= 100
    counted = {row.pk: row.hotels.filter(status="live").count() for row in Destination.objects.all()}
    assert dict(Destination.objects.values_list("pk", "hotel_count")) == counted
    regions = {row.pk: row.hotels.filter(status="live").count() for row in Region.objects.all()}
    assert dict(Region.objects.values_list("pk", "hotel_count")) == regions
    assert sum(regions.values()) > 0


def test_a_second_run_writes_nothing() -> None:
    before = versions()
    run = content_sync.sync(SUPPLIER, full=True)
    assert (run.status, written(run)) == ("done", 0)
    assert versions() == before


def test_a_sweep_of_what_is_known_writes_nothing() -> None:
    before = versions()
    run = content_sync.sync(SUPPLIER, sweep=True)
    assert (run.kind, run.status, written(run)) == ("sweep", "done", 0)
    assert run.counts["codes"]["seen"] == Hotel.objects.count()
    assert versions() == before


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
    assert not {"countries", "destinations", "retire"} & run.counts.keys()


def test_one_destination_only(place: Destination) -> None:
    code = DestinationCode.objects.get(destination=place).code
    call_command("sync_hotels", "--destination", code, stdout=io.StringIO())
    run = SyncRun.objects.latest("pk")
    assert (run.destination, run.status, run.counts["hotels"]["seen"]) == (place, "done", place.hotel_count)
    assert set(run.counts) == {"hotels", "derive"}
    assert not Hotel.objects.filter(status="retired").exists()
    with pytest.raises(CommandError) as refused:
        call_command("sync_hotels", "--destination", "NOWHERE", stdout=io.StringIO())
    assert refused.value.returncode == 2


def test_the_command_speaks_json_to_a_pipe() -> None:
    out = io.StringIO()
    call_command("sync_hotels", "--full", "--languages", "es,ar", stdout=out)
    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [line["status"] for line in lines] == ["running"] * (len(lines) - 1) + ["done"]
    assert lines[-1]["counts"]["hotels"]["unchanged"] == Hotel.objects.count()
    assert [line["stage_number"] for line in lines] == sorted(line["stage_number"] for line in lines)


def test_fewer_languages_take_no_text_away() -> None:
    texts = HotelText.objects.count()
    call_command("sync_hotels", "--full", "--languages", "es", stdout=io.StringIO())
    run = SyncRun.objects.latest("pk")
    assert run.languages == ["en", "es", "ar"]
    assert run.counts["hotels"]["unchanged"] == Hotel.objects.count()
    assert HotelText.objects.count() == texts


def test_a_further_language_comes_along_with_those_there_are() -> None:
    call_command("sync_hotels", "--full", "--languages", "de", stdout=io.StringIO())
    run = SyncRun.objects.latest("pk")
    assert run.languages == ["en", "es", "ar", "de"]
    assert HotelText.objects.filter(language="ar").exists()


def test_the_command_fills_what_is_empty_only() -> None:
    out = io.StringIO()
    call_command("sync_hotels", "--if-empty", stdout=out)
    assert (out.getvalue(), SyncRun.objects.count()) == ("", 1)


def returncode(*options: str) -> int:
    with pytest.raises(CommandError) as ended:
        call_command("sync_hotels", *options, stdout=io.StringIO())
    return ended.value.returncode


def test_the_commands_exit_codes(catalogue: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    catalogue.control.faults({"operation": "*", "kind": "bad_signature", "probability": 1.0})
    assert returncode() == 1
    run = SyncRun.objects.latest("pk")
    assert (run.status, run.error.partition(":")[0]) == ("failed", "AccessDenied")
    assert OutboxMessage.objects.filter(channel="sync_failed", related_reference=run.public_id).exists()
    monkeypatch.setattr(stages, "take", interrupt)
    assert returncode() == 130
    run = SyncRun.objects.latest("pk")
    assert run.status == "running"
    content_sync.pause(run)
    assert returncode() == 4
    content_sync.resume(run)
    monkeypatch.setattr(stages, "take", nobody_there)
    assert returncode("--patience", "0") == 5
    run.refresh_from_db()
    assert (run.status, run.errors) == ("running", {"unavailable": 1})
    leases.acquire(f"hotels.sync:{SUPPLIER}", holder="somebody", ttl=timedelta(minutes=1))
    assert returncode() == 3


def interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def nobody_there(*_: object) -> None:
    raise Unavailable("no answer")


@pytest.mark.parametrize(
    "options",
    [
        ("--languages", "en,Deutsch!"),
        ("--languages", "es,xx"),
        ("--patience", "-1"),
        ("--sweep", "--destination", "PMI"),
        ("--full", "--sweep"),
    ],
)
def test_wrong_usage(options: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        call_command("sync_hotels", *options, stdout=io.StringIO())
    assert SyncRun.objects.count() == 1


def test_comments_are_joined_by_rate_and_date() -> None:
    comment = RateComment.objects.exclude(rate_codes=[]).order_by("pk")[0]
    name = f"{comment.incoming}|{comment.code}|{comment.rate_codes[0]}"
    assert comment.text in rate_comments.comments_for(name, comment.starts_on, hotel_code=comment.hotel_code)
    assert rate_comments.comments_for(name, comment.starts_on - timedelta(days=20_000)) == ""
    assert rate_comments.comments_for(f"{comment.incoming}|{comment.code}|no", comment.starts_on) == ""
    assert rate_comments.comments_for("", comment.starts_on) == ""
