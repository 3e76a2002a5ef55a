"""POST /bookings, GET /bookings/{reference}, GET /bookings (REFERENCE 6, 7)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from aiohttp import web

from suppliers.simulators.hotelbeds import chance
from suppliers.simulators.hotelbeds.booking import checkrates, documents, records, requests
from suppliers.simulators.hotelbeds.booking.plans import incoming_office
from suppliers.simulators.hotelbeds.booking.rate_keys import Kind, RateKey
from suppliers.simulators.hotelbeds.booking.rates import Rate
from suppliers.simulators.hotelbeds.booking.requests import BookingRequest
from suppliers.simulators.hotelbeds.booking.world import WORLD, World, drawn
from suppliers.simulators.hotelbeds.faults import Drawn
from suppliers.simulators.hotelbeds.state import BookingRecord
from suppliers.simulators.hotelbeds.wire import product_error, respond

_RECONFIRMED_SHARE = 0.85


async def confirm(request: web.Request) -> web.Response:
    """No two calls are ever taken for the same: the client reference is not looked at (REFERENCE 3.2)."""
    world = request.app[WORLD]
    asked = requests.decode(await request.read(), BookingRequest)
    world.rules.booking(asked)
    keys = world.rules.keys([room.rate_key for room in asked.rooms], world.keys, world.clock.timestamp())
    _check_rooms(world, asked, keys)
    faults = drawn(request)
    rates = [_value(world, key, faults, tolerance=asked.tolerance) for key in keys]
    _check_allotment(world, rates)
    with world.state.transaction():
        record = _book(world, asked, rates, faults)
    return respond(request, {"booking": record.document})


def _check_rooms(world: World, asked: BookingRequest, keys: Sequence[RateKey]) -> None:
    rules = world.rules
    for room, key in zip(asked.rooms, keys, strict=True):
        if key.kind is Kind.RECHECK:
            raise rules.at("rooms.rateKey", "A rate of type RECHECK must be checked before it is booked")
        rules.paxes(key, room.paxes or [])
    if sum(key.occupancy.rooms for key in keys) > world.settings.max_rooms:
        raise rules.at(
            "rooms", f"The number of rooms must be less than or equal to {world.settings.max_rooms}"
        )
    reference = asked.client_reference.strip().upper()
    if world.settings.unique_client_reference and world.state.bookings("client_reference=?", (reference,)):
        raise rules.at("clientReference", "The client reference is already used")


def _value(world: World, key: RateKey, faults: Drawn, *, tolerance: float | None) -> Rate:
    """At today's price, if that lies within the tolerance of the key's; a lower price is always taken."""
    moved = replace(
        key,
        factor=round(key.factor * faults.price_factor),
        hardened=key.hardened or faults.get("policy_change") is not None,
    )
    rate = world.rates.again(moved)
    if rate is None:
        raise product_error("ProductException(BOOKING_CONFIRM, Contract is closed)")
    if faults.get("sold_out"):
        raise product_error("ProductException(BOOKING_CONFIRM, Insufficient allotment)")
    limit = world.settings.tolerance_percent if tolerance is None else tolerance
    if (rate.price.net - key.net) * 100 > limit * key.net:
        raise product_error(
            "ProductException(BOOKING_CONFIRM, Price has changed: Unable to book as the price difference exceeds "
            f"the allowed tolerance - Current tolerance: {limit:g}%"
        )
    return rate


def _check_allotment(world: World, rates: list[Rate]) -> None:
    """Keys of one room type add up."""
    wanted = records.slots([(rate.plan.room.code, rate.key.stay, rate.key.occupancy.rooms) for rate in rates])
    if world.allotments.lacks(rates[0].hotel.code, wanted, records.slots([])):
        raise product_error("ProductException(BOOKING_CONFIRM, Insufficient allotment)")


def _book(world: World, asked: BookingRequest, rates: list[Rate], faults: Drawn) -> BookingRecord:
    first = rates[0]
    now = world.clock.timestamp()
    reference = f"{incoming_office(first.hotel) + 1}-{world.state.next_number()}"
    document = _document(world, asked, rates, reference)
    hidden, hotel_cancels = faults.get("delayed_visibility"), faults.get("hotel_cancels_later")
    reconfirmed = chance.unit("reconfirmed", reference) < _RECONFIRMED_SHARE
    record = BookingRecord(
        reference=reference,
        client_reference=document["clientReference"],
        status="CONFIRMED",
        created_at=now,
        created_on=document["creationDate"],
        check_in=document["hotel"]["checkIn"],
        check_out=document["hotel"]["checkOut"],
        hotel=first.hotel.code,
        country=first.hotel.country_code,
        destination=first.hotel.destination_code,
        creation_user=document["creationUser"],
        visible_at=now + (hidden.seconds if hidden else 0),
        document=document,
        lines=[documents.line(world, rate, number=index) for index, rate in enumerate(rates, start=1)],
        hotel_cancels_at=now + hotel_cancels.seconds if hotel_cancels else None,
        reconfirm_at=now + world.settings.reconfirm_after if reconfirmed else None,
    )
    records.move_rooms(world, record, 1)
    world.state.save(record)
    return record


def _document(world: World, asked: BookingRequest, rates: list[Rate], reference: str) -> dict[str, Any]:
    language = asked.language or "ENG"
    rooms = [
        documents.room(world, rate, room.paxes or [], number=index, language=language, reference=reference)
        for index, (rate, room) in enumerate(zip(rates, asked.rooms, strict=True), start=1)
    ]
    total = sum(rate.price.net for rate in rates)
    document: dict[str, Any] = {
        "reference": reference,
        "clientReference": asked.client_reference.strip().upper(),
        "creationDate": world.clock.spanish_today().isoformat(),
        "status": "CONFIRMED",
        "modificationPolicies": checkrates.modification_policies(rates),
        "creationUser": asked.creation_user or world.settings.api_key,
        "holder": documents.holder(asked.holder),
        "hotel": documents.hotel(world, rates[0], rooms, total, language=language),
    }
    if asked.remark:
        document["remark"] = asked.remark
    document["invoiceCompany"] = documents.invoice_company(rates[0])
    document["currency"] = world.settings.currency
    return documents.with_totals(world, document, total)


async def detail(request: web.Request) -> web.Response:
    record = records.find(request.app[WORLD], request.match_info["reference"])
    return respond(request, {"booking": record.document})


async def listing(request: web.Request) -> web.Response:
    """start, end, from and to are mandatory; positions count from 1, both ends included."""
    world = request.app[WORLD]
    query = request.query
    start, end = (_day(world, query.get(name), name) for name in ("start", "end"))
    first, last = (_position(world, query.get(name), name) for name in ("from", "to"))
    _check_window(world, start, end, first, last)
    records.settle(world)
    found = _matching(world, query, start, end)
    shown = [documents.listed(record) for record in found[first - 1 : last]]
    return respond(request, {"bookings": {"bookings": shown, "from": first, "to": last, "total": len(found)}})


def _matching(world: World, query: Any, start: date, end: date) -> list[BookingRecord]:
    column = {"CHECKIN": "check_in", "CREATION": "created_on"}.get(query.get("filterType", "CREATION"))
    status = query.get("status", "ALL").replace("CANCELED", "CANCELLED")
    if column is None:
        raise world.rules.at("filterType", "Unknown filter type")
    if status not in ("ALL", "CONFIRMED", "CANCELLED"):
        raise world.rules.at("status", "Unknown status")
    where = f"{column} between ? and ? and visible_at <= ?"
    values: list[object] = [start.isoformat(), end.isoformat(), world.clock.timestamp()]
    if status != "ALL":
        where, values = f"{where} and status = ?", [*values, status]
    if reference := query.get("clientReference"):
        where, values = f"{where} and client_reference = ?", [*values, reference.strip().upper()]
    found = world.state.bookings(where, tuple(values))
    return [record for record in found if _asked_for(record, query)]


def _asked_for(record: BookingRecord, query: Any) -> bool:
    facts = {"country": record.country, "destination": record.destination, "hotel": str(record.hotel)}
    listed = all(value in query[name].split(",") for name, value in facts.items() if query.get(name))
    return listed and query.get("creationUser") in (None, "", record.creation_user)


def _day(world: World, text: str | None, name: str) -> date:
    if not text:
        raise world.rules.at(name, "property is mandatory")
    return world.rules.day(name, text)


def _position(world: World, text: str | None, name: str) -> int:
    if not text:
        raise world.rules.at(name, "property is mandatory")
    if not text.isdecimal() or len(text) > 9:
        raise world.rules.at(name, "property must be a number")
    return int(text)


def _check_window(world: World, start: date, end: date, first: int, last: int) -> None:
    rules, settings = world.rules, world.settings
    if end < start:
        raise rules.invalid("Start date must be prior to End date")
    if (end - start).days > settings.list_window_days:
        limit = settings.list_window_days
        raise rules.invalid(f"Days between Start and End parameters must be less than or equal to {limit}")
    if first < 1:
        raise rules.invalid("The minimun value for the parameter From is 1")
    if last < first:
        raise rules.invalid("The parameter To must be greater than From")
    if last - first + 1 > settings.list_page:
        limit = settings.list_page
        raise rules.invalid(
            f"The number of bookings between To and From parameters must be less than or equal to {limit}"
        )
