"""A page of a list, from those kept or rendered now, and made odd where a fault asks for it."""

import asyncio
from collections.abc import Callable
from functools import partial

from aiohttp import web

from suppliers.simulators.hotelbeds.booking.world import drawn
from suppliers.simulators.hotelbeds.content import oddities
from suppliers.simulators.hotelbeds.content.asking import Asked
from suppliers.simulators.hotelbeds.content.cache import Pages

Render = Callable[[Asked], bytes]


async def serve(
    request: web.Request, pages: Pages, asked: Asked, *, name: str, render: Render
) -> web.Response:
    """`name`: the list and its filters."""
    page = await pages.get(f"{name} {asked.key}", partial(render, asked))
    faults = drawn(request)
    if oddities.wanted(faults):
        earlier = oddities.before(asked)
        previous = None
        if earlier is not None:
            previous = await pages.get(f"{name} {earlier.key}", partial(render, earlier))
        page = await asyncio.to_thread(oddities.spoiled, page, previous, asked, faults)
    return page.response(request)
