"""A supplier whose listings a test writes down page by page: what no simulator should have to be talked into."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from hotels import tasks
from hotels.services import content_sync
from suppliers.content_types import (
    ContentCountry,
    ContentDestination,
    ContentHotel,
    ContentPage,
    ContentRateComment,
    ContentRegion,
    ContentType,
    ContentZone,
    TypeKind,
)

Queue = list[tuple[Any, ...]]
"""What was deferred: (task, arguments)."""

CODE = "listed"
PAGE = 2

SPAIN = ContentCountry(
    code="ES", iso_code="ES", names={"en": "Spain"}, regions=(ContentRegion("07", "BALEARES"),)
)
PALMA = ContentDestination(
    code="PMI",
    country_code="ES",
    iso_country_code="ES",
    names={"en": "MAJORCA"},
    zones=(ContentZone(code="10", name="PALMA"),),
)
IBIZA = ContentDestination(code="IBZ", country_code="ES", iso_country_code="ES", names={"en": "IBIZA"})


def hotel(code: str, **facts: Any) -> ContentHotel:
    known: dict[str, Any] = {
        "names": {"en": f"HOTEL {code}"},
        "descriptions": {},
        "country_code": "ES",
        "destination_code": "PMI",
        "latitude": 39.57,
        "longitude": 2.65,
    }
    return ContentHotel(code=code, **(known | facts))


def comment(code: str, text: str) -> ContentRateComment:
    days = {"starts_on": date(2026, 1, 1), "ends_on": date(2027, 1, 1)}
    return ContentRateComment(incoming="4", hotel_code="1", code=code, rate_codes=("0",), text=text, **days)


@dataclass
class Listed:
    """`pages`: of the hotels, instead of those cut from `all_hotels`: (items, total). `trouble(stage, first)` may
    raise. `asked` notes (stage, first record, changed since) of every question."""

    all_hotels: list[ContentHotel] = field(default_factory=list)
    all_countries: list[ContentCountry] = field(default_factory=lambda: [SPAIN])
    all_destinations: list[ContentDestination] = field(default_factory=lambda: [PALMA, IBIZA])
    pages: list[tuple[Sequence[ContentHotel], int]] | None = None
    comments: list[ContentRateComment] = field(default_factory=list)
    words: list[ContentType] = field(default_factory=list)
    withheld: set[str] = field(default_factory=set)
    problems: tuple[tuple[str, str], ...] = ()
    trouble: Callable[[str, int], None] = lambda _stage, _first: None
    asked: list[tuple[Any, ...]] = field(default_factory=list)
    code: str = CODE
    page_size: int = PAGE

    def countries(self, *, first: int, languages: Sequence[str]) -> ContentPage[ContentCountry]:
        return self._page("countries", self.all_countries, first)

    def destinations(self, *, first: int, languages: Sequence[str]) -> ContentPage[ContentDestination]:
        return self._page("destinations", self.all_destinations, first)

    def types(
        self, kind: TypeKind, *, first: int, languages: Sequence[str], changed_since: date | None = None
    ) -> ContentPage[ContentType]:
        words = [word for word in self.words if word.kind == kind]
        return self._page(f"types/{kind}", words, first, changed_since)

    def rate_comments(
        self, *, first: int, changed_since: date | None = None
    ) -> ContentPage[ContentRateComment]:
        return self._page("rate_comments", self.comments, first, changed_since)

    def hotels(
        self,
        *,
        first: int,
        languages: Sequence[str],
        changed_since: date | None = None,
        destination_code: str = "",
    ) -> ContentPage[ContentHotel]:
        if self.pages is not None:
            self._asks("hotels", first, changed_since)
            items, total = self.pages.pop(0)
            return ContentPage(tuple(items), total, self.problems)
        wanted = [one for one in self.all_hotels if destination_code in ("", one.destination_code)]
        if changed_since:
            wanted = [one for one in wanted if one.updated_on is None or one.updated_on >= changed_since]
        return self._page("hotels", wanted, first, changed_since, self.problems)

    def hotel_codes(self, *, first: int) -> ContentPage[str]:
        return self._page("codes", [one.code for one in self.all_hotels], first)

    def hotels_by_code(self, codes: Sequence[str], *, languages: Sequence[str]) -> Sequence[ContentHotel]:
        self._asks("by_code", tuple(codes), None)
        return [one for one in self.all_hotels if one.code in codes and one.code not in self.withheld]

    def _page(
        self,
        stage: str,
        items: Sequence[Any],
        first: int,
        since: date | None = None,
        problems: tuple[tuple[str, str], ...] = (),
    ) -> ContentPage[Any]:
        self._asks(stage, first, since)
        return ContentPage(tuple(items[first - 1 : first - 1 + PAGE]), len(items), problems)

    def _asks(self, stage: str, first: Any, since: date | None) -> None:
        self.asked.append((stage, first, since))
        self.trouble(stage, first)


def work(queue: Queue) -> int:
    """Does what is due until nothing is. How many steps there were."""
    steps = 0
    while queue and queue[0][0] == content_sync.TASK:
        _, *args = queue.pop(0)
        tasks.sync_page(*args)
        steps += 1
    return steps
