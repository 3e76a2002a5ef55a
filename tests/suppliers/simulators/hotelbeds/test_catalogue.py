"""The generated world: the same for the same seed, believable, and cheap at any size."""

from __future__ import annotations

from collections import Counter
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from suppliers.simulators.hotelbeds.catalogue import Catalogue, Hotel, RateCommentKey, descriptions, images
from suppliers.simulators.hotelbeds.catalogue.changes import Change
from suppliers.simulators.hotelbeds.catalogue.gazetteer import distance_km


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue(2000, 7)


def every(catalogue: Catalogue) -> list[Hotel]:
    return [found for code in catalogue.hotels() if (found := catalogue.hotel(code)) is not None]


@pytest.fixture(scope="module")
def hotels(catalogue: Catalogue) -> list[Hotel]:
    return every(catalogue)


def test_same_seed_same_world(catalogue: Catalogue, hotels: list[Hotel]) -> None:
    again = Catalogue(2000, 7)
    assert list(again.hotels()) == list(catalogue.hotels())
    assert [again.hotel(hotel.code) for hotel in hotels[:200]] == hotels[:200]


def test_another_seed_another_world(hotels: list[Hotel]) -> None:
    other = Catalogue(2000, 8)
    names = [found.name for code in other.hotels()[:200] if (found := other.hotel(code)) is not None]
    assert names != [hotel.name for hotel in hotels[:200]]


def test_codes_ascend_with_gaps_and_lead_back(catalogue: Catalogue, hotels: list[Hotel]) -> None:
    codes = list(catalogue.hotels())
    assert len(codes) == len(hotels) == 2000
    assert codes == sorted(set(codes))
    assert [hotel.code for hotel in hotels] == codes
    missing = next(code for code in range(1, codes[-1]) if code not in codes)
    assert catalogue.hotel(missing) is None
    assert catalogue.hotel(0) is None
    assert catalogue.hotel(codes[-1] + 100) is None
    assert codes[3] in catalogue.hotels()
    assert missing not in catalogue.hotels()


def test_every_hotel_stands_in_one_destination(catalogue: Catalogue, hotels: list[Hotel]) -> None:
    by_place = Counter(hotel.destination_code for hotel in hotels)
    for code, number in by_place.items():
        found = catalogue.in_destination(code)
        assert len(found) == number
        assert all(hotel.destination_code == code for hotel in hotels if hotel.code in set(found))
    assert by_place["DXB"] > 60
    assert by_place["LON"] > 35
    assert len(by_place) > 250
    assert not catalogue.in_destination("???")


def test_a_zone_narrows_a_destination(catalogue: Catalogue, hotels: list[Hotel]) -> None:
    marina = [hotel.code for hotel in hotels if (hotel.destination_code, hotel.zone_code) == ("DXB", 35)]
    assert list(catalogue.in_destination("DXB", 35)) == marina != []
    assert list(catalogue.in_destination("DXB", 999)) == []


def test_hotels_stand_where_their_zone_is(catalogue: Catalogue, hotels: list[Hotel]) -> None:
    for hotel in hotels:
        destination = catalogue.destination(hotel.destination_code)
        assert destination is not None
        zone = next(zone for zone in destination.zones if zone.code == hotel.zone_code)
        assert (
            distance_km(hotel.latitude, hotel.longitude, zone.latitude, zone.longitude) < zone.radius_km + 1
        )


def test_some_hotels_share_rounded_coordinates(hotels: list[Hotel]) -> None:
    shared = Counter((hotel.latitude, hotel.longitude) for hotel in hotels)
    assert any(number > 1 for number in shared.values())
    assert any(len(str(hotel.latitude)) > 12 for hotel in hotels)


def test_the_zone_of_time_is_that_of_the_place(hotels: list[Hotel]) -> None:
    zones = {hotel.destination_code: hotel.timezone for hotel in hotels}
    assert zones["DXB"] == "Asia/Dubai"
    assert zones["NYC"] == "America/New_York"
    assert zones["TFS"] == "Atlantic/Canary"
    assert all(ZoneInfo(zone) for zone in set(zones.values()))


def test_near_a_point_is_what_distance_says(catalogue: Catalogue, hotels: list[Hotel]) -> None:
    centre = (25.2048, 55.2708)
    expected = {h.code: km for h in hotels if (km := distance_km(*centre, h.latitude, h.longitude)) <= 12}
    found = catalogue.near(*centre, 12)
    assert set(found) == set(expected)
    assert [expected[code] for code in found] == sorted(expected.values())


def test_within_a_rectangle(catalogue: Catalogue, hotels: list[Hotel]) -> None:
    expected = [h.code for h in hotels if 25.0 <= h.latitude <= 25.2 and 55.0 <= h.longitude <= 55.3]
    assert catalogue.within(north=25.2, west=55.0, south=25.0, east=55.3) == expected != []


def test_within_a_rectangle_over_the_date_line(catalogue: Catalogue, hotels: list[Hotel]) -> None:
    expected = [h.code for h in hotels if h.longitude >= 170 or h.longitude <= -150]
    assert catalogue.within(north=90, west=170, south=-90, east=-150) == expected != []


