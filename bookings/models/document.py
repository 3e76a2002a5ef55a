from __future__ import annotations

from django.db import models

from bookings.models.booking import Booking


class Document(models.Model):
    """That a document was issued. The PDF is drawn again from stored data; `digest` tells whether that data moved."""

    class Kind(models.TextChoices):
        VOUCHER = "voucher"

    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=20, choices=Kind)
    language = models.CharField(max_length=12)
    digest = models.CharField(max_length=64)
    issued_at = models.DateTimeField()

    class Meta:
        ordering = ("issued_at",)
        constraints = (
            models.UniqueConstraint("booking", "kind", "language", "digest", name="document_unique"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.booking_id}"
