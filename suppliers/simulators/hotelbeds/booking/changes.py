"""PUT /bookings/{reference}: the whole booking object back, edited (REFERENCE 7).

Client reference, remark, holder, names, dates and board may change; rooms of a type already booked may be added, and
rooms removed. New dates, boards and rooms are valued at today's prices.
"""

from collections import Counter
from dataclasses import replace
from typing import Any

import msgspec
from aiohttp import web

from suppliers.simulators.hotelbeds.booking import documents, records, requests
from suppliers.simulators.hotelbeds.booking.plans import Plan
from suppliers.simulators.hotelbeds.booking.rate_keys import RateKey
from suppliers.simulators.hotelbeds.booking.rates import Rate
from suppliers.simulators.hotelbeds.booking.requests import ChangeRequest, Holder, Pax
from suppliers.simulators.hotelbeds.booking.stay import Stay
from suppliers.simulators.hotelbeds.booking.world import WORLD, World
from suppliers.simulators.hotelbeds.state import BookedLine, BookingRecord
from suppliers.simulators.hotelbeds.wire import product_error, respond

Document = dict[str, Any]


class GivenRate(msgspec.Struct, rename="camel"):
    board_code: str


class GivenRoom(msgspec.Struct):
    code: str
    paxes: list[Pax]
    rates: list[GivenRate]
    id: int | None = None


class GivenHotel(msgspec.Struct, rename="camel"):
    check_in: str
    check_out: str
    code: int
    rooms: list[GivenRoom]


class GivenBooking(msgspec.Struct, rename="camel"):
    """What must be there of the object that the detail gave."""

    reference: str
    client_reference: str
    status: str
    holder: Holder
    hotel: GivenHotel
    remark: str | None = None


async def change(request: web.Request) -> web.Response:
    world = request.app[WORLD]
    asked = requests.decode(await request.read(), ChangeRequest)
    if asked.mode not in ("SIMULATION", "UPDATE"):
        raise world.rules.at("mode", "Unknown mode")
    record = records.find(world, request.match_info["reference"])
    given = requests.convert(asked.booking, GivenBooking)
    stay = _check(world, record, given)
    changed = _changed(world, record, given, stay, language=asked.language or "ENG")
    if asked.mode == "UPDATE":
        with world.state.transaction():
            records.move_rooms(world, record, -1)
            records.move_rooms(world, changed, 1)
            world.state.save(changed)
    return respond(request, {"booking": changed.document})


def _check(world: World, record: BookingRecord, given: GivenBooking) -> Stay:
    rules = world.rules
    if not record.document["modificationPolicies"]["modification"]:
        raise product_error("ProductException(BOOKING_MODIFY, The booking can not be modified)")
    if given.reference != record.reference or given.hotel.code != record.hotel:
        raise rules.at("booking", "The booking does not match the requested one")
    if not given.hotel.rooms:
        raise rules.at("booking.hotel.rooms", "property is mandatory")
    rules.size("booking.clientReference", given.client_reference.strip(), 1, 20)
    rules.size("booking.holder.name", given.holder.name.strip(), 1, 50)
    rules.size("booking.holder.surname", given.holder.surname.strip(), 1, 50)
    rules.size("booking.remark", given.remark or "", 0, 2000)
    stay_request = requests.StayRequest(given.hotel.check_in, given.hotel.check_out)
    return rules.stay(stay_request, world.clock.spanish_today())


def _changed(
    world: World, record: BookingRecord, given: GivenBooking, stay: Stay, *, language: str
) -> BookingRecord:
    """The record as it would be; the rooms it holds now count as free for it."""
    pairs = [
        _room(world, record, room, stay, number=index, language=language)
        for index, room in enumerate(given.hotel.rooms, start=1)
    ]
    wanted, held = _slots(world, [line for line, _ in pairs]), _slots(world, record.lines)
    if world.allotments.lacks(record.hotel, wanted, held):
        raise product_error("ProductException(BOOKING_MODIFY, Insufficient allotment)")
    hotel = {
        **record.document["hotel"],
        "checkIn": stay.check_in.isoformat(),
        "checkOut": stay.check_out.isoformat(),
        "rooms": [entry for _, entry in pairs],
    }
    document = {**record.document, "hotel": hotel, "holder": documents.holder(given.holder)}
    document["clientReference"] = given.client_reference.strip().upper()
    document.pop("remark", None)
    if given.remark:
        document["remark"] = given.remark
    total = sum(line.net for line, _ in pairs)
    return msgspec.structs.replace(
        record,
        client_reference=document["clientReference"],
        check_in=hotel["checkIn"],
        check_out=hotel["checkOut"],
        document=documents.with_totals(world, document, total),
        lines=[line for line, _ in pairs],
    )


def _room(
    world: World, record: BookingRecord, given: GivenRoom, stay: Stay, *, number: int, language: str
) -> tuple[BookedLine, Document]:
    """An entry with a known id is that room, with its people as given; any other is one more of the same type."""
    entries = record.document["hotel"]["rooms"]
    known = {line.id: (line, entry) for line, entry in zip(record.lines, entries, strict=True)}
    found = known.get(given.id or 0)
    model = found or next((pair for pair in known.values() if pair[1]["code"] == given.code), None)
    if model is None:
        raise product_error(
            "ProductException(BOOKING_MODIFY, Only rooms of a type already booked can be added)"
        )
    line, entry = model
    key = world.keys.read(line.key)
    if key is None or not given.rates:
        raise world.rules.at("booking.hotel.rooms.rates", "property is mandatory")
    world.rules.paxes(key, given.paxes)
    board = given.rates[0].board_code
    if found and key.stay == stay and board == line.board:
        return msgspec.structs.replace(line, id=number), {
            **entry,
            "id": number,
            "paxes": documents.people(given.paxes),
        }
    rate = _value(world, key, stay, board)
    document = documents.room(
        world, rate, given.paxes, number=number, language=language, reference=record.reference
    )
    return documents.line(world, rate, number=number), document


def _value(world: World, key: RateKey, stay: Stay, board: str) -> Rate:
    found = world.rates.plans.of(key.hotel)
    plans = found[1] if found else ()
    plan = next((plan for plan in plans if _same_offer(plan, plans[key.plan], board)), None)
    if plan is None:
        raise product_error("ProductException(BOOKING_MODIFY, The board is not available)")
    moved = replace(key, stay=stay, board=board, plan=plan.number, issued=int(world.clock.timestamp()))
    rate = world.rates.again(moved)
    if rate is None:
        raise product_error("ProductException(BOOKING_MODIFY, Contract is closed)")
    return rate


def _same_offer(plan: Plan, booked: Plan, board: str) -> bool:
    return (plan.room.code, plan.contract, plan.board) == (booked.room.code, booked.contract, board)


def _slots(world: World, lines: list[BookedLine]) -> Counter[tuple[str, str]]:
    read = [world.keys.read(line.key) for line in lines]
    return records.slots([(key.room, key.stay, key.occupancy.rooms) for key in read if key is not None])
