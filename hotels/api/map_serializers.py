"""Shapes of a search's map."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from faredown.lib.rest import MoneySerializer
from hotels.api.fields import Location


class BoxOutput(serializers.Serializer[Any]):
    south = serializers.FloatField()
    west = serializers.FloatField(help_text="Greater than `east` where the box lies across the date line.")
    north = serializers.FloatField()
    east = serializers.FloatField()


class MapPointOutput(serializers.Serializer[Any]):
    hotel_id = serializers.CharField()
    name = serializers.CharField()
    stars = serializers.CharField(allow_null=True)
    location = Location()
    price = MoneySerializer(help_text="Paid online.")
    total = MoneySerializer(help_text="`price` and the estimates of what is paid at the property.")

    def to_representation(self, instance: Any) -> dict[str, Any]:
        shown: dict[str, Any] = super().to_representation(instance)
        return shown | {"stars": shown["stars"] or None}


class MapClusterOutput(serializers.Serializer[Any]):
    location = Location()
    count = serializers.IntegerField()
    total = MoneySerializer(help_text="The lowest of its hotels.")
    bbox = BoxOutput(source="box", help_text="The smallest that holds its hotels.")


class MapOutput(serializers.Serializer[Any]):
    id = serializers.CharField()
    status = serializers.ChoiceField(choices=["running", "complete"])
    bbox = BoxOutput(source="map.box")
    zoom = serializers.IntegerField(source="map.zoom")
    count = serializers.IntegerField(source="map.count", help_text="Hotels in the box, after filters.")
    beyond = serializers.IntegerField(source="map.beyond", help_text="Hotels outside the box, after filters.")
    unplaced = serializers.IntegerField(
        source="map.unplaced", help_text="Hotels whose place is not known: the list has them."
    )
    points = MapPointOutput(source="map.points", many=True, help_text="Cheapest first.")
    clusters = MapClusterOutput(source="map.clusters", many=True, help_text="Cheapest first.")
