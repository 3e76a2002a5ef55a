from typing import Any, ClassVar

from django.db import models

from faredown.lib import clock


class Status(models.TextChoices):
    IN_FLIGHT = "in_flight", "In flight"
    DONE = "done", "Done"


class Key(models.Model):
    """One `Idempotency-Key` of one caller on one path.

    in_flight, held by `attempt` until `lease_expires_at` -> done, with the final status and what it made. A crash
    leaves in_flight, and the next request takes it over once the lease has run out.
    """

    scope = models.CharField(max_length=200)
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    status = models.CharField(max_length=9, choices=Status, default=Status.IN_FLIGHT)
    attempt = models.PositiveIntegerField(default=1)
    lease_expires_at = models.DateTimeField()
    response_status = models.PositiveSmallIntegerField(null=True, blank=True)
    resource = models.CharField(max_length=64, blank=True)
    response: "models.JSONField[Any, Any]" = models.JSONField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["scope", "key"], name="idempotency_key_unique"),
        ]
        indexes: ClassVar = [models.Index(fields=["created_at"], name="idempotency_key_age")]

    def __str__(self) -> str:
        return f"{self.scope} {self.key}"


class Lease(models.Model):
    """The right to do one named thing, for a while. `token` grows with every holder: a write that carries an older one
    comes from somebody who lost the lease without noticing."""

    name = models.CharField(max_length=120, unique=True)
    holder = models.CharField(max_length=64, blank=True)
    token = models.BigIntegerField(default=0)
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} #{self.token}"
