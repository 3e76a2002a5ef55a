"""Tests: the servers of tests/services.py, a weak hasher, tasks and suppliers' questions run where they are called (in
the test's own transaction), errors come through."""

import os

for _name, _value in {
    "SECRET_KEY": "test-only-test-only-test-only-test-only-test-only-key",
    "FIELD_ENCRYPTION_KEYS": "dGVzdC1vbmx5LXRlc3Qtb25seS10ZXN0LW9ubHktdGU=",
    "LEDGER_SEAL_KEYS": "test-only-test-only-test-only-seals",
    "LEDGER_SEALS_FOLDER": "/dev/null/seals",
    "SITE_URL": "http://testserver",
    "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
    "EMAIL_URL": "memorymail://",
    "STAFF_ALERT_EMAILS": "desk@example.com",
    "PAYMENTS_OFFLINE_ENABLED": "on",
    "EXCHANGE_RATES_URL": "",
    "RATE_LIMITS_ENABLED": "off",
    "SEARCH_THREADS": "0",
    "LOG_LEVEL": "WARNING",
}.items():
    os.environ.setdefault(_name, _value)

from faredown.settings.base import *  # noqa: E402
from faredown.settings.base import STORAGES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
DEBUG_PROPAGATE_EXCEPTIONS = True
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
STORAGES["default"] = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
