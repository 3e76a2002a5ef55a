from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "faredown.audit"
    label = "audit"
