"""A supplier's hotel as rows: what is kept of a record that is odd."""

from __future__ import annotations

import json
from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest

from faredown.lib.money import Money
from hotels.services.content import hotel_pages, hotel_rows, merging
from hotels.services.content.hotel_rows import Known
from hotels.services.content.tally import Tally
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

PALMA = (39.57, 2.65)
KNOWN = Known(
    destinations={"PMI": (7, "ES"), "NEW": (8, "ES")},
    zones={(7, "10"): 70},
    terms={
        ("category", "4EST"): (1, Decimal("4.0")),
        ("facility", "70:1"): (2, None),
        ("facility", "70:260"): (3, None),
    },
    room_names={"DBL.ST": {"en": "Double", "es": "Doble"}},
    regions={("ES", "07"): 700},
    centres={7: PALMA},
)


def mapped(**changes: Any) -> tuple[hotel_rows.HotelRows | None, Tally]:
    facts: dict[str, Any] = {
        "code": "1",
        "names": {"en": "HOTEL SOL", "es": "HOTEL EL SOL"},
        "descriptions": {"en": "Near the beach"},
        "country_code": "ES",
        "destination_code": "PMI",
    }
    tally = Tally()
    return hotel_rows.of(ContentHotel(**(facts | changes)), KNOWN, tally), tally


def rows(**changes: Any) -> hotel_rows.HotelRows:
    made, _ = mapped(**changes)
    assert made is not None
    return made


def test_a_hotel_becomes_rows() -> None:
    made, tally = mapped(
        zone_code="10",
        region_code="07",
        category_code="4EST",
        latitude=39.57,
        longitude=2.65,
        rooms=(ContentRoom(code="DBL.ST", names={"en": "SEA ROOM"}, max_pax=3),),
        facilities=(
            ContentFacility(code="70:1", fee=True),
            ContentFacility(code="99:9"),
            ContentFacility(code="70:260", time_from=time(15)),
        ),
        images=(
            ContentImage(path="b.jpg", kind="GEN", position=2),
            ContentImage(path="a.jpg", kind="HAB", room_code="DBL.ST", position=1),
            ContentImage(path="b.jpg", kind="GEN", position=3),
        ),
    )
    assert made is not None
    fields = made.fields
    assert (fields["name"], fields["destination_id"], fields["zone_id"]) == ("Hotel Sol", 7, 70)
    assert (fields["region_id"], fields["stars"]) == (700, Decimal("4.0"))
    assert (fields["latitude"], fields["longitude"], fields["timezone"]) == (39.57, 2.65, "Europe/Madrid")
    assert [image["path"] for image in json.loads(fields["images"])] == ["a.jpg", "b.jpg"]
    assert (fields["facility_codes"], fields["paid_facility_codes"]) == (["70:1", "99:9"], ["70:1"])
    # 3 photos and 15 for English, 15 for the point, 8 for rooms, 4 for stars; two facilities are no five
    assert fields["quality"] == 9 + 15 + 15 + 8 + 4
    assert made.texts == [("en", "Hotel Sol", "<p>Near the beach</p>"), ("es", "Hotel el Sol", "")]
    assert made.rooms == [("DBL.ST", '{"en":"Sea Room","es":"Doble"}', "[]", None, 3, None, None)]
    assert made.facilities == [
        (2, True, True, None, None, None, "", "", *[None] * 6),
        (3, True, False, None, None, None, "", "", time(15), *[None] * 5),
    ]
    assert tally.findings == {"unknown_facility": ["99:9"]}


def test_what_lies_around_and_what_rooms_have() -> None:
    made = rows(
        notices=(
            ContentNotice(code="CONST:10", starts_on=date(2026, 12, 1), ends_on=None, alternative=True),
        ),
        points=(ContentPoint("PLAZA MAYOR", 120),),
        terminals=(ContentTerminal("PMI", 9000),),
        rooms=(
            ContentRoom(
                code="DBL.ST",
                names={},
                facilities=(
                    ContentFacility(code="60:1", number=2, fee=True),
                    ContentFacility(code="60:2", available=False),
                ),
            ),
        ),
    )
    assert json.loads(made.fields["notices"]) == [
        {"code": "CONST:10", "from": "2026-12-01", "until": None, "alternative": True}
    ]
    assert json.loads(made.fields["points"]) == [{"name": "Plaza Mayor", "metres": 120}]
    assert json.loads(made.fields["terminals"]) == [{"code": "PMI", "metres": 9000}]
    assert made.rooms[0][1] == '{"en":"Double","es":"Doble"}'
    assert json.loads(made.rooms[0][2]) == [{"code": "60:1", "fee": True, "number": 2}]


def test_hours_days_ages_and_fees_are_of_the_row_and_of_the_hash() -> None:
    pool: dict[str, Any] = {
        "amount": Money.of("12.50", "EUR"),
        "unit": FeeUnit.PERSON_NIGHT,
        "time_from": time(9),
        "time_to": time(19, 30),
        "starts_on": date(2027, 5, 1),
        "ends_on": date(2027, 9, 30),
        "age_from": 3,
        "age_to": 12,
    }
    made = rows(facilities=(ContentFacility(code="70:1", **pool),))
    told = (Decimal("12.50"), "EUR", "person_night", time(9), time(19, 30))
    assert made.facilities == [
        (2, True, False, None, None, *told, date(2027, 5, 1), date(2027, 9, 30), 3, 12)
    ]
    assert len(made.facilities[0]) == len(hotel_rows.FACILITY_COLUMNS)
    hashes = {made.content_hash}
    for name in pool:
        hashes.add(rows(facilities=(ContentFacility(code="70:1", **{**pool, name: None}),)).content_hash)
    assert len(hashes) == 1 + len(pool)
    assert rows(facilities=(ContentFacility(code="70:1", **pool),)).content_hash == made.content_hash


