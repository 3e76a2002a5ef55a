"""The simulator as an aiohttp application, and a way to run it."""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable

from aiohttp import web

from suppliers.simulators.hotelbeds import control
from suppliers.simulators.hotelbeds.booking import reconfirmations, world
from suppliers.simulators.hotelbeds.booking import routes as booking_routes
from suppliers.simulators.hotelbeds.booking.world import WORLD
from suppliers.simulators.hotelbeds.content import routes as content_routes
from suppliers.simulators.hotelbeds.manners import GATEWAY, Gateway
from suppliers.simulators.hotelbeds.settings import Settings
from suppliers.simulators.hotelbeds.wire import CLOCK, SETTINGS

__all__ = ["Settings", "create_app", "run", "serve"]

_LARGEST_BODY = 8 * 1024 * 1024
_CLOSING_SECONDS = 1.0


def create_app(settings: Settings) -> web.Application:
    built = world.build(settings)
    gateway = Gateway(built)
    app = web.Application(middlewares=[gateway.__call__], client_max_size=_LARGEST_BODY)
    app[WORLD], app[GATEWAY] = built, gateway
    app[SETTINGS], app[CLOCK] = settings, built.clock
    booking_routes.add_routes(app)
    content_routes.add_routes(app, built.catalogue, settings)
    control.add_routes(app)
    app.cleanup_ctx.extend([_state_closed, reconfirmations.pushing])
    return app


async def serve(settings: Settings, *, ready: Callable[[str], None], stop: asyncio.Event) -> None:
    """Serve until `stop` is set; `ready` gets the address once connections are taken."""
    runner = web.AppRunner(create_app(settings), access_log=None, shutdown_timeout=_CLOSING_SECONDS)
    await runner.setup()
    try:
        site = web.TCPSite(runner, settings.host, settings.port)
        await site.start()
        ready(f"http://{settings.host}:{runner.addresses[0][1]}")
        await stop.wait()
    finally:
        await runner.cleanup()


def run(settings: Settings, *, ready: Callable[[str], None]) -> None:
    """Serve in this thread until SIGTERM or SIGINT."""

    async def until_signalled() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        await serve(settings, ready=ready, stop=stop)

    asyncio.run(until_signalled())


async def _state_closed(app: web.Application) -> AsyncIterator[None]:
    yield
    app[WORLD].state.close()
