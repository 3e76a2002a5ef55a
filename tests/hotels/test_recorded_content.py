"""The recorded content samples, of 2016 to 2025, the whole way: over HTTP, through the adapter and the sync, into rows.

Every value was read off the samples by hand.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time
from decimal import Decimal

import pytest
from django.conf import settings
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from hotels.models import Hotel, Region, SyncRun, Term
from hotels.selectors import hotel_details
from hotels.selectors.arrivals import Arrival
from hotels.services import content_sync
from suppliers import registry
from tests.hotels import recorded
from tests.hotels.conftest import SUPPLIER


@pytest.fixture(scope="module")
def synced(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[SyncRun]:
    """A full run over the samples, undone when the module ends."""
    with recorded.serving() as url, pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock():
        for name, value in {
            "HOTELBEDS_CONTENT_URL": f"{url}/hotel-content-api",
            "HOTELBEDS_BASE_URL": f"{url}/hotel-api",
            "HOTELBEDS_API_KEY": "key",
            "HOTELBEDS_SECRET": "secret",
            "HOTELBEDS_QPS": 1000,
        }.items():
            patch.setattr(settings, name, value, raising=False)
        registry.forget()
        with transaction.atomic():
            yield content_sync.sync(SUPPLIER, full=True, languages=["en", "es"])
            transaction.set_rollback(True)
    registry.forget()


@pytest.fixture
def run(synced: SyncRun, db: None) -> SyncRun:
    return synced


def test_the_run(run: SyncRun) -> None:
    assert run.status == "done"
    assert {stage: run.counts[stage]["seen"] for stage in ("hotels", "types/facility", "countries")} == {
        "hotels": 17,
        "types/facility": 459,
        "countries": 63,
    }
    assert Hotel.objects.count() == 17
    # Facilities that came after the list of 2020 was recorded.
    assert set(run.findings) == {"unknown_facility", "word_without_name"}


def test_a_hotel_of_2025(run: SyncRun) -> None:
    villa = hotel("1")
    assert (villa.name, villa.stars, villa.timezone) == (
        "Ohtels Villa Dorada",
        Decimal("3.0"),
        "Europe/Madrid",
    )
    assert (villa.latitude, villa.longitude) == (41.068407, 1.152529)
    assert (str(villa.region), str(villa.destination), str(villa.zone)) == (
        "Tarragona",
        "Salou Area / Costa Dorada",
        "Salou",
    )
    assert (villa.address, villa.city) == ("Carrer Del Vendrell, 11", "Salou")
    assert [image["path"][-7:] for image in villa.images] == ["002.JPG", "001.JPG"]
    assert villa.points == [
        {"name": "Barcelona", "metres": 100_000},
        {"name": "reus", "metres": 15_000},
    ]
    assert villa.terminals == [{"code": "BCN", "metres": 110_000}, {"code": "REU", "metres": 15_000}]
    assert (villa.facility_codes, villa.notices) == (["10:50", "10:70"], [])
    (room,) = villa.rooms.all()
    assert (room.code, room.max_adults, room.facilities) == (
        "DBT.C3",
        3,
        [{"code": "60:295", "fee": False, "number": 1}],
    )
    terminal = Term.objects.get(kind="terminal", code="REU")
    assert (terminal.names, terminal.group, terminal.country_code) == (
        {"en": "Tarragona, Reus Airport"},
        "A",
        "ES",
    )


def test_a_hotel_of_2024(run: SyncRun) -> None:
    savoy = hotel("6613")
    assert (savoy.name, savoy.stars, savoy.timezone) == ("The Savoy", Decimal("5.0"), "Europe/London")
    assert (savoy.country_id, str(savoy.region), str(savoy.zone)) == (
        "GB",
        "United Kingdom",
        "The Strand",
    )
    assert len(savoy.images) == 122
    assert [image["path"][10:] for image in savoy.images[:3]] == [
        "006613a_hb_k_001.jpg",
        "006613a_hb_p_001.jpg",
        "006613a_hb_k_002.jpg",
    ]
    assert [point["metres"] for point in savoy.points] == [643, 322, 321]
    assert savoy.paid_facility_codes == ["70:290", "70:310", "70:320", "70:321", "70:560", "72:600", "74:450"]
    parking = savoy.facilities.get(facility__code="70:320")
    assert (parking.available, parking.fee, parking.amount) == (True, True, Decimal(60))
    assert (parking.currency, parking.unit) == ("GBP", "unit_night")
    check_in = savoy.facilities.get(facility__code="70:260")
    check_out = savoy.facilities.get(facility__code="70:390")
    assert (check_in.time_from, check_in.time_to) == (time(15), time(23))
    assert (check_out.time_from, check_out.time_to) == (time(0), time(12))
    allsafe = savoy.facilities.get(facility__code="91:2")
    assert (allsafe.starts_on, allsafe.ends_on) == (None, date(2049, 12, 31))
    arrival = hotel_details.read(savoy.public_id, language="en").arrival
    assert arrival == Arrival(check_in_from=time(15), check_in_until=time(23), check_out_until=time(12))
    # What the hotel says it has not is kept and no filter finds it.
    assert not savoy.facilities.get(facility__code="70:535").available
    assert "70:535" not in savoy.facility_codes
    queen = savoy.rooms.get(code="DBL.QN-SU")
    assert queen.names == {"en": "Superior Queen - Queen Bed, City or Courtyard View"}
    assert queen.facilities == [{"code": "60:295", "fee": False, "number": 31}]


def test_hotels_of_2020(run: SyncRun) -> None:
    western, village = hotel("33301"), hotel("151242")
    assert western.notices == [
        {"code": "COVID:COVID", "from": "2020-05-15", "until": "2020-12-31", "alternative": False}
    ]
    assert western.paid_facility_codes == ["60:143", "72:580"]
    assert western.timezone == "America/Los_Angeles"
    children = hotel("54094").facilities.get(facility__code="73:405")
    assert (children.fee, children.age_from, children.age_to) == (True, 3, 12)
    breakfast = hotel("136656").facilities.get(facility__code="80:30")
    assert (breakfast.time_from, breakfast.time_to) == (time(6, 30), time(10))
    dogs = hotel("153892").facilities.get(facility__code="70:535")
    assert (dogs.amount, dogs.currency, dogs.unit) == (Decimal(25), "USD", "unit_night")
    arrival = hotel_details.read(hotel("97334").public_id, language="en").arrival
    assert arrival == Arrival(
        check_in_from=time(16), check_in_until=time(0), check_out_until=time(11), minimum_age=21
    )
    # The "We Care Clean" of 2020 ran out with 2021: kept, and no longer shown.
    assert western.facilities.get(facility__code="91:6").ends_on == date(2021, 12, 31)
    shown = hotel_details.read(western.public_id, language="en").facilities
    assert "91:6" not in {one.code for group in shown for one in group.facilities}
    assert (village.stars, str(village.region)) == (Decimal("3.5"), "California")
    assert hotel("83692").terminals == [{"code": "RNO", "metres": 90_000}]
    assert hotel("349168").images == []
    assert hotel("701267").name == "Edgewood Tahoe"
    assert Region.objects.get(country="US", code="NV").hotel_count == 5


def test_a_hotel_of_2016_in_its_two_languages(run: SyncRun) -> None:
    copacabana = hotel("5294")
    texts = {text.language: text.description for text in copacabana.texts.all()}
    assert (texts["en"], texts["es"][:52]) == (
        "",
        "<p>El Copacabana Beach Hotel Acapulco es un gran hot",
    )
    assert copacabana.address.startswith("Tabachines Club ")
    assert (copacabana.region, str(copacabana.zone)) == (None, "Bahia")
    assert copacabana.terminals == [{"code": "ACA", "metres": 25_000}]
    assert copacabana.supplier_updated_on is None


def hotel(code: str) -> Hotel:
    return Hotel.objects.get(codes__code=code, codes__supplier=SUPPLIER)
