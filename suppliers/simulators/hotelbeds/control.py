"""/_control/: what the simulator believes, and what it should do wrong next. For tests and people, off the wire."""

from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from aiohttp import web

from suppliers.simulators.hotelbeds.booking import records
from suppliers.simulators.hotelbeds.booking.world import WORLD, World, first_changes
from suppliers.simulators.hotelbeds.catalogue.changes import Change, Share
from suppliers.simulators.hotelbeds.faults import KINDS, OPERATIONS, Fault
from suppliers.simulators.hotelbeds.manners import GATEWAY
from suppliers.simulators.hotelbeds.state import BookingRecord
from suppliers.simulators.hotelbeds.wire import JSON, encode

_PAGE = Path(__file__).with_name("control.html")


class ChangeOrder(msgspec.Struct, forbid_unknown_fields=True):
    """Shares of the catalogue, as in `Change`; they happen on the simulator's present day."""

    changed: Share = 0.0
    removed: Share = 0.0
    added: Share = 0.0
    seed: int = 0


class ClockOrder(msgspec.Struct, forbid_unknown_fields=True):
    """`now` (ISO 8601 with offset) sets the clock, `advance_seconds` moves it, `frozen` stops or starts it."""

    now: datetime | None = None
    advance_seconds: float | None = None
    frozen: bool | None = None


def add_routes(app: web.Application) -> None:
    router = app.router
    router.add_get("/_control", _to_page)
    router.add_get("/_control/", _page)
    router.add_get("/_control/state", _state)
    router.add_get("/_control/questions", _questions)
    router.add_post("/_control/faults", _faults)
    router.add_post("/_control/reset", _reset)
    router.add_post("/_control/clock", _clock)
    router.add_post("/_control/latency", _latency)
    router.add_post("/_control/changes", _changes)


def dump(world: World) -> dict[str, Any]:
    """Everything; bookings by client reference, each a list because the service refuses no repeated reference."""
    records.settle(world)
    bookings: dict[str, list[dict[str, Any]]] = {}
    for record in world.state.bookings():
        bookings.setdefault(record.client_reference, []).append(_booking(world, record))
    return {
        "clock": _clock_state(world),
        "bookings": bookings,
        "faults": world.faults.dump(),
        "fault_counts": world.faults.counts(),
        "calls": world.state.counters("calls"),
        "quota": {"limit": world.settings.daily_quota, "used_by_day": world.state.counters("quota")},
        "changes": world.catalogue.changes,
        "latency": {operation: list(pair) for operation, pair in world.latency.items()},
        "kinds": {kind: sorted(operations) for kind, operations in KINDS.items()},
    }


def _booking(world: World, record: BookingRecord) -> dict[str, Any]:
    document = record.document
    return {
        "reference": record.reference,
        "client_reference": record.client_reference,
        "status": record.status,
        "cancelled_by_hotel": record.cancelled_by_hotel,
        "visible": record.visible_at <= world.clock.timestamp(),
        "created_at": record.created_at,
        "check_in": record.check_in,
        "check_out": record.check_out,
        "hotel": {"code": record.hotel, "name": document["hotel"]["name"]},
        "holder": document["holder"],
        "total_net": document["hotel"]["totalNet"],
        "cancellation_amount": document["hotel"].get("cancellationAmount"),
        "currency": document["currency"],
        "confirmation_code": record.confirmation_code,
        "pushed": record.pushed,
        "rooms": [_room(entry) for entry in document["hotel"]["rooms"]],
    }


def _room(entry: dict[str, Any]) -> dict[str, Any]:
    rate = entry["rates"][0]
    return {
        "code": entry["code"],
        "status": entry["status"],
        "board": rate["boardCode"],
        "net": rate["net"],
        "rooms": rate["rooms"],
        "paxes": entry["paxes"],
    }


async def _to_page(_request: web.Request) -> web.Response:
    raise web.HTTPFound("/_control/")


async def _page(_request: web.Request) -> web.Response:
    return web.Response(body=_PAGE.read_bytes(), content_type="text/html", charset="utf-8")


async def _state(request: web.Request) -> web.Response:
    return _json(dump(request.app[WORLD]))


async def _questions(request: web.Request) -> web.Response:
    """How close together calls came, and how often each availability was asked: since the start, or the reset."""
    traffic = request.app[GATEWAY].traffic
    return _json({"rates": traffic.rates(), "questions": traffic.questions()})


async def _faults(request: web.Request) -> web.Response:
    """The list replaces the faults in force; an empty one ends them."""
    world = request.app[WORLD]
    try:
        world.faults.replace(msgspec.json.decode(await request.read(), type=list[Fault]))
    except ValueError as error:
        return _json({"error": str(error), "operations": OPERATIONS, "kinds": list(KINDS)}, status=400)
    return _json({"faults": world.faults.dump()})


async def _reset(request: web.Request) -> web.Response:
    """As on the first day: no bookings, no faults, no counters, no changes but those asked for at the start, the real
    time."""
    world = request.app[WORLD]
    world.state.reset()
    world.faults.replace([])
    world.clock.reset()
    world.latency = dict(world.settings.latency)
    world.change(first_changes(world.settings, world.clock))
    request.app[GATEWAY].forget()
    return _json({"reset": True})


async def _clock(request: web.Request) -> web.Response:
    world = request.app[WORLD]
    try:
        order = msgspec.json.decode(await request.read(), type=ClockOrder)
    except msgspec.DecodeError as error:
        return _json({"error": str(error)}, status=400)
    if order.now is not None and order.now.tzinfo is None:
        return _json({"error": "`now` needs an offset, such as 2026-07-01T10:00:00Z"}, status=400)
    if order.frozen is not None:
        world.clock.freeze(order.frozen)
    if order.now is not None:
        world.clock.set(order.now)
    if order.advance_seconds is not None:
        world.clock.advance(order.advance_seconds)
    world.state.remember("clock", {"offset": world.clock.offset, "frozen_at": world.clock.frozen_at})
    return _json(_clock_state(world))


async def _latency(request: web.Request) -> web.Response:
    """Operation (or `*`) -> [median ms, 95th percentile ms]; replaces what was set."""
    world = request.app[WORLD]
    try:
        world.latency = msgspec.json.decode(await request.read(), type=dict[str, tuple[float, float]])
    except msgspec.DecodeError as error:
        return _json({"error": str(error)}, status=400)
    world.state.remember("latency", world.latency)
    return _json({"latency": world.latency})


async def _changes(request: web.Request) -> web.Response:
    """One more round of changes on top of those so far."""
    world = request.app[WORLD]
    try:
        order = msgspec.json.decode(await request.read(), type=ChangeOrder)
    except msgspec.DecodeError as error:
        return _json({"error": str(error)}, status=400)
    today = world.clock.now().date()
    change = Change(
        on=today, changed=order.changed, removed=order.removed, added=order.added, seed=order.seed
    )
    world.change([*world.catalogue.changes, change])
    return _json({"changes": world.catalogue.changes})


def _clock_state(world: World) -> dict[str, Any]:
    frozen = world.clock.frozen_at is not None
    return {
        "now": world.clock.now().isoformat(),
        "offset_seconds": round(world.clock.offset, 3),
        "frozen": frozen,
    }


def _json(value: object, *, status: int = 200) -> web.Response:
    return web.Response(body=encode(value), status=status, content_type=JSON)
