from django.apps import AppConfig


class IdempotencyConfig(AppConfig):
    name = "faredown.idempotency"
    label = "idempotency"
