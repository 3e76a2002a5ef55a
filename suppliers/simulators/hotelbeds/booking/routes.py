"""Where the Booking API answers. Route names are the operations that faults and counters speak of."""

from aiohttp import web

from suppliers.simulators.hotelbeds.booking import (
    availability,
    bookings,
    cancellations,
    changes,
    checkrates,
    reconfirmations,
)
from suppliers.simulators.hotelbeds.wire import respond

PREFIX = "/hotel-api/{version:1\\.[02]}"


async def status(request: web.Request) -> web.Response:
    return respond(request, {"status": "OK"})


def add_routes(app: web.Application) -> None:
    router = app.router
    router.add_get(f"{PREFIX}/status", status, name="status")
    router.add_post(f"{PREFIX}/hotels", availability.availability, name="availability")
    router.add_post(f"{PREFIX}/checkrates", checkrates.checkrates, name="checkrates")
    router.add_post(f"{PREFIX}/bookings", bookings.confirm, name="booking")
    router.add_get(f"{PREFIX}/bookings", bookings.listing, name="booking_list")
    router.add_get(f"{PREFIX}/bookings/reconfirmations", reconfirmations.pull, name="reconfirmations")
    router.add_get(f"{PREFIX}/bookings/{{reference}}", bookings.detail, name="booking_detail")
    router.add_put(f"{PREFIX}/bookings/{{reference}}", changes.change, name="change")
    router.add_delete(f"{PREFIX}/bookings/{{reference}}", cancellations.cancel, name="cancellation")
