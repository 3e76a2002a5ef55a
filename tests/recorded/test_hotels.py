from __future__ import annotations

from datetime import date, time

from faredown.lib.money import Money
from suppliers.adapters.hotelbeds.mapping import hotels, pages
from suppliers.content_types import (
    ContentFacility,
    ContentHotel,
    ContentImage,
    ContentNotice,
    ContentPoint,
    ContentRoom,
    ContentTerminal,
    FeeUnit,
)
from tests.recorded.samples import sample


def read(body: bytes) -> tuple[int, dict[str, ContentHotel]]:
    page = pages.page(body, hotels.HOTELS)
    found = {hotel.code: hotel for hotel in hotels.hotels({"en": page})}
    assert page.problems == []
    return page.total, found


@sample("content/hotels_page_2025.response.json")
def test_a_page_of_2025(body: bytes) -> None:
    total, found = read(body)

    villa = found["1"]
    assert total == 228407
    assert villa == ContentHotel(
        code="1",
        names={"en": "Ohtels Villa Dorada"},
        descriptions=villa.descriptions,
        country_code="ES",
        region_code="43",
        destination_code="SAL",
        zone_code="10",
        category_code="3EST",
        accommodation_code="H",
        chain_code="OHTEL",
        board_codes=("BB", "AI", "HB", "FB", "RO"),
        latitude=41.068407,
        longitude=1.152529,
        address="Carrer Del Vendrell, 11",
        postal_code="43840",
        city="SALOU",
        emails=("hotel.contact@example.com",),
        phones=("+34977385511",),
        web="http://www.ohtels.es/",
        images=(
            ContentImage(path="00/000001/000001a_hb_r_002.JPG", kind="RES", position=0),
            ContentImage(path="00/000001/000001a_hb_r_001.JPG", kind="RES", position=1),
        ),
        facilities=(
            ContentFacility(code="10:70", number=260),
            ContentFacility(code="10:50", number=5),
        ),
        rooms=(
            ContentRoom(
                code="DBT.C3",
                names={},
                facilities=(
                    ContentFacility(code="60:220", available=False, number=0),
                    ContentFacility(code="60:295", number=1),
                ),
                min_pax=3,
                max_pax=3,
                max_adults=3,
                max_children=0,
            ),
        ),
        points=(ContentPoint("Barcelona", 100_000), ContentPoint("reus", 15_000)),
        terminals=(ContentTerminal("BCN", 110_000), ContentTerminal("REU", 15_000)),
        ranking=39,
        updated_on=date(2025, 3, 16),
    )
    assert villa.descriptions["en"].startswith(
        "This hotel is located about 150 metres from the fine sandy beach."
    )


@sample("content/hotel_details_single_2025.response.json")
def test_one_hotel_asked_for_comes_as_one_hotel(body: bytes) -> None:
    _, found = read(body)

    villa = found["1"]
    assert (villa.country_code, villa.destination_code, villa.zone_code) == ("ES", "SAL", "10")
    assert (villa.category_code, villa.chain_code, villa.accommodation_code) == ("3EST", "OHTEL", "H")
    assert villa.board_codes == ("BB", "HB", "RO", "FB", "AI")
    assert [room.names for room in villa.rooms] == [
        {"en": "APARTMENT TWO BEDROOMS"},
        {"en": "DOUBLE WITH BALCONY"},
    ]
    assert [(image.kind, image.position) for image in villa.images] == [("RES", 0), ("RES", 1)]
    assert villa.region_code == "43"
    assert villa.terminals == (ContentTerminal("BCN", 110_000), ContentTerminal("REU", 15_000))


@sample("content/hotel_details_multi_2024.response.json")
def test_several_hotels_asked_for_come_as_a_list(body: bytes) -> None:
    _, found = read(body)

    savoy = found["6613"]
    assert (savoy.country_code, savoy.destination_code, savoy.zone_code) == ("UK", "LON", "45")
    assert (len(savoy.images), len(savoy.rooms), len(savoy.facilities)) == (122, 19, 101)
    # The hotel's own name of the room, not the vocabulary's DOUBLE SUPERIOR QUEEN BED.
    assert savoy.rooms[0].names == {"en": "Superior Queen - Queen Bed, City or Courtyard View"}
    assert savoy.rooms[0].facilities == (ContentFacility(code="60:295", number=31),)
    assert savoy.region_code == "07"
    # Two, three and four tenths of a mile: a point of interest's distance is in metres.
    assert savoy.points == (
        ContentPoint("The National Gallery", 643),
        ContentPoint("Covent Garden", 322),
        ContentPoint("Somerset House", 321),
    )


@sample("content/hotels_london_2024.response.json")
def test_facilities_with_a_fee_and_without(body: bytes) -> None:
    _, found = read(body)

    savoy = found["6613"]
    facilities = {facility.code: facility for facility in savoy.facilities}
    assert facilities["70:320"] == ContentFacility(
        code="70:320",
        available=True,
        fee=True,
        amount=Money.of(60, "GBP"),
        unit=FeeUnit.UNIT_NIGHT,
    )
    assert facilities["60:287"] == ContentFacility(code="60:287", available=False)
    assert facilities["70:535"] == ContentFacility(code="70:535", available=False, fee=True)
    assert facilities["10:70"] == ContentFacility(code="10:70", available=True, number=263)
    assert savoy.phones == ("+442078364343", "+442079505492")
    assert {image.position for image in savoy.images} == set(range(122))
    assert [image.path for image in savoy.images[:3]] == [
        "00/006613/006613a_hb_k_001.jpg",
        "00/006613/006613a_hb_p_001.jpg",
        "00/006613/006613a_hb_k_002.jpg",
    ]


