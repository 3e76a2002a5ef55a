"""Bookings as they stand now: what happens to them by itself is caught up with before anyone looks."""

from collections import Counter

from suppliers.simulators.hotelbeds import chance
from suppliers.simulators.hotelbeds.booking import documents
from suppliers.simulators.hotelbeds.booking.stay import Stay
from suppliers.simulators.hotelbeds.booking.world import World
from suppliers.simulators.hotelbeds.state import BookingRecord
from suppliers.simulators.hotelbeds.wire import WireError


def settle(world: World) -> None:
    """Hotels cancel and confirmation numbers arrive when their time has come."""
    now = world.clock.timestamp()
    for record in world.state.bookings("due_at <= ?", (now,)):
        if record.hotel_cancels_at is not None and record.hotel_cancels_at <= now:
            cancel(world, record, fees={}, by_hotel=True)
            continue
        record.confirmation_code = chance.token(12, "confirmation", record.reference)
        if world.settings.push_url is not None:
            record.push_at = now
        world.state.save(record)


def find(world: World, reference: str) -> BookingRecord:
    settle(world)
    record = world.state.booking(reference)
    if record is None or record.visible_at > world.clock.timestamp():
        text = "Invalid data. The booking does not exist or you do not have permissions to access it."
        raise WireError(404, text, category="INVALID_DATA")
    return record


def cancel(world: World, record: BookingRecord, *, fees: dict[int, int], by_hotel: bool = False) -> None:
    """Fees in cents by room entry; the rooms go back on sale."""
    with world.state.transaction():
        record.document = documents.cancelled(
            world, record, fees, status="CANCELLED", reference=cancellation_reference(record)
        )
        record.status = "CANCELLED"
        record.cancelled_by_hotel = by_hotel
        record.push_at = None
        move_rooms(world, record, -1)
        world.state.save(record)


def cancellation_reference(record: BookingRecord) -> str:
    return "".join(
        chance.pick("BCDFGHJKLMNPQRSTVWXZ", "cancellation", record.reference, place) for place in range(10)
    )


def move_rooms(world: World, record: BookingRecord, sign: int) -> None:
    """Take (1) or give back (-1) every room of the booking."""
    for line in record.lines:
        key = world.keys.read(line.key)
        if key is not None:
            world.allotments.take(record.hotel, key.room, key.stay, sign * key.occupancy.rooms)


def slots(lines: list[tuple[str, Stay, int]]) -> Counter[tuple[str, str]]:
    """Rooms by (room code, night)."""
    count: Counter[tuple[str, str]] = Counter()
    for room, stay, rooms in lines:
        for night in stay.night_names():
            count[room, night] += rooms
    return count
