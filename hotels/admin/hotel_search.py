"""The search above the list of hotels: an exact id or code first, otherwise words of the name or the city."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from hotels.models import Hotel, HotelCode

MOST_WORDS = 6


def narrowed(rows: QuerySet[Hotel], asked: str) -> QuerySet[Hotel]:
    text = asked.strip()
    if not text:
        return rows
    exact = Hotel.objects.filter(Q(public_id=text) | Q(pk__in=_coded(text))).values_list("pk", flat=True)
    if found := list(exact[:10]):
        return rows.filter(pk__in=found)
    words = Q()
    for word in text.split()[:MOST_WORDS]:
        words &= Q(name__icontains=word) | Q(city__icontains=word)
    return rows.filter(words)


def _coded(text: str) -> QuerySet[HotelCode]:
    """`1234` of any supplier, or `hotelbeds:1234`."""
    supplier, colon, code = text.rpartition(":")
    codes = HotelCode.objects.filter(code=code if colon else text)
    return (codes.filter(supplier=supplier) if colon else codes).values("hotel")
