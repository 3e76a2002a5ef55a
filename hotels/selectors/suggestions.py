"""From what is typed to the entries it may mean, in two statements: the words it may be made of, then the places and
hotels that have them.

A typed word stands for the word itself, for those a slip or two away, and, where it is the last, for those it begins. A
name must have one of each; a word of the city or country it lies in counts too. Words that thousands of hotels have
('hotel', 'grand') are never looked up alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

import msgspec
from django.db import connection

from hotels import folding, spelling
from hotels.selectors import matching
from hotels.selectors.matching import Candidate, Word

MOST_WORDS = 8
MOST_MEANINGS = 40
"""Words of the catalogue that one typed word may stand for; as many again by what it begins."""
COMMON = 4000
"""A word of more hotel names than this finds none by itself."""
BEST_HOTELS = 3000
"""Where every typed word is common, only so many hotels, the best ranked, are looked through."""
MOST_CANDIDATES = 40
_SHORTEST_HOTEL = 4
"""Letters from which the beginning of a single word finds hotels."""
GENERIC = frozenset(
    {
        *(
            "hotel",
            "hotels",
            "hoteles",
            "hotele",
            "hoteis",
            "alberghi",
            "отель",
            "отели",
            "гостиница",
            "فندق",
            "فنادق",
        ),
        *("in", "at", "near", "the", "of", "en", "de", "la", "le", "el", "zu", "bei", "в", "في", "ب"),
    }
)
"""Folded. Typed around a name as often as in it."""
_SLIP, _BEGUN, _LETTERS_AHEAD = 1.6, 0.04, 0.2
_IS_A_WORD = 0.2
_AS_CONTEXT = 0.45
"""How far from a word of a place's name what is typed may be to stand for being in that place."""

_NEAR = """(SELECT {number} AS number, id, word, hotels, weight, contexts FROM hotels_suggestedword
WHERE keys && %({keys})s::int[] AND length(word) BETWEEN %({least})s AND %({most})s)"""
_BEGINNING = """(SELECT {number} AS number, id, word, hotels, weight, contexts FROM hotels_suggestedword
WHERE word >= %(prefix)s AND word < %(beyond)s ORDER BY {order} DESC LIMIT {most})"""
_CANDIDATES = """(SELECT id, kind, weight, names, words FROM {source} WHERE {where}
ORDER BY (strpos(names, %(whole)s) > 0) DESC, ({exact}) DESC, weight DESC LIMIT {limit})"""
_BEST_HOTELS = """(
    SELECT * FROM hotels_suggestedplace WHERE kind = 15 ORDER BY weight DESC LIMIT %(best_hotels)s
) AS best"""
_OR_ELSE = "WITH fitting AS ({0}) SELECT * FROM fitting UNION ALL {1}"


Values: TypeAlias = dict[str, str | int]


class _Meaning(msgspec.Struct, frozen=True):
    id: int
    word: str
    hotels: int
    weight: int
    contexts: Sequence[int]
    cost: float


def find(q: str, *, limit: int) -> list[Candidate]:
    """Best first. Nothing for what no name is like."""
    typed = folding.words(q)[:MOST_WORDS]
    if not typed:
        return []
    *apart, whole = _meanings(typed)
    last = len(typed) - 1
    words = [
        _word(text, meanings, is_last=number == last)
        for number, (text, meanings) in enumerate(zip(typed, apart, strict=True))
    ]
    known = [word for word in words if word.ids]
    together = whole or (apart[0] if len(typed) == 1 else [])
    found = _candidates(known, together, " ".join(typed))
    return matching.best(found, words, {one.word: one.cost for one in together}, limit=limit)


def _meanings(typed: Sequence[str]) -> list[list[_Meaning]]:
    """For each typed word, and for all of them written as one, what they may stand for, the nearest first."""
    values: Values = {"prefix": typed[-1], "beyond": typed[-1] + "\U0010ffff"}
    parts = [*_nearby([*typed, "".join(typed)] if len(typed) > 1 else list(typed), values)]
    last = len(typed) - 1
    parts += [_BEGINNING.format(number=last, order=by, most=MOST_MEANINGS) for by in ("weight", "hotels")]
    found: list[dict[int, _Meaning]] = [{} for _ in range(len(typed) + 1)]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), values)
        for number, key, word, hotels, weight, contexts in cursor.fetchall():
            text = typed[number] if number < len(typed) else "".join(typed)
            cost = _cost(text, word, may_go_on=number >= last)
            if cost < matching.MISSED:
                found[number][key] = _Meaning(key, word, hotels, weight, contexts, cost)
    return [
        sorted(one.values(), key=lambda meaning: (meaning.cost, -meaning.weight))[: 2 * MOST_MEANINGS]
        for one in found
    ]


