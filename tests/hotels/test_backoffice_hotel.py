"""A hotel in the backoffice: its page, who may correct it, what the supplier says now, how the list narrows."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from faredown.accounts.models import User
from faredown.accounts.services import roles
from faredown.accounts.services.roles import RoleName
from hotels.models import ContentEdit, Destination, Hotel, HotelCode, HotelFacility, HotelText, Term
from hotels.selectors import neighbours
from hotels.services.content import edits, place_names
from suppliers.models import Call
from suppliers.simulators.hotelbeds.running import Running

pytestmark = pytest.mark.django_db
LIST = "/admin/hotels/hotel/"
WHY = "The hotel wrote to us."


@pytest.fixture
def hotel(place: Destination) -> Hotel:
    found = place.hotels.exclude(images=[]).filter(latitude__isnull=False, status="live").order_by("pk")
    return found[0]


@pytest.fixture
def chief(db: None, client: Client) -> Client:
    client.force_login(User.objects.create_superuser("chief@example.com", "correct horse battery"))
    return client


def desk(role: RoleName) -> Client:
    roles.seed()
    person = User.objects.create_user(f"{role.value}@example.com", "correct horse battery", is_staff=True)
    person.groups.add(Group.objects.get(name=role.value))
    client = Client()
    client.force_login(person)
    return client


def page_of(hotel: Hotel, verb: str = "change") -> str:
    return reverse(f"admin:hotels_hotel_{verb}", args=(hotel.pk,))


def said(field: str, **given: Any) -> dict[str, Any]:
    return {"field": field, "language": "", "seen": "", "reason": WHY, **given}


def told(answer: Any) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def test_the_page_shows_the_hotel_whole(hotel: Hotel, chief: Client) -> None:
    page = chief.get(page_of(hotel)).content.decode()
    for part in ("photos", "fields", "texts", "place", "rooms", "facilities", "told"):
        assert f'id="{part}"' in page
    shown = [page.index(f'value="{image["path"]}"') for image in hotel.images]
    assert shown == sorted(shown)
    for text in hotel.texts.exclude(description=""):
        assert text.description in page
    assert 'dir="rtl" lang="ar"' in page
    assert "<svg" in page
    assert f"{hotel.latitude}, {hotel.longitude}" in page
    assert "Ask the supplier now" in page


def test_a_hotel_of_which_little_is_known_has_a_page_that_says_so(hotel: Hotel, chief: Client) -> None:
    Hotel.objects.filter(pk=hotel.pk).update(images=[], latitude=None, longitude=None, stars=None, phones=[])
    hotel.texts.all().delete()
    hotel.codes.all().delete()
    answer = chief.get(page_of(hotel))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert page.count("None in this language: another language") == 3
    for sentence in (
        "The supplier sent no photo.",
        "Nobody knows its coordinates.",
        "No supplier has a code",
    ):
        assert sentence in page


def test_the_page_asks_the_same_number_of_questions_whatever_the_hotel(hotel: Hotel, chief: Client) -> None:
    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert chief.get(page_of(hotel)).status_code == 200
        return len(captured)

    chief.get(page_of(hotel))
    few = asked()
    ada = User.objects.create_user("ada@example.com", "correct horse battery", is_staff=True)
    for field, value in (("city", "Inca"), ("stars", "4.5"), ("name", "Hotel Sol"), ("address", "Plaza 1")):
        edits.make(hotel, field, value, reason=WHY, by=ada)
    edits.make(hotel, "description", "Quiet.", language="es", reason=WHY, by=ada)
    assert asked() == few <= 12


def test_a_field_is_corrected_and_given_back_on_the_page(hotel: Hotel, chief: Client) -> None:
    answer = chief.post(page_of(hotel, "edit"), said("city", value="Inca"))
    assert (answer.status_code, answer["Location"]) == (302, f"{page_of(hotel)}#line-city")
    assert Hotel.objects.get(pk=hotel.pk).city == "Inca"
    edit = ContentEdit.objects.get()
    page = chief.get(page_of(hotel)).content.decode()
    for part in ("chief@example.com", WHY, hotel.city, "Give back", "Corrected: City"):
        assert part in page
    given = {"edit": edit.pk, "seen": edits.version(edit)}
    chief.post(page_of(hotel, "give_back"), given)
    assert Hotel.objects.get(pk=hotel.pk).city == hotel.city
    assert "Given back: City" in chief.get(page_of(hotel)).content.decode()
    assert told(chief.post(page_of(hotel, "give_back"), given))[-1] == "It was given back already."


@pytest.mark.parametrize(
    ("form", "changed"),
    [
        (said("stars", value="4.5"), {"stars": Decimal("4.5")}),
        (said("phones", value="+34 971 000 000\r\n\r\n+34 971 000 001"),
         {"phones": ["+34 971 000 000", "+34 971 000 001"]}),
        (said("coordinates", latitude="39.5696", longitude="2.6502"), {"latitude": 39.5696, "longitude": 2.6502}),
        (said("coordinates", latitude="", longitude=""), {"latitude": None, "centre_metres": None}),
        (said("off_sale"), {"status": "retired"}),
        (said("web", value="www.example.com"), {"web": "www.example.com"}),
    ],
)  # fmt: skip
def test_every_kind_of_form(
    hotel: Hotel, chief: Client, form: dict[str, Any], changed: dict[str, Any]
) -> None:
    assert chief.post(page_of(hotel, "edit"), form).status_code == 302
    assert Hotel.objects.filter(pk=hotel.pk).values(*changed).get() == changed


def test_photos_are_ordered_and_hidden_in_the_gallery(hotel: Hotel, chief: Client) -> None:
    images = [{"path": f"{n}.jpg", "kind": "GEN", "room_code": ""} for n in "abcd"]
    Hotel.objects.filter(pk=hotel.pk).update(images=images)
    form = said("images", hide=["a.jpg"], **{"place:d.jpg": "1", "place:c.jpg": "2"})
    assert chief.post(page_of(hotel, "edit"), form).status_code == 302
    assert [image["path"] for image in Hotel.objects.get(pk=hotel.pk).images] == ["d.jpg", "c.jpg", "b.jpg"]
    page = chief.get(page_of(hotel)).content.decode()
    assert 'name="place:d.jpg" value="1"' in page
    assert 'value="a.jpg" checked' in page
    odd = chief.post(page_of(hotel, "edit"), said("images", **{"place:d.jpg": "first"}))
    assert (odd.status_code, "at most 4 digits: first" in odd.content.decode()) == (400, True)


def test_notices_are_named_and_hidden_by_their_boxes(hotel: Hotel, chief: Client) -> None:
    word = Term.objects.filter(kind=Term.Kind.NOTICE).order_by("code")[0]
    notices = [
        {"code": code, "from": None, "until": None, "alternative": False} for code in (word.code, "X:Y")
    ]
    Hotel.objects.filter(pk=hotel.pk).update(notices=notices)
    page = chief.get(page_of(hotel)).content.decode()
    assert page.count(f"{word.name_in('en')}") >= 2
    assert chief.post(page_of(hotel, "edit"), said("notices", value=[word.code])).status_code == 302
    assert [notice["code"] for notice in Hotel.objects.get(pk=hotel.pk).notices] == ["X:Y"]
    odd = chief.post(page_of(hotel, "edit"), said("notices", value=["9:9"]))
    assert (odd.status_code, "9:9 is not one of the available choices" in odd.content.decode()) == (400, True)


def test_texts_are_corrected_by_language(hotel: Hotel, chief: Client) -> None:
    form = said("description", language="ar", value="<p>بحر</p><script>x</script>")
    assert chief.post(page_of(hotel, "edit"), form)["Location"].endswith("#line-description-ar")
    assert HotelText.objects.get(hotel=hotel, language="ar").description == "<p>بحر</p>"


@pytest.mark.parametrize(
    ("form", "status", "message"),
    [
        (said("stars", value="4.7"), 400, "Stars go from 0 to 7 in halves."),
        (said("emails", value="desk@"), 400, "This is no e-mail address: desk@"),
        (said("coordinates", latitude="north", longitude=""), 400, "Latitude and longitude are two numbers."),
        (said("city", value="Inca", reason=""), 400, "This field is required."),
        (said("description", language="tlh", value="nuqneH"), 400, "no texts in this language"),
        (said("description", language="\0", value="x"), 400, "Null characters are not allowed."),
        (said("city", value="Inca", seen="1@earlier"), 409, "Somebody else edited this meanwhile."),
    ],
)
def test_what_is_refused_is_said_at_its_field_and_changes_nothing(
    hotel: Hotel, chief: Client, form: dict[str, Any], status: int, message: str
) -> None:
    before = Hotel.objects.filter(pk=hotel.pk).values().get()
    answer = chief.post(page_of(hotel, "edit"), form)
    page = answer.content.decode()
    assert (answer.status_code, message in page) == (status, True)
    assert form["language"] or form.get("value", "") in page
    assert Hotel.objects.filter(pk=hotel.pk).values().get() == before
    assert not ContentEdit.objects.exists()


@pytest.mark.parametrize("key", ["9" * 5000, "9" * 20, "two", "²", ""])
def test_what_is_no_key_is_no_row(hotel: Hotel, chief: Client, key: str) -> None:
    chief.post(page_of(hotel, "give_back"), {"edit": key})
    asked = chief.post(page_of(hotel, "supplier"), {"code": key})
    assert told(asked) == ["It was given back already.", "The hotel has no such code."]


def test_a_photos_place_has_few_digits(hotel: Hotel, chief: Client) -> None:
    place = {f"place:{hotel.images[0]['path']}": "1" * 5000}
    answer = chief.post(page_of(hotel, "edit"), said("images", **place))
    assert answer.status_code == 400
    assert "A place is a whole number of at most 4 digits: 11111111111111111111" in answer.content.decode()
    assert not ContentEdit.objects.exists()


def test_the_score_is_saved_alone(hotel: Hotel, chief: Client) -> None:
    chief.post(page_of(hotel), {"score": "8.4", "name": "Another", "_continue": "1"})
    row = Hotel.objects.get(pk=hotel.pk)
    assert (row.score, row.name) == (Decimal("8.4"), hotel.name)


EDITORS = {RoleName.ADMINISTRATOR, RoleName.CONTENT}


@pytest.mark.parametrize("role", list(RoleName))
def test_who_may_look_and_who_may_correct(hotel: Hotel, role: RoleName) -> None:
    person = desk(role)
    may_edit = role in EDITORS
    page = person.get(page_of(hotel))
    assert page.status_code == 200
    assert ("Ask the supplier now" in page.content.decode()) is may_edit
    assert ('name="reason"' in page.content.decode()) is may_edit
    edited = person.post(page_of(hotel, "edit"), said("city", value="Inca"))
    assert (edited.status_code, ContentEdit.objects.count()) == ((302, 1) if may_edit else (403, 0))
    given = {"edit": ContentEdit.objects.values_list("pk", flat=True).first() or 0, "seen": ""}
    code = HotelCode.objects.get(hotel=hotel).pk
    others = [
        person.post(page_of(hotel, "give_back"), given),
        person.post(page_of(hotel, "supplier"), {"code": code}),
    ]
    assert [answer.status_code for answer in others] == ([302, 200] if may_edit else [403, 403])


def test_guests_get_nothing(hotel: Hotel, client: Client) -> None:
    client.force_login(User.objects.create_user("guest@example.com", "correct horse battery"))
    calls = Call.objects.count()
    for verb in ("edit", "give_back", "supplier"):
        answer = client.post(page_of(hotel, verb), said("city", value="Inca"))
        assert answer["Location"].startswith("/admin/login/")
        assert Client().post(page_of(hotel, verb)).status_code == 302
    assert (ContentEdit.objects.exists(), Call.objects.count()) == (False, calls)


def test_the_supplier_is_asked_now_and_nothing_is_written(
    hotel: Hotel, chief: Client, catalogue: Running
) -> None:
    code = HotelCode.objects.get(hotel=hotel)
    chief.post(page_of(hotel, "edit"), said("city", value="Inca"))
    Hotel.objects.filter(pk=hotel.pk).update(address="Somewhere else")
    before = Hotel.objects.filter(pk=hotel.pk).values().get()
    calls = Call.objects.count()
    answer = chief.post(page_of(hotel, "supplier"), {"code": code.pk})
    record = answer.context["record"]
    lines = {(one.field, one.language): one for one in record.compared}
    assert (record.supplier, record.code, record.languages) == ("hotelbeds", code.code, ["en", "es", "ar"])
    assert (lines["city", ""].read, lines["city", ""].shown, lines["city", ""].edited) == (
        hotel.city,
        "Inca",
        True,
    )
    assert (lines["address", ""].read, lines["address", ""].is_same) == (hotel.address, False)
    assert lines["name", ""].is_same
    assert lines["description", "ar"].is_same
    assert "corrected by staff" in answer.content.decode()
    assert Call.objects.count() > calls
    assert Hotel.objects.filter(pk=hotel.pk).values().get() == before


def test_facilities_are_told_with_hours_and_fees_here_and_there(
    place: Destination, chief: Client, catalogue: Running
) -> None:
    kept = HotelFacility.objects.filter(hotel__destination=place, amount__isnull=False).order_by("pk")[0]
    hotel, facts = kept.hotel, {"unit": "unit_stay", "time_from": time(9), "time_to": time(17, 30)}
    code = {"code": HotelCode.objects.get(hotel=hotel).pk}
    sent = chief.post(page_of(hotel, "supplier"), code).context["record"]
    assert (len(sent.facilities), sent.differing_facilities) == (hotel.facilities.count(), 0)
    facts |= {"ends_on": date(2027, 9, 30), "age_from": 4, "age_to": 12, "amount": 12.5, "currency": "EUR"}
    HotelFacility.objects.filter(pk=kept.pk).update(**facts, fee=True, available=True)
    ours = "fee, 12.5 EUR per unit and stay, 09:00 to 17:30, ... to 2027-09-30, ages 4 to 12"
    assert ours in chief.get(page_of(hotel)).content.decode()
    answer = chief.post(page_of(hotel, "supplier"), code)
    first, *others = answer.context["record"].facilities
    was = next(one for one in sent.facilities if one.code == first.code)
    assert (first.code, first.shown, first.read) == (kept.facility.code, ours, was.read)
    assert all(one.is_same for one in others)
    assert ours in answer.content.decode()
    kept.delete()
    gone = chief.post(page_of(hotel, "supplier"), code).context["record"].facilities[0]
    assert (gone.code, gone.is_read, gone.is_shown) == (first.code, True, False)


def test_a_supplier_that_fails_or_does_not_know_it_is_said(
    hotel: Hotel, chief: Client, catalogue: Running
) -> None:
    code = HotelCode.objects.get(hotel=hotel)
    HotelCode.objects.filter(pk=code.pk).update(code="999999999")
    unknown = chief.post(page_of(hotel, "supplier"), {"code": code.pk})
    assert "does not know 999999999" in unknown.content.decode()
    assert told(chief.post(page_of(hotel, "supplier"), {"code": 0}))[-1] == "The hotel has no such code."
    catalogue.control.faults({"operation": "*", "kind": "bad_signature", "probability": 1.0})
    failed = chief.post(page_of(hotel, "supplier"), {"code": code.pk})
    assert (failed.status_code, failed["Location"]) == (302, page_of(hotel))
    assert told(failed)[-1].startswith("hotelbeds was asked for 999999999 and gave no record: ")
    assert Call.objects.order_by("-at", "-pk")[0].outcome != "ok"


def test_the_list_narrows_by_what_is_missing(hotel: Hotel, chief: Client) -> None:
    def found(query: str) -> set[int]:
        answer = chief.get(f"{LIST}?{query}")
        assert answer.status_code == 200
        return {row.pk for row in answer.context["cl"].queryset}

    everything = set(Hotel.objects.values_list("pk", flat=True))
    others = list(Hotel.objects.exclude(pk=hotel.pk).order_by("pk")[:4])
    no_photo, no_text, no_place, retired = others
    Hotel.objects.filter(pk=no_photo.pk).update(images=[])
    HotelText.objects.filter(hotel=no_text, language="en").update(description="")
    Hotel.objects.filter(pk=no_place.pk).update(latitude=None, longitude=None, quality=3)
    Hotel.objects.filter(pk=retired.pk).update(status="retired", stars=Decimal("6.5"))
    edits.make(hotel, "city", "Inca", reason=WHY, by=User.objects.get())
    assert no_photo.pk in found("photos=none")
    assert found("photos=none") | found("photos=some") == everything
    assert no_text.pk in found("description=not-english") - found("description=none")
    HotelText.objects.filter(hotel=no_text).update(description="")
    assert no_text.pk in found("description=none")
    assert hotel.pk not in found("description=none") | found("photos=none") | found("coordinates=none")
    assert no_place.pk in found("coordinates=none") & found("quality=low")
    assert found("edited=yes") == {hotel.pk}
    assert found("status__exact=retired") == {retired.pk} == found("stars=6.5")
    assert found(f"destination={hotel.destination.public_id}") == set(
        Hotel.objects.filter(destination=hotel.destination).values_list("pk", flat=True)
    )
    assert hotel.pk in found(f"country={hotel.country_id}")
    assert found("country=ZZ&destination=dst_nowhere") == set()
    assert found("photos=odd&stars=many") == everything


def test_hotels_are_found_by_id_code_name_and_city(hotel: Hotel, chief: Client) -> None:
    def found(text: str) -> list[int]:
        return [row.pk for row in chief.get(LIST, {"q": text}).context["cl"].queryset]

    code = HotelCode.objects.get(hotel=hotel)
    Hotel.objects.filter(pk=hotel.pk).update(city="Xanadu")
    edits.make(hotel, "name", "Parador Çömlekçi", reason=WHY, by=User.objects.get())
    place_names.refresh(since=Hotel.objects.get(pk=hotel.pk).updated_at)
    for text in (
        hotel.public_id,
        code.code,
        str(code),
        "parador çöm",
        "xanadu parador",
        "comlekci",
        f" {code.code} ",
    ):
        assert found(text) == [hotel.pk], text
    assert found("no such hotel anywhere") == []


def test_the_list_asks_few_questions_and_sorts_by_quality(hotel: Hotel, chief: Client) -> None:
    chief.get(LIST)
    with CaptureQueriesContext(connection) as captured:
        page = chief.get(f"{LIST}?o=5")
    shown = [row.quality for row in page.context["cl"].result_list]
    assert shown == sorted(shown)
    assert len(captured) <= 6
    assert not any("description" in query["sql"] for query in captured)


def test_the_plot_is_drawn_to_scale() -> None:
    """One degree of latitude is 111.195 km: 0.09 of it is 10 km. The middle is the middle of the picture."""
    middle = (1, "Palma", 40.0, 3.0)
    around = [(n, f"Near {n}", 40.0, 3.0) for n in range(10, 19)] + [(99, "Far", 44.0, 3.0)]
    plot = neighbours.draw((2, "Sol", 40.09, 3.0), middle, around)
    assert plot.centre is not None
    assert (plot.centre.x, plot.centre.y, plot.hotel.x) == (320.0, 200.0, 320.0)
    assert plot.beyond == 0 or plot.centre_km == 10.0
    assert plot.hotel.y < plot.centre.y
    assert len(plot.neighbours) + plot.beyond == 10


def test_the_history_tells_corrections_what_was_given_back_and_what_the_form_changed(
    hotel: Hotel, chief: Client
) -> None:
    chief.post(page_of(hotel, "edit"), said("city", value="Inca"))
    edit = ContentEdit.objects.get()
    chief.post(page_of(hotel, "give_back"), {"edit": edit.pk, "seen": edits.version(edit)})
    assert chief.post(page_of(hotel), {"score": "7"}).status_code == 302
    page = chief.get(page_of(hotel, "history"))
    changes = page.context["recorded"]()
    assert [change.what for change in changes] == ["Changed Score.", "Given back: City", "Corrected: City"]
    assert {change.who for change in changes} == {"chief@example.com"}
    assert "Given back: City" in page.content.decode()
