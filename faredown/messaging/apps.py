from django.apps import AppConfig
from django.utils.module_loading import import_string

from faredown.accounts.hooks import hooks


class MessagingConfig(AppConfig):
    name = "faredown.messaging"
    label = "messaging"

    def ready(self) -> None:
        hooks.mail = import_string("faredown.messaging.services.outbox.email")
