"""Places of the landing page: those staff chose, in their order; without any, the catalogue's own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec
from django.urls import reverse
from django.utils.translation import ngettext

from faredown.pages import selectors
from faredown.pages.models import FeaturedPlace
from hotels.forms import StayForm
from hotels.selectors import destinations, images
from hotels.selectors.destinations import FeaturedPlace as CataloguePlace
from hotels.views import photos
from hotels.views.photos import Photo

SHOWN = 8
_READ = 200
"""Catalogue places read to find the pictures of those staff chose."""


class PlaceCard(msgspec.Struct, frozen=True):
    title: str
    subtitle: str
    url: str
    photo: Photo | None


def places(*, language: str) -> list[PlaceCard]:
    chosen = list(selectors.featured_places())[:SHOWN]
    if not chosen:
        return [_card(place) for place in destinations.featured(language=language, limit=SHOWN)]
    catalogue = {place.id: place for place in destinations.featured(language=language, limit=_READ)}
    return list(_chosen(chosen, catalogue))


def _chosen(rows: Iterable[FeaturedPlace], catalogue: dict[str, CataloguePlace]) -> Iterator[PlaceCard]:
    for row in rows:
        known = catalogue.get(row.destination.public_id)
        if known is None:  # no hotel there any more: nothing to sell
            continue
        card = _card(known)
        image = images.image({"path": row.photo_path}) if row.photo_path else None
        yield msgspec.structs.replace(
            card,
            title=row.title or card.title,
            subtitle=row.text or card.subtitle,
            photo=photos.of(image) or card.photo,
        )


def _card(place: CataloguePlace) -> PlaceCard:
    hotels = ngettext("%(n)d hotel", "%(n)d hotels", place.hotel_count) % {"n": place.hotel_count}
    form = StayForm.blank()
    form.q, form.destination = place.name, place.id
    url = f"{reverse('hotels:results')}?{form.query()}"
    return PlaceCard(place.name, f"{place.country}, {hotels}", url, photos.of(place.image))
