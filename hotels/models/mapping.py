from __future__ import annotations

from django.db import models

from hotels.models.geography import Destination
from hotels.models.hotel import Hotel


class HotelCode(models.Model):
    """A supplier's code for one of our hotels; a hotel may have several, a code only one hotel."""

    supplier = models.CharField(max_length=30)
    code = models.CharField(max_length=40)
    hotel = models.ForeignKey(Hotel, on_delete=models.CASCADE, related_name="codes")

    class Meta:
        constraints = (models.UniqueConstraint("supplier", "code", name="hotel_code_unique"),)

    def __str__(self) -> str:
        return f"{self.supplier}:{self.code}"


class DestinationCode(models.Model):
    supplier = models.CharField(max_length=30)
    code = models.CharField(max_length=40)
    destination = models.ForeignKey(Destination, on_delete=models.CASCADE, related_name="codes")

    class Meta:
        constraints = (models.UniqueConstraint("supplier", "code", name="destination_code_unique"),)

    def __str__(self) -> str:
        return f"{self.supplier}:{self.code}"
