"""A search's hotels on a map."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from faredown.lib.rest import ApiView
from hotels.api import conditional, search_parameters
from hotels.api.map_serializers import MapOutput
from hotels.services import filter_query, map_points, search

_AREA = [
    OpenApiParameter(
        "bbox",
        OpenApiTypes.STR,
        description="`south,west,north,east` in degrees; west greater than east lies across the date line. Without it: "
        "the world.",
    ),
    OpenApiParameter(
        "zoom",
        OpenApiTypes.INT,
        description="0 to 20, as the web's maps count: 0 shows the world on 256 pixels. Without it: one at which the "
        "hotels fill a map of 800 x 500 pixels.",
    ),
]


class SearchMap(ApiView):
    throttle_scope = "results"

    @extend_schema(
        operation_id="searches_map",
        parameters=[*_AREA, *search_parameters.FILTERS],
        responses={200: MapOutput, 304: conditional.UNCHANGED, **search_parameters.ENDED},
    )
    def get(self, request: Request, search_id: str) -> Response:
        """Hotels of the box that pass the filters: alone as points, clustered where they would lie on each other (cells
        of 128 x 64 pixels at this zoom; none at zoom 20). Totals are the list's. `ETag` and `If-None-Match` (304)."""
        values = {name: list(given) for name, given in request.query_params.lists()}
        filters = filter_query.parse(values)
        bbox = filter_query.text(values, "bbox", "")
        box = map_points.box(bbox) if bbox else map_points.WORLD
        zoom = filter_query.number(values, "zoom", -1) if values.get("zoom") else None
        found = search.get(search_id)

        def made() -> Any:
            hotels = map_points.within(map_points.placed(found.found, filters=filters), box=box, zoom=zoom)
            return MapOutput({"id": found.id, "status": found.status, "map": hotels}).data

        told = (
            found.id,
            found.status,
            found.found.index.version,
            request.query_params.urlencode(),
            get_language(),
        )
        return conditional.made_when_new(
            request, made, told=[str(part).encode() for part in told], running=not found.is_complete
        )
