"""Reading the environment. Whatever is missing or makes no sense stops the start with a sentence that names it.

Every value may come from a file instead: `SECRET_KEY_FILE=/run/secrets/key` stands for `SECRET_KEY`.
"""

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

import environ
from django.core.exceptions import ImproperlyConfigured

_TRUE, _FALSE = frozenset({"true", "on", "1"}), frozenset({"false", "off", "0"})


def text(name: str, default: str | None = None) -> str:
    """The value; without `default` it has to be there and not empty."""
    value = _raw(name)
    if value is None:
        value = default
    if value is None:
        raise ImproperlyConfigured(
            f"{name} is not set. Set it in the environment, or name a file in {name}_FILE."
        )
    return value


def required(name: str) -> str:
    value = text(name)
    if not value:
        raise ImproperlyConfigured(f"{name} is empty.")
    return value


def flag(name: str, *, default: bool) -> bool:
    value = text(name, "on" if default else "off").lower()
    if value not in _TRUE | _FALSE:
        raise ImproperlyConfigured(f"{name} is {value!r}; write on or off.")
    return value in _TRUE


def number(name: str, default: int, *, least: int = 0, most: int = 2**31) -> int:
    value = text(name, str(default))
    if not re.fullmatch(r"-?\d{1,12}", value) or not least <= int(value) <= most:
        raise ImproperlyConfigured(f"{name} is {value!r}; it must be a whole number from {least} to {most}.")
    return int(value)


def listed(name: str, default: Sequence[str] = ()) -> list[str]:
    """Comma separated."""
    return [item.strip() for item in text(name, ",".join(default)).split(",") if item.strip()]


def choice(name: str, default: str, allowed: Sequence[str]) -> str:
    value = text(name, default)
    if value not in allowed:
        raise ImproperlyConfigured(f"{name} is {value!r}; it must be one of {', '.join(allowed)}.")
    return value


def url(name: str, default: str | None = None, *, schemes: Sequence[str] = ("http", "https")) -> str:
    """An address without a trailing slash."""
    value = text(name, default)
    try:
        parts = urlsplit(value)
        usable = parts.scheme in schemes and bool(parts.netloc or parts.path) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        # The value is not repeated: it may hold a password.
        raise ImproperlyConfigured(f"{name} is not an address of the kind {schemes[0]}://host.")
    return value.rstrip("/")


def word(name: str, default: str) -> str:
    """Letters, digits and hyphens: part of a number that is printed, read out and put in file names."""
    value = text(name, default)
    if not re.fullmatch(r"[0-9A-Za-z][0-9A-Za-z-]{0,19}", value):
        raise ImproperlyConfigured(f"{name} is {value!r}; write up to 20 letters, digits and hyphens.")
    return value


def zone(name: str, default: str) -> str:
    value = text(name, default)
    if value not in available_timezones():
        raise ImproperlyConfigured(
            f"{name} is {value!r}; it must be an IANA time zone such as Europe/Berlin."
        )
    return value


def database(name: str) -> dict[str, Any]:
    address = url(name, schemes=("postgresql", "postgres", "pgsql"))
    config: dict[str, Any] = environ.Env.db_url_config(address)
    return config


def email(name: str, default: str | None = None) -> dict[str, Any]:
    """`smtp+tls://user:password@host:587`, `consolemail://`, `filemail:///var/mail/faredown`."""
    schemes = ("smtp+tls", "smtp+ssl", "smtps", "smtp", "consolemail", "filemail", "memorymail")
    value = text(name, default)
    if urlsplit(value).scheme not in schemes:
        raise ImproperlyConfigured(
            f"{name} must start with one of {', '.join(f'{one}://' for one in schemes)}."
        )
    config: dict[str, Any] = environ.Env.email_url_config(value)
    if value.startswith("filemail"):
        config["EMAIL_FILE_PATH"] = urlsplit(value).path
    return {
        key: setting for key, setting in config.items() if key.startswith("EMAIL_") and setting is not None
    }


def _raw(name: str) -> str | None:
    value, path = os.environ.get(name), os.environ.get(f"{name}_FILE")
    if not path:
        return value
    if value:
        raise ImproperlyConfigured(f"{name} and {name}_FILE are both set; keep one.")
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(f"{name}_FILE names a file that cannot be read: {error}") from error
