"""How far hotels are from the middle of their destination, as SQL that knows `hotel` and `place`."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.backends.utils import CursorWrapper

_KM = """(2 * 6371.0 * asin(sqrt(least(1.0,
    power(sin(radians({latitude} - place.latitude) / 2), 2) + cos(radians({latitude})) * cos(radians(place.latitude))
    * power(sin(radians({longitude} - place.longitude) / 2), 2)))))"""
GIVEN_KM = _KM.format(latitude="hotel.latitude", longitude="hotel.longitude")
EXCHANGED_KM = _KM.format(latitude="hotel.longitude", longitude="hotel.latitude")

_CENTRE_METRES = f"""
UPDATE hotels_hotel AS hotel SET centre_metres = measured.metres
FROM (
    SELECT hotel.id, CASE WHEN hotel.latitude IS NOT NULL AND place.latitude IS NOT NULL
        THEN round({GIVEN_KM} * 1000)::integer END AS metres
    FROM hotels_hotel AS hotel JOIN hotels_destination AS place ON place.id = hotel.destination_id
    WHERE {{which}}
) AS measured
WHERE measured.id = hotel.id AND hotel.centre_metres IS DISTINCT FROM measured.metres
"""  # noqa: S608 - only our own constants are put in
_OF_PLACES = "place.id = ANY(%(places)s)"


def of_places(cursor: CursorWrapper, places: Collection[int]) -> int:
    """Of all their hotels; how many were written."""
    cursor.execute(_CENTRE_METRES.format(which=_OF_PLACES), {"places": sorted(places)})
    return int(cursor.rowcount)


def since(cursor: CursorWrapper, moment: datetime | None) -> int:
    """Of the hotels written since; None: of all."""
    which = "true" if moment is None else "hotel.updated_at >= %(since)s"
    cursor.execute(_CENTRE_METRES.format(which=which), {"since": moment})
    return int(cursor.rowcount)
