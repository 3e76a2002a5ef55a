from django.apps import AppConfig
from django.utils.module_loading import import_string

from faredown.accounts.hooks import hooks


class AuditConfig(AppConfig):
    name = "faredown.audit"
    label = "audit"

    def ready(self) -> None:
        hooks.record = import_string("faredown.audit.services.audit.record")
