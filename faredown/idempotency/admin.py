from django.contrib import admin

from faredown.idempotency.models import Key, Lease
from faredown.lib.backoffice import ReadOnlyAdmin


@admin.register(Key)
class KeyAdmin(ReadOnlyAdmin[Key]):
    list_display = ("created_at", "scope", "key", "status", "attempt", "response_status", "resource")
    list_filter = ("status", "response_status")
    search_fields = ("scope", "key", "resource")
    ordering = ("-created_at",)
    exclude = ("response", "fingerprint")


@admin.register(Lease)
class LeaseAdmin(ReadOnlyAdmin[Lease]):
    list_display = ("name", "holder", "token", "expires_at")
    search_fields = ("name", "holder")
    ordering = ("name",)
