"""The search above the list of hotels: an exact id or code first, otherwise words of the name or the city."""

from __future__ import annotations

from itertools import chain

from django.db.models import Q, QuerySet

from hotels.models import Hotel, HotelCode

MOST_WORDS = 6
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
    return rows.filter(pk__in=found) if len(found) <= MOST_FOUND else rows.filter(words)


def _named(public_id: str) -> QuerySet[Hotel, int]:
    return Hotel.objects.filter(public_id=public_id).values_list("pk", flat=True)


def _coded(text: str) -> QuerySet[HotelCode, int]:
    """`1234` of any supplier, or `hotelbeds:1234`."""
    supplier, colon, code = text.rpartition(":")
    codes = HotelCode.objects.filter(code=code if colon else text)
    return (codes.filter(supplier=supplier) if colon else codes).values_list("hotel", flat=True)
