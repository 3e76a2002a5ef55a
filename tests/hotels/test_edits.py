"""What staff correct of a hotel: judged, shown, kept over what the supplier sends, given back."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from faredown.accounts.models import User
from faredown.audit.models import Action
from faredown.lib import history
from faredown.lib.errors import Conflict, InvalidInput
from hotels.models import ContentEdit, Country, Destination, Hotel, HotelText
from hotels.services.content import edit_rows, edits, hotel_edits, hotel_rows
from hotels.services.content.hotel_rows import Known
from hotels.services.content.tally import Tally
from suppliers.content_types import ContentHotel, ContentImage

WHY = "The hotel wrote to us."
PALMA = {"latitude": 39.5696, "longitude": 2.6502}
Make = Callable[..., ContentEdit]


@pytest.fixture
def hotel(db: None) -> Hotel:
    """In Palma by its record, with texts in two languages and four photos."""
    spain = Country.objects.create(iso_code="ES", names={"en": "Spain"})
    place = Destination.objects.create(name="Palma", country=spain, latitude=39.57, longitude=2.65)
    hotel = Hotel.objects.create(
        name="Hotel Luna",
        country=spain,
        destination=place,
        latitude=39.5,
        longitude=2.6,
        timezone="Europe/Madrid",
        centre_metres=8887,
        quality=49,  # 4 photos 12, English 15, coordinates 15, stars 4, telephone 3
        stars=Decimal("3.0"),
        city="Palma",
        phones=["+34 971 111 111"],
        images=[{"path": f"{n}.jpg", "kind": "GEN", "room_code": ""} for n in "abcd"],
        content_hash="0" * 32,
    )
    HotelText.objects.create(hotel=hotel, language="en", name="Hotel Luna", description="<p>By the sea.</p>")
    HotelText.objects.create(hotel=hotel, language="es", name="Hotel Luna de Palma")
    return Hotel.objects.get(pk=hotel.pk)


@pytest.fixture
def ada(db: None) -> User:
    return User.objects.create_user("ada@example.com", "correct horse battery", is_staff=True)


@pytest.fixture
def make(hotel: Hotel, ada: User) -> Make:
    def made(field: str, value: Any, **given: Any) -> ContentEdit:
        return edits.make(hotel, field, value, **{"reason": WHY, "by": ada, **given})

    return made


def shown(hotel: Hotel) -> dict[str, Any]:
    """Everything of the hotel but its clock."""
    row: dict[str, Any] = {**Hotel.objects.filter(pk=hotel.pk).values().get()}
    row.pop("updated_at")
    return row | {"texts": sorted(hotel.texts.values_list("language", "name", "description"))}


@pytest.mark.parametrize(
    ("field", "value", "columns"),
    [
        ("name", " Hotel  Sol ", {"name": "Hotel Sol"}),
        ("off_sale", True, {"status": "retired"}),
        ("stars", "4.5", {"stars": Decimal("4.5")}),
        ("stars", "", {"stars": None}),
        ("address", "Calle <b>Mayor</b> 1", {"address": "Calle Mayor 1"}),
        ("postal_code", "07001", {"postal_code": "07001"}),
        ("city", "Palma", {"city": "Palma"}),
        ("coordinates", PALMA, PALMA | {"timezone": "Europe/Madrid"}),
        ("phones", ["+34 971 000 000", "+34 971 000 000", ""], {"phones": ["+34 971 000 000"]}),
        ("emails", ["desk@example.com"], {"emails": ["desk@example.com"]}),
        ("web", "www.example.com/palma", {"web": "www.example.com/palma"}),
    ],
)
def test_a_corrected_field_is_shown_and_given_back(
    make: Make, hotel: Hotel, field: str, value: Any, columns: dict[str, Any]
) -> None:
    before = shown(hotel)
    edit = make(field, value)
    now = shown(hotel)
    assert {name: now[name] for name in columns} == columns
    assert now["content_hash"] == before["content_hash"]
    edits.give_back(edit, by=User.objects.get())
    assert shown(hotel) == before
    assert not ContentEdit.objects.exists()


def test_the_shown_name_is_the_english_one(hotel: Hotel, ada: User, make: Make) -> None:
    before = shown(hotel)
    edit = make("name", "Hotel Sol", language="en")
    assert (edit.language, edit.supplied) == ("", hotel.name)
    assert hotel.texts.get(language="en").name == "Hotel Sol"
    assert hotel.texts.get(language="es").name != "Hotel Sol"
    edits.give_back(edit, by=ada)
    assert shown(hotel) == before


def test_texts_of_a_language_are_cleaned_and_come_and_go(hotel: Hotel, ada: User, make: Make) -> None:
    HotelText.objects.filter(hotel=hotel, language="ar").delete()
    before = shown(hotel)
    name = make("name", "فندق الشمس", language="ar")
    text = make("description", "<p onclick=x>Sea <script>1</script><b>view</b></p>", language="ar")
    arabic = hotel.texts.get(language="ar")
    assert (arabic.name, arabic.description) == ("فندق الشمس", "<p>Sea <b>view</b></p>")
    edits.give_back(name, by=ada)
    assert hotel.texts.get(language="ar").name == ""
    edits.give_back(text, by=ada)
    assert shown(hotel) == before


def test_photos_are_ordered_and_hidden(hotel: Hotel, ada: User, make: Make) -> None:
    edit = make("images", {"first": ["c.jpg"], "hidden": ["a.jpg"]})
    paths = [image["path"] for image in Hotel.objects.get(pk=hotel.pk).images]
    assert paths == ["c.jpg", "b.jpg", "d.jpg"]
    again = make("images", {"first": ["a.jpg"], "hidden": []})
    assert (again.pk, [image["path"] for image in again.supplied]) == (
        edit.pk,
        ["a.jpg", "b.jpg", "c.jpg", "d.jpg"],
    )
    edits.give_back(again, by=ada)
    assert Hotel.objects.get(pk=hotel.pk).images == hotel.images


@pytest.mark.parametrize(
    ("field", "value", "language", "refusal"),
    [
        ("ranking", 1, "", "field unknown_field"),
        ("name", "<i></i> ", "", "name required"),
        ("name", "n" * 301, "", "name too_long"),
        ("name", 7, "", "name not_text"),
        ("name", "Sol", "tlh", "language unknown_language"),
        ("city", "Palma", "es", "language no_language"),
        ("description", "Sea view", "", "language required"),
        ("description", "x" * 20_001, "en", "description too_long"),
        ("stars", "3.7", "", "stars not_half_stars"),
        ("stars", "7.5", "", "stars not_half_stars"),
        ("stars", "-1", "", "stars not_half_stars"),
        ("stars", "many", "", "stars not_a_number"),
        ("stars", "NaN", "", "stars not_half_stars"),
        ("stars", True, "", "stars not_half_stars"),
        ("coordinates", {"latitude": "90.1", "longitude": "0"}, "", "coordinates not_on_the_globe"),
        ("coordinates", {"latitude": "nan", "longitude": "0"}, "", "coordinates not_on_the_globe"),
        ("coordinates", {"latitude": 0, "longitude": 0}, "", "coordinates not_a_place"),
        ("coordinates", {"latitude": "39"}, "", "coordinates not_a_point"),
        ("coordinates", {"latitude": "3_9", "longitude": "2"}, "", "coordinates not_a_point"),
        ("phones", ["call me"], "", "phones malformed"),
        ("phones", [str(n) * 6 for n in range(1, 10)] + ["000000", "0000001"], "", "phones too_many"),
        ("emails", ["desk@"], "", "emails malformed"),
        ("web", "javascript:alert(1)", "", "web malformed"),
        ("web", "no address", "", "web malformed"),
        ("images", {"first": ["z.jpg"]}, "", "images unknown_image"),
        ("images", {"first": ["a.jpg"], "hidden": ["a.jpg"]}, "", "images first_and_hidden"),
        ("images", {}, "", "images nothing_chosen"),
        ("images", ["a.jpg"], "", "images malformed"),
        ("notices", {"hidden": ["9:9"]}, "", "notices unknown_notice"),
        ("off_sale", False, "", "off_sale only_off"),
    ],
)
def test_bad_input_names_its_field_and_writes_nothing(
    make: Make, field: str, value: Any, language: str, refusal: str
) -> None:
    hotel = Hotel.objects.get()
    before = shown(hotel)
    with pytest.raises(InvalidInput) as refused:
        make(field, value, language=language)
    assert [(error.field, error.code) for error in refused.value.errors] == [tuple(refusal.split())]
    assert shown(hotel) == before
    assert not ContentEdit.objects.exists()
    assert not Action.objects.filter(action__startswith="hotel.").exists()


@pytest.mark.parametrize(("reason", "code"), [(" \n", "required"), ("r" * 201, "too_long")])
def test_an_edit_says_why(make: Make, reason: str, code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        make("city", "Palma", reason=reason)
    assert [(error.field, error.code) for error in refused.value.errors] == [("reason", code)]
    assert not ContentEdit.objects.exists()


def test_the_same_edit_twice_is_one_and_every_change_is_on_record(
    hotel: Hotel, ada: User, make: Make
) -> None:
    first = make("city", "Inca")
    assert make("city", "Inca").pk == first.pk
    second = make("city", "Calvia")
    assert (second.pk, second.supplied) == (first.pk, hotel.city)
    edits.give_back(second, by=ada)
    edits.give_back(second, by=ada)
    told = [(one.action, one.by, one.target_reference, one.detail) for one in Action.objects.order_by("pk")]
    facts = {"field": "city", "language": ""}
    assert told == [
        ("hotel.content_edited", ada, hotel.public_id, facts),
        ("hotel.content_edited", ada, hotel.public_id, facts),
        ("hotel.content_given_back", ada, hotel.public_id, facts),
    ]
    kept = history.of(ContentEdit, first.pk)
    assert [change.what for change in kept] == ["Changed", "Added"]
    assert [(one.name, one.old, one.new) for one in kept[0].fields] == [("value", "Inca", "Calvia")]


def test_two_staff_do_not_overwrite_each_other_unseen(hotel: Hotel, ada: User, make: Make) -> None:
    seen = edits.version(None)
    first = make("city", "Palma", seen=seen)
    with pytest.raises(Conflict) as refused:
        make("city", "Calvia", seen=seen)
    assert (refused.value.code, Hotel.objects.get(pk=hotel.pk).city) == ("edited_meanwhile", "Palma")
    stale = ContentEdit.objects.get(pk=first.pk)
    make("city", "Calvia", seen=edits.version(first))
    with pytest.raises(Conflict):
        edits.give_back(stale, by=ada)
    assert Hotel.objects.get(pk=hotel.pk).city == "Calvia"


KNOWN = Known(destinations={"PMI": (1, "ES")}, zones={}, terms={}, room_names={})


def record(**given: Any) -> ContentHotel:
    facts = {
        "code": "1",
        "names": {"en": "Hotel Luna", "es": "Hotel Luna"},
        "descriptions": {"en": "By the sea."},
        "country_code": "ES",
        "destination_code": "PMI",
        "city": "Palma",
        "latitude": 39.5,
        "longitude": 2.6,
        "phones": ("1",),
        "images": tuple(ContentImage(path=f"{n}.jpg", kind="GEN", position=i) for i, n in enumerate("abcd")),
    }
    return ContentHotel(**{**facts, **given})


def test_a_sync_keeps_what_staff_said_and_notes_what_the_supplier_says_now(make: Make) -> None:
    made = [
        make("name", "Hotel Sol"),
        make("city", "Inca"),
        make("stars", "4.5"),
        make("coordinates", PALMA),
        make("phones", ["+34 971 000 000"]),
        make("images", {"first": ["d.jpg", "b.jpg"], "hidden": ["a.jpg"]}),
        make("description", "Quiet.", language="ar"),
        make("off_sale", True),
    ]
    rows = hotel_rows.of(record(), KNOWN, Tally())
    assert rows is not None
    with transaction.atomic():
        held = hotel_edits.of([made[0].hotel_id or 0])[made[0].hotel_id or 0]
        laid = hotel_edits.overlay(rows, held)
        assert (edit_rows.keep(held), edit_rows.keep(held)) == (2, 0)  # stars and telephones
    fields = laid.fields
    assert (fields["name"], fields["city"], fields["stars"], fields["status"]) == (
        "Hotel Sol",
        "Inca",
        Decimal("4.5"),
        "retired",
    )
    assert (fields["latitude"], fields["longitude"], fields["timezone"]) == (39.5696, 2.6502, "Europe/Madrid")
    assert fields["phones"] == '["+34 971 000 000"]'
    assert [part.partition(".jpg")[0][-1] for part in fields["images"].split('"path":')[1:]] == [
        "d",
        "b",
        "c",
    ]
    assert laid.texts == [
        ("en", "Hotel Sol", "<p>By the sea.</p>"),
        ("es", "Hotel Luna", ""),
        ("ar", "", "<p>Quiet.</p>"),
    ]
    assert laid.content_hash == rows.content_hash
    assert rows.fields["city"] == "Palma"
    supplied = dict(ContentEdit.objects.values_list("field", "supplied"))
    assert (supplied["city"], supplied["phones"]) == ("Palma", ["1"])
    assert supplied["coordinates"] == {"latitude": 39.5, "longitude": 2.6}
    assert [image["path"] for image in supplied["images"]] == ["a.jpg", "b.jpg", "c.jpg", "d.jpg"]
    assert (supplied["description"], supplied["off_sale"], supplied["stars"]) == ("", False, "")
