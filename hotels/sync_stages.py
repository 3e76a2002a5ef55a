"""What a run goes through, in order, by its kind. Pure."""

from __future__ import annotations

from suppliers.content_types import TypeKind

COUNTRIES = "countries"
DESTINATIONS = "destinations"
TYPES = "types/"
RATE_COMMENTS = "rate_comments"
HOTELS = "hotels"
CODES = "codes"
RETIRE = "retire"
UNKNOWN = "unknown"
DERIVE = "derive"

_PLACES = (COUNTRIES, DESTINATIONS)
_WORDS = tuple(
    f"{TYPES}{kind}"
    for kind in (
        *(TypeKind.FACILITY_GROUP, TypeKind.FACILITY, TypeKind.CATEGORY, TypeKind.BOARD, TypeKind.ISSUE),
        *(TypeKind.ACCOMMODATION, TypeKind.CHAIN, TypeKind.ROOM, TypeKind.IMAGE, TypeKind.TERMINAL),
    )
)

_STAGES = {
    "full": (*_PLACES, *_WORDS, RATE_COMMENTS, HOTELS, RETIRE, DERIVE),
    # Places have no date of change to ask by: the daily sweep reads them.
    "incremental": (*_WORDS, RATE_COMMENTS, HOTELS, DERIVE),
    "sweep": (*_PLACES, CODES, RETIRE, UNKNOWN, DERIVE),
}
_ONE_DESTINATION = (HOTELS, DERIVE)


def of(kind: str, *, one_destination: bool) -> tuple[str, ...]:
    return _ONE_DESTINATION if one_destination else _STAGES[kind]
