"""Shapes of the search's operations."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from faredown.lib.inputs import Day, Input, Number, WholeNumber
from faredown.lib.rest import MoneySerializer
from hotels.api.fields import Instant
from hotels.api.serializers import FacilityOutput, HotelSummaryOutput, ImageOutput
from hotels.criteria import Criteria
from suppliers.types import Occupancy


class RoomInput(Input):
    adults = WholeNumber()
    children = WholeNumber(required=False, help_text="If given: the number of ages.")
    children_ages = serializers.ListField(child=WholeNumber(), required=False, default=list, max_length=20)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs.get("children", len(attrs["children_ages"])) != len(attrs["children_ages"]):
            raise serializers.ValidationError(
                {"children_ages": ["Give the age of every child."]}, code="age_of_every_child"
            )
        return attrs


class SearchInput(Input):
    """The place is one of `destination_id`, `hotel_ids`, or `latitude`, `longitude` and `radius_km`."""

    destination_id = serializers.CharField(required=False, default="", max_length=60)
    hotel_ids = serializers.ListField(
        child=serializers.CharField(max_length=60), required=False, default=list, max_length=1000
    )
    latitude = Number(required=False, allow_null=True, default=None)
    longitude = Number(required=False, allow_null=True, default=None)
    radius_km = Number(required=False, allow_null=True, default=None)
    check_in = Day()
    check_out = Day()
    rooms = serializers.ListField(child=RoomInput(), max_length=100)
    currency = serializers.CharField(required=False, default="", max_length=20)
    residency = serializers.CharField(
        required=False,
        default="",
        allow_blank=True,
        max_length=20,
        help_text="ISO 3166 alpha-2 of the guest's market.",
    )

    def criteria(self, *, language: str, currency: str) -> Criteria:
        given = self.validated_data
        return Criteria(
            check_in=given["check_in"],
            check_out=given["check_out"],
            rooms=tuple(Occupancy(room["adults"], tuple(room["children_ages"])) for room in given["rooms"]),
            currency=given["currency"] or currency,
            language=language,
            residency=given["residency"],
            destination_id=given["destination_id"],
            hotel_ids=tuple(given["hotel_ids"]),
            latitude=given["latitude"],
            longitude=given["longitude"],
            radius_km=given["radius_km"],
        )


class SupplierStateOutput(serializers.Serializer[Any]):
    code = serializers.CharField()
    status = serializers.ChoiceField(
        choices=["waiting", "ok", "cached", "stale", "late", "failed", "over_budget"]
    )
    hotels = serializers.IntegerField()
    elapsed_ms = serializers.IntegerField()


class OfferAtPropertyOutput(serializers.Serializer[Any]):
    kind = serializers.CharField()
    amount = MoneySerializer(help_text="In the property's own currency.")
    estimate = MoneySerializer(allow_null=True, help_text="In the search's currency, at today's rate.")


class OfferCancellationStepOutput(serializers.Serializer[Any]):
    starts_at = Instant()
    hotel_local = serializers.CharField(help_text="The same instant on the hotel's clock, ISO 8601.")
    fee = MoneySerializer()


class OfferCancellationOutput(serializers.Serializer[Any]):
    known = serializers.BooleanField(help_text="False: told after the price check.")
    free_until = Instant(allow_null=True, help_text="Only while it lies ahead.")
    hotel_local = serializers.CharField(allow_null=True, help_text="`free_until` on the hotel's clock.")
    hotel_timezone = serializers.CharField()
    non_refundable = serializers.BooleanField()
    steps = OfferCancellationStepOutput(many=True)


class OfferLineOutput(serializers.Serializer[Any]):
    """The lines add up to `total`."""

    kind = serializers.ChoiceField(choices=["stay", "at_property"])
    name = serializers.CharField()
    amount = MoneySerializer()


class CheapestOutput(serializers.Serializer[Any]):
    offer_ids = serializers.ListField(child=serializers.CharField())
    price = MoneySerializer(help_text="Paid online.")
    pay_at_property = OfferAtPropertyOutput(many=True)
    total = MoneySerializer(help_text="`price` and the estimates of what is paid at the property.")
    per_night = MoneySerializer()
    board_code = serializers.CharField()
    board = serializers.CharField()
    room = serializers.CharField()
    cancellation = OfferCancellationOutput()
    rooms_left = serializers.IntegerField(allow_null=True)
    price_final = serializers.BooleanField()


class HotelCardOutput(serializers.Serializer[Any]):
    hotel = HotelSummaryOutput()
    distance_km = serializers.FloatField(allow_null=True)
    supplier = serializers.CharField()
    cheapest = CheapestOutput()
    offers_count = serializers.IntegerField()
    deals = serializers.ListField(child=serializers.CharField())


class FacetValueOutput(serializers.Serializer[Any]):
    value = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field's name, taken off the class by DRF
    count = serializers.IntegerField()


class PriceBucketOutput(serializers.Serializer[Any]):
    low = MoneySerializer()
    high = MoneySerializer()
    count = serializers.IntegerField()


class SearchOutput(serializers.Serializer[Any]):
    id = serializers.CharField()
    status = serializers.ChoiceField(choices=["running", "complete"])
    expires_at = Instant()
    kept = serializers.BooleanField(
        help_text="False while searches cannot be kept: this answer is whole, but its id may not be found again."
    )
    suppliers = SupplierStateOutput(many=True)
    total_hotels = serializers.IntegerField(help_text="Before filters.")
    count = serializers.IntegerField(help_text="After filters.")
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = HotelCardOutput(many=True)
    facets = serializers.DictField(child=FacetValueOutput(many=True))
    price_histogram = PriceBucketOutput(many=True)


class PromotionOutput(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()
    remark = serializers.CharField()


class OfferOutput(serializers.Serializer[Any]):
    offer_id = serializers.CharField()
    for_rooms = serializers.ListField(
        child=serializers.IntegerField(), help_text="Indexes of the asked rooms."
    )
    price = MoneySerializer(help_text="Paid online, whole stay, all its rooms.")
    total = MoneySerializer()
    per_night = MoneySerializer()
    breakdown = OfferLineOutput(many=True)
    board_code = serializers.CharField()
    board = serializers.CharField()
    cancellation = OfferCancellationOutput()
    taxes_at_property = OfferAtPropertyOutput(many=True)
    promotions = PromotionOutput(many=True)
    rooms_left = serializers.IntegerField(allow_null=True)
    price_final = serializers.BooleanField(help_text="False: the quote checks it with the supplier.")
    non_refundable = serializers.BooleanField()


class RoomOffersOutput(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()
    images = ImageOutput(many=True)
    facilities = FacilityOutput(many=True)
    max_pax = serializers.IntegerField(allow_null=True)
    offers = OfferOutput(many=True)


class CombinationOutput(serializers.Serializer[Any]):
    offer_ids = serializers.ListField(child=serializers.CharField())
    price = MoneySerializer()
    total = MoneySerializer()


class HotelOffersOutput(serializers.Serializer[Any]):
    status = serializers.ChoiceField(choices=["running", "complete"])
    asked_at = Instant(allow_null=True, help_text="When the oldest of these rates was given.")
    hotel = HotelSummaryOutput()
    rooms = RoomOffersOutput(many=True)
    combinations = CombinationOutput(many=True, help_text="Whole stays, cheapest first.")
