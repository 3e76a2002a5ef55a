"""Answers kept ready. A repeated search is the commonest call of all, and must cost next to nothing."""

from collections import OrderedDict
from collections.abc import Hashable

from suppliers.simulators.hotelbeds.wire import Rendered

_BODIES = 64
_QUERIES = 32


class Kept:
    """Whole bodies by request; below them each hotel's JSON by query, so that one booking spoils one hotel only.

    Keys hold what a stored text depends on (price generation, minute, allotment version): nothing is ever stale,
    old entries just fall out.
    """

    def __init__(self) -> None:
        self._bodies: OrderedDict[Hashable, Rendered] = OrderedDict()
        self._hotels: OrderedDict[Hashable, dict[int, tuple[int, bytes | None]]] = OrderedDict()

    def body(self, key: Hashable) -> Rendered | None:
        found = self._bodies.get(key)
        if found is not None:
            self._bodies.move_to_end(key)
        return found

    def keep_body(self, key: Hashable, body: Rendered) -> None:
        self._bodies[key] = body
        if len(self._bodies) > _BODIES:
            self._bodies.popitem(last=False)

    def hotels(self, query: Hashable) -> dict[int, tuple[int, bytes | None]]:
        """Hotel code -> (its allotment version, its JSON or None when it has nothing), to read and fill in."""
        found = self._hotels.get(query)
        if found is None:
            found = self._hotels[query] = {}
            if len(self._hotels) > _QUERIES:
                self._hotels.popitem(last=False)
        return found

    def clear(self) -> None:
        self._bodies.clear()
        self._hotels.clear()