def _nearby(texts: Sequence[str], values: Values) -> Iterator[str]:
    for number, text in enumerate(texts):
        names = {name: f"{name}{number}" for name in ("keys", "least", "most")}
        ends = len(text) + 2 if number < len(texts) - 2 else 120
        values |= {
            names["keys"]: _array(spelling.keys(text)),
            names["least"]: len(text) - 2,
            names["most"]: ends,
        }
        yield _NEAR.format(number=number, **names)


def _cost(typed: str, word: str, *, may_go_on: bool) -> float:
    """0 for the word itself, MISSED for what it cannot mean."""
    if typed == word:
        return 0.0
    if may_go_on and word.startswith(typed):
        return _BEGUN + _LETTERS_AHEAD * (1 - len(typed) / len(word))
    slips = spelling.distance(typed, word)
    if slips < spelling.FAR:
        return _SLIP * slips / max(4, len(typed))
    if may_go_on and (slips := spelling.beginning(typed, word)) < spelling.FAR:
        return _SLIP * slips / len(typed) + _BEGUN + _LETTERS_AHEAD * (1 - len(typed) / len(word))
    return matching.MISSED


def _word(typed: str, meanings: Sequence[_Meaning], *, is_last: bool) -> Word:
    exact = [one for one in meanings if one.cost == 0.0]
    if exact:
        meanings = [one if one.cost == 0.0 else _less_likely(one) for one in meanings]
    near = [one for one in meanings if one.cost <= _AS_CONTEXT]
    return Word(
        typed=typed,
        costs={one.word: one.cost for one in meanings},
        ids=frozenset(one.id for one in meanings),
        exact=frozenset(one.id for one in exact),
        contexts=frozenset(context for one in near for context in one.contexts),
        hotels=sum(one.hotels for one in meanings),
        noise=typed in GENERIC
        or (len(typed) == 1 and not is_last)
        or any(one.hotels > COMMON for one in exact),
    )


def _less_likely(meaning: _Meaning) -> _Meaning:
    """What was typed is a word: another one is meant only where that leads nowhere."""
    return msgspec.structs.replace(meaning, cost=min(0.95, meaning.cost + _IS_A_WORD))


def _candidates(words: Sequence[Word], whole: Sequence[_Meaning], typed: str) -> list[Candidate]:
    """Those that have every word; where there are none, places that have any."""
    values: Values = {"whole": f"|{typed}|", "joined": _array(one.id for one in whole)}
    values["best_hotels"] = BEST_HOTELS
    telling = [word for word in words if not word.noise] or words
    where = f"({_all_of(telling, values, 'place')} OR words && %(joined)s::int[])"
    parts = [_select("hotels_suggestedplace", f"kind < 15 AND {where}", words, values)]
    if len(words) > 1 or len(typed) >= _SHORTEST_HOTEL or any(word.exact for word in words):
        where = f"kind = 15 AND {_all_of(telling, values, 'hotel')}"
        rare = [number for word in words if word.hotels <= COMMON for number in word.ids]
        if rare:
            values["rare"] = _array(rare)
            where += " AND words && %(rare)s::int[]"
        parts.append(_select("hotels_suggestedplace" if rare else _BEST_HOTELS, where, words, values))
    statement = " UNION ALL ".join(parts)
    if len(words) > 1 or len(words) < len(typed.split()):
        values["any"] = _array(number for word in telling for number in word.ids)
        where = "NOT EXISTS (SELECT FROM fitting) AND kind < 15 AND words && %(any)s::int[]"
        partly = _select("hotels_suggestedplace", where, words, values)
        statement = _OR_ELSE.format(statement, partly)
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [Candidate(*row) for row in cursor.fetchall()]


def _array(numbers: Iterable[int]) -> str:
    """Written here: the driver would take longer over it than the database over the query."""
    return f"{{{','.join(map(str, numbers))}}}"


def _all_of(words: Sequence[Word], values: Values, name: str) -> str:
    """The name has each of the words, at least one of them itself; the others may be of where it lies."""
    if not words:
        return "false"
    parts = []
    for number, word in enumerate(words):
        values[f"{name}{number}"] = _array((*word.ids, *(word.contexts if len(words) > 1 else ())))
        parts.append(f"words && %({name}{number})s::int[]")
    if len(words) > 1:
        values[f"{name}_own"] = _array(key for word in words for key in word.ids)
        parts.append(f"words && %({name}_own)s::int[]")
    return " AND ".join(parts)


def _select(source: str, where: str, words: Sequence[Word], values: Values) -> str:
    exact = []
    for number, word in enumerate(words):
        if word.exact:
            values[f"exact{number}"] = _array(word.exact)
            exact.append(f"(words && %(exact{number})s::int[])::int")
    return _CANDIDATES.format(
        source=source, where=where, exact=" + ".join(("0::int", *exact)), limit=MOST_CANDIDATES
    )
