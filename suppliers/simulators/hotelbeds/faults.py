"""Faults on demand: which call goes wrong, and how.

A fault belongs to one operation (or `*`) and acts at one stage: before anything is done, on what is done, or on the
answer. Faults of different stages act on one call together: `delayed_visibility` and `drop_after_commit`, for one.
"""

from collections.abc import Iterable
from typing import Annotated, Any

import msgspec

from suppliers.simulators.hotelbeds import chance
from suppliers.simulators.hotelbeds.state import State

OPERATIONS = (
    "status",
    "availability",
    "checkrates",
    "booking",
    "booking_detail",
    "booking_list",
    "cancellation",
    "change",
    "reconfirmations",
    "content",
)
_EVERY = frozenset(OPERATIONS)
_SELLING = frozenset({"availability", "checkrates", "booking"})
_BOOKING = frozenset({"booking"})
_CONTENT = frozenset({"content"})
_ENGLISH = "ENG"

# kind -> the operations it makes sense for
KINDS: dict[str, frozenset[str]] = {
    "slow": _EVERY,
    "bad_signature": _EVERY,
    "quota_403": _EVERY,
    "throttle_429": _EVERY,
    "timeout_before": _EVERY,
    "system_error": _EVERY,
    "overload_503": _EVERY,
    "product_error": frozenset({"checkrates", "booking", "change", "cancellation"}),
    "price_up": _SELLING,
    "price_down": _SELLING,
    "policy_change": _SELLING,
    "sold_out": _SELLING,
    "delayed_visibility": _BOOKING,
    "hotel_cancels_later": _BOOKING,
    "drop_after_commit": _EVERY,
    "truncated_body": _EVERY,
    "invalid_json": _EVERY,
    "truncated_gzip": _EVERY,
    "language_missing": _CONTENT,
    "total_shrinks": _CONTENT,
    "page_repeats": _CONTENT,
    "duplicate_codes": _CONTENT,
    "no_name": _CONTENT,
    "zero_coordinates": _CONTENT,
    "swapped_coordinates": _CONTENT,
    "huge_description": _CONTENT,
    "many_images": _CONTENT,
    "unknown_facility": _CONTENT,
    "unknown_fee_unit": _CONTENT,
    "odd_hours": _CONTENT,
    "unreadable_field": _CONTENT,
    "unreadable_record": _CONTENT,
}
LISTINGS = ("total_shrinks", "page_repeats", "duplicate_codes")
"""They act on any list of the Content API, from its second page on."""
ODD_RECORDS = (
    *("no_name", "zero_coordinates", "swapped_coordinates", "huge_description", "many_images"),
    *("unknown_facility", "unknown_fee_unit", "odd_hours", "unreadable_field", "unreadable_record"),
)
"""They act on the list of hotels."""
REFUSALS = (
    "bad_signature",
    "quota_403",
    "throttle_429",
    "timeout_before",
    "system_error",
    "overload_503",
    "product_error",
    "language_missing",
)
SPOILERS = ("drop_after_commit", "truncated_body", "invalid_json", "truncated_gzip")
DEFAULT_DELAY_MS = {
    "slow": 2000,
    "timeout_before": 1000,
    "delayed_visibility": 5000,
    "hotel_cancels_later": 60000,
}
DEFAULT_PERCENT = 5.0


class Call(msgspec.Struct, frozen=True):
    operation: str
    path: str = ""
    language: str = _ENGLISH
    is_first_page: bool = True


