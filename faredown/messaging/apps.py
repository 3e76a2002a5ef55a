from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "faredown.messaging"
    label = "messaging"
