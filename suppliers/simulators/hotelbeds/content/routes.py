"""The Content API and the picture server, hung into the simulator's application."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from pathlib import Path

from aiohttp import web

from suppliers.simulators.hotelbeds import wire
from suppliers.simulators.hotelbeds.catalogue import Catalogue
from suppliers.simulators.hotelbeds.content import asking, locations, serving, types
from suppliers.simulators.hotelbeds.content.cache import Page, Pages
from suppliers.simulators.hotelbeds.content.comments import RateComments
from suppliers.simulators.hotelbeds.content.hotels import Hotels
from suppliers.simulators.hotelbeds.content.lists import Listed
from suppliers.simulators.hotelbeds.content.pictures import Pictures
from suppliers.simulators.hotelbeds.settings import Settings

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
PREFIX = "/hotel-content-api/1.0"
_PARTS_OF_AN_ID = 3


def add_routes(app: web.Application, catalogue: Catalogue, settings: Settings) -> None:
    """Without a cache folder one is made and thrown away with the application."""
    folder = settings.cache_dir
    if folder is None:
        folder = Path(tempfile.mkdtemp(prefix="hotelbeds-content-"))
        app.cleanup_ctx.append(partial(_thrown_away, folder))
    pages = Pages(folder, catalogue)
    hotels, comments, pictures = (
        Hotels(catalogue, pages),
        RateComments(catalogue),
        Pictures(catalogue, folder),
    )
    app.router.add_get(f"{PREFIX}/hotels", hotels.list)
    app.router.add_get(f"{PREFIX}/hotels/{{codes}}/details", hotels.details)
    for listed in (*locations.lists(catalogue), *types.lists()):
        app.router.add_get(PREFIX + listed.path, _list_handler(listed, pages))
    app.router.add_get(f"{PREFIX}/types/ratecomments", _rate_comments(comments, pages))
    app.router.add_get(f"{PREFIX}/types/ratecommentdetails", _rate_comment_details(comments))
    app.router.add_get("/giata/{path:.+}", pictures.serve)


def _list_handler(listed: Listed, pages: Pages) -> Handler:
    async def handle(request: web.Request) -> web.Response:
        asked = asking.read(request.query)
        countries = asking.several(request.query, "countryCodes")
        wanted = None if countries is None else frozenset(code.upper() for code in countries)
        if asked.codes is not None:
            return Page.of(listed.render(asked, wanted)).response(request)
        render = partial(listed.render, countries=wanted)
        return await serving.serve(request, pages, asked, name=f"{listed.path} {countries}", render=render)

    return handle


def _rate_comments(comments: RateComments, pages: Pages) -> Handler:
    def render(asked: asking.Asked) -> bytes:
        total, found = comments.page(asked)
        return wire.encode({"from": asked.first, "to": asked.last, "total": total, "rateComments": found})

    async def handle(request: web.Request) -> web.Response:
        asked = asking.read(request.query)
        return await serving.serve(request, pages, asked, name="ratecomments", render=render)

    return handle


def _rate_comment_details(comments: RateComments) -> Handler:
    """`code` is a whole rateCommentsId, its pipes escaped; `date` the day of arrival."""

    async def handle(request: web.Request) -> web.Response:
        asked = asking.read(request.query)
        parts = tuple(request.query.get("code", "").split("|"))
        day = asking.day(request.query, "date")
        if day is None or len(parts) != _PARTS_OF_AN_ID:
            missing = "date" if day is None else "code"
            raise wire.invalid_request(f"Required String parameter '{missing}' is not present")
        found = comments.of_rate((parts[0], parts[1], parts[2]), day, asked)
        cut = list(asked.cut(found))
        span = {"from": asked.first, "to": asked.last, "total": len(found)}
        return wire.respond(request, {**span, "date": day.isoformat(), "rateComments": cut})

    return handle


async def _thrown_away(folder: Path, _: web.Application) -> AsyncIterator[None]:
    yield
    shutil.rmtree(folder, ignore_errors=True)
