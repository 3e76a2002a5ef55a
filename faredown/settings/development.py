"""A developer's machine and the demo: the secrets are known to everybody, so nothing here may serve real guests."""

import os
from pathlib import Path

import environ

environ.Env.read_env(Path(__file__).resolve().parent.parent.parent / ".env")

if "REDIS_URL" in os.environ:
    os.environ.setdefault("REDIS_CACHE_URL", os.environ["REDIS_URL"])
    os.environ.setdefault("REDIS_BROKER_URL", os.environ["REDIS_URL"])

for _name, _value in {
    "SECRET_KEY": "development-only-development-only-development-only-key",
    "FIELD_ENCRYPTION_KEYS": "ZGV2ZWxvcG1lbnQtb25seS1kZXZlbG9wbWVudC1vbmw=",
    "LEDGER_SEAL_KEYS": "development-only-development-only-seals",
    "SITE_URL": "http://127.0.0.1:8000",
    "ALLOWED_HOSTS": "localhost,.localhost,127.0.0.1,[::1]",
    "DATABASE_URL": "postgresql://localhost/faredown",
    "REDIS_CACHE_URL": "redis://127.0.0.1:6379/0",
    "REDIS_BROKER_URL": "redis://127.0.0.1:6379/1",
    "EMAIL_URL": "consolemail://",
    "DEFAULT_FROM_EMAIL": "Faredown <no-reply@example.com>",
    "SUPPORT_EMAIL": "support@example.com",
    "STAFF_ALERT_EMAILS": "desk@example.com",
    "PAYMENTS_OFFLINE_ENABLED": "on",
    "EXCHANGE_RATES_URL": "",
    "LOG_FORMAT": "console",
}.items():
    if not os.environ.get(f"{_name}_FILE"):
        os.environ.setdefault(_name, _value)

from faredown.settings.base import *  # noqa: E402
from faredown.settings.base import STORAGES  # noqa: E402

# No `collectstatic` between an edit and a reload.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
