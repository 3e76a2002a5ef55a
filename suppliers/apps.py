from __future__ import annotations

from django.apps import AppConfig
from django.utils.module_loading import import_string

from faredown.lib import metrics


class SuppliersConfig(AppConfig):
    name = "suppliers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        metrics.also(import_string("suppliers.series.SupplierSeries")())
