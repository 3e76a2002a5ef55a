from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "faredown.accounts"
    label = "accounts"
