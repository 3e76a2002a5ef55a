from __future__ import annotations

from django.db import models
from django.db.models import Q

from bookings import chain
from bookings.models.booking import Booking
from faredown.lib.fields import amount_field, currency_field


class Account(models.TextChoices):
    """Where money is. Debit raises what we own or spend, credit what we owe or earn."""

    GUEST_RECEIVABLE = "guest_receivable", "Guest receivable"
    CASH_AT_PROVIDER = "cash_at_provider", "Cash at the payment provider"
    PROVIDER_FEE = "provider_fee", "Payment provider's fee"
    SUPPLIER_PAYABLE = "supplier_payable", "Supplier payable"
    SUPPLIER_COST = "supplier_cost", "Supplier cost"
    SUPPLIER_DIFFERENCE = "supplier_difference", "Confirmed against quoted net"
    REVENUE = "revenue", "Revenue"
    OUTPUT_TAX = "output_tax", "Output tax"
    PROMOTION = "promotion", "Promotion"
    CANCELLATION_FEE = "cancellation_fee", "Cancellation fee"
    REFUND = "refund", "Refunds owed to guests"
    DISPUTE = "dispute", "Dispute"
    CHARGEBACK = "chargeback", "Lost to chargebacks"
    FX = "fx", "Exchange difference"


class LedgerEntry(models.Model):
    """A journal entry: lines whose debits equal their credits in each currency (a deferred constraint trigger).

    Append-only: the database refuses UPDATE, DELETE and TRUNCATE of entries and lines. No personal data. `dedupe_key`
    makes a repeated posting a no-op; `position` counts the entries of a booking, and `hash` (bookings/chain.py) binds
    each to the one before it: the database takes no entry that does not follow its booking's last one.
    """

    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="ledger_entries")
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=40)
    dedupe_key = models.CharField(max_length=120, unique=True)
    posted_at = models.DateTimeField()
    version = models.PositiveSmallIntegerField(
        default=chain.VERSION, help_text="Of the canonical form that was hashed."
    )
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ("posted_at", "pk")
        verbose_name_plural = "ledger entries"
        constraints = (
            models.UniqueConstraint("booking", "position", name="ledger_entry_position_unique"),
            models.CheckConstraint(
                condition=Q(hash__regex=r"^[0-9a-f]{64}$", previous_hash__regex=r"^[0-9a-f]{64}$"),
                name="ledger_entry_hashed",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.booking_id}"


class JournalLine(models.Model):
    entry = models.ForeignKey(LedgerEntry, on_delete=models.PROTECT, related_name="lines")
    account = models.CharField(max_length=30, choices=Account)
    debit = amount_field(default=0)
    credit = amount_field(default=0)
    currency = currency_field()

    class Meta:
        ordering = ("pk",)
        indexes = (models.Index("account", "currency", name="journal_line_by_account"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(debit__gt=0, credit=0) | Q(debit=0, credit__gt=0), name="journal_line_one_side"
            ),
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$"), name="journal_line_currency_known"
            ),
            models.CheckConstraint(
                condition=Q(account__in=Account.values), name="journal_line_account_known"
            ),
        )

    def __str__(self) -> str:
        return f"{self.account} {self.debit - self.credit} {self.currency}"
