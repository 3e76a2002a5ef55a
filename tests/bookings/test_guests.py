"""Guests against the quoted rooms: every refusal names its field."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from bookings.services import guests
from faredown.lib.errors import InvalidInput
from suppliers.types import GuestType, Occupancy
from tests.bookings.world import FAMILY, party


def typed() -> dict[str, Any]:
    return copy.deepcopy(dict(party(FAMILY)))


def refused(data: Any, rooms: tuple[Occupancy, ...] = FAMILY) -> dict[str, str]:
    with pytest.raises(InvalidInput) as caught:
        guests.party(data, rooms=rooms)
    return {error.field: error.code for error in caught.value.errors}


def test_a_party_is_read_with_its_names_and_its_number_in_one_form() -> None:
    data = typed()
    data["holder"] |= {"first_name": "  Ame\u0301lie ", "phone": "01 42 68 53 00", "country": "fr"}
    read = guests.party(data, rooms=FAMILY)
    assert read.holder.first_name == "Am\u00e9lie"
    assert read.holder.phone == "+33142685300"
    assert read.holder.country == "FR"
    assert [[guest.type for guest in room] for room in read.rooms] == [
        [GuestType.ADULT, GuestType.ADULT, GuestType.CHILD],
        [GuestType.ADULT],
    ]
    assert read.rooms[0][2].age == 7
    assert read.rooms[0][0].age is None


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("first_name", "", "required"),
        ("first_name", None, "required"),
        ("first_name", 7, "not_text"),
        ("first_name", "...", "not_a_name"),
        ("last_name", "x" * 51, "too_long"),
        ("last_name", "O\x00k", "bad_characters"),
        ("last_name", "\ud800a", "bad_characters"),
        ("email", "nobody", "not_an_address"),
        ("email", "a@b.example\n", ""),
        ("phone", "12", "not_a_number"),
        ("phone", "not a number", "not_a_number"),
        ("phone", "+1 555 0100", "not_a_number"),
        ("country", "FRA", "not_a_country"),
        ("country", "ZZ", "not_a_country"),
    ],
)
def test_a_wrong_holder_names_the_field(field: str, value: object, code: str) -> None:
    data = typed()
    data["holder"][field] = value
    if not code:  # a line break at the end is only space
        assert guests.party(data, rooms=FAMILY).holder.email == "a@b.example"
        return
    assert refused(data)[f"holder.{field}"] == code


def test_a_number_without_a_country_asks_for_the_country() -> None:
    data = typed()
    data["holder"] |= {"phone": "01 42 68 53 00", "country": ""}
    assert refused(data) == {"holder.country": "required", "holder.phone": "country_needed"}
    data["holder"]["phone"] = "+33 1 42 68 53 00"
    assert refused(data) == {"holder.country": "required"}
    data["holder"]["phone"] = "+33 1"
    assert refused(data) == {"holder.country": "required", "holder.phone": "not_a_number"}


@pytest.mark.parametrize("value", [None, [], "x", 4])
def test_a_missing_holder(value: object) -> None:
    data = typed()
    data["holder"] = value
    assert refused(data) == {"holder": "required"}


@pytest.mark.parametrize(
    ("age", "code"),
    [
        (8, "not_as_searched"),
        (None, "required"),
        (18, "out_of_range"),
        (-1, "out_of_range"),
        (True, "out_of_range"),
    ],
)
def test_a_childs_age_is_the_one_that_was_searched(age: object, code: str) -> None:
    data = typed()
    data["rooms"][0]["guests"][2]["age"] = age
    assert refused(data) == {"rooms.0.guests.2.age": code}


def test_two_children_of_one_age_are_counted() -> None:
    rooms = (Occupancy(1, (5, 9)),)
    data = dict(party(rooms))
    data["rooms"][0]["guests"][2]["age"] = 5
    assert refused(data, rooms) == {"rooms.0.guests.2.age": "not_as_searched"}


def test_every_refusal_comes_at_once() -> None:
    data = typed()
    data["holder"]["email"] = "x"
    data["rooms"][0]["guests"].pop(1)
    data["rooms"][1]["guests"][0]["type"] = "pet"
    data["remarks"] = "x" * 2001
    assert refused(data) == {
        "holder.email": "not_an_address",
        "rooms.0.guests": "wrong_adults",
        "rooms.1.guests.0.type": "not_a_type",
        "remarks": "too_long",
    }


@pytest.mark.parametrize(
    ("rooms", "expected"),
    [
        (None, {"rooms": "required"}),
        ({}, {"rooms": "not_a_list"}),
        (
            [{"guests": None}, {"guests": "x"}],
            {"rooms.0.guests": "required", "rooms.1.guests": "not_a_list"},
        ),
        ([1, 2], {"rooms.0": "not_an_object", "rooms.1": "not_an_object"}),
        ([{"guests": []}], {"rooms": "wrong_count"}),
        ([], {"rooms": "wrong_count"}),
    ],
)
def test_rooms_of_another_shape(rooms: object, expected: dict[str, str]) -> None:
    data = typed()
    data["rooms"] = rooms
    found = refused(data)
    assert expected.items() <= found.items()
