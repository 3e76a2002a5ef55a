"""The destinations on the landing page. They exist only after a first sync, so this may run again."""

from __future__ import annotations

from django.db.models import F

from faredown.pages.models import FeaturedPlace
from hotels.models import Destination, DestinationCode

# Hotelbeds destination codes and the line under the name, in the order shown.
FEATURED = {
    "DXB": "Skyline, souks and sea",
    "LON": "Parks, stages and markets",
    "PAR": "Boulevards and bistros",
    "BCN": "Gaudi and the beach",
    "PMI": "Coves and mountain roads",
    "BKK": "Temples and street food",
    "SIN": "Gardens by the bay",
    "NYC": "The city that never sleeps",
}
POPULARITY = 1000


def seed_places() -> int:
    """Features the places that the catalogue knows; how many are featured in the end."""
    if FeaturedPlace.objects.exists():
        return FeaturedPlace.objects.count()
    codes = DestinationCode.objects.filter(supplier="hotelbeds", code__in=FEATURED).select_related(
        "destination"
    )
    found = {row.code: row.destination for row in codes}
    for position, (code, text) in enumerate(FEATURED.items()):
        if (destination := found.get(code)) is None:
            continue
        FeaturedPlace.objects.create(destination=destination, position=position, text=text)
        Destination.objects.filter(pk=destination.pk).update(
            is_featured=True, popularity=F("popularity") + POPULARITY - position
        )
    return FeaturedPlace.objects.count()
