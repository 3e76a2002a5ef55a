"""A page of a supplier's countries or destinations into the catalogue. Call it inside a transaction."""

from __future__ import annotations

from collections.abc import Sequence

from faredown.lib import clock
from hotels.models import Country, DestinationCode
from hotels.models.geography import destination_public_id, region_public_id, zone_public_id
from hotels.services.content import cleaning, merging, place_edits
from hotels.services.content.merging import Shape, digest, json
from hotels.services.content.place_edits import Corrected
from hotels.services.content.tally import Tally
from suppliers.content_types import ContentCountry, ContentDestination

COUNTRY = Shape(
    table="hotels_country",
    columns=("iso_code", "code", "names", "hotel_count", "content_hash"),
    key=("iso_code",),
    kept=("hotel_count",),
)
REGION = Shape(
    table="hotels_region",
    columns=("public_id", "country_id", "code", "name", "hotel_count"),
    key=("country_id", "code"),
    kept=("public_id", "hotel_count"),
    compared=("name",),
)
DESTINATION = Shape(
    table="hotels_destination",
    columns=(
        *("id", "public_id", "country_id", "name", "names", "content_hash", "updated_at"),
        *("hotel_count", "popularity", "is_featured", "image"),
    ),
    key=("id",),
    kept=("public_id", "hotel_count", "popularity", "is_featured", "image"),
)
DESTINATION_CODE = Shape(
    table="hotels_destinationcode",
    columns=("supplier", "code", "destination_id"),
    key=("supplier", "code"),
    compared=("destination_id",),
)
ZONE = Shape(
    table="hotels_zone",
    columns=("public_id", "destination_id", "code", "name", "hotel_count"),
    key=("destination_id", "code"),
    kept=("public_id", "hotel_count"),
    compared=("name",),
)
_LONGEST_CODE = 20
_LONGEST_DESTINATION_CODE = 40


def countries(items: Sequence[ContentCountry], tally: Tally) -> int:
    rows, regions = {}, {}
    corrected = place_edits.of_countries({item.iso_code.upper() for item in items})
    for item in items:
        iso = item.iso_code.upper()
        if len(iso) != 2 or not iso.isascii() or not iso.isalpha():
            tally.find("country_without_iso_code", f"{item.code} {item.iso_code}")
            continue
        names = cleaning.names(item.names)
        shown = corrected.names(names, "country", iso)
        rows[iso] = (iso, item.code[:8], json(shown), 0, digest(item.code, names))
        for region in item.regions:
            if 0 < len(region.code) <= _LONGEST_CODE:
                name = cleaning.name(region.name)[:200] or region.code
                name = corrected.name(name, "region", iso, region.code)
                regions[iso, region.code] = (region_public_id(), iso, region.code, name, 0)
            else:
                tally.find("region_with_odd_code", f"{iso} {region.code}")
    corrected.keep()
    written = merging.merge(COUNTRY, list(rows.values()))
    return written + merging.merge(REGION, list(regions.values()))


def destinations(items: Sequence[ContentDestination], *, supplier: str, tally: Tally) -> int:
    iso = set(Country.objects.values_list("pk", flat=True))
    sound: dict[str, ContentDestination] = {}
    for item in items:
        if item.iso_country_code.upper() not in iso:
            tally.find("destination_of_unknown_country", f"{item.code} {item.iso_country_code}")
        elif not 0 < len(item.code) <= _LONGEST_DESTINATION_CODE:
            tally.find("destination_with_odd_code", item.code)
        else:
            sound.setdefault(item.code, item)
    known = _known(supplier, list(sound))
    new = [code for code in sound if code not in known]
    known |= dict(zip(new, merging.next_ids(DESTINATION.table, len(new)), strict=True))
    corrected = place_edits.of_destinations(known.values())
    rows = [_destination(item, known[code], corrected) for code, item in sound.items()]
    zones = _zones(sound, known, corrected, tally)
    corrected.keep()
    written = merging.merge(DESTINATION, rows)
    merging.merge(DESTINATION_CODE, [(supplier, code, known[code]) for code in new])
    return written + merging.merge(ZONE, zones)


def _zones(
    sound: dict[str, ContentDestination], known: dict[str, int], corrected: Corrected, tally: Tally
) -> list[merging.Row]:
    zones = {}
    for code, item in sound.items():
        for zone in item.zones:
            if 0 < len(zone.code) <= _LONGEST_CODE:
                name = cleaning.name(zone.name)[:200] or zone.code
                name = corrected.name(name, "zone", known[code], zone.code)
                zones[known[code], zone.code] = (zone_public_id(), known[code], zone.code, name, 0)
            else:
                tally.find("zone_with_odd_code", f"{code} {zone.code}")
    return list(zones.values())


def _known(supplier: str, codes: list[str]) -> dict[str, int]:
    rows = DestinationCode.objects.filter(supplier=supplier, code__in=codes)
    return dict(rows.values_list("code", "destination_id"))


def _destination(item: ContentDestination, key: int, corrected: Corrected) -> merging.Row:
    """The hash is the supplier's, whatever staff show instead."""
    names = cleaning.names(item.names)
    country = item.iso_country_code.upper()
    hashed = digest(country, place_edits.shown_name(names, otherwise=item.code), names)
    shown = corrected.names(names, "destination", key)
    name = place_edits.shown_name(shown, otherwise=item.code)
    return (key, destination_public_id(), country, name, json(shown), hashed, clock.now(), 0, 0, False, "")
