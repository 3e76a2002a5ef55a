from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class LedgerSeal(models.Model):
    """That a seal was written, and what it said; the signed seal itself lies outside the database. Append-only.

    It covers every entry whose key is at most `through`. `digest` is of its line in the file.
    """

    number = models.PositiveIntegerField(unique=True)
    at = models.DateTimeField()
    through = models.BigIntegerField()
    entries = models.PositiveBigIntegerField()
    chains = models.PositiveBigIntegerField()
    sums: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField(help_text="Debits by currency.")
    head = models.CharField(max_length=64)
    key_id = models.CharField(max_length=16)
    digest = models.CharField(max_length=64)
    file = models.CharField(max_length=60)

    class Meta:
        ordering = ("-number",)

    def __str__(self) -> str:
        return f"seal {self.number}"


class LedgerProof(models.Model):
    """One comparison of the ledger with itself, its seals, the bookings, the payments and what others hold.

    `running` with an old `started_at` died; the next one begins anew. `totals`: the identity, by currency of charge.
    """

    class Status(models.TextChoices):
        RUNNING = "running", "Running"
        CLEAN = "clean", "No difference"
        DIFFERENCES = "differences", "Differences"
        FAILED = "failed", "Did not finish"

    status = models.CharField(max_length=12, choices=Status, default=Status.RUNNING)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    found = models.PositiveIntegerField(default=0, help_text="Differences; the first thousand are kept.")
    counts: models.JSONField[dict[str, int], dict[str, int]] = models.JSONField(default=dict, blank=True)
    totals: models.JSONField[dict[str, dict[str, str]], dict[str, dict[str, str]]] = models.JSONField(
        default=dict, blank=True
    )
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("-started_at", "-pk")
        permissions = (("run_proof", "Can prove the ledger"),)
        constraints = (
            models.UniqueConstraint("status", condition=Q(status="running"), name="ledger_proof_one_running"),
        )

    def __str__(self) -> str:
        return f"proof of {self.started_at:%Y-%m-%d %H:%M:%S}"


class LedgerDifference(models.Model):
    """One thing that a proof found not to agree, in plain words. No personal data."""

    proof = models.ForeignKey(LedgerProof, on_delete=models.CASCADE, related_name="differences")
    code = models.CharField(max_length=40)
    reference = models.CharField(max_length=64, blank=True, help_text="The booking's, where there is one.")
    text = models.CharField(max_length=500)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.code} {self.reference}".strip()
