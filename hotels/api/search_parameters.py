"""What operations on a search have in common in the schema: its filters, its refusals."""

from __future__ import annotations

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from faredown.lib.rest import refusals
from hotels.services import search

_LIST_FILTERS = {
    "stars": "Any of these, such as `4,4.5,5`.",
    "board": "Any of these board codes.",
    "facilities": "All of these, as `<group>:<code>`, with a fee or without.",
    "free_facilities": "All of these without a fee.",
    "zone": "Any of these zone ids.",
    "accommodation": "Any of these codes.",
    "chain": "Any of these codes.",
    "supplier": "Any of these codes.",
}
PAGE = [
    OpenApiParameter("page", OpenApiTypes.INT),
    OpenApiParameter("page_size", OpenApiTypes.INT, description="1 to 100."),
    OpenApiParameter("sort", OpenApiTypes.STR, enum=search.SORTS),
]
FILTERS = [
    OpenApiParameter(
        "price_min", OpenApiTypes.DECIMAL, description="Total of the stay, the search's currency."
    ),
    OpenApiParameter("price_max", OpenApiTypes.DECIMAL),
    OpenApiParameter("free_cancellation", OpenApiTypes.BOOL),
    OpenApiParameter("score", OpenApiTypes.DECIMAL, description="At least this."),
    OpenApiParameter("name", OpenApiTypes.STR, description="Part of the hotel's name."),
    *(OpenApiParameter(name, OpenApiTypes.STR, description=text) for name, text in _LIST_FILTERS.items()),
]
ENDED = refusals(
    {404: "search_not_found hotel_not_in_search", 410: "search_expired", 503: "search_unavailable"}
)
