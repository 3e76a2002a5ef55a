"""Their example requests against what our client sends for the same wish."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest

from suppliers.adapters.hotelbeds.mapping import requests
from suppliers.adapters.hotelbeds.mapping.languages import STANDARD
from suppliers.errors import InvalidRequest
from suppliers.types import BookingGuest, BookingOrder, BookingRoom, GuestType, Occupancy, StaySearch
from tests.recorded.samples import sample

PALMA = ("77", "168", "264", "265", "297", "311")


def decoded(body: bytes) -> dict[str, Any]:
    value: dict[str, Any] = msgspec.json.decode(body)
    return value


def search(*occupancies: Occupancy, codes: tuple[str, ...] = PALMA) -> StaySearch:
    return StaySearch(
        hotel_codes=codes, check_in=date(2020, 6, 15), check_out=date(2020, 6, 16), occupancies=occupancies
    )


def order(*rooms: BookingRoom) -> BookingOrder:
    return BookingOrder(
        client_reference="IntegrationAgency",
        holder_first_name="HolderFirstName",
        holder_last_name="HolderLastName",
        rooms=rooms,
        remark="Booking remarks are to be written here.",
    )


def guest(first: str, kind: GuestType = GuestType.ADULT, age: int | None = None) -> BookingGuest:
    return BookingGuest(type=kind, first_name=first, last_name="Surname", age=age)


def first_key(body: bytes) -> str:
    key: str = decoded(body)["rooms"][0]["rateKey"]
    return key


@sample("booking/availability_by_hotel_code.request.json")
def test_a_search_by_hotel_codes(body: bytes) -> None:
    assert decoded(requests.availability(search(Occupancy(2)), STANDARD)) == {
        **decoded(body),
        "language": "ENG",
    }


@sample("booking/availability_children_ages.request.json")
def test_a_search_with_children(body: bytes) -> None:
    sent = decoded(requests.availability(search(Occupancy(1, (10, 8))), STANDARD))

    assert sent == {**decoded(body), "language": "ENG"}


@sample("booking/availability_geolocation_two_same_rooms.request.json")
def test_two_same_rooms_are_one_entry(body: bytes) -> None:
    sent = decoded(requests.availability(search(Occupancy(2), Occupancy(2)), STANDARD))

    assert sent["occupancies"] == decoded(body)["occupancies"] == [{"rooms": 2, "adults": 2, "children": 0}]
    assert sent["stay"] == decoded(body)["stay"]


@sample("booking/availability_all_filters.request.json")
def test_filters_stay_with_us(body: bytes) -> None:
    sent, theirs = decoded(requests.availability(search(Occupancy(2)), STANDARD)), decoded(body)

    assert {key: theirs[key] for key in ("stay", "occupancies", "hotels")} == {
        key: sent[key] for key in ("stay", "occupancies", "hotels")
    }
    assert not {"filter", "boards", "rooms", "keywords", "reviews", "accommodations"} & sent.keys()


@sample(
    "booking/checkrates_one_room.request.json",
    "booking/checkrates_two_same_rooms.request.json",
    "booking/checkrates_children.request.json",
)
def test_a_price_check(body: bytes) -> None:
    sent = decoded(requests.check_rates([first_key(body)], language="FRA"))

    assert sent == {**decoded(body), "upselling": False, "language": "FRA"}


@sample("booking/booking_one_room.request.json")
def test_a_booking(body: bytes) -> None:
    guests = (guest("First Adult Name"), guest("Second Adult Name"))
    sent = decoded(requests.booking(order(BookingRoom(rate_key=first_key(body), guests=(guests,))), STANDARD))

    # A tolerance needs their written agreement, so none is sent.
    assert {**sent, "tolerance": 2} == {**decoded(body), "language": "ENG"}


@sample("booking/booking_two_same_rooms.request.json")
def test_a_booking_of_two_same_rooms_counts_rooms_within_the_key(body: bytes) -> None:
    guests = (
        (guest("First Adult Name"), guest("Second Adult Name")),
        (guest("Third Adult Name"), guest("Fourth Adult Name")),
    )
    sent = decoded(requests.booking(order(BookingRoom(rate_key=first_key(body), guests=guests)), STANDARD))

    assert sent == {**decoded(body), "language": "ENG"}
    assert [pax["roomId"] for pax in sent["rooms"][0]["paxes"]] == [1, 1, 2, 2]


@sample("booking/booking_children.request.json")
def test_a_booking_with_children_has_the_ages_their_example_forgets(body: bytes) -> None:
    names = ("First Adult Name", "Second Adult Name", "First Child Name")
    guests = (
        guest(names[0]),
        guest(names[1], GuestType.CHILD, 5),
        guest(names[2], GuestType.CHILD, 6),
    )
    sent = decoded(requests.booking(order(BookingRoom(rate_key=first_key(body), guests=(guests,))), STANDARD))

    paxes = sent["rooms"][0]["paxes"]
    assert [pax.pop("age", None) for pax in paxes] == [None, 5, 6]
    assert sent == {**decoded(body), "language": "ENG"}


def test_a_child_without_age_is_not_sent() -> None:
    room = BookingRoom(rate_key="key", guests=((guest("A"), guest("B", GuestType.CHILD)),))

    with pytest.raises(InvalidRequest, match="a child without age"):
        requests.booking(order(room), STANDARD)


@sample("booking/booking_credit_card.request.json")
def test_a_booking_never_carries_a_card(body: bytes) -> None:
    guests = (guest("First Adult Name"), guest("Second Adult Name"))
    sent = decoded(requests.booking(order(BookingRoom(rate_key=first_key(body), guests=(guests,))), STANDARD))

    theirs = decoded(body)
    assert "paymentData" in theirs
    assert sent == {
        key: value for key, value in theirs.items() if key not in ("paymentData", "tolerance")
    } | {"language": "ENG"}
