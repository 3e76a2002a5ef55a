"""Ids of searches: signed, so that one that has ended (410) is told from one that never was (404)."""

from __future__ import annotations

import re
import secrets

from faredown.lib import crypto, ids
from faredown.lib.errors import Gone, NotFound, Unavailable
from hotels.services import fan_out, shelf
from hotels.services.fan_out import Record

_SHAPE = re.compile(r"srch_[0-9A-Za-z]{28}\Z")
_SIGNED = len("srch_") + 22


def new() -> str:
    unsigned = ids.public_id("srch")
    return unsigned + _signature(unsigned)


def suffix(search_id: str) -> str:
    return search_id.removeprefix("srch_")


def has_shape(search_id: str) -> bool:
    return _SHAPE.match(search_id) is not None


def record(search_id: str) -> Record:
    """Raises NotFound, Gone `search_expired`, or Unavailable while nobody can tell which."""
    genuine = _SHAPE.match(search_id) and secrets.compare_digest(
        _signature(search_id[:_SIGNED]), search_id[_SIGNED:]
    )
    if not genuine:
        raise NotFound("search_not_found", "There is no such search.")
    found = fan_out.load(search_id)
    if found is None and shelf.cache.is_away():
        raise Unavailable("search_unavailable", "Search is away for a moment.", retry_after=5)
    if found is None:
        raise Gone("search_expired", "The search has expired. Search again.")
    return found


def _signature(unsigned: str) -> str:
    return crypto.fingerprint(unsigned)[:6]
