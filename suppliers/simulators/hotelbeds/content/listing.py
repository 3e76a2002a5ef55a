"""Which hotels /hotels lists for a set of filters, in order of code, without making one of them."""

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from suppliers.simulators.hotelbeds.catalogue import Catalogue
from suppliers.simulators.hotelbeds.catalogue import hotels as drawing
from suppliers.simulators.hotelbeds.catalogue.changes import REMOVED
from suppliers.simulators.hotelbeds.content import records


@dataclass(frozen=True, slots=True)
class Filters:
    """`include` names what is left out by default: webOnly, notOnSale."""

    codes: tuple[int, ...] | None
    country: str | None
    destination: str | None
    include: frozenset[str]
    since: date | None
    with_pms: bool

    @property
    def key(self) -> str:
        include = sorted(self.include)
        return repr((self.codes, self.country, self.destination, include, self.since, self.with_pms))


class Listing:
    """Positions that pass a filter, kept for the last few filters: paging asks for the same ones again and again."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._kept: Callable[[Filters, str], Sequence[int]] = lru_cache(maxsize=32)(self._codes)

    def codes(self, filters: Filters) -> Sequence[int]:
        return self._kept(filters, self._catalogue.state)

    def _codes(self, filters: Filters, _state: str) -> Sequence[int]:
        return array("l", (code for code in self._candidates(filters) if self._passes(code, filters)))

    def _candidates(self, filters: Filters) -> Sequence[int]:
        catalogue = self._catalogue
        if filters.codes is not None:
            return sorted(set(filters.codes))
        if filters.destination is not None:
            return catalogue.in_destination(filters.destination)
        if filters.country is not None:
            places = [d.code for d in catalogue.destinations() if d.country_code == filters.country]
            return sorted(code for place in places for code in catalogue.in_destination(place))
        return catalogue.hotels()

    def _passes(self, code: int, filters: Filters) -> bool:
        position = self._catalogue.layout.position(code)
        if position is None:
            return False
        fate = self._catalogue.fate(position)
        if fate.listing == REMOVED or (fate.listing and fate.listing not in filters.include):
            return False
        if filters.since is not None:
            updated = fate.last or drawing.last_update(self._catalogue.seed, position)
            if updated < filters.since:
                return False
        if filters.with_pms and not records.has_pms_codes(code):
            return False
        place = self._catalogue.layout.destination(position)
        if filters.destination is not None and place.code != filters.destination:
            return False
        return filters.country is None or place.country_code == filters.country