def test_rows_of_facilities_are_kept_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hotel_rows, "MOST_KEPT", 2)
    made = [rows(facilities=(ContentFacility(code="70:1", number=number),)) for number in (1, 2, 1, 3, 2)]
    assert [hotel.facilities[0][3] for hotel in made] == [1, 2, 1, 3, 2]
    assert [item.number for item in KNOWN.facilities] == [3, 2]
    KNOWN.facilities.clear()


@pytest.mark.parametrize(
    ("changes", "finding"),
    [
        ({"names": {}}, "hotel_without_name"),
        ({"destination_code": "XXX"}, "hotel_of_unknown_destination"),
        ({"code": "9" * 41}, "hotel_with_odd_code"),
    ],
)
def test_a_hotel_that_cannot_be_placed(changes: dict[str, Any], finding: str) -> None:
    made, tally = mapped(**changes)
    assert made is None
    assert list(tally.findings) == [finding]


@pytest.mark.parametrize(
    ("destination", "given", "point", "finding"),
    [
        ("PMI", (None, None), None, "hotel_without_coordinates"),
        ("PMI", (0.0, 0.0), None, "hotel_with_odd_coordinates"),
        ("PMI", (139.0, 35.0), None, "hotel_with_odd_coordinates"),
        ("PMI", (2.65, 39.57), (39.57, 2.65), "hotel_with_swapped_coordinates"),  # in Somalia as given
        ("PMI", (40.4, -3.7), (40.4, -3.7), "hotel_far_from_its_destination"),  # Madrid, 546 km
        ("PMI", (41.39, 2.17), (41.39, 2.17), None),  # Barcelona, 207 km
        ("NEW", (2.65, 39.57), (2.65, 39.57), None),  # nobody knows where it should be
        ("NEW", (139.7, 35.6), (35.6, 139.7), "hotel_with_swapped_coordinates"),  # off the globe as given
        ("NEW", (139.7, 235.6), None, "hotel_with_odd_coordinates"),
    ],
)
def test_where_a_hotel_stands(
    destination: str,
    given: tuple[float | None, float | None],
    point: tuple[float, float] | None,
    finding: str | None,
) -> None:
    made, tally = mapped(destination_code=destination, latitude=given[0], longitude=given[1])
    assert made is not None
    assert (made.fields["latitude"], made.fields["longitude"]) == (point or (None, None))
    assert (made.fields["timezone"] == "UTC") == (point is None)
    assert list(tally.findings) == ([finding] if finding else [])


def test_a_middle_that_becomes_known_is_no_change() -> None:
    item = ContentHotel(
        code="1",
        names={"en": "One"},
        descriptions={},
        country_code="ES",
        destination_code="PMI",
        latitude=2.65,
        longitude=39.57,
    )
    known, unknown = (
        hotel_rows.of(item, Known(KNOWN.destinations, {}, {}, {}, centres=centres), Tally())
        for centres in ({7: PALMA}, {})
    )
    assert known is not None
    assert unknown is not None
    assert known.fields["latitude"] == 39.57
    assert unknown.fields["latitude"] == 2.65
    assert known.content_hash == unknown.content_hash


def test_what_does_not_fit_is_left_out() -> None:
    made, tally = mapped(
        descriptions={"en": "x" * 200_000},
        images=tuple(ContentImage(path=f"{n}.jpg", kind="GEN", position=n) for n in range(3000)),
        board_codes=("BB", "X" * 21),
        facilities=(
            ContentFacility(
                code="70:1",
                number=2**40,
                amount=Money(Decimal("1e13"), "EUR"),
                unit=FeeUnit.PERSON_STAY,
                age_from=2**15,
            ),
            ContentFacility(code="7" * 61),
        ),
        rooms=(ContentRoom(code="R" * 61, names={}), ContentRoom(code="DBL", names={}, max_pax=40_000)),
        ranking=2**40,
    )
    assert made is not None
    assert made.texts[0][2] == f"<p>{'x' * 20_000}</p>"
    assert [image["path"] for image in json.loads(made.fields["images"])] == [f"{n}.jpg" for n in range(200)]
    assert made.fields["board_codes"] == ["BB"]
    assert made.fields["facility_codes"] == ["70:1"]
    assert made.facilities == [(2, True, False, None, None, None, "", "", *[None] * 6)]
    assert [(code, most) for code, _, _, _, most, _, _ in made.rooms] == [("DBL", None)]
    assert made.fields["ranking"] == 2**31 - 1
    assert tally.findings == {
        "hotel_without_coordinates": ["1"],
        "hotel_with_too_long_description": ["1 200000"],
        "hotel_with_too_many_images": ["1 3000"],
        "room_with_odd_code": ["R" * 61],
        "unknown_facility": ["7" * 61],
    }


@pytest.mark.parametrize(
    ("value", "text"),
    [("a\x00b", '"ab"'), ("\\u0000", '"\\\\u0000"'), ("\\\x00", '"\\\\"'), ("\x00\x00", '""'), ("é", '"é"')],
)
def test_the_character_nul_is_kept_in_no_json(value: str, text: str) -> None:
    assert merging.json(value) == text


def test_of_a_code_listed_twice_the_first_counts() -> None:
    facts: dict[str, Any] = {"descriptions": {}, "country_code": "ES", "destination_code": "PMI"}
    one, two = (ContentHotel(code="1", names={"en": name}, **facts) for name in ("One", "Two"))
    tally = Tally()
    made = hotel_pages.rows([one, two], KNOWN, tally)
    assert [hotel.fields["name"] for hotel in made] == ["One"]
    assert tally.findings == {"hotel_without_coordinates": ["1"], "hotel_listed_twice": ["1"]}
