"""Real guests. Nothing has a default that would be wrong to forget."""

from django.core.exceptions import ImproperlyConfigured

from faredown.settings import environment as env
from faredown.settings.base import *
from faredown.settings.base import (
    DATABASES,
    DEBUG,
    FIELD_ENCRYPTION_KEYS,
    LEDGER_SEAL_KEYS,
    PAYMENTS_OFFLINE_ENABLED,
    RATE_LIMITS_ENABLED,
    REDIS_BROKER_URL,
    REDIS_CACHE_URL,
    SECRET_KEY,
    SIMPLE_JWT,
    SITE_URL,
    TRUSTED_PROXIES,
)

_REFUSED = {
    "SECRET_KEY is the development key or shorter than 50 characters.": (
        len(SECRET_KEY) < 50 or SECRET_KEY.startswith("development-only")
    ),
    "JWT_SIGNING_KEY is shorter than 32 characters.": len(str(SIMPLE_JWT["SIGNING_KEY"])) < 32,
    "FIELD_ENCRYPTION_KEYS is empty or holds the development key.": (
        not FIELD_ENCRYPTION_KEYS or any(key.startswith("ZGV2ZWxvcG1lbnQ") for key in FIELD_ENCRYPTION_KEYS)
    ),
    "LEDGER_SEAL_KEYS is empty, or a key is the development one or shorter than 32 characters.": (
        not LEDGER_SEAL_KEYS
        or any(len(key) < 32 or key.startswith("development-only") for key in LEDGER_SEAL_KEYS)
    ),
    "DEBUG is on; production never runs with it.": DEBUG,
    "SITE_URL must start with https://.": not SITE_URL.startswith("https://"),
    "PAYMENTS_OFFLINE_ENABLED is on: rooms would be booked without money.": PAYMENTS_OFFLINE_ENABLED,
    "RATE_LIMITS_ENABLED is off; production never runs without limits.": not RATE_LIMITS_ENABLED,
    "REDIS_CACHE_URL and REDIS_BROKER_URL name the same Redis; the broker must never evict.": (
        REDIS_CACHE_URL == REDIS_BROKER_URL
    ),
}
for _sentence, _wrong in _REFUSED.items():
    if _wrong:
        raise ImproperlyConfigured(_sentence)

env.required("LEDGER_SEALS_FOLDER")  # the default lies in the clone: gone with the next release

_OPTIONS = DATABASES["default"].setdefault("OPTIONS", {})
if _OPTIONS.setdefault("sslmode", "require") not in {"require", "verify-ca", "verify-full"}:
    raise ImproperlyConfigured("DATABASE_URL asks for an sslmode that allows a connection in clear.")

SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)/?$"]
# The proxy's word about TLS counts only where there is a proxy of ours.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_NAME = "__Host-csrftoken"
