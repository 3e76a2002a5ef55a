from typing import ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from faredown.lib import clock


class Action(models.Model):
    """What somebody did, in words staff use (`booking.cancelled`). Row history says which values changed."""

    at = models.DateTimeField(default=clock.now, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    action = models.CharField(max_length=64)
    target_type = models.CharField(max_length=64, blank=True)
    target_reference = models.CharField(max_length=64, blank=True)
    detail = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    request_id = models.CharField(max_length=64, blank=True)
    ip = models.GenericIPAddressField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]
        indexes: ClassVar = [
            models.Index(fields=["target_type", "target_reference", "at"], name="audit_action_target"),
            models.Index(fields=["-at"], name="audit_action_at"),
            models.Index(fields=["action", "-at"], name="audit_action_name"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.target_reference}".strip()
