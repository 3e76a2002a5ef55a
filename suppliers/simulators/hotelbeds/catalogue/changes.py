"""What happens to the catalogue after it was written: hotels changed, gone, come. By arithmetic, as all of it."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

import msgspec

from suppliers.simulators.hotelbeds import chance

REMOVED = "removed"
"""A hotel's `listing` once it is gone: no list names it any more, whatever is included."""
UNLISTED_SHARE = 0.035
"""Of the catalogue; those that come are taken from these."""
KINDS = ("name", "text", "image")

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]


class Change(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One round: shares of the catalogue, drawn by `seed`. Who comes was not listed before: at most 3.5 % in all."""

    on: date
    changed: Share = 0.0
    removed: Share = 0.0
    added: Share = 0.0
    seed: int = 0


class Renewal(msgspec.Struct, frozen=True):
    """What a round did to one hotel: another name, one more sentence in its texts, one more picture."""

    number: int
    kind: str
    on: date


class Fate(msgspec.Struct, frozen=True):
    listing: str
    renewals: tuple[Renewal, ...] = ()
    last: date | None = None
    """The day of the last round that touched it."""


_AS_WRITTEN = {listing: Fate(listing) for listing in ("", "webOnly", "notOnSale")}


def fate(changes: Sequence[Change], position: int, listing: str) -> Fate:
    """`listing`: what /hotels wanted to hear at first."""
    if not changes:
        return _AS_WRITTEN[listing]
    renewals: list[Renewal] = []
    last = None
    for number, change in enumerate(changes):
        touched, gone, come, kind = chance.units(4, "change", change.seed, number, position)
        if not listing and gone < change.removed:
            return Fate(REMOVED, tuple(renewals), change.on)
        if listing and come < change.added / UNLISTED_SHARE:
            listing, last = "", change.on
        elif touched < change.changed:
            renewals.append(Renewal(number, KINDS[int(kind * len(KINDS))], change.on))
            last = change.on
    return Fate(listing, tuple(renewals), last)
