"""Port values -> the bodies and queries Hotelbeds wants (REFERENCE 4.2, 5, 6, 7)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from suppliers.adapters.hotelbeds.mapping.languages import Languages
from suppliers.adapters.hotelbeds.mapping.occupancies import Asked
from suppliers.errors import InvalidRequest
from suppliers.operations import Operation
from suppliers.types import BookingGuest, BookingOrder, BookingRoom, GuestType, StaySearch

LONGEST_REFERENCE = 20
LONGEST_NAME = 50
LONGEST_REMARK = 2000

_PAX_TYPES = {GuestType.ADULT: "AD", GuestType.CHILD: "CH"}


def availability(search: StaySearch, languages: Languages) -> bytes:
    body: dict[str, Any] = {
        "stay": {"checkIn": search.check_in.isoformat(), "checkOut": search.check_out.isoformat()},
        "occupancies": Asked.of(search.occupancies).wire(),
        "hotels": {"hotel": [_number(code) for code in search.hotel_codes]},
        "language": languages.code(search.language),
    }
    if search.residency:
        body["sourceMarket"] = search.residency.upper()
    return msgspec.json.encode(body)


def check_rates(rate_keys: Sequence[str], *, language: str) -> bytes:
    """`language`: theirs."""
    return msgspec.json.encode(
        {
            "rooms": [{"rateKey": key} for key in rate_keys],
            "upselling": False,
            "language": language,
        }
    )


def booking(order: BookingOrder, languages: Languages) -> bytes:
    """Refuses what they could only refuse; too long names and remarks are cut, they are for people to read."""
    if not 1 <= len(order.client_reference) <= LONGEST_REFERENCE:
        raise _refused(Operation.BOOK, f"a client reference has 1 to {LONGEST_REFERENCE} characters")
    if not order.rooms:
        raise _refused(Operation.BOOK, "an order without rooms")
    body: dict[str, Any] = {
        "holder": {
            "name": order.holder_first_name[:LONGEST_NAME],
            "surname": order.holder_last_name[:LONGEST_NAME],
        },
        "rooms": [{"rateKey": room.rate_key, "paxes": _paxes(room)} for room in order.rooms],
        "clientReference": order.client_reference,
        "language": languages.code(order.language),
    }
    if order.remark:
        body["remark"] = order.remark[:LONGEST_REMARK]
    return msgspec.json.encode(body)


def _paxes(room: BookingRoom) -> list[dict[str, Any]]:
    """`roomId` counts the rooms of the entry, from 1."""
    return [_pax(guest, room_id) for room_id, guests in enumerate(room.guests, start=1) for guest in guests]


def _pax(guest: BookingGuest, room_id: int) -> dict[str, Any]:
    pax: dict[str, Any] = {"roomId": room_id, "type": _PAX_TYPES[guest.type]}
    if guest.type is GuestType.CHILD:
        if guest.age is None:
            raise _refused(Operation.BOOK, "a child without age")
        pax["age"] = guest.age
    if guest.first_name:
        pax["name"] = guest.first_name[:LONGEST_NAME]
    if guest.last_name:
        pax["surname"] = guest.last_name[:LONGEST_NAME]
    return pax


def _number(code: str) -> int:
    try:
        return int(code)
    except ValueError:
        raise _refused(Operation.AVAILABILITY, f"{code!r} is not a Hotelbeds hotel code") from None


def _refused(operation: Operation, detail: str) -> InvalidRequest:
    """Never sent."""
    return InvalidRequest(detail, supplier="hotelbeds", operation=operation.value)
