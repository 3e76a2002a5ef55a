"""Countries, their regions and destinations and the zones of those, with how many live hotels each has.

Suppliers say a hotel's region and its destination, not which region a destination lies in: a destination stands under
every region that its hotels name.
"""

from __future__ import annotations

import msgspec
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from hotels.models import Country, Destination, Hotel, Region, Zone


class Leaf(msgspec.Struct, frozen=True):
    """A destination under one region. `hotels` of that region alone, `zones` of the whole destination."""

    key: int
    name: str
    hotels: int
    zones: int


class Branch(msgspec.Struct, frozen=True):
    """`key` None: destinations whose hotels name no region, or that have no hotel."""

    key: int | None
    name: str
    hotels: int
    leaves: list[Leaf]


def countries() -> QuerySet[Country]:
    """With `regions_in` and `destinations_in` counted."""
    return Country.objects.annotate(
        regions_in=_counted(Region.objects.filter(country=OuterRef("pk")).values("country")),
        destinations_in=_counted(Destination.objects.filter(country=OuterRef("pk")).values("country")),
    ).order_by("-hotel_count", "iso_code")


def of_country(country: Country) -> list[Branch]:
    """Three questions, whatever its size. The most hotels first."""
    regions = dict(Region.objects.filter(country=country).values_list("pk", "name"))
    places = _places(country)
    pairs = Hotel.objects.filter(country=country, status=Hotel.Status.LIVE).order_by()
    found = pairs.values_list("region", "destination").annotate(hotels=Count("pk"))
    leaves: dict[int | None, list[Leaf]] = {key: [] for key in regions}
    placed = set()
    for region, place, hotels in found:
        if place in places:
            name, zones = places[place]
            leaves.setdefault(region, []).append(Leaf(place, name, hotels, zones))
            placed.add(place)
    empty = [Leaf(key, name, 0, zones) for key, (name, zones) in places.items() if key not in placed]
    if empty:
        leaves.setdefault(None, []).extend(empty)
    branches = [
        Branch(key, regions.get(key, "") if key else "", sum(leaf.hotels for leaf in under), _sorted(under))
        for key, under in leaves.items()
    ]
    return sorted(branches, key=lambda branch: (branch.key is None, -branch.hotels, branch.name))


def zones(destination: Destination) -> QuerySet[Zone]:
    return Zone.objects.filter(destination=destination).order_by("-hotel_count", "name")


def _places(country: Country) -> dict[int, tuple[str, int]]:
    zones_in = _counted(Zone.objects.filter(destination=OuterRef("pk")).values("destination"))
    rows = Destination.objects.filter(country=country).annotate(zones_in=zones_in)
    return {key: (name, count) for key, name, count in rows.values_list("pk", "name", "zones_in")}


def _counted(
    grouped: QuerySet[Region, object] | QuerySet[Destination, object] | QuerySet[Zone, object],
) -> Coalesce:
    """Of each outer row, without multiplying it."""
    counted = grouped.order_by().annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def _sorted(leaves: list[Leaf]) -> list[Leaf]:
    return sorted(leaves, key=lambda leaf: (-leaf.hotels, leaf.name))
