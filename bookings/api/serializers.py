"""What the booking operations take and answer, for the schema. The rules of guests are in `services.guests`: inputs are
only shaped here, so that API and pages refuse with the same words."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bookings import states
from bookings.eligibility import CODE_LENGTH
from bookings.models.choices import choices
from faredown.lib.inputs import Flag, Input
from faredown.lib.rest import MoneySerializer
from suppliers.types import GuestType

Fields = serializers.Serializer[Any]


class QuoteInput(Input):
    offer_ids = serializers.ListField(child=serializers.CharField(max_length=120), min_length=1, max_length=9)
    promotion_code = serializers.CharField(
        max_length=CODE_LENGTH, required=False, allow_blank=True, default="", help_text="In capitals or not."
    )


class QuoteChangeInput(Input):
    promotion_code = serializers.CharField(
        max_length=CODE_LENGTH, allow_blank=True, help_text="In place of the one it has; empty takes it off."
    )


class RoomTypeOutput(Fields):
    code = serializers.CharField()
    name = serializers.CharField()


class StayOutput(Fields):
    check_in = serializers.DateField()
    check_out = serializers.DateField()
    nights = serializers.IntegerField()


class AtPropertyOutput(Fields):
    kind = serializers.CharField()
    amount = MoneySerializer()
    estimate = MoneySerializer(allow_null=True, help_text="In the currency shown, at today's rate.")


class PriceLineOutput(Fields):
    kind = serializers.ChoiceField(choices=["rooms", "promotion"])
    label = serializers.CharField()  # type: ignore[assignment]  # a field's name, taken off the class by DRF
    rooms = serializers.IntegerField(help_text="How many; 0 of a promotion.")
    amount = MoneySerializer(help_text="Of rooms before a promotion; of a promotion less than zero.")
    promotion_id = serializers.CharField(allow_null=True)


class UsedPromotionOutput(Fields):
    id = serializers.CharField()
    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # as above
    discount = MoneySerializer(help_text="What it took off.")
    total_before = MoneySerializer()


class PriceOutput(Fields):
    total = MoneySerializer(help_text="Paid to us.")
    breakdown = PriceLineOutput(many=True, help_text="Adds up to the total.")
    promotion = UsedPromotionOutput(allow_null=True)
    pay_now = MoneySerializer()
    pay_at_property = AtPropertyOutput(many=True)
    grand_total = MoneySerializer(help_text="The total and what is paid at the property.")


class StepOutput(Fields):
    starts_at = serializers.DateTimeField()
    hotel_local = serializers.CharField(help_text="The same instant on the hotel's clock.")
    fee = MoneySerializer()


class CancellationTermsOutput(Fields):
    non_refundable = serializers.BooleanField()
    free_until = serializers.DateTimeField(allow_null=True)
    hotel_local = serializers.CharField(allow_null=True)
    hotel_timezone = serializers.CharField()
    steps = StepOutput(many=True)


class QuotedRoomOutput(Fields):
    room = RoomTypeOutput()
    board = RoomTypeOutput()
    adults = serializers.IntegerField()
    children_ages = serializers.ListField(child=serializers.IntegerField())


class ChangeOutput(Fields):
    field = serializers.ChoiceField(choices=["price", "board", "cancellation", "taxes_at_property"])
    before = serializers.JSONField()
    after = serializers.JSONField()
    rooms = serializers.ListField(child=serializers.IntegerField())


class QuotedHotelOutput(Fields):
    id = serializers.CharField()
    name = serializers.CharField()


class QuoteOutput(Fields):
    id = serializers.CharField()
    status = serializers.ChoiceField(choices=choices(states.QuoteStatus))
    expires_at = serializers.DateTimeField()
    hotel = QuotedHotelOutput()
    stay = StayOutput()
    rooms = QuotedRoomOutput(many=True)
    price = PriceOutput()
    cancellation = CancellationTermsOutput()
    rate_comments = serializers.ListField(child=serializers.CharField())
    changes = ChangeOutput(many=True)
    accept_token = serializers.CharField()


class HolderFields(Fields):
    first_name = serializers.CharField(max_length=50)
    last_name = serializers.CharField(max_length=50)
    email = serializers.CharField(max_length=254)
    phone = serializers.CharField(max_length=40, help_text="International, or national of `country`.")
    country = serializers.CharField(max_length=2)


class GuestFields(Fields):
    first_name = serializers.CharField(max_length=50)
    last_name = serializers.CharField(max_length=50)
    type = serializers.ChoiceField(choices=[kind.value for kind in GuestType])
    age = serializers.IntegerField(required=False, allow_null=True)


class RoomGuestsInput(Fields):
    guests = GuestFields(many=True)


class PaymentInput(Fields):
    method = serializers.CharField(max_length=20)
    token = serializers.CharField(max_length=120, required=False)


class BookingInput(Fields):
    quote_id = serializers.CharField(max_length=40)
    accept_token = serializers.CharField(max_length=64)
    holder = HolderFields()
    rooms = RoomGuestsInput(many=True)
    remarks = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    payment = PaymentInput()


class PaymentOutput(Fields):
    status = serializers.ChoiceField(choices=choices(states.PaymentStatus))
    method = serializers.CharField()
    amount = MoneySerializer()
    captured = MoneySerializer()
    refunded = MoneySerializer()
    failure_code = serializers.CharField()
    client_secret = serializers.CharField(required=False)


class BookedHotelOutput(Fields):
    id = serializers.CharField()
    name = serializers.CharField()
    address = serializers.CharField()
    postal_code = serializers.CharField()
    city = serializers.CharField()
    country = serializers.CharField()
    phones = serializers.ListField(child=serializers.CharField())
    category = serializers.CharField()
    timezone = serializers.CharField()


class BookingSummaryOutput(Fields):
    reference = serializers.CharField()
    status = serializers.ChoiceField(choices=choices(states.BookingStatus))
    status_reason = serializers.CharField()
    created_at = serializers.DateTimeField()
    pay_until = serializers.DateTimeField(allow_null=True)
    hotel = BookedHotelOutput()
    stay = StayOutput()
    total = MoneySerializer()
    payment = PaymentOutput(allow_null=True)


class BookedRoomOutput(QuotedRoomOutput):
    guests = GuestFields(many=True)


class BookedTermsOutput(CancellationTermsOutput):
    fee_now = MoneySerializer(allow_null=True)
    requested_at = serializers.DateTimeField(allow_null=True)
    fee = MoneySerializer(allow_null=True)
    refund = MoneySerializer(allow_null=True)


class EventOutput(Fields):
    at = serializers.DateTimeField()
    kind = serializers.CharField()


class BookingOutput(BookingSummaryOutput):
    rooms = BookedRoomOutput(many=True)
    holder = HolderFields()
    remarks = serializers.CharField()
    price = PriceOutput()
    cancellation = BookedTermsOutput()
    rate_comments = serializers.ListField(child=serializers.CharField())
    supplier_reference = serializers.CharField()
    hotel_references = serializers.ListField(child=serializers.CharField())
    timeline = EventOutput(many=True)
    links = serializers.DictField(child=serializers.CharField())


class NewBookingOutput(BookingOutput):
    access_token = serializers.CharField(required=False, help_text="Told once, never again.")


class CancellationInput(Input):
    simulate = Flag(default=False, help_text="True: only tell what it would cost.")
    reason = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")


class DocumentOutput(serializers.Serializer[Any]):
    id = serializers.CharField()
    kind = serializers.ChoiceField(choices=("invoice", "credit_note", "receipt"))
    number = serializers.CharField(help_text="Of a receipt the payment's.")
    issued_at = serializers.DateTimeField()
    language = serializers.CharField()
    total = MoneySerializer()
    corrects = serializers.CharField(
        allow_null=True, help_text="Of a credit note: the number of its invoice."
    )
    link = serializers.CharField(help_text="The PDF, for a quarter of an hour.")


class DocumentsOutput(serializers.Serializer[Any]):
    results = DocumentOutput(many=True)


class CancellationOutput(Fields):
    reference = serializers.CharField()
    status = serializers.ChoiceField(choices=choices(states.BookingStatus))
    fee = MoneySerializer()
    refund = MoneySerializer()
    deadline = serializers.DateTimeField(allow_null=True)
    hotel_local = serializers.CharField(allow_null=True)
    hotel_timezone = serializers.CharField()
    cancelled = serializers.BooleanField()


class LookupInput(Input):
    reference = serializers.CharField(max_length=20)
    email = serializers.CharField(max_length=254)


class DetailOutput(Fields):
    detail = serializers.CharField()
