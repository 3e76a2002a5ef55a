"""Everything that makes suggestions findable, kept in step with the catalogue.

Rows are compared by a hash of what they were made of, in the database; only those that differ are read, folded and
written, some thousands at a time, each batch a transaction of its own. Made again after an interruption it goes on.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from django.db import connection, transaction

from hotels import folding, spelling
from hotels.models import SuggestedPlace
from hotels.services.content import merging, place_sources
from hotels.services.content.merging import Row, Shape
from hotels.services.content.place_sources import Source
from hotels.services.content.tally import chunks

VERSION = 1
"""Raise it when folding, keys or the make of these rows change: the next full sync makes all of them again."""
BATCH = 5000
BULK = 5000
"""From so many rows written on, the planner's statistics are made anew."""
LONGEST_NAME, LONGEST_WORD, LONGEST_JOINED = 300, 120, 40
MOST_CONTEXTS = 100
"""Places one word may stand for beside another word: 'san' names hundreds of cities, of which the heaviest count."""

PLACE = Shape(
    table="hotels_suggestedplace",
    columns=("id", "kind", "weight", "names", "words", "source"),
    key=("id",),
    compared=("source",),
)
WORD = Shape(
    table="hotels_suggestedword",
    columns=("word", "keys", "hotels", "weight", "contexts"),
    key=("word",),
    compared=(),
)

_CHANGED = """
WITH made AS MATERIALIZED ({rows}),
hashed AS MATERIALIZED (SELECT made.*, hashtextextended(made::text, %(version)s) AS source FROM made)
SELECT * FROM hashed
WHERE source IS DISTINCT FROM (SELECT held.source FROM hotels_suggestedplace AS held WHERE held.id = hashed.id)
"""
_WEIGHS_OTHERWISE = """
SELECT key, weight FROM ({live}) AS live
WHERE weight IS DISTINCT FROM (SELECT held.weight FROM hotels_suggestedplace AS held WHERE held.id = {entry})
"""
_GONE = """
DELETE FROM hotels_suggestedplace AS held WHERE kind = ANY(%(kinds)s) AND NOT EXISTS (
    SELECT FROM (SELECT {entry} AS id FROM ({live}) AS live) AS live WHERE live.id = held.id
)
"""
_HOTELS_RETIRED_SINCE = """
DELETE FROM hotels_suggestedplace WHERE id IN (
    SELECT id * 16 + 15 FROM hotels_hotel WHERE updated_at >= %(since)s AND status <> 'live'
)
"""
_WEIGH_WORDS = """
WITH places AS (
    SELECT word_id, max(weight) AS weight, coalesce(
        (array_agg(-id ORDER BY weight DESC, id) FILTER (WHERE kind <= 3))[:%(most)s], ARRAY[]::bigint[]
    )::int[] AS contexts
    FROM (SELECT id, kind, weight, unnest(words) AS word_id FROM hotels_suggestedplace WHERE kind < 15) AS used
    GROUP BY word_id
), hotels AS ({hotels}), found AS (
    SELECT word.id, coalesce(places.weight, 0) AS weight, coalesce(places.contexts, ARRAY[]::int[]) AS contexts,
        coalesce(hotels.hotels, 0) AS hotels
    FROM hotels_suggestedword AS word LEFT JOIN places ON places.word_id = word.id
    LEFT JOIN hotels ON hotels.word_id = word.id
)
UPDATE hotels_suggestedword AS word SET weight = found.weight, contexts = found.contexts, hotels = found.hotels
FROM found WHERE found.id = word.id
    AND (word.weight, word.contexts, word.hotels) IS DISTINCT FROM (found.weight, found.contexts, found.hotels)
"""
_AS_COUNTED = "SELECT id AS word_id, hotels FROM hotels_suggestedword"
_COUNTED_AGAIN = """
SELECT word_id, count(*) AS hotels
FROM (SELECT unnest(words) AS word_id FROM hotels_suggestedplace WHERE kind = 15) AS used GROUP BY word_id
"""
_COUNT_NEW = """
UPDATE hotels_suggestedword AS word SET hotels = (
    SELECT count(*) FROM hotels_suggestedplace WHERE kind = 15 AND words @> ARRAY[word.id]
) WHERE id = ANY(%(ids)s)
"""
_UNUSED = """
DELETE FROM hotels_suggestedword AS word WHERE NOT EXISTS (
    SELECT FROM (SELECT DISTINCT unnest(words) AS id FROM hotels_suggestedplace) AS used WHERE used.id = word.id
)
"""


