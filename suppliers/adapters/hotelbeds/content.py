"""The adapter's content half: pages of every listing, in every asked language, merged by code."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import TypeVar

import structlog

from suppliers.adapters.hotelbeds.client import Client, Query, Question
from suppliers.adapters.hotelbeds.mapping import content, hotels
from suppliers.adapters.hotelbeds.mapping.content import Page, Vocabulary
from suppliers.adapters.hotelbeds.mapping.languages import ENGLISH, asked
from suppliers.errors import NotFound
from suppliers.operations import Operation
from suppliers.transport import Reading
from suppliers.types import (
    ContentCountry,
    ContentDestination,
    ContentHotel,
    ContentPage,
    ContentRateComment,
    ContentType,
    TypeKind,
)

log = structlog.get_logger(__name__)

T = TypeVar("T")

TRANSLATED = "code,name,description,wildcards"
"""What of a hotel is asked for in further languages; the rest is the same in each."""
DETAILS_AT_ONCE = 100


class Content:
    def __init__(self, client: Client, *, page_size: int) -> None:
        self.page_size = page_size
        self._client = client

    def countries(self, *, languages: Sequence[str]) -> Iterator[ContentCountry]:
        return self._walk(content.COUNTRIES, languages, content.countries)

    def destinations(self, *, languages: Sequence[str]) -> Iterator[ContentDestination]:
        return self._walk(content.DESTINATIONS, languages, content.destinations)

    def types(self, kind: TypeKind, *, languages: Sequence[str]) -> Iterator[ContentType]:
        return self._walk(content.TYPES[kind], languages, lambda pages: content.types(kind, pages))

    def rate_comments(self, *, changed_since: date | None = None) -> Iterator[ContentRateComment]:
        return self._walk(
            content.RATE_COMMENTS,
            [ENGLISH],
            lambda pages: content.rate_comments(pages[ENGLISH]),
            changed_since=changed_since,
        )

    def hotels(
        self, *, first: int, languages: Sequence[str], changed_since: date | None = None
    ) -> ContentPage[ContentHotel]:
        pages = {
            tag: self._page(content.HOTELS, first, _query(code, _fields(tag), changed_since))
            for tag, code in asked(languages).items()
        }
        items = tuple(hotels.hotels(pages))
        _report(content.HOTELS, pages)
        return ContentPage(items=items, total=pages[ENGLISH].total)

    def hotels_by_code(self, codes: Sequence[str], *, languages: Sequence[str]) -> Sequence[ContentHotel]:
        """Codes none of which they know are an error of theirs, and nothing found for us."""
        found: list[ContentHotel] = []
        for start in range(0, len(codes), DETAILS_AT_ONCE):
            path = f"/hotels/{','.join(codes[start : start + DETAILS_AT_ONCE])}/details"
            try:
                pages = {
                    tag: self._ask(path, content.HOTELS.key, {"language": code}, counted=False)
                    for tag, code in asked(languages).items()
                }
            except NotFound:
                continue
            found += hotels.hotels(pages)
            _report(content.HOTELS, pages)
        return found

    def _walk(
        self,
        vocabulary: Vocabulary,
        languages: Sequence[str],
        read: Callable[[Mapping[str, Page]], Iterator[T]],
        *,
        changed_since: date | None = None,
    ) -> Iterator[T]:
        """Every record of a listing. The English pages say how many there are."""
        first, total = 1, 1
        while first <= total:
            pages = {
                tag: self._page(vocabulary, first, _query(code, "all", changed_since))
                for tag, code in asked(languages).items()
            }
            yield from read(pages)
            _report(vocabulary, pages)
            total = pages[ENGLISH].total if pages[ENGLISH].records else 0
            first += self.page_size

    def _page(self, vocabulary: Vocabulary, first: int, query: Query) -> Page:
        query |= {"from": first, "to": first + self.page_size - 1}
        return self._ask(vocabulary.path, vocabulary.key, query)

    def _ask(self, path: str, key: str, query: Query, *, counted: bool = True) -> Page:
        question = Question(operation=Operation.CONTENT, path=path, query=query)
        return self._client.ask(
            question, lambda body: Reading(value=content.page(body, key, counted=counted))
        )


def _query(code: str, fields: str, changed_since: date | None) -> Query:
    query: Query = {"language": code, "fields": fields}
    return query | {"lastUpdateTime": changed_since.isoformat()} if changed_since else query


def _fields(tag: str) -> str:
    return "all" if tag == ENGLISH else TRANSLATED


def _report(vocabulary: Vocabulary, pages: Mapping[str, Page]) -> None:
    """Records that could not be read: counted, with the first few reasons."""
    problems = [problem for page in pages.values() for problem in page.problems]
    if problems:
        log.warning(
            "supplier_content_left_out", path=vocabulary.path, records=len(problems), reasons=problems[:5]
        )