@sample("content/hotels_lake_tahoe.response.json")
def test_ten_uneven_hotels(body: bytes) -> None:
    total, found = read(body)

    assert total == 10
    assert {code: (len(hotel.images), hotel.category_code) for code, hotel in found.items()} == {
        "33301": (38, "3EST"),
        "54094": (58, "5EST"),
        "83692": (26, "4EST"),
        "97334": (30, "4EST"),
        "136656": (156, "3EST"),
        "151242": (33, "H3_5"),
        "153892": (19, "3EST"),
        "349168": (0, "3EST"),
        "442201": (12, "3EST"),
        "701267": (21, "5LUX"),
    }
    western = found["33301"]
    assert (western.latitude, western.longitude) == (39.321116, -120.16183)
    assert western.phones == ("15305874525", "0015305874525")
    assert western.board_codes == ()
    distances = {one.code: one.distance for one in western.facilities if one.distance}
    assert distances["40:10"] == 3200
    assert {code: (hotel.region_code, hotel.terminals) for code, hotel in found.items()}["83692"] == (
        "NV",
        (ContentTerminal("RNO", 90_000),),
    )
    assert western.notices == (
        ContentNotice(code="COVID:COVID", starts_on=date(2020, 5, 15), ends_on=date(2020, 12, 31)),
    )
    pool = next(one for one in found["701267"].facilities if one.code == "70:320")
    assert (pool.available, pool.fee) == (True, True)


@sample("content/hotels_acapulco_spanish_2016.response.json")
def test_the_same_records_as_a_further_language(body: bytes) -> None:
    english = pages.page(
        b'{"total":1,"hotels":[{"code":5294,"name":{"content":"Copacabana Beach Hotel Acapulco"},'
        b'"description":{"content":"A large hotel on the beach."},"countryCode":"MX","destinationCode":"ACA"}]}',
        hotels.HOTELS,
    )
    spanish = pages.page(body, hotels.HOTELS, language="CAS")

    (copacabana,) = hotels.hotels({"en": english, "es": spanish})

    assert spanish.total == len(spanish.records) == 5
    assert copacabana.names == {
        "en": "Copacabana Beach Hotel Acapulco",
        "es": "Copacabana Beach Hotel Acapulco",
    }
    assert copacabana.descriptions["en"] == "A large hotel on the beach."
    assert copacabana.descriptions["es"].startswith("El Copacabana Beach Hotel Acapulco es un gran hotel")
    assert copacabana.images == ()


@sample("content/hotels_acapulco_spanish_2016.response.json")
def test_the_shape_of_2016(body: bytes) -> None:
    _, found = read(body)

    assert {code: (len(hotel.images), len(hotel.rooms)) for code, hotel in found.items()} == {
        "5294": (39, 3),
        "5295": (10, 4),
        "18919": (31, 6),
        "55498": (12, 10),
        "150712": (12, 3),
    }
    copacabana = found["5294"]
    assert copacabana.accommodation_code == "HOTEL"
    assert copacabana.address == "TABACHINES CLUB DEPORTIVO,2"
    assert sum(facility.fee for facility in copacabana.facilities) == 17
    assert copacabana.updated_on is None


@sample("content/hotel_details_multi_2024.response.json")
def test_when_the_savoy_lets_guests_in_and_out(body: bytes) -> None:
    _, found = read(body)

    savoy = {facility.code: facility for facility in found["6613"].facilities}
    assert savoy["70:260"] == ContentFacility(code="70:260", time_from=time(15), time_to=time(23))
    assert savoy["70:390"] == ContentFacility(code="70:390", time_from=time(0), time_to=time(12))
    assert savoy["75:881"] == ContentFacility(code="75:881", ends_on=date(2049, 12, 31))


@sample("content/hotels_lake_tahoe.response.json")
def test_hours_fees_ages_and_days_by_the_lake(body: bytes) -> None:
    _, found = read(body)

    def of(hotel: str, code: str) -> ContentFacility:
        return next(one for one in found[hotel].facilities if one.code == code)

    hours = {
        code: [(one.time_from, one.time_to) for one in hotel.facilities if one.code in {"70:260", "70:390"}]
        for code, hotel in found.items()
    }
    assert hours == {
        "33301": [(time(15), None), (time(11), None)],
        "54094": [(time(16), None), (time(11), None)],
        "83692": [(time(16), None), (time(11), None)],
        "97334": [(time(16), time(0)), (time(0), time(11))],
        "136656": [(time(16), time(0)), (time(11), time(0))],
        "151242": [(time(4), time(4)), (None, time(11))],
        "153892": [(time(18), None), (None, time(11))],
        "349168": [],
        "442201": [(time(15), time(15)), (time(11), time(11))],
        "701267": [],
    }
    assert of("136656", "80:30") == ContentFacility(code="80:30", time_from=time(6, 30), time_to=time(10))
    assert of("442201", "80:35") == ContentFacility(code="80:35", time_from=time(7), time_to=time(10))
    assert of("54094", "73:405") == ContentFacility(code="73:405", fee=True, age_from=3, age_to=12)
    for hotel, dollars in (("54094", 40), ("153892", 25)):
        fee = Money.of(dollars, "USD")
        assert of(hotel, "70:535") == ContentFacility(
            code="70:535", fee=True, amount=fee, unit=FeeUnit.UNIT_NIGHT
        )
    assert of("33301", "91:6") == ContentFacility(code="91:6", ends_on=date(2021, 12, 31))
    assert [of(hotel, "85:564").number for hotel in ("97334", "136656", "701267")] == [21, 18, 21]
    assert of("97334", "85:561") == ContentFacility(code="85:561")
