from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.core import checks as django_checks

from faredown import checks


class FaredownConfig(AppConfig):
    """The project package itself: commands, static files and translations that belong to no single app."""

    name = "faredown"
    label = "faredown"

    def ready(self) -> None:
        django_checks.register(checks.secrets)
        django_checks.register(checks.addresses)
        django_checks.register(checks.rate_limits)
        django_checks.register(checks.money)
        django_checks.register(checks.operations, django_checks.Tags.security, deploy=True)


class BackofficeConfig(AdminConfig):
    """Django's admin with our site in place of the stock one."""

    default_site = "faredown.backoffice.Backoffice"
