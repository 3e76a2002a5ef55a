"""The hotel's own confirmation numbers: pulled, and pushed to a callback (REFERENCE 7)."""

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import aiohttp
from aiohttp import web

from suppliers.simulators.hotelbeds.booking import records
from suppliers.simulators.hotelbeds.booking.world import WORLD, World
from suppliers.simulators.hotelbeds.clock import MADRID
from suppliers.simulators.hotelbeds.state import BookingRecord
from suppliers.simulators.hotelbeds.wire import encode, respond

_LISTED = 80
_PUSH_SECONDS = 10.0
_logger = logging.getLogger(__name__)


async def pull(request: web.Request) -> web.Response:
    """`from` and `to`, and exactly one filter. The answer's `bookings` is a bare array here."""
    world = request.app[WORLD]
    records.settle(world)
    query = request.query
    first, last = (_position(world, query.get(name), name) for name in ("from", "to"))
    if last < first:
        raise world.rules.invalid("The parameter To must be greater than From")
    dated = any(query.get(name) for name in ("start", "end", "filterType"))
    if sum((dated, "clientReferences" in query, "references" in query)) != 1:
        raise world.rules.invalid(
            "The request must have unique filter. Options: Dates, ClientReferences, References"
        )
    if dated:
        found = _by_dates(world, query)
    elif "clientReferences" in query:
        found = _by_names(world, query["clientReferences"].upper(), "client_reference", "clientReferences")
    else:
        found = _by_names(world, query["references"], "reference", "references")
    ready = [record for record in found if record.confirmation_code and record.status == "CONFIRMED"]
    return respond(request, {"bookings": [shown(record) for record in ready[first - 1 : last]]})


def shown(record: BookingRecord) -> dict[str, Any]:
    rooms = [
        {"id": entry["id"], "code": entry["code"], "supplierConfirmationCode": [record.confirmation_code]}
        for entry in record.document["hotel"]["rooms"]
    ]
    return {
        "reference": record.reference,
        "clientReference": record.client_reference,
        "hotel": {"rooms": rooms},
    }


def _by_dates(world: World, query: Any) -> list[BookingRecord]:
    kind = query.get("filterType")
    if kind not in ("CHECKIN", "RECONFIRMATION"):
        raise world.rules.at("filterType", "property is mandatory")
    days: list[str] = []
    for name in ("start", "end"):
        if not query.get(name):
            raise world.rules.at(name, "property is mandatory")
        days.append(world.rules.day(name, query[name]).isoformat())
    start, end = days
    if kind == "CHECKIN":
        return world.state.bookings("check_in between ? and ?", (start, end))
    return [record for record in world.state.bookings() if start <= _reconfirmed_on(record) <= end]


def _reconfirmed_on(record: BookingRecord) -> str:
    if record.reconfirm_at is None:
        return ""
    return datetime.fromtimestamp(record.reconfirm_at, MADRID).date().isoformat()


def _by_names(world: World, text: str, column: str, parameter: str) -> list[BookingRecord]:
    names = [name for name in text.split(",") if name]
    if not 1 <= len(names) <= _LISTED:
        raise world.rules.at(parameter, f"property size must be between 1 and {_LISTED}")
    return world.state.bookings(f"{column} in ({','.join('?' * len(names))})", tuple(names))


def _position(world: World, text: str | None, name: str) -> int:
    if not text:
        raise world.rules.at(name, "property is mandatory")
    if not text.isdecimal() or len(text) > 9 or int(text) < 1:
        raise world.rules.invalid("The minimun value for the parameter From is 1")
    return int(text)


async def pushing(app: web.Application) -> AsyncIterator[None]:
    """Lifetime of the push: runs beside the server when a callback is set."""
    world = app[WORLD]
    if world.settings.push_url is None:
        yield
        return
    task = asyncio.create_task(_push_forever(world))
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def _push_forever(world: World) -> None:
    timeout = aiohttp.ClientTimeout(total=_PUSH_SECONDS)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        while True:
            records.settle(world)
            for record in world.state.bookings("push_at <= ?", (world.clock.timestamp(),)):
                await _push(world, session, record.reference)
            await asyncio.sleep(world.settings.push_scan_seconds)


async def _push(world: World, session: aiohttp.ClientSession, reference: str) -> None:
    """200 is delivered; anything else comes again later, up to the number of attempts."""
    record = world.state.booking(reference)
    if record is None or record.push_at is None:
        return
    delivered = await _delivered(world, session, record)
    fresh = world.state.booking(reference)
    if fresh is None or fresh.push_at is None:
        return
    fresh.push_attempts += 1
    fresh.pushed = delivered
    again = not delivered and fresh.push_attempts < world.settings.push_attempts
    wait = world.settings.push_retry_seconds * fresh.push_attempts
    fresh.push_at = world.clock.timestamp() + wait if again else None
    world.state.save(fresh)


async def _delivered(world: World, session: aiohttp.ClientSession, record: BookingRecord) -> bool:
    notified = datetime.fromtimestamp(world.clock.timestamp(), UTC).astimezone(MADRID)
    message = {
        "type": "NEW_BOOKING_RECONFIRMATION",
        "notificationDate": notified.isoformat(timespec="seconds"),
        "booking": shown(record),
    }
    try:
        headers = {"Content-Type": "application/json"}
        async with session.post(
            str(world.settings.push_url), data=encode(message), headers=headers
        ) as answer:
            return answer.status == 200
    except (aiohttp.ClientError, TimeoutError) as error:
        _logger.info("push of %s failed: %s", record.reference, error)
        return False
