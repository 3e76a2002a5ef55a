"""A supplier that goes wrong, the whole way: over HTTP, through the adapter and the sync, into rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time, timedelta
from typing import Any

import pytest

from hotels.models import Destination, Hotel, HotelFacility, SyncRun
from hotels.services import content_sync
from suppliers import registry
from suppliers.errors import QuotaUsedUp
from suppliers.models import Supplier
from suppliers.simulators.hotelbeds.running import Running
from tests.hotels.conftest import SUPPLIER

pytestmark = pytest.mark.usefixtures("place")

TONGUES = 3
"""English, Spanish and Arabic: so many calls for a page."""

KEPT = {"unknown_fee_unit": (15, "EUR", "", None, None), "odd_hours": (None, "", "", None, time(23))}
"""What is left of the car park: amount, currency, unit, hours."""


@pytest.mark.parametrize(
    ("kind", "finding"),
    [("no_name", "hotel_without_name"), ("unreadable_record", "record_unreadable")],
)
def test_a_record_that_says_nothing_leaves_the_hotel_as_it_was(
    catalogue: Running, place: Destination, kind: str, finding: str
) -> None:
    before = facts(place)
    translations = {"translation_unreadable": TONGUES - 1} if kind == "unreadable_record" else {}
    assert counted(odd_sync(catalogue, place, kind)) == {finding: 1} | translations
    assert facts(place) == before


@pytest.mark.parametrize(
    ("kind", "finding"),
    [
        ("zero_coordinates", "hotel_with_odd_coordinates"),
        ("swapped_coordinates", "hotel_with_swapped_coordinates"),
        ("huge_description", "hotel_with_too_long_description"),
        ("many_images", "hotel_with_too_many_images"),
        ("unknown_facility", "unknown_facility"),
        ("unknown_fee_unit", "fee_unit_unknown"),
        ("odd_hours", "facility_value_unreadable"),
        ("unreadable_field", "field_unreadable"),
    ],
)
def test_a_record_is_kept_as_far_as_it_is_sound(
    catalogue: Running, place: Destination, kind: str, finding: str
) -> None:
    before = facts(place)
    run = odd_sync(catalogue, place, kind)
    after = facts(place)
    first = min(after)
    odd, was = after.pop(first), before.pop(first)

    assert counted(run) == {finding: 1}
    assert after == before
    match kind:
        case "zero_coordinates":
            assert odd.pop("point") == (None, None)
            assert was.pop("point") != (None, None)
        case "huge_description":
            assert 20_000 <= odd.pop("english") <= 20_100
            assert was.pop("english") < 2_000
        case "many_images":
            assert len(odd.pop("images")) == 200
            assert len(was.pop("images")) < 30
        case "unknown_fee_unit" | "odd_hours":
            odd.pop("facilities")
            was.pop("facilities")
            park = HotelFacility.objects.get(hotel=first, facility__code="70:320")
            told = (park.amount, park.currency, park.unit, park.time_from, park.time_to)
            assert park.fee
            assert told == KEPT[kind]
        case "unknown_facility":
            assert set(odd.pop("facilities")) - set(was.pop("facilities")) == {"70:998"}
    assert odd == was


def test_a_name_in_another_language_is_better_than_none(catalogue: Running, place: Destination) -> None:
    before = facts(place)
    catalogue.control.faults(fault("no_name", language="ENG", count=1))
    run = sync(place)
    assert (run.findings, facts(place)) == ({}, before)


@pytest.fixture
def pages_of_twenty(db: None) -> Iterator[None]:
    Supplier.objects.update_or_create(code=SUPPLIER, defaults={"settings": {"content_page": 20}})
    registry.forget()
    yield
    registry.forget()


@pytest.mark.usefixtures("pages_of_twenty")
@pytest.mark.parametrize(
    ("kind", "finding", "missed"),
    [
        ("duplicate_codes", {"hotel_listed_twice": 3}, 0),
        ("total_shrinks", {"total_shrank": 1}, 0),
        # What stood on the page is nowhere in the listing: it stays as it was until the next run.
        ("page_repeats", {"page_repeated": 1, "hotel_listed_twice": 20}, 20),
    ],
)
def test_listings_that_overlap_shrink_and_repeat(
    catalogue: Running, kind: str, finding: dict[str, int], missed: int
) -> None:
    """Every hotel has changed; the second of the pages is not as it should be."""
    before = facts()
    catalogue.control.changes(changed=1.0)
    catalogue.control.faults(fault(kind, language="ENG", count=1, records=3, percent=10))
    run = content_sync.sync(SUPPLIER)
    catalogue.control.faults()
    again = content_sync.sync(SUPPLIER)

    assert (run.kind, run.status, counted(run)) == ("incremental", "done", finding)
    assert run.counts["hotels"]["written"] == len(before) - missed
    assert again.counts["hotels"]["written"] == missed
    assert {one["status"] for one in facts().values()} == {"live"}


def test_a_refused_language_is_counted_and_a_cut_page_asked_for_again(
    catalogue: Running, place: Destination
) -> None:
    catalogue.control.faults(
        fault("language_missing", language="ARA", count=1), fault("truncated_gzip", language="CAS", count=1)
    )
    run = sync(place)
    assert run.findings == {"language_missing": {"count": 1, "samples": ["ar"]}}
    assert run.errors == {}


def test_a_used_up_quota_is_waited_for_and_the_run_goes_on(catalogue: Running, place: Destination) -> None:
    catalogue.control.faults(fault("quota_403", retry_after=1, count=1))
    with pytest.raises(QuotaUsedUp):
        sync(place)
    left = SyncRun.objects.latest("pk")
    assert (left.status, left.stage, left.errors) == ("running", "hotels", {"quota_used_up": 1})

    run = sync(place, patience=timedelta(minutes=1))

    assert (run.pk, run.status) == (left.pk, "done")
    # The refused one, and those of the page: nobody knocked while the door was shut.
    assert catalogue.control.state()["calls"] == {"content": 1 + TONGUES}


def test_what_changed_is_found_what_went_is_retired_and_what_came_is_there(catalogue: Running) -> None:
    before = facts()
    catalogue.control.changes(changed=0.2, removed=0.05, added=0.03)
    run = content_sync.sync(SUPPLIER)
    swept = content_sync.sync(SUPPLIER, sweep=True)
    after = facts()

    gone = {key for key, one in after.items() if one["status"] == "retired"}
    come = after.keys() - before.keys()
    changed = {key for key in before if after[key] != before[key]} - gone
    assert (run.kind, run.counts["hotels"]["written"]) == ("incremental", len(changed | come))
    assert (swept.status, swept.counts["retire"]["written"]) == ("done", len(gone))
    assert changed
    assert gone


def odd_sync(simulator: Running, place: Destination, kind: str) -> SyncRun:
    """The first hotel of the page is odd, in every language."""
    simulator.control.faults(fault(kind, count=TONGUES))
    run = sync(place)
    assert run.counts["hotels"]["seen"] in {place.hotel_count, place.hotel_count - 1}
    return run


def sync(place: Destination, *, patience: timedelta = timedelta()) -> SyncRun:
    run = content_sync.sync(SUPPLIER, destination=place, full=True, patience=patience)
    assert run.status == "done"
    return run


def fault(kind: str, **facts: Any) -> dict[str, Any]:
    return {"operation": "content", "kind": kind, "path": "/hotels", **facts}


def counted(run: SyncRun) -> dict[str, int]:
    return {kind: finding["count"] for kind, finding in run.findings.items()}


def facts(place: Destination | None = None) -> dict[int, dict[str, Any]]:
    """Of every hotel, by its key, what a traveller sees of it."""
    hotels = Hotel.objects.filter(destination=place) if place else Hotel.objects.all()
    return {
        one.pk: {
            "status": one.status,
            "name": one.name,
            "point": (one.latitude, one.longitude),
            "images": [image["path"] for image in one.images],
            "facilities": one.facility_codes,
            "english": sum(len(text.description) for text in one.texts.all() if text.language == "en"),
        }
        for one in hotels.prefetch_related("texts")
    }