def test_records_are_as_uneven_as_in_the_wild(hotels: list[Hotel]) -> None:
    assert any(hotel.closed for hotel in hotels)
    assert {hotel.listing for hotel in hotels} == {"", "webOnly", "notOnSale"}
    assert any(hotel.email is None for hotel in hotels)
    assert any(hotel.email and ";" in hotel.email for hotel in hotels)
    assert any(hotel.postal_code is None for hotel in hotels)
    assert any(hotel.name.isupper() for hotel in hotels)
    assert any(not hotel.name.isascii() for hotel in hotels)
    assert any(hotel.country_code == "UK" and hotel.iso == "GB" for hotel in hotels)
    assert all(hotel.country_code != "GB" for hotel in hotels)
    assert any(not hotel.phones for hotel in hotels)


def test_every_hotel_can_lodge_two_adults(hotels: list[Hotel]) -> None:
    assert all(any(room.max_adults >= 2 and room.min_pax <= 2 for room in hotel.rooms) for hotel in hotels)
    assert all(len({room.code for room in hotel.rooms}) == len(hotel.rooms) for hotel in hotels)
    assert all(hotel.board_codes for hotel in hotels)


def test_names_of_types_in_languages(catalogue: Catalogue) -> None:
    assert catalogue.board_name("HB", "ENG") == "HALF BOARD"
    assert catalogue.board_name("BB", "ARA") == "مبيت وإفطار"
    assert catalogue.board_name("HH") is None
    assert catalogue.category_name("4EST") == "4 STARS"
    assert catalogue.category_name("H3_5") == "3 STARS AND A HALF"
    assert catalogue.category_name("5EST", "POL") == "5 gwiazdek"
    assert catalogue.category_name("3EST", "POL") == "3 gwiazdki"
    assert catalogue.room_name("DBL.SV", "FRA") == "DOUBLE VUE MER"
    assert catalogue.destination_name("DXB", "ARA") == "دبي"
    assert catalogue.destination_name("MUC", "ALE") == "München"
    assert catalogue.destination_name("BJV", "ARA") == "بودروم"
    assert catalogue.destination_name("BJV", "ALE") == "Bodrum"
    assert catalogue.destination_name("???") is None


def test_rate_comments_are_found_by_key_and_day(catalogue: Catalogue, hotels: list[Hotel]) -> None:
    keys = [key for hotel in hotels for key in hotel.rate_comment_keys]
    assert all(str(key).count("|") == 2 for key in keys)
    texts = {catalogue.rate_comment(key, date(2027, 3, 10)) for key in keys}
    assert any(text and "payable at the hotel" in text for text in texts)
    before_all = date(2020, 1, 1)
    assert {catalogue.rate_comment(key, before_all) for key in keys} == {None}
    wrong = RateCommentKey(keys[0].incoming, keys[0].code, keys[0].rate + 1)
    assert catalogue.rate_comment(wrong, date(2027, 3, 10)) is None
    assert catalogue.rate_comment(RateCommentKey(1, "x", 0), date(2027, 3, 10)) is None


def test_a_round_of_changes_touches_renames_removes_and_adds() -> None:
    before = Catalogue(2000, 7)
    day = date(2026, 12, 1)
    after = Catalogue(2000, 7, changes=[Change(on=day, changed=0.05, removed=0.02, added=0.01)])
    hotels = list(zip(every(before), every(after), strict=True))

    gone = [new for old, new in hotels if new.listing == "removed"]
    come = [new for old, new in hotels if old.listing and not new.listing]
    changed = [(old, new) for old, new in hotels if new.renewals]
    assert 20 <= len(gone) <= 60
    assert all(hotel.closed for hotel in gone)
    assert 8 <= len(come) <= 36
    assert 60 <= len(changed) <= 140
    assert {new.last_update for new in (*gone, *come, *(new for _, new in changed))} == {day}
    for old, new in changed:
        match new.renewals[0].kind:
            case "name":
                assert new.name != old.name
            case "text":
                assert (descriptions.written(new, "ENG") or "").endswith("were renovated in 2026.")
            case "image":
                assert len(images.of_hotel(new)) == len(images.of_hotel(old)) + 1
    touched = {hotel.code for hotel in (*gone, *come, *(new for _, new in changed))}
    assert all(old == new for old, new in hotels if new.code not in touched)


def test_a_second_round_is_drawn_anew() -> None:
    rounds = [Change(on=date(2026, 12, day), changed=0.05) for day in (1, 2)]
    once, twice = Catalogue(600, 7, changes=rounds[:1]), Catalogue(600, 7, changes=rounds)
    renewed = [[bool(hotel.renewals) for hotel in every(catalogue)] for catalogue in (once, twice)]

    assert sum(renewed[0]) < sum(renewed[1])
    assert all(second for first, second in zip(*renewed, strict=True) if first)


def test_every_hotel_has_as_many_pictures_as_asked_for() -> None:
    for hotel in every(Catalogue(120, 7, images=10)):
        assert len({image.path for image in images.of_hotel(hotel)}) == 10


def test_a_large_catalogue_keeps_the_codes_of_destinations() -> None:
    small, large = Catalogue(200, 7), Catalogue(300_000, 7)
    names = {destination.code: destination.name for destination in large.destinations()}
    assert all(names[destination.code] == destination.name for destination in small.destinations())
    assert len(names) == len(large.destinations()) == 6800
    last = large.hotels()[-1]
    hotel = large.hotel(last)
    assert hotel is not None
    assert last in large.in_destination(hotel.destination_code)


def test_a_catalogue_needs_a_hotel() -> None:
    with pytest.raises(ValueError, match="at least one"):
        Catalogue(0, 7)
