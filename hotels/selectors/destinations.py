"""Places a traveller may mean by what he types."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
from django.db import connection, transaction
from django.db.models import F, JSONField, OuterRef, Subquery

from hotels import folding
from hotels.models import Country, Destination, Hotel, PlaceName, Zone
from hotels.selectors import images
from hotels.selectors.images import Image

LONGEST_QUESTION = 80
_SHORTEST_FUZZY = 4
_ALIKE = 0.4
"""pg_trgm word similarity from which a spelling counts as meant: 'dubay' is 0.67 to 'dubai', 'barclona' 0.7."""


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """`id` is a public id (a country's ISO code). `searchable`: a search may name it."""

    id: str
    kind: str
    name: str
    subtitle: str
    country_code: str
    hotel_count: int
    latitude: float | None = None
    longitude: float | None = None
    searchable: bool = True


class FeaturedPlace(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str
    country: str
    hotel_count: int
    image: Image | None


_MATCHES = """
SELECT kind, target, max(
    CASE
        WHEN folded = %(q)s THEN 1.0
        WHEN folded LIKE %(prefix)s THEN 0.9
        WHEN folded LIKE %(inner)s THEN 0.7
        WHEN folded LIKE ANY(%(swapped)s) THEN 0.65
        ELSE 0.7 * {alike}
    END
    + CASE kind WHEN 'city' THEN 0.30 WHEN 'country' THEN 0.25 WHEN 'zone' THEN 0.12 ELSE 0 END
    + 0.05 * ln(1 + weight)
) AS rank
FROM hotels_placename
WHERE folded LIKE %(prefix)s OR folded LIKE %(inner)s OR folded LIKE ANY(%(swapped)s) {fuzzy}
GROUP BY kind, target ORDER BY rank DESC, kind, target LIMIT %(limit)s
"""
_EXACT = _MATCHES.format(alike="0", fuzzy="")
_FUZZY = _MATCHES.format(alike="word_similarity(%(q)s, folded)", fuzzy="OR %(q)s <%% folded")


def suggest(q: str, *, language: str, limit: int = 8) -> list[Place]:
    """Best first: by how well the spelling fits, the kind of place, its hotels. Prefixes and transposed letters first;
    like-sounding spellings only where those leave room. Nothing typed gives what is popular."""
    folded = folding.fold(q[:LONGEST_QUESTION])
    if not folded:
        return popular(language=language, limit=limit)
    found = _matches(_EXACT, folded, limit)
    if len(found) < limit and len(folded) >= _SHORTEST_FUZZY:
        found += [match for match in _matches(_FUZZY, folded, limit) if match not in found]
    return _places(found[:limit], language)


def popular(*, language: str, limit: int = 8) -> list[Place]:
    rows = Destination.objects.filter(hotel_count__gt=0).select_related("country")
    return [_city(row, language) for row in rows.order_by(*_POPULAR)[:limit]]


def place(public_id: str, *, language: str) -> Place | None:
    """The searchable place of this id, as a heading names it."""
    readers = {"dst": _cities, "zon": _zones, "htl": _hotels}
    read = readers.get(public_id.partition("_")[0])
    return next(iter(read([public_id], language)), None) if read else None


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


def _matches(statement: str, folded: str, limit: int) -> list[tuple[str, str]]:
    pattern = folded.replace("\\", "").replace("%", "").replace("_", "")
    values: dict[str, str | int | list[str]] = {
        "q": pattern,
        "prefix": f"{pattern}%",
        "inner": f"% {pattern}%",
        "swapped": [f"{one}%" for one in _swapped(pattern)],
        "limit": limit,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pg_trgm.word_similarity_threshold', %s, true)", [str(_ALIKE)])
        cursor.execute(statement, values)
        return [(kind, target) for kind, target, _ in cursor.fetchall()]


def _swapped(text: str) -> list[str]:
    """Every spelling with two neighbouring letters exchanged (the first stays: it is seldom wrong)."""
    places = range(1, min(len(text), 24) - 1)
    return sorted({text[:n] + text[n + 1] + text[n] + text[n + 2 :] for n in places} - {text})


def _places(found: Sequence[tuple[str, str]], language: str) -> list[Place]:
    by_kind: dict[str, list[str]] = {}
    for kind, target in found:
        by_kind.setdefault(kind, []).append(target)
    read = {
        PlaceName.Kind.COUNTRY: _countries,
        PlaceName.Kind.CITY: _cities,
        PlaceName.Kind.ZONE: _zones,
        PlaceName.Kind.HOTEL: _hotels,
    }
    places: dict[str, Place] = {}
    for kind, targets in by_kind.items():
        places |= {place.id: place for place in read[PlaceName.Kind(kind)](targets, language)}
    return [places[target] for _, target in found if target in places]


def _countries(ids: Iterable[str], language: str) -> list[Place]:
    return [
        Place(
            id=row.pk,
            kind="country",
            name=row.name_in(language),
            subtitle="",
            country_code=row.pk,
            hotel_count=row.hotel_count,
            searchable=False,
        )
        for row in Country.objects.filter(pk__in=ids)
    ]


def _cities(ids: Iterable[str], language: str) -> list[Place]:
    rows = Destination.objects.filter(public_id__in=ids).select_related("country")
    return [_city(row, language) for row in rows]


def _zones(ids: Iterable[str], language: str) -> list[Place]:
    rows = Zone.objects.filter(public_id__in=ids).select_related("destination__country")
    return [
        Place(
            id=row.public_id,
            kind="zone",
            name=row.name,
            subtitle=_within(row.destination, language),
            country_code=row.destination.country_id,
            hotel_count=row.hotel_count,
            latitude=row.destination.latitude,
            longitude=row.destination.longitude,
        )
        for row in rows
    ]


def _hotels(ids: Iterable[str], language: str) -> list[Place]:
    rows = Hotel.objects.filter(public_id__in=ids).select_related("destination__country")
    return [
        Place(
            id=row.public_id,
            kind="hotel",
            name=row.name,
            subtitle=_within(row.destination, language),
            country_code=row.country_id,
            hotel_count=1,
            latitude=row.latitude,
            longitude=row.longitude,
        )
        for row in rows
    ]


def _city(row: Destination, language: str) -> Place:
    return Place(
        id=row.public_id,
        kind="city",
        name=row.name_in(language),
        subtitle=row.country.name_in(language),
        country_code=row.country_id,
        hotel_count=row.hotel_count,
        latitude=row.latitude,
        longitude=row.longitude,
    )


def _within(destination: Destination, language: str) -> str:
    return f"{destination.name_in(language)}, {destination.country.name_in(language)}"