class Fault(msgspec.Struct):
    """`count` limits how often it acts; `probability` (with `seed`) decides each time whether it does.

    `delay_ms` is how long `slow` and `timeout_before` wait, and how far off `delayed_visibility` ends and
    `hotel_cancels_later` strikes (simulator time). `percent` is the size of `price_up` and `price_down`, and what
    `total_shrinks` takes off. `retry_after` goes with `quota_403` and `throttle_429`; `path` narrows a fault to the
    calls whose path ends so, `language` to those that ask for it (`language_missing`: any but English). Odd records
    are a `share` of the hotels, drawn by `seed`, or the first `records` of the page; `duplicate_codes` brings so many.
    """

    operation: str
    kind: str
    count: Annotated[int, msgspec.Meta(ge=0)] | None = None
    probability: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None
    seed: int = 0
    delay_ms: Annotated[int, msgspec.Meta(ge=0)] | None = None
    percent: Annotated[float, msgspec.Meta(gt=0, lt=100)] = DEFAULT_PERCENT
    retry_after: Annotated[int, msgspec.Meta(ge=0)] | None = None
    path: str = ""
    language: str = ""
    records: Annotated[int, msgspec.Meta(ge=1)] = 1
    share: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None
    drawn: int = 0
    fired: int = 0

    @property
    def seconds(self) -> float:
        delay = DEFAULT_DELAY_MS.get(self.kind, 0) if self.delay_ms is None else self.delay_ms
        return delay / 1000

    def applies(self, call: Call) -> bool:
        if call.operation not in KINDS[self.kind] or self.operation not in (call.operation, "*"):
            return False
        if self.language and call.language != self.language:
            return False
        if self.kind == "language_missing":
            wanted = call.language != _ENGLISH
        elif self.kind in ODD_RECORDS:
            wanted = call.path.endswith("/hotels")
        else:
            wanted = self.kind not in LISTINGS or not call.is_first_page
        return wanted and call.path.endswith(self.path)

    def draw(self) -> bool:
        if self.count is not None and self.fired >= self.count:
            return False
        self.drawn += 1
        if self.probability is not None and chance.unit("fault", self.seed, self.drawn) >= self.probability:
            return False
        self.fired += 1
        return True


class Drawn:
    """The faults that act on one call."""

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        self._by_kind = {fault.kind: fault for fault in faults}

    def __bool__(self) -> bool:
        return bool(self._by_kind)

    def get(self, kind: str) -> Fault | None:
        return self._by_kind.get(kind)

    def first(self, kinds: Iterable[str]) -> Fault | None:
        return next((self._by_kind[kind] for kind in kinds if kind in self._by_kind), None)

    @property
    def price_factor(self) -> float:
        up, down = self.get("price_up"), self.get("price_down")
        return (1 + up.percent / 100 if up else 1.0) * (1 - down.percent / 100 if down else 1.0)


class Faults:
    """The faults in force. Kept in the state, so that a restarted simulator goes on where it was."""

    def __init__(self, state: State) -> None:
        self._state = state
        self.faults = msgspec.convert(state.recall("faults") or [], list[Fault])

    def replace(self, faults: list[Fault]) -> None:
        for fault in faults:
            _check(fault)
        self.faults = faults
        self._store()

    def draw(self, call: Call) -> Drawn:
        """A call that is refused outright consumes no fault that would have acted on what it does."""
        candidates = [fault for fault in self.faults if fault.applies(call)]
        if not candidates:
            return Drawn()
        acting = _draw_kinds(candidates, ("slow", *REFUSALS), limit=REFUSALS)
        if not any(fault.kind in REFUSALS for fault in acting):
            rest = [kind for kind in KINDS if kind != "slow" and kind not in REFUSALS]
            acting += _draw_kinds(candidates, rest, limit=SPOILERS)
        for fault in acting:
            self._state.count("fault", f"{call.operation}.{fault.kind}")
        self._store()
        return Drawn(acting)

    def dump(self) -> list[dict[str, Any]]:
        return [msgspec.to_builtins(fault) for fault in self.faults]

    def counts(self) -> dict[str, dict[str, int]]:
        counts: dict[str, dict[str, int]] = {}
        for name, value in self._state.counters("fault").items():
            operation, kind = name.split(".")
            counts.setdefault(operation, {})[kind] = value
        return counts

    def _store(self) -> None:
        self._state.remember("faults", self.dump())


def _draw_kinds(candidates: list[Fault], kinds: Iterable[str], *, limit: tuple[str, ...]) -> list[Fault]:
    """In the order the faults were given; one fault of a kind, and one of all those in `limit`."""
    wanted = set(kinds)
    acting: list[Fault] = []
    for fault in candidates:
        if fault.kind not in wanted or not fault.draw():
            continue
        acting.append(fault)
        wanted -= set(limit) if fault.kind in limit else {fault.kind}
    return acting


def _check(fault: Fault) -> None:
    if fault.kind not in KINDS:
        raise ValueError(f"unknown fault kind {fault.kind!r}; known: {', '.join(KINDS)}")
    if fault.operation != "*" and fault.operation not in OPERATIONS:
        raise ValueError(f"unknown operation {fault.operation!r}; known: {', '.join(OPERATIONS)}")
    if fault.operation != "*" and fault.operation not in KINDS[fault.kind]:
        raise ValueError(f"{fault.kind} does not act on {fault.operation}")
    if fault.count is None and fault.probability is None:
        raise ValueError("a fault needs a count or a probability")
