from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class HotelsConfig(AppConfig):
    name = "hotels"
    verbose_name = "Hotels"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("hotels.checks")
        import_module("hotels.receivers")
