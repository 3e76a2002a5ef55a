from __future__ import annotations

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower


@pghistory.track()
class Customer(models.Model):
    """A person we do business with. With a login or without: guests who never register are the common case."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="customer"
    )
    email = models.EmailField(max_length=254)
    first_name = models.CharField(max_length=50)
    last_name = models.CharField(max_length=50)
    phone = models.CharField(max_length=32, help_text="E.164")
    country = models.CharField(max_length=2, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("last_name", "first_name", "pk")
        constraints = (
            # One row per guest without a login and e-mail; a login has its own row whatever its address.
            models.UniqueConstraint(
                Lower("email"), condition=Q(user__isnull=True), name="customer_guest_email_unique"
            ),
        )
        indexes = (models.Index(Lower("email"), name="customer_by_email"),)

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}"
