"""Combinations of settings that start but do not work. `manage.py check` says so with an id and a hint."""

from collections.abc import Iterator
from ipaddress import ip_network
from typing import Any
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as Advice

from faredown.lib import limiter


def secrets(**_: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if not settings.FIELD_ENCRYPTION_KEYS:
        found.append(
            Error(
                "FIELD_ENCRYPTION_KEYS is empty: credentials cannot be stored.",
                hint="Make one with: python -c 'from cryptography.fernet import Fernet; "
                "print(Fernet.generate_key().decode())'",
                id="faredown.E001",
            )
        )
    for position, key in enumerate(settings.FIELD_ENCRYPTION_KEYS, start=1):
        try:
            Fernet(key)
        except ValueError:
            message = (
                f"Key {position} of FIELD_ENCRYPTION_KEYS is not a Fernet key (32 bytes, URL-safe base64)."
            )
            found.append(Error(message, id="faredown.E002"))
    return found


def addresses(**_: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    for proxy in settings.TRUSTED_PROXIES:
        try:
            ip_network(proxy, strict=False)
        except ValueError:
            message = f"TRUSTED_PROXIES holds {proxy!r}, which is no address and no network."
            found.append(Error(message, id="faredown.E003"))
    host = urlsplit(settings.SITE_URL).hostname or ""
    if not any(_allows(pattern, host) for pattern in settings.ALLOWED_HOSTS):
        message = (
            f"SITE_URL is at {host!r}, which ALLOWED_HOSTS does not allow: links in e-mails would not work."
        )
        found.append(Error(message, id="faredown.E004"))
    return found


def rate_limits(**_: Any) -> list[CheckMessage]:
    return list(_bad_rates())


def money(**_: Any) -> list[CheckMessage]:
    if settings.DEFAULT_CURRENCY in settings.DISPLAY_CURRENCIES:
        return []
    message = f"DEFAULT_CURRENCY {settings.DEFAULT_CURRENCY} is not one of DISPLAY_CURRENCIES."
    return [Error(message, id="faredown.E006")]


def operations(**_: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if not settings.METRICS_TOKEN:
        hint = "Set METRICS_TOKEN and give it to Prometheus as its bearer token."
        found.append(Advice("/metrics answers anybody.", hint=hint, id="faredown.W001"))
    if not settings.STAFF_ALERT_EMAILS:
        hint = "Set STAFF_ALERT_EMAILS."
        found.append(Advice("Alerts for staff reach nobody.", hint=hint, id="faredown.W002"))
    if "smtp" not in settings.EMAIL_BACKEND:
        message = "EMAIL_URL does not send mail: guests get no voucher."
        found.append(Advice(message, hint="Use smtp+tls://.", id="faredown.W003"))
    if not settings.SELLER_ADDRESS:
        hint = "Set SELLER_NAME, SELLER_ADDRESS and SELLER_TAX_NUMBER."
        found.append(Advice("Invoices do not say who sells.", hint=hint, id="faredown.W004"))
    return found


def _bad_rates() -> Iterator[CheckMessage]:
    for scope, rates in settings.RATE_LIMITS.items():
        for kind, rate in rates.items():
            try:
                limiter.parse(rate)
            except ValueError as error:
                yield Error(f"RATE_LIMITS[{scope!r}][{kind!r}]: {error}", id="faredown.E005")


def _allows(pattern: str, host: str) -> bool:
    return pattern in {"*", host} or (pattern.startswith(".") and f".{host}".endswith(pattern))
