"""Shapes of the catalogue's operations. Outputs read the services' values by attribute."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from faredown.lib.rest import MoneySerializer
from hotels.api.fields import Hour, Instant, Location
from hotels.models import HotelFacility

PLACE_KINDS = ["country", "region", "city", "zone", "airport", "station", "port", "landmark", "hotel"]


class PlaceOutput(serializers.Serializer[Any]):
    id = serializers.CharField(help_text="What a search takes as `destination_id`, where `searchable`.")
    kind = serializers.ChoiceField(choices=PLACE_KINDS)
    name = serializers.CharField()
    subtitle = serializers.CharField()
    country_code = serializers.CharField()
    hotel_count = serializers.IntegerField()
    location = Location()
    searchable = serializers.BooleanField(
        help_text="False: too large a place (a country), or one without a known point."
    )


class PlacesOutput(serializers.Serializer[Any]):
    results = PlaceOutput(many=True)


class ImageOutput(serializers.Serializer[Any]):
    url = serializers.CharField(help_text="800 pixels wide.")
    thumbnail = serializers.CharField(help_text="320 pixels wide.")
    large = serializers.CharField(help_text="1024 pixels wide; some hotels lack it: then take `url`.")
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


class HotelFacilityOutput(FacilityOutput):
    """What is only told of the whole hotel's."""

    unit = serializers.ChoiceField(
        HotelFacility.Unit.choices, allow_null=True, help_text="What the amount is asked for."
    )
    time_from = Hour(allow_null=True, help_text="On the hotel's clock; 00:00 also where no hour was told.")
    time_to = Hour(allow_null=True)
    starts_on = serializers.DateField(allow_null=True)
    ends_on = serializers.DateField(allow_null=True, help_text="The last day.")
    age_from = serializers.IntegerField(allow_null=True)
    age_to = serializers.IntegerField(allow_null=True, help_text="This age included.")


class ArrivalOutput(serializers.Serializer[Any]):
    check_in_from = Hour(allow_null=True)
    check_in_until = Hour(allow_null=True, help_text="00:00 is the end of the day.")
    check_out_from = Hour(allow_null=True)
    check_out_until = Hour(allow_null=True)
    minimum_age = serializers.IntegerField(allow_null=True, help_text="Of the guest who checks in.")


class FacilityGroupOutput(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()
    facilities = HotelFacilityOutput(many=True)


class RoomOutput(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()
    images = ImageOutput(many=True)
    facilities = FacilityOutput(many=True)
    min_pax = serializers.IntegerField(allow_null=True)
    max_pax = serializers.IntegerField(allow_null=True)
    max_adults = serializers.IntegerField(allow_null=True)
    max_children = serializers.IntegerField(allow_null=True)


class HotelNoticeOutput(serializers.Serializer[Any]):
    code = serializers.CharField()
    text = serializers.CharField()
    starts_on = serializers.DateField(allow_null=True)
    ends_on = serializers.DateField(allow_null=True, help_text="The last day.")
    alternative = serializers.BooleanField(help_text="Another hotel's services may be used instead.")


class PointOutput(serializers.Serializer[Any]):
    name = serializers.CharField()
    metres = serializers.IntegerField(allow_null=True, help_text="As the hotel tells it.")


class TerminalOutput(PointOutput):
    code = serializers.CharField()


class HotelDetailOutput(serializers.Serializer[Any]):
    hotel = HotelSummaryOutput(source="summary")
    country = serializers.CharField()
    description = serializers.CharField(help_text="Clean HTML: p, br, lists, emphasis.")
    description_language = serializers.CharField(
        help_text="BCP 47; another one than asked where the hotel has no description in that."
    )
    chain = serializers.CharField()
    images = ImageOutput(many=True)
    arrival = ArrivalOutput(help_text="On the hotel's clock; null where the hotel tells none.")
    facilities = FacilityGroupOutput(many=True, help_text="Not what is over.")
    rooms = RoomOutput(many=True)
    boards = serializers.ListField(child=serializers.CharField())
    notices = HotelNoticeOutput(many=True, help_text="What guests must know, by its days; not what is over.")
    points = PointOutput(many=True, help_text="Points of interest, nearest first.")
    terminals = TerminalOutput(many=True, help_text="Airports, stations and ports, nearest first.")
    centre_metres = serializers.IntegerField(
        allow_null=True, help_text="To the centre of its destination, as the crow flies."
    )
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
