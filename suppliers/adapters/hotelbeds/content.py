"""The adapter's content half: pages of every listing, in every asked language, merged by code."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import TypeVar

import structlog

from suppliers.adapters.hotelbeds import content_schemas as wire
from suppliers.adapters.hotelbeds.client import Client, Query, Question
from suppliers.adapters.hotelbeds.mapping import content, hotels, pages
from suppliers.adapters.hotelbeds.mapping.languages import CODES, ENGLISH, Languages
from suppliers.adapters.hotelbeds.mapping.pages import Listing, Page, Problems, Record
from suppliers.content_types import (
    ContentCountry,
    ContentDestination,
    ContentHotel,
    ContentPage,
    ContentRateComment,
    ContentType,
    TypeKind,
)
from suppliers.errors import InvalidRequest, NotFound
from suppliers.operations import Operation
from suppliers.transport import Reading

log = structlog.get_logger(__name__)

Item = TypeVar("Item")

TRANSLATED = "code,name,description,wildcards"
"""What of a hotel is asked for in further languages; the rest is the same in each."""
DETAILS_AT_ONCE = 100


class Content:
    def __init__(self, client: Client, *, page_size: int, languages: Languages) -> None:
        self.page_size = page_size
        self._client = client
        self._languages = languages

    def countries(self, *, first: int, languages: Sequence[str]) -> ContentPage[ContentCountry]:
        query = self._from(first)
        return self._read(content.COUNTRIES, languages, query, content.countries)

    def destinations(self, *, first: int, languages: Sequence[str]) -> ContentPage[ContentDestination]:
        query = self._from(first)
        return self._read(content.DESTINATIONS, languages, query, content.destinations)

    def types(
        self, kind: TypeKind, *, first: int, languages: Sequence[str], changed_since: date | None = None
    ) -> ContentPage[ContentType]:
        query = self._from(first, changed_since)
        return self._read(content.TYPES[kind], languages, query, lambda found: content.types(kind, found))

    def rate_comments(
        self, *, first: int, changed_since: date | None = None
    ) -> ContentPage[ContentRateComment]:
        query = self._from(first, changed_since)
        return self._read(
            content.RATE_COMMENTS, (), query, lambda found: content.rate_comments(found[ENGLISH])
        )

    def hotels(
        self,
        *,
        first: int,
        languages: Sequence[str],
        changed_since: date | None = None,
        destination_code: str = "",
    ) -> ContentPage[ContentHotel]:
        query = self._from(first, changed_since)
        if destination_code:
            query["destinationCode"] = destination_code
        return self._read(hotels.HOTELS, languages, query, hotels.hotels, further=TRANSLATED)

    def hotel_codes(self, *, first: int) -> ContentPage[str]:
        query = self._from(first) | {"language": CODES[ENGLISH], "fields": "code"}
        page = self._page(hotels.CODES, query)
        return ContentPage(hotels.codes(page), page.total, tuple(page.problems))

    def hotels_by_code(self, codes: Sequence[str], *, languages: Sequence[str]) -> Sequence[ContentHotel]:
        """Codes none of which they know are an error of theirs, and nothing found for us."""
        found: list[ContentHotel] = []
        for start in range(0, len(codes), DETAILS_AT_ONCE):
            path = f"/hotels/{','.join(codes[start : start + DETAILS_AT_ONCE])}/details"
            listing = Listing(path, hotels.HOTELS.key, wire.Hotel)
            try:
                tongues, problems = self._tongues(listing, languages, {}, counted=False)
            except NotFound:
                continue
            found += hotels.hotels(tongues)
            _report(path, problems)
        return found

    def _from(self, first: int, changed_since: date | None = None) -> Query:
        query: Query = {"from": first, "to": first + self.page_size - 1}
        return query | {"lastUpdateTime": changed_since.isoformat()} if changed_since else query

    def _read(
        self,
        listing: Listing[Record],
        languages: Sequence[str],
        query: Query,
        read: Callable[[Mapping[str, Page[Record]]], Iterable[Item]],
        *,
        further: str = "all",
    ) -> ContentPage[Item]:
        tongues, problems = self._tongues(listing, languages, query, further=further)
        items = tuple(read(tongues))
        for tag, page in tongues.items():
            problems += page.problems if tag == ENGLISH else pages.translated(page.problems, tag)
        _report(listing.path, problems)
        return ContentPage(items, tongues[ENGLISH].total, tuple(problems))

    def _tongues(
        self,
        listing: Listing[Record],
        languages: Sequence[str],
        query: Query,
        *,
        further: str = "all",
        counted: bool = True,
    ) -> tuple[dict[str, Page[Record]], Problems]:
        """The page in English and in every further language they have. One they refuse costs only itself."""
        codes = self._languages.asked(languages)
        problems: Problems = [(pages.MISSING_LANGUAGE, tag) for tag in languages if tag not in codes]
        found: dict[str, Page[Record]] = {}
        for tag, code in codes.items():
            fields = "all" if tag == ENGLISH else further
            try:
                found[tag] = self._page(
                    listing, query | {"language": code, "fields": fields}, counted=counted
                )
            except InvalidRequest:
                if tag == ENGLISH:
                    raise
                problems.append((pages.MISSING_LANGUAGE, tag))
        return found, problems

    def _page(self, listing: Listing[Record], query: Query, *, counted: bool = True) -> Page[Record]:
        question = Question(operation=Operation.CONTENT, path=listing.path, query=query)
        language = str(query["language"])
        return self._client.ask(
            question,
            lambda body: Reading(value=pages.page(body, listing, language=language, counted=counted)),
        )


def _report(path: str, problems: Problems) -> None:
    """What could not be read, or not whole: counted, with the first few reasons."""
    if problems:
        log.warning("supplier_content_odd", path=path, records=len(problems), reasons=problems[:5])
