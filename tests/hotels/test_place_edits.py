"""What staff correct of places: judged, shown, found, kept through every kind of sync, given back exactly."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
import pytest
from django.db import connection, transaction

from faredown.accounts.models import User
from faredown.audit.models import Action
from faredown.lib import history
from faredown.lib.errors import Conflict, DomainError, InvalidInput
from hotels.models import ContentEdit, Country, Destination, DestinationCode, Hotel, Owner, Region, Zone
from hotels.selectors import content_history, destinations
from hotels.services import content_sync
from hotels.services.content import edit_rows, edits
from hotels.tasks import find_edited
from suppliers.content_types import ContentCountry, ContentDestination, ContentRegion, ContentZone
from tests.hotels.listings import CODE, PALMA, Listed, hotel

WHY = "The tourist board wrote to us."
OLD_TOWN = {"latitude": 39.5711, "longitude": 2.6501}
MIDDLE = {"latitude": 39.57, "longitude": 2.65}
"""Where all hotels of the listing are."""
CHOSEN: dict[tuple[str, str, str], Any] = {
    ("country", "name", "en"): "Kingdom of Spain",
    ("region", "name", ""): "Illes Balears",
    ("destination", "name", "en"): "Mallorca",
    ("destination", "name", "ar"): "ميورقة",
    ("destination", "coordinates", ""): OLD_TOWN,
    ("zone", "name", ""): "Palma old town",
}


@pytest.fixture
def ada(db: None) -> User:
    return User.objects.create_user("ada@example.com", "correct horse battery", is_staff=True)


@pytest.fixture
def synced(listed: Listed, db: None) -> Listed:
    listed.all_hotels = [hotel(code, zone_code="10") for code in "12345"]
    content_sync.sync(CODE, full=True)
    return listed


@pytest.fixture
def places(db: None) -> None:
    """The same without a sync."""
    spain = Country.objects.create(iso_code="ES", names={"en": "Spain"})
    Region.objects.create(country=spain, code="07", name="Baleares")
    palma = Destination.objects.create(country=spain, name="Majorca", names={"en": "Majorca"})
    DestinationCode.objects.create(supplier=CODE, code="PMI", destination=palma)
    Zone.objects.create(destination=palma, code="10", name="Palma")


def owner(name: str) -> Owner:
    found: dict[str, Callable[[], Owner]] = {
        "country": lambda: Country.objects.get(pk="ES"),
        "region": lambda: Region.objects.get(code="07"),
        "destination": lambda: Destination.objects.get(codes__code="PMI"),
        "zone": lambda: Zone.objects.get(code="10"),
    }
    return found[name]()


def correct(by: User) -> list[ContentEdit]:
    return [
        edits.make(owner(of), field, value, language=language, reason=WHY, by=by)
        for (of, field, language), value in CHOSEN.items()
    ]


def shown() -> dict[str, Any]:
    """Everything a traveller is told of places and what follows from it."""
    palma = Destination.objects.get(codes__code="PMI")
    return {
        "country": Country.objects.get(pk="ES").names,
        "region": Region.objects.get(code="07").name,
        "zone": Zone.objects.get(code="10").name,
        "name": palma.name,
        "names": palma.names,
        "position": (palma.latitude, palma.longitude),
        "metres": sorted(Hotel.objects.values_list("centre_metres", flat=True)),
    }


CORRECTED = {
    "country": {"en": "Kingdom of Spain"},
    "region": "Illes Balears",
    "zone": "Palma old town",
    "name": "Mallorca",
    "names": {"en": "Mallorca", "ar": "ميورقة"},
    "position": (39.5711, 2.6501),
    # 0.0011 degrees north is 122.3 m, 0.0001 degrees east there 8.6 m
    "metres": [123, 123, 123, 123, 123],
}


def rename(listed: Listed) -> None:
    """The supplier has new names for everything."""
    listed.all_countries = [
        ContentCountry(
            code="ES", iso_code="ES", names={"en": "ESPANA"}, regions=(ContentRegion("07", "ISLANDS"),)
        )
    ]
    listed.all_destinations = [
        msgspec.structs.replace(
            PALMA, names={"en": "BIG ISLAND", "ar": "جزيرة"}, zones=(ContentZone(code="10", name="CITY"),)
        )
    ]


def test_corrections_are_shown_at_once_and_given_back_exactly(synced: Listed, ada: User) -> None:
    before = shown()
    assert (before["name"], before["metres"]) == ("Majorca", [0, 0, 0, 0, 0])
    made = correct(ada)
    assert shown() == CORRECTED
    assert {edit.field: edit.supplied for edit in made if edit.destination and edit.language != "ar"} == {
        "name": "Majorca",
        "coordinates": MIDDLE,
    }
    for edit in made:
        edits.give_back(edit, by=ada)
    assert shown() == before
    assert not ContentEdit.objects.exists()


@pytest.mark.parametrize(
    ("kind", "reads_places", "reads_hotels"),
    [
        pytest.param({"full": True}, True, True, id="full"),
        pytest.param({}, False, True, id="incremental"),
        pytest.param({"sweep": True}, True, False, id="sweep"),
        pytest.param({"full": True, "destination": True}, False, True, id="destination"),
    ],
)
def test_corrections_survive_every_sync_which_notes_what_the_supplier_sends(
    synced: Listed, ada: User, kind: dict[str, Any], reads_places: bool, reads_hotels: bool
) -> None:
    correct(ada)
    rename(synced)
    synced.all_hotels = [hotel(code, latitude=39.6, longitude=2.7) for code in "12345"]
    options = kind | ({"destination": owner("destination")} if "destination" in kind else {})
    for _ in range(2):
        assert content_sync.sync(CODE, **options).status == "done"
        now = shown()
        now.pop("metres")
        assert now == {name: value for name, value in CORRECTED.items() if name != "metres"}
    noted = {
        (content_history.name(edit.owner), edit.field, edit.language): edit.supplied
        for edit in ContentEdit.objects.all()
    }
    renamed = {
        ("country", "name", "en"): "Espana",
        ("region", "name", ""): "Islands",
        ("destination", "name", "en"): "Big Island",
        ("destination", "name", "ar"): "جزيرة",
        ("zone", "name", ""): "City",
    }
    old = dict(zip(renamed, ("Spain", "Baleares", "Majorca", "", "Palma"), strict=True))
    moved = {"latitude": 39.6, "longitude": 2.7}
    at = {("destination", "coordinates", ""): moved if reads_hotels else MIDDLE}
    assert noted == (renamed if reads_places else old) | at
    for edit in ContentEdit.objects.all():
        edits.give_back(edit, by=ada)
    given_back = shown()
    if reads_places and reads_hotels:
        assert (given_back["name"], given_back["position"]) == ("Big Island", (39.6, 2.7))
        assert given_back["metres"] == [0, 0, 0, 0, 0]
        content_sync.sync(CODE, full=True)
        assert shown() == given_back


def test_a_sync_in_which_nothing_changed_writes_no_place(synced: Listed, ada: User) -> None:
    correct(ada)
    before = Destination.objects.get(codes__code="PMI").updated_at
    find_edited("2026-01-01T00:00:00+00:00")
    run = content_sync.sync(CODE, full=True)
    assert {counts["written"] for counts in run.counts.values()} == {0}
    assert Destination.objects.get(codes__code="PMI").updated_at == before


def test_a_new_language_of_the_suppliers_comes_beside_a_corrected_one(synced: Listed, ada: User) -> None:
    edits.make(owner("destination"), "name", "Mallorca", language="en", reason=WHY, by=ada)
    synced.all_destinations[0] = msgspec.structs.replace(PALMA, names={"en": "MAJORCA", "es": "MALLORCA"})
    content_sync.sync(CODE, full=True)
    assert Destination.objects.get(codes__code="PMI").names == {"en": "Mallorca", "es": "Mallorca"}


def test_a_destination_without_a_name_is_called_by_its_code_again(synced: Listed, ada: User) -> None:
    synced.all_destinations.append(
        ContentDestination(code="XYZ", country_code="ES", iso_country_code="ES", names={})
    )
    content_sync.sync(CODE, full=True)
    place = Destination.objects.get(codes__code="XYZ")
    edit = edits.make(place, "name", "Deià", language="en", reason=WHY, by=ada)
    place.refresh_from_db()
    assert (place.name, place.names) == ("Deià", {"en": "Deià"})
    edits.give_back(edit, by=ada)
    place.refresh_from_db()
    assert (place.name, place.names) == ("XYZ", {})


def test_suggestions_find_the_corrected_name_and_no_longer_the_other(synced: Listed, ada: User) -> None:
    def offered(typed: str) -> list[tuple[str, str]]:
        return [
            (one.kind, one.name) for one in destinations.suggest(typed, language="en") if one.kind != "hotel"
        ]

    edits.make(owner("destination"), "name", "Xilitla Bay", language="en", reason=WHY, by=ada)
    edits.make(owner("zone"), "name", "Wroxeter", reason=WHY, by=ada)
    find_edited("2026-01-01T00:00:00+00:00")
    assert offered("xilitla")[0] == ("city", "Xilitla Bay")
    assert offered("wroxeter") == [("zone", "Wroxeter")]
    assert ("city", "Xilitla Bay") not in offered("majorca")


@pytest.mark.parametrize(
    ("of", "field", "value", "refusal"),
    [
        ("destination", "popularity", 1, "field unknown_field"),
        ("zone", "coordinates", OLD_TOWN, "field unknown_field"),
        ("country", "coordinates", OLD_TOWN, "field unknown_field"),
        ("destination", "name", "Mallorca", "language required"),
        ("destination", "name tlh", "Mallorca", "language unknown_language"),
        ("zone", "name en", "Palma", "language no_language"),
        ("destination", "coordinates en", OLD_TOWN, "language no_language"),
        ("destination", "name en", "<b></b> ", "name required"),
        ("region", "name", "n" * 201, "name too_long"),
        ("country", "name en", 7, "name not_text"),
        ("destination", "coordinates", {"latitude": 91, "longitude": 0}, "coordinates not_on_the_globe"),
        ("destination", "coordinates", {"latitude": "0", "longitude": "-0"}, "coordinates not_a_place"),
        ("destination", "coordinates", {"latitude": "nan", "longitude": 1}, "coordinates not_on_the_globe"),
        ("destination", "coordinates", {"latitude": "1"}, "coordinates not_a_point"),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_written(
    places: None, of: str, field: str, value: Any, refusal: str
) -> None:
    name, _, language = field.partition(" ")
    with pytest.raises(InvalidInput) as refused:
        edits.make(owner(of), name, value, language=language, reason=WHY, by=User(pk=1))
    (error,) = refused.value.errors
    assert f"{error.field} {error.code}" == refusal
    assert not ContentEdit.objects.exists()
    assert not Action.objects.exists()


def test_a_position_that_nobody_knows_leaves_no_distances(synced: Listed, ada: User) -> None:
    edit = edits.make(owner("destination"), "coordinates", {}, reason=WHY, by=ada)
    assert Destination.objects.get(codes__code="PMI").latitude is None
    assert set(Hotel.objects.values_list("centre_metres", flat=True)) == {None}
    edits.give_back(edit, by=ada)
    assert shown()["metres"] == [0, 0, 0, 0, 0]


def test_the_second_of_two_editors_is_told(places: None, ada: User) -> None:
    place = owner("destination")
    first = edits.make(place, "name", "Mallorca", language="en", reason=WHY, by=ada, seen="")
    with pytest.raises(Conflict, match="edited_meanwhile"):
        edits.make(place, "name", "Maiorca", language="en", reason=WHY, by=ada, seen="")
    seen = edits.version(ContentEdit.objects.get())
    edits.make(place, "name", "Maiorca", language="en", reason=WHY, by=ada, seen=seen)
    with pytest.raises(Conflict, match="edited_meanwhile"):
        edits.give_back(first, by=ada)
    assert Destination.objects.get(codes__code="PMI").name == "Maiorca"


def test_each_is_on_record_with_who_and_what(places: None, ada: User) -> None:
    made = edits.make(owner("country"), "name", "Iberia", language="en", reason=WHY, by=ada)
    edits.give_back(made, by=ada)
    zone = edits.make(owner("zone"), "name", "Palma old town", reason=WHY, by=ada)
    recorded = Action.objects.order_by("pk").values_list("action", "target_reference", "detail")
    named = {"field": "name", "language": "en"}
    assert [tuple(row) for row in recorded] == [
        ("country.content_edited", "ES", named),
        ("country.content_given_back", "ES", named),
        ("zone.content_edited", zone.owner.public_id, {"field": "name", "language": ""}),  # type: ignore[union-attr]
    ]
    told = [(one.what, one.who, one.field, one.language) for one in content_history.of(owner("country"))]
    assert told == [
        ("Given back", "ada@example.com", "name", "en"),
        ("Corrected", history.PROGRAM, "name", "en"),  # no request made it
    ]


@contextmanager
def merging(place: Destination) -> Iterator[None]:
    """What a page of hotels does before it asks who edits: it has put a new one into the destination."""
    with transaction.atomic():
        Hotel.objects.create(name="New", country_id=place.country_id, destination=place)
        yield
        edit_rows.shut_out_editors()


def test_who_edits_a_destination_and_a_merge_into_it_do_not_wait_for_each_other(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    spain = Country.objects.create(iso_code="ES", names={"en": "Spain"})
    place = Destination.objects.create(name="Palma", names={"en": "Palma"}, country=spain)
    eve = User.objects.create_user("eve@example.com", "correct horse battery", is_staff=True)
    refused: list[DomainError] = []

    def edit() -> None:
        try:
            edits.make(place, "name", "Ciutat", language="en", reason=WHY, by=eve)
        except DomainError as error:
            refused.append(error)
        finally:
            connection.close()

    editor = threading.Thread(target=edit)
    with merging(place):
        editor.start()
        editor.join()
    place.refresh_from_db()
    assert (refused, place.name, place.hotels.count()) == ([], "Ciutat", 1)