def refresh(*, since: datetime | None, renamed: bool = True) -> int:
    """How many rows were written or removed. `since`: only hotels changed from then on are looked at; what hotels'
    words weigh is then left as last counted, but for new words. `renamed`: whether a place can have another name than
    it had; if not, only those are looked at that are new or have other numbers of hotels."""
    dictionary = Dictionary()
    places = 0
    for source in place_sources.PLACES:
        places += _write(source, _keys(source.live if renamed else _reweighed(source)), dictionary)
        places += _remove(source)
    hotels = _hotels(dictionary, since)
    if places + hotels >= BULK:
        _execute("ANALYZE hotels_suggestedplace, hotels_suggestedword")
    if since is not None:
        _execute(_COUNT_NEW, ids=dictionary.new)
        if places:
            _execute(_WEIGH_WORDS.format(hotels=_AS_COUNTED), most=MOST_CONTEXTS)
    else:
        _execute(_UNUSED)
        _execute(_WEIGH_WORDS.format(hotels=_COUNTED_AGAIN), most=MOST_CONTEXTS)
    return places + hotels


def _hotels(dictionary: Dictionary, since: datetime | None) -> int:
    source = place_sources.HOTELS
    if since is None:
        return _write(source, _keys(source.live), dictionary) + _remove(source)
    written = _write(source, _keys(f"{source.live} AND updated_at >= %(since)s", since=since), dictionary)
    return written + _execute(_HOTELS_RETIRED_SINCE, since=since)


def _reweighed(source: Source) -> str:
    return _WEIGHS_OTHERWISE.format(live=source.live, entry=source.entry)


def _write(source: Source, keys: Sequence[int], dictionary: Dictionary) -> int:
    changed = _CHANGED.format(rows=source.rows)
    written = 0
    for some in chunks(keys, BATCH):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(changed, {"keys": some, "version": VERSION})
            if found := cursor.fetchall():
                written += merging.merge(PLACE, _rows(found, dictionary))
    return written


def _remove(source: Source) -> int:
    kinds = [kind.value for kind in source.kinds]
    return _execute(_GONE.format(entry=source.entry, live=source.live), kinds=kinds)


def _keys(live: str, **values: datetime) -> Sequence[int]:
    with connection.cursor() as cursor:
        cursor.execute(live, values)
        return array("q", (key for key, _ in cursor))


def _rows(found: Iterable[tuple[int, int, int, list[str], list[int], int]], words: Dictionary) -> list[Row]:
    made = [(row, list(_spellings(row[3]))) for row in found]
    joins = SuggestedPlace.Kind.HOTEL
    used = {row[0]: _words(spellings, joined=row[1] != joins) for row, spellings in made}
    ids = words.ids({word for several in used.values() for word in several})
    return [
        (
            *(entry, kind, weight, f"|{'|'.join(' '.join(one) for one in spellings)}|"),
            _array((*sorted({ids[word] for word in used[entry]}), *contexts)),
            source,
        )
        for (entry, kind, weight, _, contexts, source), spellings in made
        if spellings
    ]


def _spellings(texts: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Distinct ones, as folded words."""
    yield from dict.fromkeys(found for text in texts if (found := tuple(folding.words(text[:LONGEST_NAME]))))


def _words(spellings: Iterable[tuple[str, ...]], *, joined: bool) -> set[str]:
    """Those of the names; of places also the whole name without its spaces, for who types it so."""
    found = {word[:LONGEST_WORD] for words in spellings for word in words}
    if joined:
        wholes = ("".join(words) for words in spellings if len(words) > 1)
        found.update(whole for whole in wholes if len(whole) <= LONGEST_JOINED)
    return found


class Dictionary:
    """The ids of words; those not known yet are added. `new`: the ids of these."""

    _MOST_KEPT = 200_000

    def __init__(self) -> None:
        self.new: list[int] = []
        self._kept: dict[str, int] = {}

    def ids(self, words: set[str]) -> dict[str, int]:
        if len(self._kept) > self._MOST_KEPT:
            self._kept.clear()
        self._read(words - self._kept.keys())
        unknown = words - self._kept.keys()
        rows = [(word, _array(spelling.keys(word)), 0, 0, "{}") for word in sorted(unknown)]
        if merging.merge(WORD, rows):
            self._read(unknown)
            self.new.extend(self._kept[word] for word in unknown)
        return self._kept

    def _read(self, words: set[str]) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT word, id FROM hotels_suggestedword WHERE word = ANY(%s)", [list(words)])
            self._kept.update(cursor.fetchall())


def _array(numbers: Iterable[int]) -> str:
    return f"{{{','.join(map(str, numbers))}}}"


def _execute(statement: str, **values: int | datetime | list[int]) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        written: int = cursor.rowcount
        return written
