"""The Content API over real HTTP, against the published schemas and REFERENCE section 9."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from suppliers.simulators.hotelbeds.catalogue import Catalogue, texts
from suppliers.simulators.hotelbeds.running import running
from suppliers.simulators.hotelbeds.settings import Settings
from tests.suppliers.simulators.hotelbeds import contract
from tests.suppliers.simulators.hotelbeds.caller import Caller

Json = dict[str, Any]
BASE = "/hotel-content-api/1.0"
SIZE = 600
LISTS = {
    "locations/countries": ("countries", "ApiCountriesRS"),
    "locations/destinations": ("destinations", "ApiDestinationsRS"),
    "types/accommodations": ("accommodations", "ApiAccommodationsRS"),
    "types/boards": ("boards", "ApiBoardsRS"),
    "types/boardgroups": ("boards", "ApiBoardsRS"),
    "types/categories": ("categories", "ApiCategoriesRS"),
    "types/chains": ("chains", "ApiChainsRS"),
    "types/classifications": ("classifications", "ApiRateClassRS"),
    "types/currencies": ("currencies", "ApiCurrenciesRS"),
    "types/facilities": ("facilities", "ApiFacilitiesRS"),
    "types/facilitygroups": ("facilityGroups", "ApiFacilityGroupsRS"),
    "types/facilitytypologies": ("facilityTypologies", "ApiFacilityTypologiesRS"),
    "types/groupcategories": ("groupCategories", "ApiGroupCategoriesRS"),
    "types/imagetypes": ("imageTypes", "ApiImageTypesRS"),
    "types/issues": ("issues", "ApiIssuesRS"),
    "types/languages": ("languages", "ApiLanguagesRS"),
    "types/promotions": ("promotions", "ApiPromotionsRS"),
    "types/rooms": ("rooms", "ApiRoomsRS"),
    "types/segments": ("segments", "ApiSegmentsRS"),
    "types/terminals": ("terminals", "ApiTerminalsRS"),
    "types/ratecomments": ("rateComments", "ApiRateCommentsRS"),
}


@pytest.fixture(scope="module")
def hotelbeds() -> Iterator[Caller]:
    with running(Settings(hotels=SIZE, seed=7)) as simulator:
        yield Caller(simulator)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue(SIZE, 7)


def ask(hotelbeds: Caller, path: str, **query: object) -> Json:
    answer = hotelbeds.call("GET", f"{BASE}/{path}?{urlencode(query)}")
    assert answer.status == 200, answer.raw
    return answer.json


def refused(hotelbeds: Caller, path: str, **query: object) -> tuple[str, str]:
    answer = hotelbeds.call("GET", f"{BASE}/{path}?{urlencode(query)}")
    assert answer.status == 400
    contract.check("content", "ApiHotelsRS", answer.json)
    return answer.error


@pytest.fixture(scope="module")
def everything(hotelbeds: Caller) -> Json:
    return ask(hotelbeds, "hotels", **{"from": 1, "to": 1000, "includeHotels": "webOnly,notOnSale"})


def test_hotels_fit_the_schema(everything: Json) -> None:
    contract.check("content", "ApiHotelsRS", everything)
    known = contract.properties("content", "ApiHotel")
    assert all(set(hotel) <= known for hotel in everything["hotels"])
    assert everything["total"] == SIZE
    assert [hotel["code"] for hotel in everything["hotels"]] == sorted(
        h["code"] for h in everything["hotels"]
    )


def test_missing_means_absent(everything: Json) -> None:
    """REFERENCE 9: seen missing; never null."""
    optional = [
        "description",
        "images",
        "phones",
        "email",
        "postalCode",
        "rooms",
        "boardCodes",
        "chainCode",
        "segmentCodes",
        "terminals",
        "interestPoints",
        "issues",
        "wildcards",
        "web",
        "license",
        "S2C",
        "stateCode",
        "categoryGroupCode",
    ]
    hotels = everything["hotels"]
    for key in optional:
        assert 0 < sum(key in hotel for hotel in hotels) < len(hotels), key
    assert all(value is not None for hotel in hotels for value in hotel.values())


def test_fields_have_the_types_of_the_wire(everything: Json) -> None:
    points = [point for hotel in everything["hotels"] for point in hotel.get("interestPoints", ())]
    assert {type(point["distance"]) for point in points} == {str}
    terminals = [terminal for hotel in everything["hotels"] for terminal in hotel.get("terminals", ())]
    assert {type(terminal["distance"]) for terminal in terminals} == {int}
    assert {type(hotel["coordinates"]["latitude"]) for hotel in everything["hotels"]} == {float}
    assert any(path.endswith(".JPG") for path in _paths(everything))
    assert any(path.endswith(".jpg") for path in _paths(everything))
    cards = [card for hotel in everything["hotels"] for card in hotel.get("wildcards", ())]
    assert all(card["roomType"] == f"{card['roomCode']}.{card['characteristicCode']}" for card in cards)
    assert cards


def test_facilities_tell_yes_no_and_what_costs(everything: Json) -> None:
    found = [item for hotel in everything["hotels"] for item in hotel.get("facilities", ())]
    assert any(item.get("indFee") and item.get("amount") and item.get("currency") for item in found)
    assert any(item.get("indYesOrNo") is False for item in found)
    assert all(item.get("indLogic", True) for item in found)
    assert any("timeFrom" in item for item in found)
    pairs = {(item["facilityCode"], item["facilityGroupCode"]) for item in found}
    assert len({code for code, _ in pairs}) < len(pairs)
    for hotel in everything["hotels"]:
        own = [(item["facilityCode"], item["facilityGroupCode"]) for item in hotel.get("facilities", ())]
        assert len(own) == len(set(own))


def test_facilities_tell_hours_seasons_ages_and_units(everything: Json) -> None:
    found = [item for hotel in everything["hotels"] for item in hotel.get("facilities", ())]
    paid = [item for item in found if "amount" in item]
    assert {item["applicationType"] for item in paid} == {"UN", "US", "PN", "PS"}
    assert all(item["currency"] for item in paid)
    # As hotels fill them in (samples): from alone, until alone, both, midnight where nobody said an hour.
    shapes = {
        code: {("timeFrom" in item, "timeTo" in item) for item in found if _pair(item) == (code, 70)}
        for code in (260, 390)
    }
    assert shapes == {
        260: {(True, False), (True, True)},
        390: {(False, True), (True, True), (True, False)},
    }
    ages = {_pair(item): (item["ageFrom"], item.get("ageTo")) for item in found if "ageFrom" in item}
    assert ages[405, 73] == (4, 12)
    assert ages[401, 73] == (18, None)
    pools = [item for item in found if _pair(item) == (363, 73) and "dateFrom" in item]
    assert pools
    assert all(item["dateFrom"] < item["dateTo"] for item in pools)
    assert {item["timeFrom"] for item in found if _pair(item) == (30, 80) and "timeFrom" in item} == {
        "06:30:00",
        "07:00:00",
    }


def test_what_rooms_have_fits_its_own_schema(everything: Json) -> None:
    rooms = [room for hotel in everything["hotels"] for room in hotel.get("rooms", ())]
    found = [item for room in rooms for item in room.get("roomFacilities", ())]
    assert found
    assert set().union(*found) <= contract.properties("content", "ApiHotelRoomFacility")


def _pair(item: Json) -> tuple[int, int]:
    return item["facilityCode"], item["facilityGroupCode"]


def test_a_general_view_is_shown_first(everything: Json) -> None:
    for hotel in everything["hotels"]:
        if images := hotel.get("images"):
            assert min(images, key=lambda image: image["visualOrder"])["imageTypeCode"] == "GEN"
            assert len({image["path"] for image in images}) == len(images)


def test_pages_join_to_the_whole(hotelbeds: Caller) -> None:
    whole = ask(hotelbeds, "hotels", **{"from": 1, "to": 1000, "fields": "code"})
    pages = [
        ask(hotelbeds, "hotels", **{"from": at, "to": at + 249, "fields": "code"}) for at in (1, 251, 501)
    ]
    assert {page["total"] for page in pages} == {whole["total"]} == {len(whole["hotels"])}
    assert [hotel for page in pages for hotel in page["hotels"]] == whole["hotels"]
    assert (pages[2]["from"], pages[2]["to"]) == (501, 750)
    beyond = ask(hotelbeds, "hotels", **{"from": 100_001, "to": 100_100})
    assert (beyond["hotels"], beyond["total"]) == ([], whole["total"])


def test_without_a_range_the_first_hundred(hotelbeds: Caller) -> None:
    page = ask(hotelbeds, "hotels", fields="code")
    assert (page["from"], page["to"], len(page["hotels"])) == (1, 100, 100)


def test_hotels_not_on_sale_and_web_only_are_left_out_unless_asked_for(hotelbeds: Caller) -> None:
    plain = ask(hotelbeds, "hotels", to=1)["total"]
    web = ask(hotelbeds, "hotels", to=1, includeHotels="webOnly")["total"]
    both = hotelbeds.call("GET", f"{BASE}/hotels?to=1&includeHotels=webOnly&includeHotels=notOnSale").json[
        "total"
    ]
    assert plain < web < both == SIZE


def test_only_the_wanted_fields(hotelbeds: Caller) -> None:
    page = ask(hotelbeds, "hotels", fields="code,name,city", to=5)
    assert all(set(hotel) == {"code", "name", "city"} for hotel in page["hotels"])
    assert set(ask(hotelbeds, "types/boards", fields="code", to=1)["boards"][0]) == {"code"}


def test_filters_by_place_and_code(hotelbeds: Caller, catalogue: Catalogue) -> None:
    dubai = ask(hotelbeds, "hotels", destinationCode="DXB", to=1000, includeHotels="webOnly,notOnSale")
    assert [hotel["code"] for hotel in dubai["hotels"]] == list(catalogue.in_destination("DXB"))
    kingdom = ask(hotelbeds, "hotels", countryCode="UK", to=1000)
    assert {hotel["countryCode"] for hotel in kingdom["hotels"]} == {"UK"}
    assert {"LON", "EDI"} <= {hotel["destinationCode"] for hotel in kingdom["hotels"]}
    two = [hotel["code"] for hotel in dubai["hotels"][:2]]
    picked = ask(hotelbeds, "hotels", codes=f"{two[1]},{two[0]},999999", includeHotels="webOnly,notOnSale")
    assert [hotel["code"] for hotel in picked["hotels"]] == two
    assert picked["total"] == 2
    assert ask(hotelbeds, "hotels", codes=two[0], countryCode="UK")["total"] == 0


def test_last_update_time_limits_to_what_changed(hotelbeds: Caller, everything: Json) -> None:
    since = "2026-09-20"
    expected = [hotel["code"] for hotel in everything["hotels"] if hotel["lastUpdate"] >= since]
    found = ask(hotelbeds, "hotels", to=1000, lastUpdateTime=since, includeHotels="webOnly,notOnSale")
    assert [hotel["code"] for hotel in found["hotels"]] == expected
    assert 0 < len(expected) < SIZE
    assert 0 < ask(hotelbeds, "types/rooms", lastUpdateTime="2024-01-01")["total"] < 480


def test_pms_room_codes(hotelbeds: Caller) -> None:
    found = ask(hotelbeds, "hotels", to=1000, PMSRoomCode="true")
    assert 0 < found["total"] < SIZE / 2
    for hotel in found["hotels"]:
        assert "rooms" not in hotel or any("PMSRoomCode" in room for room in hotel["rooms"])


def test_descriptions_in_languages(hotelbeds: Caller) -> None:
    arabic = ask(hotelbeds, "hotels", language="ARA", to=100)["hotels"]
    mixed = ask(hotelbeds, "hotels", language="ARA", useSecondaryLanguage="True", to=100)["hotels"]
    written = [hotel["description"]["content"] for hotel in arabic if "description" in hotel]
    assert written
    assert all("الفندق" in text or "يقع" in text or "يمتد" in text for text in written)
    more = [hotel for hotel in mixed if "description" in hotel]
    assert len(written) < len(more) < 100
    none = ask(hotelbeds, "hotels", language="KOR", to=100)["hotels"]
    assert not any("description" in hotel for hotel in none)


@pytest.mark.parametrize("path", LISTS)
def test_lists_fit_the_schema_in_any_language(hotelbeds: Caller, path: str) -> None:
    key, schema = LISTS[path]
    for language in ("ENG", "ARA", "CAS"):
        page = ask(hotelbeds, path, language=language, to=1000)
        contract.check("content", schema, page)
        assert page["total"] >= len(page[key]) > 4
        known = _known(schema, key)
        assert all(set(record) <= known for record in page[key])


@pytest.mark.parametrize("path", [path for path in LISTS if path != "types/facilities"])
def test_lists_are_filtered_and_paged(hotelbeds: Caller, path: str) -> None:
    key = LISTS[path][0]
    whole = ask(hotelbeds, path, to=1000)
    second = ask(hotelbeds, path, **{"from": 2, "to": 3})
    assert second[key] == whole[key][1:3]
    assert (second["from"], second["to"], second["total"]) == (2, 3, whole["total"])
    code = whole[key][1]["code"]
    assert ask(hotelbeds, path, codes=code)[key] == [whole[key][1]]


def test_texts_of_types_in_every_language(hotelbeds: Caller) -> None:
    assert len(texts.languages()) >= 30
    for language in texts.languages():
        found = {b["code"]: b for b in ask(hotelbeds, "types/boards", language=language)["boards"]}
        described = [board["description"] for board in found.values() if "description" in board]
        assert {text["languageCode"] for text in described} == {language}
        assert len(described) >= 6
        countries = ask(hotelbeds, "locations/countries", language=language, to=1000)["countries"]
        assert sum("description" in country for country in countries) > 0.9 * len(countries)


def test_a_text_missing_here_and_there(hotelbeds: Caller) -> None:
    boards = {board["code"]: board for board in ask(hotelbeds, "types/boards")["boards"]}
    assert "description" not in boards["HH"]
    promotion = ask(hotelbeds, "types/promotions", codes="014")["promotions"][0]
    assert "name" in promotion
    assert "description" not in promotion
    absent = ask(hotelbeds, "types/categories", language="ARA", codes="1LL")["categories"][0]
    assert "description" not in absent
    english = ask(hotelbeds, "types/categories", language="ARA", codes="1LL", useSecondaryLanguage="True")
    assert english["categories"][0]["description"] == {"languageCode": "ENG", "content": "1 KEY"}


def test_countries_and_destinations_belong_together(hotelbeds: Caller, everything: Json) -> None:
    countries = {c["code"]: c for c in ask(hotelbeds, "locations/countries", to=1000)["countries"]}
    destinations = {d["code"]: d for d in ask(hotelbeds, "locations/destinations", to=1000)["destinations"]}
    assert countries["UK"]["isoCode"] == "GB"
    assert "GB" not in countries
    assert {d["countryCode"] for d in destinations.values()} == set(countries)
    for hotel in everything["hotels"]:
        place = destinations[hotel["destinationCode"]]
        assert place["countryCode"] == hotel["countryCode"]
        assert hotel["zoneCode"] in {zone["zoneCode"] for zone in place["zones"]}
        states = {state["code"] for state in countries[hotel["countryCode"]]["states"]}
        assert hotel.get("stateCode", "XX") in states
    some = ask(hotelbeds, "locations/destinations", countryCodes="UK,AE", to=1000)["destinations"]
    assert {d["countryCode"] for d in some} == {"UK", "AE"}


def test_every_code_of_a_hotel_is_in_its_list(hotelbeds: Caller, everything: Json) -> None:
    def codes(path: str, key: str) -> set[Any]:
        return {record["code"] for record in ask(hotelbeds, path, to=1000)[key]}

    facilities = ask(hotelbeds, "types/facilities", to=1000)["facilities"]
    pairs = {(item["code"], item["facilityGroupCode"]) for item in facilities}
    used = everything["hotels"]
    assert {hotel["categoryCode"] for hotel in used} <= codes("types/categories", "categories")
    assert {hotel["accommodationTypeCode"] for hotel in used} <= codes(
        "types/accommodations", "accommodations"
    )
    assert {hotel["chainCode"] for hotel in used if "chainCode" in hotel} <= codes("types/chains", "chains")
    assert {c for hotel in used for c in hotel.get("boardCodes", ())} <= codes("types/boards", "boards")
    assert {c for hotel in used for c in hotel.get("segmentCodes", ())} <= codes("types/segments", "segments")
    rooms = codes("types/rooms", "rooms")
    assert {room["roomCode"] for hotel in used for room in hotel.get("rooms", ())} <= rooms
    kinds = codes("types/imagetypes", "imageTypes")
    assert {i["imageTypeCode"] for hotel in used for i in hotel.get("images", ())} <= kinds
    assert {
        (f["facilityCode"], f["facilityGroupCode"]) for h in used for f in h.get("facilities", ())
    } <= pairs


def test_details_of_one_and_of_several(hotelbeds: Caller, everything: Json) -> None:
    codes = [hotel["code"] for hotel in everything["hotels"][:30]]
    several = ask(hotelbeds, f"hotels/{','.join(map(str, codes))}/details")
    contract.check("content", "ApiHotelDetailsRS", several)
    assert [hotel["code"] for hotel in several["hotels"]] == codes
    one = ask(hotelbeds, f"hotels/{codes[3]}/details")
    contract.check("content", "ApiHotelDetailsRS", one)
    assert one["hotel"] == several["hotels"][3]
    assert "hotels" not in one
    known = contract.properties("content", "ApiHotel")
    assert all(set(hotel) <= known for hotel in several["hotels"])


def test_details_unfold_the_codes(hotelbeds: Caller, everything: Json) -> None:
    listed = next(h for h in everything["hotels"] if h["countryCode"] == "UK" and len(h) > 24)
    hotel = ask(hotelbeds, f"hotels/{listed['code']}/details", language="FRA")["hotel"]
    assert hotel["country"] == {"code": "UK", "isoCode": "GB", "description": {"content": "Royaume-Uni"}}
    assert hotel["category"]["code"] == listed["categoryCode"]
    assert [board["code"] for board in hotel["boards"]] == listed["boardCodes"]
    assert [room["type"]["code"] for room in hotel["rooms"]] == [room["roomType"] for room in listed["rooms"]]
    assert "countryCode" not in hotel
    assert "rooms" in hotel
    assert "roomType" not in hotel["rooms"][0]
    assert [image["path"] for image in hotel["images"]] == [image["path"] for image in listed["images"]]
    assert "Chambre" in {image["type"]["description"]["content"] for image in hotel["images"]}


def test_details_of_unknown_hotels(hotelbeds: Caller, everything: Json) -> None:
    assert "hotel" not in ask(hotelbeds, "hotels/999999/details")
    known = everything["hotels"][0]["code"]
    assert [h["code"] for h in ask(hotelbeds, f"hotels/{known},999999/details")["hotels"]] == [known]
    assert refused(hotelbeds, "hotels/abc/details")[0] == "INVALID_REQUEST"


def test_rate_comments_belong_to_hotels(hotelbeds: Caller, catalogue: Catalogue) -> None:
    page = ask(hotelbeds, "types/ratecomments", to=1000)
    listed = [(c["incoming"], c["hotel"], c["code"]) for c in page["rateComments"]]
    expected = [
        (key.incoming, code, key.code)
        for code in catalogue.hotels()
        if (hotel := catalogue.hotel(code)) is not None
        for key in hotel.rate_comment_keys
    ]
    assert listed == expected
    assert page["total"] == len(expected)
    blocks = [block for comment in page["rateComments"] for block in comment["commentsByRates"]]
    assert {type(rate) for block in blocks for rate in block["rateCodes"]} == {int}
    assert any(a["rateCodes"][-1:] == b["rateCodes"] for a, b in pairwise(blocks))


def test_rate_comment_details_of_one_key_and_day(hotelbeds: Caller, catalogue: Catalogue) -> None:
    record = ask(hotelbeds, "types/ratecomments", to=1)["rateComments"][0]
    rate = record["commentsByRates"][0]["rateCodes"][-1]
    key = f"{record['incoming']}|{record['code']}|{rate}"
    day = "2027-02-01"
    expected = [
        comment
        for block in record["commentsByRates"]
        if rate in block["rateCodes"]
        for comment in block["comments"]
        if comment["dateStart"] <= day <= comment["dateEnd"]
    ]
    answer = hotelbeds.call("GET", f"{BASE}/types/ratecommentdetails?date={day}&code={quote(key)}").json
    contract.check("content", "ApiRateCommentDetailsRS", answer)
    assert answer["rateComments"] == expected != []
    early = ask(hotelbeds, "types/ratecommentdetails", date="2001-01-01", code=key)
    assert (early["rateComments"], early["total"]) == ([], 0)
    assert refused(hotelbeds, "types/ratecommentdetails", code=key)[0] == "INVALID_REQUEST"
    assert refused(hotelbeds, "types/ratecommentdetails", date=day, code="12")[0] == "INVALID_REQUEST"


@pytest.mark.parametrize(
    ("query", "category", "text"),
    [
        (
            {"from": 1, "to": 1001},
            "INVALID_DATA",
            "Invalid data. The number of elements in response are limited to 1000",
        ),
        ({"from": 0}, "INVALID_DATA", "Invalid data. The minimun value for the parameter From is 1"),
        (
            {"from": -5, "to": 5},
            "INVALID_DATA",
            "Invalid data. The minimun value for the parameter From is 1",
        ),
        ({"from": 9, "to": 5}, "INVALID_DATA", "Invalid data. The parameter To must be greater than From"),
        ({"to": "many"}, "INVALID_REQUEST", "NumberFormatException"),
        ({"to": "٣"}, "INVALID_REQUEST", "NumberFormatException"),
        ({"codes": "12,x"}, "INVALID_REQUEST", "NumberFormatException"),
        ({"lastUpdateTime": "yesterday"}, "INVALID_REQUEST", "Unparseable date"),
        ({"useSecondaryLanguage": "perhaps"}, "INVALID_REQUEST", "Invalid boolean value"),
    ],
)
def test_what_does_not_fit_is_refused(hotelbeds: Caller, query: Json, category: str, text: str) -> None:
    found = refused(hotelbeds, "hotels", **query)
    assert found[0] == category
    assert text in found[1]


def test_a_repeated_page_differs_in_audit_data_only(hotelbeds: Caller) -> None:
    first, second = (ask(hotelbeds, "hotels", destinationCode="PAR") for _ in range(2))
    assert first.pop("auditData")["token"] != second.pop("auditData")["token"]
    assert first == second


def test_an_answer_without_gzip_is_the_same(hotelbeds: Caller) -> None:
    packed = hotelbeds.call("GET", f"{BASE}/hotels?to=20")
    plain = hotelbeds.call("GET", f"{BASE}/hotels?to=20", headers={"Accept-Encoding": "identity"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert packed.json["hotels"] == plain.json["hotels"]


def _paths(page: Json) -> list[str]:
    return [image["path"] for hotel in page["hotels"] for image in hotel.get("images", ())]


def _known(schema: str, key: str) -> frozenset[str]:
    item = {
        "ApiRateClassRS": "ApiRateClass",
        "ApiBoardsRS": "ApiBoard",
        "ApiRateCommentsRS": "ApiRateComments",
    }
    names = {
        "countries": "ApiCountry",
        "categories": "ApiCategory",
        "currencies": "ApiCurrency",
        "facilities": "ApiFacility",
        "facilityTypologies": "ApiFacilityType",
        "groupCategories": "ApiGroupCategory",
    }
    plain = f"Api{key[0].upper()}{key[1:].removesuffix('s')}"
    return contract.properties("content", item.get(schema) or names.get(key) or plain)
