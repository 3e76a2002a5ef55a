"""The search above the list of hotels: an exact id or code first, otherwise words of the name or the city."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from django.db.models import Q, QuerySet

from hotels import folding
from hotels.models import Hotel, HotelCode, SuggestedPlace, SuggestedWord

MOST_WORDS = 6
MOST_MEANT = 500
"""Words of the catalogue that one typed beginning may stand for."""
MOST_FOUND = 1000
"""So many are looked for once; of more, the list is made from the words themselves."""


def narrowed(rows: QuerySet[Hotel], asked: str) -> QuerySet[Hotel]:
    text = asked.strip()
    if not text:
        return rows
    if exact := set(chain(_coded(text), _named(text))):
        return rows.filter(pk__in=exact)
    words = Q()
    for word in text.split()[:MOST_WORDS]:
        words &= Q(name__icontains=word) | Q(city__icontains=word)
    # Read through once: the list would do it to count and again to show.
    found = list(Hotel.objects.filter(words).order_by().values_list("pk", flat=True)[: MOST_FOUND + 1])
    if len(found) > MOST_FOUND:
        return rows.filter(words)
    return rows.filter(pk__in={*found, *_suggested(folding.words(text)[:MOST_WORDS])})


def _named(public_id: str) -> QuerySet[Hotel, int]:
    return Hotel.objects.filter(public_id=public_id).values_list("pk", flat=True)


def _coded(text: str) -> QuerySet[HotelCode, int]:
    """`1234` of any supplier, or `hotelbeds:1234`."""
    supplier, colon, code = text.rpartition(":")
    codes = HotelCode.objects.filter(code=code if colon else text)
    return (codes.filter(supplier=supplier) if colon else codes).values_list("hotel", flat=True)


def _suggested(words: Sequence[str]) -> list[int]:
    """Keys of live hotels that have, in any language and without regard to accents, a word that begins so for each."""
    if not words:
        return []
    rows = SuggestedPlace.objects.filter(kind=SuggestedPlace.Kind.HOTEL)
    for word in words:
        meant = SuggestedWord.objects.filter(word__startswith=word).order_by("-hotels", "-weight")
        facts = list(meant.values_list("id", "contexts")[:MOST_MEANT])
        rows = rows.filter(
            words__overlap=[*(key for key, _ in facts), *chain(*(within for _, within in facts))]
        )
    return [entry // 16 for entry in rows.values_list("id", flat=True)[:MOST_FOUND]]
