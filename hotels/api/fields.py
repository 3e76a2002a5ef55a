"""Fields several serializers of the hotel API share."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from faredown.lib import clock


@extend_schema_field(OpenApiTypes.DATETIME)
class Instant(serializers.Field[datetime, Any, str, Any]):
    """RFC 3339 in UTC with a Z."""

    def to_representation(self, value: datetime) -> str:
        return clock.iso(value)


@extend_schema_field({"type": "string", "pattern": r"^([01]\d|2[0-3]):[0-5]\d$", "example": "15:00"})
class Hour(serializers.Field[time, Any, str, Any]):
    """Of a clock on a wall."""

    def to_representation(self, value: time) -> str:
        return f"{value:%H:%M}"


@extend_schema_field(
    {
        "type": ["object", "null"],
        "required": ["latitude", "longitude"],
        "properties": {"latitude": {"type": "number"}, "longitude": {"type": "number"}},
    }
)
class Location(serializers.Field[Any, Any, dict[str, float] | None, Any]):
    """`{latitude, longitude}` of anything that has both, else null."""

    def __init__(self, **options: Any) -> None:
        super().__init__(source="*", read_only=True, **options)

    def to_representation(self, value: Any) -> dict[str, float] | None:
        if value.latitude is None or value.longitude is None:
            return None
        return {"latitude": value.latitude, "longitude": value.longitude}
