"""Listings that grow, shrink, repeat and lie; what a run takes for gone, and what it does not."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from faredown.lib import clock
from faredown.messaging.models import OutboxMessage
from hotels.models import (
    ContentEdit,
    Destination,
    Hotel,
    HotelCode,
    RateComment,
    Region,
    SyncRun,
    SyncSeen,
    Term,
)
from hotels.services import content_sync
from suppliers.content_types import ContentType, TypeKind
from tests.hotels.listings import CODE, Listed, comment, hotel

pytestmark = pytest.mark.django_db


def full(**options: Any) -> SyncRun:
    run = content_sync.sync(CODE, full=True, **options)
    assert run.status == "done"
    assert not SyncSeen.objects.exists()
    return run


def sweep() -> SyncRun:
    run = content_sync.sync(CODE, sweep=True)
    assert (run.kind, run.status) == ("sweep", "done")
    return run


def live() -> list[str]:
    return sorted(HotelCode.objects.filter(hotel__status="live").values_list("code", flat=True))


def counted(run: SyncRun) -> dict[str, int]:
    return {kind: finding["count"] for kind, finding in run.findings.items()}


def firsts(listed: Listed, stage: str) -> list[Any]:
    return [first for asked, first, _ in listed.asked if asked == stage]


def test_every_listing_is_read_page_by_page(listed: Listed) -> None:
    listed.comments = [comment(str(n), f"Text {n}") for n in range(3)]
    listed.words = [
        ContentType(kind=TypeKind.ISSUE, code="CONST:1", names={"en": "Works"}),
        ContentType(kind=TypeKind.TERMINAL, code="PMI", names={"en": "PALMA"}, group="A", country_code="ES"),
    ]
    run = full()
    assert (live(), firsts(listed, "hotels")) == (list("12345"), [1, 3, 5])
    assert (RateComment.objects.count(), firsts(listed, "rate_comments")) == (3, [1, 3])
    assert Term.objects.filter(kind="notice", code="CONST:1").exists()
    assert Term.objects.get(kind="terminal").country_code == "ES"
    assert Region.objects.get().name == "Baleares"
    assert {name: run.counts["hotels"][name] for name in ("seen", "written", "unchanged")} == {
        "seen": 5,
        "written": 5,
        "unchanged": 0,
    }
    assert run.findings == {}
    palma = Destination.objects.get(codes__code="PMI")
    assert (palma.hotel_count, palma.latitude, palma.longitude) == (5, 39.57, 2.65)
    assert set(Hotel.objects.values_list("centre_metres", flat=True)) == {0}


def test_a_code_on_two_pages_is_one_hotel_and_the_first_counts(listed: Listed) -> None:
    again = hotel("1", names={"en": "ANOTHER"})
    listed.pages = [([hotel("1"), hotel("2")], 4), ([again, hotel("3")], 4)]
    run = full()
    assert (live(), counted(run)) == (["1", "2", "3"], {"hotel_listed_twice": 1})
    assert Hotel.objects.get(codes__code="1").name == "Hotel 1"


def test_a_page_that_repeats_is_a_finding_and_no_loop(listed: Listed) -> None:
    page = [hotel("1"), hotel("2")]
    listed.pages = [(page, 6), (page, 6), ([hotel("5"), hotel("6")], 6)]
    run = full()
    assert (live(), counted(run)) == (["1", "2", "5", "6"], {"page_repeated": 1, "hotel_listed_twice": 2})
    assert run.findings["page_repeated"]["samples"] == ["hotels 3"]


def test_a_total_that_grows_is_followed(listed: Listed) -> None:
    listed.pages = [
        ([hotel("1"), hotel("2")], 3),
        ([hotel("3"), hotel("4")], 5),
        ([hotel("5")], 5),
    ]
    assert (full().findings, live()) == ({}, list("12345"))


def test_after_a_total_shrank_what_moved_up_is_read_too(listed: Listed) -> None:
    """Hotel 1 goes after the first page: 3 moves to the second place, where nobody would look again."""
    full()
    rest = [hotel(code) for code in "2345"]
    listed.pages = [([hotel("1"), hotel("2")], 5), (rest[2:], 4), (rest[1:3], 4)]
    listed.asked.clear()
    run = full()
    assert firsts(listed, "hotels") == [1, 3, 2]
    assert (live(), counted(run)) == (list("12345"), {"total_shrank": 1})


def test_a_listing_with_a_hole_retires_nobody(listed: Listed) -> None:
    full()
    listed.pages = [([hotel("1"), hotel("2")], 5), ([], 5), ([hotel("5")], 5)]
    run = full()
    assert (live(), counted(run)) == (list("12345"), {"page_empty": 1, "retiring_left_out": 1})


def test_a_total_of_nothing_but_air_ends(listed: Listed) -> None:
    listed.pages = [([], 1_000_000)] * 10
    assert counted(full())["page_empty"] == 6


def test_an_unreadable_record_retires_nobody(listed: Listed) -> None:
    full()
    listed.problems = (("record_unreadable", "Hotel 5: no number"),)
    del listed.all_hotels[4]
    run = full()
    assert (live(), counted(run)) == (list("12345"), {"record_unreadable": 2, "retiring_left_out": 1})


def test_what_a_full_run_misses_is_retired_and_comes_back(listed: Listed) -> None:
    full()
    gone = listed.all_hotels.pop()
    assert full().counts["retire"]["written"] == 1
    assert live() == list("1234")
    assert Hotel.objects.get(codes__code="5").status == "retired"
    assert Destination.objects.get(codes__code="PMI").hotel_count == 4
    listed.all_hotels.append(gone)
    assert (full().counts["hotels"]["written"], live()) == (1, list("12345"))


def test_a_sweep_retires_and_fetches_by_key(listed: Listed) -> None:
    full()
    listed.asked.clear()
    del listed.all_hotels[0]
    listed.all_hotels.append(hotel("6"))
    run = sweep()
    assert (live(), run.counts["retire"]["written"]) == (list("23456"), 1)
    assert (firsts(listed, "codes"), firsts(listed, "hotels")) == ([1, 3, 5], [])
    assert firsts(listed, "by_code") == [("6",)]
    listed.asked.clear()
    assert (sweep().findings, firsts(listed, "by_code")) == ({}, [])


def test_a_listed_hotel_that_is_not_given_is_asked_for_once(listed: Listed) -> None:
    full()
    listed.all_hotels += [hotel("7"), hotel("6", names={})]
    listed.withheld = {"7"}
    assert counted(sweep()) == {"listed_hotel_not_given": 1, "hotel_without_name": 1}
    assert live() == list("12345")


def test_a_retired_hotel_that_is_listed_again_comes_back_by_a_sweep(listed: Listed) -> None:
    full()
    Hotel.objects.filter(codes__code="3").update(status="retired")
    sweep()
    assert live() == list("12345")


def test_the_brake_retires_nobody_and_tells_staff(listed: Listed) -> None:
    full()
    del listed.all_hotels[2:]
    run = sweep()
    assert live() == list("12345")
    assert run.findings["retiring_refused"]["samples"] == ["3 of 5 hotels are no longer listed"]
    alert = OutboxMessage.objects.get(channel="sync_retiring_refused")
    assert alert.related_reference == run.public_id


def test_a_hotel_that_another_supplier_sells_stays(listed: Listed) -> None:
    full()
    HotelCode.objects.create(supplier="other", code="X", hotel=Hotel.objects.get(codes__code="5"))
    listed.all_hotels.pop()
    assert full().counts["retire"]["written"] == 0
    assert "5" in live()


def test_what_staff_took_off_sale_stays_off(listed: Listed) -> None:
    full()
    off = Hotel.objects.get(codes__code="5")
    ContentEdit.objects.create(hotel=off, field="off_sale", value=True, supplied=False)
    Hotel.objects.filter(pk=off.pk).update(status="retired")
    assert full().counts["hotels"]["written"] == 0
    listed.asked.clear()
    sweep()
    assert (live(), firsts(listed, "by_code")) == (list("1234"), [])
    listed.all_hotels[4] = hotel("5", city="Palma")
    assert full().counts["hotels"]["written"] == 1
    off.refresh_from_db()
    assert (off.status, off.city) == ("retired", "Palma")


def test_a_corrected_name_survives_and_the_supplier_is_noted(listed: Listed) -> None:
    full()
    shown = Hotel.objects.get(codes__code="1")
    ContentEdit.objects.create(hotel=shown, field="name", value="The Sun", supplied="Hotel 1")
    Hotel.objects.filter(pk=shown.pk).update(name="The Sun")
    assert full().counts["hotels"]["written"] == 0
    listed.all_hotels[0] = hotel("1", names={"en": "HOTEL LUNA"})
    full()
    shown.refresh_from_db()
    assert (shown.name, ContentEdit.objects.get().supplied) == ("The Sun", "Hotel Luna")


def test_one_destination_is_read_alone_and_counts_for_nothing_else(listed: Listed) -> None:
    full()
    listed.all_hotels = [hotel("8", destination_code="IBZ"), hotel("9")]
    ibiza = Destination.objects.get(codes__code="IBZ")
    run = full(destination=ibiza)
    assert (live(), run.counts["hotels"]["seen"]) == (list("123458"), 1)
    assert Destination.objects.get(pk=ibiza.pk).hotel_count == 1
    whole = SyncRun.objects.get(destination=None)
    SyncRun.objects.filter(pk=whole.pk).update(started_at=clock.now() - timedelta(days=5))
    changed = content_sync.sync(CODE)
    assert changed.changed_since == (clock.now() - timedelta(days=7)).date()


def test_an_incremental_run_asks_every_listing_for_changes(listed: Listed) -> None:
    listed.all_hotels = [hotel(code, updated_on=date(2020, 1, 1)) for code in "12"]
    full()
    listed.asked.clear()
    listed.all_hotels[1] = hotel("2", updated_on=clock.today(), latitude=39.6)
    run = content_sync.sync(CODE)
    assert {since for *_, since in listed.asked} == {run.changed_since}
    assert (run.counts["hotels"]["seen"], run.counts["hotels"]["written"]) == (1, 1)
    palma = Destination.objects.get(codes__code="PMI")
    assert palma.latitude == 39.585  # between the two
    assert list(Hotel.objects.order_by("latitude").values_list("centre_metres", flat=True)) == [1668, 1668]


def test_comments_that_are_gone_go_and_changed_ones_are_replaced(listed: Listed) -> None:
    listed.comments = [comment("1", "One"), comment("2", "Two"), comment("3", "Three")]
    full()
    listed.comments = [comment("2", "Two and a half")]
    content_sync.sync(CODE)
    texts = RateComment.objects.order_by("code").values_list("text", flat=True)
    assert list(texts) == ["One", "Two and a half", "Three"]
    listed.comments = [comment("2", "Two and a half"), comment("3", "Three")]
    run = full()
    assert list(texts.all()) == ["Two and a half", "Three"]
    assert run.counts["rate_comments"]["written"] == 1


def test_exchanged_coordinates_are_mended_by_the_first_run_and_left_by_the_second(listed: Listed) -> None:
    listed.all_hotels[0] = hotel("1", latitude=2.65, longitude=39.57)
    full()
    mended = Hotel.objects.get(codes__code="1")
    assert (mended.latitude, mended.longitude, mended.timezone) == (39.57, 2.65, "Europe/Madrid")
    run = full()
    assert counted(run) == {"hotel_with_swapped_coordinates": 1}
    assert sum(counts["written"] for counts in run.counts.values()) == 0


def test_a_hotel_nobody_can_place_takes_its_neighbours_clock(listed: Listed) -> None:
    listed.all_hotels[0] = hotel("1", latitude=None, longitude=None)
    full()
    lost = Hotel.objects.get(codes__code="1")
    assert (lost.latitude, lost.centre_metres, lost.timezone) == (None, None, "Europe/Madrid")


def test_what_the_database_refuses_costs_only_itself(listed: Listed) -> None:
    listed.all_hotels[1] = hotel("2", board_codes=("B\x00B",))
    assert (counted(full()), live()) == ({"hotel_refused": 1}, list("1345"))
