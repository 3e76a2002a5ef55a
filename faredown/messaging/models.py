from typing import ClassVar

from django.db import models

from faredown.lib import clock, ids


def new_public_id() -> str:
    return ids.public_id("msg")


class Kind(models.TextChoices):
    EMAIL = "email", "E-mail"
    ALERT = "alert", "Alert for staff"


class Status(models.TextChoices):
    PENDING = "pending", "Waiting"
    SENDING = "sending", "Being sent"
    SENT = "sent", "Sent"
    FAILED = "failed", "Given up"


class OutboxMessage(models.Model):
    """A message as a row, written in the transaction that causes it, so that neither exists without the other.

    pending -> sending (claimed until `next_attempt_at`) -> sent | pending (a later try) | failed (no tries left).
    A sender that dies leaves `sending`; when its claim runs out the message is due again, so it is sent at least once.
    """

    public_id = models.CharField(max_length=32, unique=True, default=new_public_id, editable=False)
    kind = models.CharField(max_length=8, choices=Kind)
    channel = models.CharField(max_length=64, blank=True, help_text="Template or code of the alert.")
    to = models.CharField(max_length=1000, blank=True, help_text="Comma separated.")
    subject = models.CharField(max_length=254, blank=True)
    body_text = models.TextField(blank=True)
    body_html = models.TextField(blank=True)
    attachments = models.JSONField(default=list, blank=True)
    language = models.CharField(max_length=12, blank=True)
    related_reference = models.CharField(max_length=64, blank=True)
    dedupe_key = models.CharField(max_length=120, unique=True, null=True, blank=True)
    status = models.CharField(max_length=8, choices=Status, default=Status.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(default=clock.now)
    last_error = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-created_at", "-pk"]
        indexes: ClassVar = [
            models.Index(
                fields=["next_attempt_at"],
                name="messaging_due",
                condition=models.Q(status__in=["pending", "sending"]),
            ),
            models.Index(fields=["related_reference"], name="messaging_related"),
            models.Index(fields=["-created_at"], name="messaging_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.to}: {self.subject}"
