"""How well what was typed fits a place: pure, over the few candidates the database found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from hotels.models import SuggestedPlace

Kind = SuggestedPlace.Kind
MISSED = 1.0
"""What a typed word costs that is nowhere in the name."""
_NOISE_MISSED = 0.12
_BY_CONTEXT = 0.15
_WORD_LEFT = 0.3
"""What letters of the name cost that nobody typed, for each as many."""
_BONUS = {
    Kind.CITY: 0.16,
    Kind.COUNTRY: 0.15,
    Kind.REGION: 0.13,
    Kind.AIRPORT: 0.10,
    Kind.ZONE: 0.06,
    Kind.PORT: 0.04,
    Kind.STATION: 0.04,
    Kind.LANDMARK: 0.04,
    Kind.HOTEL: 0.0,
}
_POPULARITY = 0.00022


class Word(msgspec.Struct, frozen=True, kw_only=True):
    """One typed word and what it may mean: word of the catalogue -> cost, 0 for itself. `noise`: a name may lack it."""

    typed: str
    costs: Mapping[str, float]
    ids: frozenset[int]
    exact: frozenset[int]
    contexts: frozenset[int]
    hotels: int
    noise: bool = False


class Candidate(msgspec.Struct, frozen=True):
    id: int
    kind: int
    weight: int
    names: str
    words: Sequence[int]


def score(candidate: Candidate, typed: Sequence[Word], whole: Mapping[str, float]) -> float:
    """Higher is better; a name typed exactly is 1 and what its kind and popularity add. `whole`: what everything typed
    may mean as one word."""
    inside = {number for number in candidate.words if number < 0}
    spellings = candidate.names.strip("|").split("|")
    fit = max(_fit(spelling, typed, whole, inside) for spelling in spellings)
    return fit + _BONUS[Kind(candidate.kind)] + _POPULARITY * candidate.weight


def _fit(spelling: str, typed: Sequence[Word], whole: Mapping[str, float], inside: set[int]) -> float:
    words = spelling.split()
    joined = whole.get("".join(words))
    apart = _apart(words, typed, inside)
    return apart if joined is None else max(apart, 1.0 - joined)


def _apart(words: Sequence[str], typed: Sequence[Word], inside: set[int]) -> float:
    left = list(words)
    cost = letters = 0.0
    for word in typed:
        weight = len(word.typed)
        letters += weight
        best = min(left, key=lambda one: word.costs.get(one, MISSED), default="")
        spent = word.costs.get(best, MISSED)
        if spent < MISSED:
            left.remove(best)
        elif not word.contexts.isdisjoint(inside):
            spent = _BY_CONTEXT
        elif word.noise:
            spent = _NOISE_MISSED
        cost += spent * weight
    untyped = sum(map(len, left)) / max(1, sum(map(len, words)))
    begun = 0.03 if words and words[0] not in left else 0.0
    return 1.0 - cost / max(1.0, letters) - _WORD_LEFT * untyped + begun


def best(
    candidates: Iterable[Candidate], typed: Sequence[Word], whole: Mapping[str, float], *, limit: int
) -> list[Candidate]:
    scored = [(score(one, typed, whole), one) for one in candidates]
    scored.sort(key=lambda pair: (-pair[0], pair[1].kind, pair[1].id))
    return [one for _, one in scored[:limit]]
