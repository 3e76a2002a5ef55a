"""DELETE /bookings/{reference} (REFERENCE 7). Without a flag it cancels for real."""

from aiohttp import web

from suppliers.simulators.hotelbeds.booking import documents, policies, records
from suppliers.simulators.hotelbeds.booking.world import WORLD, World
from suppliers.simulators.hotelbeds.state import BookedLine, BookingRecord
from suppliers.simulators.hotelbeds.wire import WireError, respond


async def cancel(request: web.Request) -> web.Response:
    world = request.app[WORLD]
    flag = request.query.get("cancellationFlag", "CANCELLATION")
    if flag not in ("CANCELLATION", "SIMULATION"):
        raise world.rules.at("cancellationFlag", "Unknown cancellation flag")
    record = records.find(world, request.match_info["reference"])
    if record.status == "CANCELLED":
        status = world.settings.second_cancellation_status
        raise WireError(status, "Invalid data. The booking is already cancelled.", category="INVALID_DATA")
    due = fees(world, record)
    if flag == "SIMULATION":
        return respond(request, {"booking": _simulated(world, record, due)})
    records.cancel(world, record, fees=due)
    return respond(request, {"booking": record.document})


def fees(world: World, record: BookingRecord) -> dict[int, int]:
    """Cents for each room entry, by the hotel's time: its policies are instants already."""
    now = world.clock.timestamp()
    return {line.id: _fee(world, line, now) for line in record.lines}


def _fee(world: World, line: BookedLine, now: float) -> int:
    """A non-refundable rate costs everything even in the hours before its policy starts west of Spain."""
    key = world.keys.read(line.key)
    if key is not None and key.rate_class == "NRF":
        return line.net
    return policies.fee(line.steps, now)


def _simulated(world: World, record: BookingRecord, due: dict[int, int]) -> dict[str, object]:
    """What a cancellation would cost; nothing is stored. The status shown is an open question (REFERENCE 12)."""
    shown = documents.cancelled(world, record, due, status=world.settings.simulation_status, reference="")
    del shown["cancellationReference"]
    return shown
