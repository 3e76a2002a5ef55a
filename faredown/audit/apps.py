from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.utils.module_loading import import_string

from faredown.accounts.hooks import hooks


class AuditConfig(AppConfig):
    name = "faredown.audit"
    label = "audit"

    def ready(self) -> None:
        hooks.record = import_string("faredown.audit.services.audit.record")
        user_logged_in.connect(
            import_string("faredown.audit.services.sign_ins.note"), dispatch_uid="audit.sign_ins"
        )
