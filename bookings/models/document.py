from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from bookings.models.booking import Booking
from bookings.models.payment import Payment
from bookings.models.refund import Refund
from faredown.lib import ids
from faredown.lib.fields import OptionalMoneyColumns, amount_field, currency_field

_NUMBERED = ("invoice", "credit_note")


def document_public_id() -> str:
    return ids.public_id("doc")


class DocumentSeries(models.Model):
    """The numbers of one kind of paper of one legal entity in one year, without a gap.

    `last` rises by one, under the row's lock, in the transaction that stores the paper; the database refuses any other
    step, and a number without its paper. The prefix is the setting's when the series begins and stays.
    """

    class Kind(models.TextChoices):
        INVOICE = "invoice", "Invoice"
        CREDIT_NOTE = "credit_note", "Credit note"

    seller = models.CharField(max_length=20, help_text="The legal entity's code.")
    kind = models.CharField(max_length=20, choices=Kind)
    year = models.PositiveSmallIntegerField(help_text="Of the date of issue, on the seller's clock.")
    prefix = models.CharField(max_length=20)
    last = models.PositiveIntegerField(default=0, help_text="The newest number given.")

    class Meta:
        ordering = ("-year", "seller", "kind")
        verbose_name = "number series"
        verbose_name_plural = "number series"
        constraints = (
            models.UniqueConstraint("seller", "kind", "year", name="document_series_unique"),
            models.UniqueConstraint("prefix", "year", name="document_series_prefix_unique"),
        )

    def __str__(self) -> str:
        return f"{self.prefix}-{self.year}"


class Document(models.Model):
    """A paper that was issued, for good: what it says is kept in values (`facts`) and in words (`page`), and drawing
    it again from them gives the same bytes. `version` tells how the two are to be read.

    The database refuses to change or delete a paper that has a number.
    """

    class Kind(models.TextChoices):
        VOUCHER = "voucher", "Voucher"
        INVOICE = "invoice", "Invoice"
        CREDIT_NOTE = "credit_note", "Credit note"
        RECEIPT = "receipt", "Receipt"

    public_id = models.CharField(max_length=40, unique=True, default=document_public_id, editable=False)
    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=20, choices=Kind)
    language = models.CharField(max_length=12)
    payment = models.ForeignKey(
        Payment, on_delete=models.PROTECT, null=True, blank=True, related_name="documents"
    )
    refund = models.ForeignKey(
        Refund, on_delete=models.PROTECT, null=True, blank=True, related_name="documents"
    )
    corrects = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrections"
    )
    series = models.ForeignKey(
        DocumentSeries, on_delete=models.PROTECT, null=True, blank=True, related_name="documents"
    )
    position = models.PositiveIntegerField(null=True, blank=True)
    number = models.CharField(max_length=40, blank=True, db_index=True)
    total_amount = amount_field(null=True, blank=True, help_text="A credit note's is what goes back.")
    total_currency = currency_field(blank=True)
    total = OptionalMoneyColumns("total")
    version = models.PositiveSmallIntegerField(default=1)
    facts: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict, blank=True)
    page: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict, blank=True)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the page's words.")
    issued_at = models.DateTimeField()

    class Meta:
        ordering = ("issued_at",)
        constraints = (
            models.UniqueConstraint("booking", "kind", "language", "digest", name="document_unique"),
            models.UniqueConstraint("series", "position", name="document_number_unique"),
            models.UniqueConstraint(
                "payment",
                "kind",
                condition=Q(kind__in=("invoice", "receipt")),
                name="document_once_per_payment",
            ),
            models.UniqueConstraint(
                "refund", condition=Q(kind="credit_note"), name="document_once_per_refund"
            ),
            models.UniqueConstraint(
                "corrects",
                condition=Q(kind="credit_note", refund__isnull=True),
                name="document_once_per_cancellation",
            ),
            models.CheckConstraint(
                name="document_numbered",
                condition=(
                    Q(kind__in=_NUMBERED, series__isnull=False, position__gt=0) & ~Q(number="")
                    | ~Q(kind__in=_NUMBERED) & Q(series__isnull=True, position__isnull=True)
                ),
            ),
            models.CheckConstraint(
                name="document_credit_note_corrects",
                condition=~Q(kind="credit_note") | Q(corrects__isnull=False),
            ),
            models.CheckConstraint(
                name="document_has_a_total",
                condition=Q(kind="voucher") | Q(total_amount__isnull=False) & ~Q(total_currency=""),
            ),
        )

    def __str__(self) -> str:
        return self.number or f"{self.kind} {self.booking_id}"

    @property
    def file_name(self) -> str:
        named = self.number or self.booking.reference
        return f"{self.kind.replace('_', '-')}-{named}.pdf"
