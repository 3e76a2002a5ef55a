"""Staff's corrections through every kind of sync: kept, noted beside what the supplier sends, given back exactly."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from faredown.accounts.models import User
from hotels.models import ContentEdit, Destination, Hotel, SuggestedPlace
from hotels.selectors import destinations
from hotels.services import content_sync
from hotels.services.content import edits
from hotels.tasks import find_edited
from suppliers import registry
from suppliers.simulators.hotelbeds.running import Running
from tests.hotels.conftest import SUPPLIER
from tests.hotels.listings import CODE, Listed
from tests.hotels.listings import hotel as record

WHY = "The hotel wrote to us."
VALUES: dict[tuple[str, str], Any] = {
    ("name", ""): "Parador Xilitla",
    ("name", "es"): "Parador de Xilitla",
    ("city", ""): "Xanadu",
    ("stars", ""): "6.5",
    ("coordinates", ""): {"latitude": 39.5696, "longitude": 2.6502},
    ("description", "en"): "<p>Quiet.</p>",
}


@pytest.fixture
def ada(db: None) -> User:
    return User.objects.create_user("ada@example.com", "correct horse battery", is_staff=True)


def correct(hotel: Hotel, by: User) -> list[ContentEdit]:
    first = hotel.images[-1]["path"]
    chosen = {**VALUES, ("images", ""): {"first": [first], "hidden": [hotel.images[0]["path"]]}}
    return [
        edits.make(hotel, field, value, language=language, reason=WHY, by=by)
        for (field, language), value in chosen.items()
    ]


def shown(hotel: Hotel) -> dict[str, Any]:
    """What is told of the hotel itself; how far the middle of its destination is, the next sync measures anew."""
    row: dict[str, Any] = {**Hotel.objects.filter(pk=hotel.pk).values().get()}
    for left_out in ("updated_at", "supplier_updated_on", "content_hash", "centre_metres"):
        row.pop(left_out)
    return row | {"texts": sorted(hotel.texts.values_list("language", "name", "description"))}


def is_corrected(hotel: Hotel) -> bool:
    row = shown(hotel)
    texts = {language: text for language, *text in row["texts"]}
    return (
        (row["name"], row["city"], row["stars"]) == ("Parador Xilitla", "Xanadu", Decimal("6.5"))
        and (row["latitude"], row["longitude"], row["timezone"]) == (39.5696, 2.6502, "Europe/Madrid")
        and texts["en"] == ["Parador Xilitla", "<p>Quiet.</p>"]
        and texts["es"][0] == "Parador de Xilitla"
    )


KINDS: list[dict[str, Any]] = [{"full": True}, {}, {"sweep": True}, {"full": True, "destination": True}]


@pytest.mark.parametrize("kind", KINDS, ids=["full", "incremental", "sweep", "destination"])
def test_corrections_survive_and_what_is_given_back_is_the_suppliers_newest(
    place: Destination, catalogue: Running, ada: User, kind: dict[str, Any]
) -> None:
    hotel = place.hotels.filter(latitude__isnull=False, status="live", images__1__isnull=False).order_by(
        "pk"
    )[0]
    made = correct(hotel, ada)
    options = {**kind, "destination": place} if "destination" in kind else kind
    assert content_sync.sync(SUPPLIER, **options).status == "done"
    assert is_corrected(hotel)
    catalogue.control.changes(changed=1.0, seed=3)
    assert content_sync.sync(SUPPLIER, **options).status == "done"
    assert is_corrected(hotel)
    hidden = ContentEdit.objects.get(field="images").value["hidden"][0]
    assert hidden not in [image["path"] for image in Hotel.objects.get(pk=hotel.pk).images]
    for edit in made:
        edits.give_back(ContentEdit.objects.get(pk=edit.pk), by=ada)
    given_back = shown(hotel)
    Hotel.objects.filter(pk=hotel.pk).update(content_hash="")
    if not kind.get("sweep"):  # which asks for keys alone, and so brings no change
        content_sync.sync(SUPPLIER, full=True)
    assert shown(hotel) == given_back
    assert given_back["name"] != "Parador Xilitla"


def test_a_hotel_that_goes_and_comes_back_is_still_corrected(
    monkeypatch: pytest.MonkeyPatch, ada: User
) -> None:
    supplier = Listed(all_hotels=[record(code) for code in "12345"])
    monkeypatch.setattr(registry, "get", {CODE: supplier}.__getitem__)
    content_sync.sync(CODE, full=True)
    hotel = Hotel.objects.get(codes__code="3")
    for field, value in (("city", "Xanadu"), ("name", "Parador Xilitla")):
        edits.make(hotel, field, value, reason=WHY, by=ada)
    gone = supplier.all_hotels.pop(2)
    content_sync.sync(CODE, full=True)
    hotel.refresh_from_db()
    assert (hotel.status, hotel.city) == ("retired", "Xanadu")
    supplier.all_hotels.append(record(gone.code, names={"en": "HOTEL LUNA"}))
    content_sync.sync(CODE, full=True)
    hotel.refresh_from_db()
    assert (hotel.status, hotel.city, hotel.name) == ("live", "Xanadu", "Parador Xilitla")
    for edit in hotel.edits.all():
        edits.give_back(edit, by=ada)
    hotel.refresh_from_db()
    assert (hotel.city, hotel.name) == ("", "Hotel Luna")


def test_a_corrected_name_is_suggested_and_what_is_off_sale_is_not(place: Destination, ada: User) -> None:
    hotel = place.hotels.filter(status="live").order_by("pk")[0]

    def offered() -> list[str]:
        return [one.id for one in destinations.suggest("parador xilit", language="en")]

    edits.make(hotel, "name", "Parador Xilitla", reason=WHY, by=ada)
    find_edited(Hotel.objects.get(pk=hotel.pk).updated_at.isoformat())
    assert hotel.public_id in offered()
    edits.make(hotel, "off_sale", True, reason=WHY, by=ada)
    find_edited(Hotel.objects.get(pk=hotel.pk).updated_at.isoformat())
    assert hotel.public_id not in offered()
    assert not SuggestedPlace.objects.filter(names__contains="xilitla").exists()
