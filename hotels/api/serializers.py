"""Shapes of the catalogue's operations. Outputs read the services' values by attribute."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from faredown.lib.rest import MoneySerializer
from hotels.api.fields import Instant, Location


class PlaceOutput(serializers.Serializer[Any]):
    id = serializers.CharField(help_text="What a search takes as `destination_id`, where `searchable`.")
    kind = serializers.ChoiceField(choices=["country", "city", "zone", "hotel"])
    name = serializers.CharField()
    subtitle = serializers.CharField()
    country_code = serializers.CharField()
    hotel_count = serializers.IntegerField()
    location = Location()
    searchable = serializers.BooleanField()


class PlacesOutput(serializers.Serializer[Any]):
    results = PlaceOutput(many=True)


class ImageOutput(serializers.Serializer[Any]):
    url = serializers.CharField()
    thumbnail = serializers.CharField()
    srcset = serializers.CharField()
    kind = serializers.CharField()


class HotelSummaryOutput(serializers.Serializer[Any]):
    id = serializers.CharField()
    name = serializers.CharField()
    stars = serializers.DecimalField(max_digits=2, decimal_places=1, allow_null=True)
    category = serializers.CharField()
    accommodation = serializers.CharField()
    address = serializers.CharField()
    postal_code = serializers.CharField()
    city = serializers.CharField()
    destination_id = serializers.CharField()
    destination = serializers.CharField()
    zone = serializers.CharField()
    country_code = serializers.CharField()
    location = Location()
    timezone = serializers.CharField(help_text="IANA zone.")
    score = serializers.DecimalField(max_digits=3, decimal_places=1, allow_null=True)
    image = ImageOutput(allow_null=True)


class FacilityOutput(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()
    fee = serializers.BooleanField(help_text="Costs extra at the hotel.")
    number = serializers.IntegerField(allow_null=True)
    distance = serializers.IntegerField(allow_null=True, help_text="Metres.")
    amount = MoneySerializer(allow_null=True)


class FacilityGroupOutput(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()
    facilities = FacilityOutput(many=True)


class RoomOutput(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()
    images = ImageOutput(many=True)
    min_pax = serializers.IntegerField(allow_null=True)
    max_pax = serializers.IntegerField(allow_null=True)
    max_adults = serializers.IntegerField(allow_null=True)
    max_children = serializers.IntegerField(allow_null=True)


class HotelDetailOutput(serializers.Serializer[Any]):
    hotel = HotelSummaryOutput(source="summary")
    country = serializers.CharField()
    description = serializers.CharField(help_text="Clean HTML: p, br, lists, emphasis.")
    description_language = serializers.CharField()
    chain = serializers.CharField()
    images = ImageOutput(many=True)
    facilities = FacilityGroupOutput(many=True)
    rooms = RoomOutput(many=True)
    boards = serializers.ListField(child=serializers.CharField())
    phones = serializers.ListField(child=serializers.CharField())
    emails = serializers.ListField(child=serializers.CharField())
    web = serializers.CharField()
    is_live = serializers.BooleanField(help_text="False: no longer sold; kept for bookings made before.")


class CurrencyOutput(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()
    symbol = serializers.CharField()
    digits = serializers.IntegerField(help_text="Digits after the point.")


class CurrenciesOutput(serializers.Serializer[Any]):
    results = CurrencyOutput(many=True)


class LanguageOutput(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="BCP 47.")
    name = serializers.CharField()
    right_to_left = serializers.BooleanField()


class LanguagesOutput(serializers.Serializer[Any]):
    results = LanguageOutput(many=True)


class CountryOutput(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="ISO 3166-1 alpha-2.")
    name = serializers.CharField()
    hotel_count = serializers.IntegerField()


class CountriesOutput(serializers.Serializer[Any]):
    results = CountryOutput(many=True)


class ExchangeRatesOutput(serializers.Serializer[Any]):
    base = serializers.CharField()
    as_of = Instant(allow_null=True)
    rates = serializers.DictField(
        child=serializers.CharField(), help_text="Currency -> its units for one of the base."
    )
