"""/hotels and /hotels/{codes}/details."""

from functools import partial

from aiohttp import web

from suppliers.simulators.hotelbeds import wire
from suppliers.simulators.hotelbeds.catalogue import Catalogue
from suppliers.simulators.hotelbeds.catalogue.changes import REMOVED
from suppliers.simulators.hotelbeds.content import asking, details, records, serving
from suppliers.simulators.hotelbeds.content.asking import Asked
from suppliers.simulators.hotelbeds.content.cache import Page, Pages
from suppliers.simulators.hotelbeds.content.listing import Filters, Listing

_CODE_ONLY = frozenset({"code"})


class Hotels:
    def __init__(self, catalogue: Catalogue, pages: Pages) -> None:
        self._catalogue = catalogue
        self._pages = pages
        self._listing = Listing(catalogue)

    async def list(self, request: web.Request) -> web.Response:
        asked, filters = asking.read(request.query), _filters(request)
        if filters.codes is not None:
            return Page.of(self._render(asked, filters)).response(request)
        render = partial(self._render, filters=filters)
        return await serving.serve(request, self._pages, asked, name=f"hotels {filters.key}", render=render)

    async def details(self, request: web.Request) -> web.Response:
        """One code: `hotel`, an object; several: `hotels`, an array. Unknown codes are left out."""
        asked = asking.read(request.query)
        codes = [asking.number(part) for part in request.match_info["codes"].split(",") if part]
        if len(codes) > asking.MOST:
            raise asking.invalid_data("The number of elements in response are limited to 1000")
        hotels = [
            hotel
            for code in dict.fromkeys(codes)
            if (hotel := self._catalogue.hotel(code)) is not None and hotel.listing != REMOVED
        ]
        found = [details.detailed(self._catalogue, hotel, asked) for hotel in hotels]
        if len(codes) > 1:
            return wire.respond(request, {"hotels": found})
        return wire.respond(request, {"hotel": found[0]} if found else {})

    def _render(self, asked: Asked, filters: Filters) -> bytes:
        codes = self._listing.codes(filters)
        if asked.fields == _CODE_ONLY:
            found = [{"code": code} for code in asked.cut(codes)]
        else:
            shown = (self._catalogue.hotel(code) for code in asked.cut(codes))
            found = [records.listed(self._catalogue, hotel, asked) for hotel in shown if hotel is not None]
        return wire.encode({"from": asked.first, "to": asked.last, "total": len(codes), "hotels": found})


def _filters(request: web.Request) -> Filters:
    query = request.query
    codes = asking.several(query, "codes")
    return Filters(
        codes=None if codes is None else tuple(asking.number(code) for code in codes),
        country=query.get("countryCode", "").strip().upper() or None,
        destination=query.get("destinationCode", "").strip().upper() or None,
        include=frozenset(asking.several(query, "includeHotels") or ()),
        since=asking.day(query, "lastUpdateTime"),
        with_pms=asking.flag(query, "PMSRoomCode"),
    )
