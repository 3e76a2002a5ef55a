"""Places a traveller may mean by what he types, those that are popular and those staff chose."""

from __future__ import annotations

import msgspec
from django.db.models import F, JSONField, OuterRef, Subquery

from hotels import folding
from hotels.models import Destination, Hotel, SuggestedPlace
from hotels.selectors import images, places, suggestions
from hotels.selectors.images import Image
from hotels.selectors.places import Place

LONGEST_QUESTION = 80


class FeaturedPlace(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str
    country: str
    hotel_count: int
    image: Image | None


def suggest(q: str, *, language: str, limit: int = 8) -> list[Place]:
    """Best first: by how well a spelling fits, the kind of place, its hotels; slips and other languages forgiven.
    Nothing typed gives what is popular. Three statements at most."""
    typed = q[:LONGEST_QUESTION]
    if not folding.fold(typed):
        return popular(language=language, limit=limit)
    found = suggestions.find(typed, limit=limit)
    return places.read([one.id for one in found], language=language)


def popular(*, language: str, limit: int = 8) -> list[Place]:
    rows = Destination.objects.filter(hotel_count__gt=0).order_by(*_POPULAR).values_list("pk", flat=True)
    return places.read([key * 16 + SuggestedPlace.Kind.CITY for key in rows[:limit]], language=language)


def place(public_id: str, *, language: str) -> Place | None:
    """The searchable place of this id, as a heading names it."""
    return places.find(public_id, language=language)


def featured(*, language: str, limit: int = 8) -> list[FeaturedPlace]:
    """Those staff chose, then the popular; a place without a picture of its own shows its best hotel's."""
    pictured = Hotel.objects.filter(destination=OuterRef("pk"), status=Hotel.Status.LIVE).exclude(images=[])
    rows = (
        Destination.objects.filter(hotel_count__gt=0)
        .select_related("country")
        .annotate(
            hotel_image=Subquery(
                pictured.order_by("ranking").values("images__0")[:1], output_field=JSONField()
            )
        )
        .order_by(F("is_featured").desc(), *_POPULAR)
    )
    return [
        FeaturedPlace(
            id=row.public_id,
            name=row.name_in(language),
            country=row.country.name_in(language),
            hotel_count=row.hotel_count,
            image=_picture(row.image, row.hotel_image),
        )
        for row in rows[:limit]
    ]


_POPULAR = (F("popularity").desc(), F("hotel_count").desc(), "name")


def _picture(own: str, hotels: dict[str, str] | None) -> Image | None:
    entry = {"path": own} if own else hotels
    return images.image(entry) if entry else None
