"""What holds everywhere. Every variable of the environment that the project reads is read in this package."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django_stubs_ext
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from redis.backoff import NoBackoff
from redis.retry import Retry

from faredown.lib import logging
from faredown.settings import environment as env
from faredown.settings.backoffice import UNFOLD  # noqa: F401
from faredown.settings.partners import *
from faredown.settings.partners import HOTELBEDS_IMAGES_URL
from faredown.settings.schema import SPECTACULAR_SETTINGS  # noqa: F401

# Lets Django's classes take type arguments (`ModelAdmin[Hotel]`) when they are imported, as they do for mypy.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent.parent

# --- Who we are ------------------------------------------------------------------------------------------------------

SECRET_KEY = env.required("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.listed("SECRET_KEY_FALLBACKS")  # former keys: what they signed still holds
DEBUG = env.flag("DEBUG", default=False)
SITE_URL = env.url("SITE_URL")
SITE_NAME = env.text("SITE_NAME", "Faredown")
ALLOWED_HOSTS = env.listed("ALLOWED_HOSTS", [urlsplit(SITE_URL).hostname or ""])
CSRF_TRUSTED_ORIGINS = [f"{urlsplit(SITE_URL).scheme}://{urlsplit(SITE_URL).netloc}"]
TRUSTED_PROXIES = env.listed("TRUSTED_PROXIES")  # addresses or networks whose X-Forwarded-For is believed
METRICS_TOKEN = env.text("METRICS_TOKEN", "")  # Prometheus sends it as a bearer token

# Who sells, as invoices name it. Numbers are series by code and year; the prefix is read when a series begins.
SELLER_CODE = env.word("SELLER_CODE", "main")
SELLER_NAME = env.text("SELLER_NAME", SITE_NAME)
SELLER_ADDRESS = env.text("SELLER_ADDRESS", "").replace("|", "\n")
SELLER_TAX_NUMBER = env.text("SELLER_TAX_NUMBER", "")
SELLER_REGISTRATION = env.text("SELLER_REGISTRATION", "")
SELLER_TIME_ZONE = env.zone("SELLER_TIME_ZONE", "UTC")
INVOICE_PREFIX = env.word("INVOICE_PREFIX", "INV")
CREDIT_NOTE_PREFIX = env.word("CREDIT_NOTE_PREFIX", "CRN")
DOCUMENT_FONTS = env.listed(
    "DOCUMENT_FONTS", ["/usr/share/fonts/opentype/noto", "/usr/share/fonts/truetype/noto"]
)

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",  # its other configuration would replace our admin site
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "faredown.apps.BackofficeConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.sitemaps",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "pgtrigger",
    "pghistory",
    "csp",
    "faredown.apps.FaredownConfig",
    "faredown.accounts",
    "faredown.audit",
    "faredown.messaging",
    "faredown.idempotency",
    "suppliers",
    "hotels",
    "bookings",
    "faredown.pages",
    "reports",
]

MIDDLEWARE = [
    "faredown.middleware.request_context",
    "django.middleware.security.SecurityMiddleware",
    "hotels.api.kept_pages.kept_pages",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "faredown.middleware.readable_input",
    "faredown.middleware.optional_slash",
    "faredown.middleware.ContentSecurityPolicy",
    "faredown.middleware.same_for_everyone",
    "faredown.middleware.Sessions",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "faredown.middleware.Authentication",
    "faredown.middleware.Messages",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "pghistory.middleware.HistoryMiddleware",
    "faredown.pages.middleware.Pages",
]

ROOT_URLCONF = "faredown.urls"
WSGI_APPLICATION = "faredown.wsgi.application"
APPEND_SLASH = False  # faredown.middleware.optional_slash does it for every method
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
            ],
        },
    }
]

# --- PostgreSQL and the two Redis ------------------------------------------------------------------------------------

# wsgi.py switches the pool on. Celery's children close a pool at every task, and a command needs one connection.
DB_POOL = env.flag("DB_POOL", default=False)

DATABASES: dict[str, dict[str, Any]] = {"default": env.database("DATABASE_URL")}
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"]["CONN_MAX_AGE"] = 0 if DB_POOL else 60
if DB_POOL:
    DATABASES["default"].setdefault("OPTIONS", {})["pool"] = {
        "min_size": 2,
        "max_size": env.number("DB_POOL_SIZE", 20, least=1, most=200),
        "max_idle": 30,
        "timeout": 5,
    }
    # A guest waits no longer for one statement; 0: as long as it takes (a PgBouncer that refuses startup options).
    if _longest := env.number("DB_STATEMENT_TIMEOUT_MS", 15_000, most=600_000):
        DATABASES["default"]["OPTIONS"].setdefault("options", f"-c statement_timeout={_longest}")

REDIS_CACHE_URL = env.url("REDIS_CACHE_URL", schemes=("redis", "rediss", "unix"))
REDIS_BROKER_URL = env.url("REDIS_BROKER_URL", schemes=("redis", "rediss", "unix"))


def _redis(location: str, **options: Any) -> dict[str, Any]:
    return {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": location,
        "KEY_PREFIX": "faredown",
        "OPTIONS": {
            "SOCKET_CONNECT_TIMEOUT": 0.25,
            # One retry at once: a connection that died while idle is opened anew, a dead server is not waited for.
            "CONNECTION_POOL_KWARGS": {"retry": Retry(NoBackoff(), 1), "max_connections": 200},
            **options,
        },
    }


CACHES = {
    # May forget anything at any time, also by being away.
    "default": _redis(REDIS_CACHE_URL, SOCKET_TIMEOUT=3, IGNORE_EXCEPTIONS=True),
    # Budgets, locks, tries to enter: never evicts, and an error is an error.
    "durable": _redis(REDIS_BROKER_URL, SOCKET_TIMEOUT=2),
}
DJANGO_REDIS_LOG_IGNORED_EXCEPTIONS = True

# --- Celery (queues and the timetable are in faredown/celery.py) -----------------------------------------------------

CELERY_BROKER_URL = REDIS_BROKER_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_TIMEOUT = 2
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # A task that has not been acknowledged by then is given out again: longer than any task may run.
    "visibility_timeout": 900,
    "socket_connect_timeout": 1,
    "socket_timeout": 10,
    "health_check_interval": 30,
}
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_step": 0.1}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_SOFT_TIME_LIMIT = 540
CELERY_TASK_TIME_LIMIT = 600
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_ALWAYS_EAGER = False

# --- Accounts and secrets --------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "accounts:account"
LOGOUT_REDIRECT_URL = "/"
PASSWORD_RESET_TIMEOUT = 3 * 3600
EMAIL_CONFIRMATION_TIMEOUT = 7 * 24 * 3600
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"

FIELD_ENCRYPTION_KEYS = env.listed("FIELD_ENCRYPTION_KEYS")  # Fernet keys, newest first

SIMPLE_JWT = {
    "ALGORITHM": "HS256",
    "SIGNING_KEY": env.text("JWT_SIGNING_KEY", SECRET_KEY),
    "ISSUER": "faredown",
    "ACCESS_TOKEN_LIFETIME": timedelta(minutes=env.number("ACCESS_TOKEN_MINUTES", 10, least=1, most=60)),
    "REFRESH_TOKEN_LIFETIME": timedelta(days=env.number("REFRESH_TOKEN_DAYS", 30, least=1, most=365)),
    "USER_ID_FIELD": "public_id",
    "USER_ID_CLAIM": "sub",
    "UPDATE_LAST_LOGIN": False,
}

# --- The HTTP API ----------------------------------------------------------------------------------------------------

DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["faredown.lib.negotiation.JsonParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": ["faredown.lib.authentication.OptionalJWTAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_THROTTLE_CLASSES": ["faredown.lib.throttling.RedisThrottle"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "faredown.lib.problems.exception_handler",
    "NON_FIELD_ERRORS_KEY": "non_field_errors",
    "STRICT_JSON": True,
    "COERCE_DECIMAL_TO_STRING": True,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}

# Scope -> kind of subject -> rate. `ip` counts an address (an IPv6 /64), `user` a signed-in user, `account` the e-mail
# address that somebody tries to enter with.
RATE_LIMITS_ENABLED = env.flag("RATE_LIMITS_ENABLED", default=True)
RATE_LIMITS: dict[str, dict[str, str]] = {
    "default": {"ip": "600/m", "user": "600/m"},
    "suggest": {"ip": "240/m", "user": "240/m"},
    "search": {"ip": "60/m", "user": "60/m"},
    "results": {"ip": "600/m", "user": "600/m"},
    "quotes": {"ip": "30/m", "user": "30/m"},
    "promotions": {"ip": "30/10m", "user": "30/10m"},
    "bookings": {"ip": "20/m", "user": "20/m"},
    "payments": {"ip": "20/m", "user": "20/m"},
    "lookup": {"ip": "10/10m", "account": "5/h"},
    "documents": {"ip": "120/m", "user": "120/m"},
    "pictures": {"ip": "3000/m"},
    "login": {"ip": "30/10m", "account": "10/10m"},
    "refresh": {"ip": "120/m"},
    "register": {"ip": "10/h"},
    "reset": {"ip": "10/h", "account": "3/h"},
    "webhooks": {"ip": "1200/m"},
}

# --- Language, money, time -------------------------------------------------------------------------------------------

USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LANGUAGES = [
    ("en", _("English")),
    ("es", _("Spanish")),
    ("ar", _("Arabic")),
    ("fr", _("French")),
    ("de", _("German")),
    ("it", _("Italian")),
    ("pt", _("Portuguese")),
    ("nl", _("Dutch")),
    ("pl", _("Polish")),
    ("tr", _("Turkish")),
    ("ru", _("Russian")),
    ("ja", _("Japanese")),
    ("zh-hans", _("Chinese")),
]

DEFAULT_CURRENCY = env.text("DEFAULT_CURRENCY", "USD")
DISPLAY_CURRENCIES = env.listed(
    "DISPLAY_CURRENCIES",
    ["USD", "EUR", "GBP", "AED", "AUD", "BRL", "CAD", "CHF", "CNY", "INR", "JPY", "KWD", "MXN", "SAR", "TRY"],
)
for _name, _codes in {
    "DEFAULT_CURRENCY": [DEFAULT_CURRENCY],
    "DISPLAY_CURRENCIES": DISPLAY_CURRENCIES,
}.items():
    for _code in _codes:
        if not (_code.isascii() and _code.isalpha() and _code.isupper() and len(_code) == 3):
            raise ImproperlyConfigured(
                f"{_name} holds {_code!r}; a currency is an ISO 4217 code such as EUR."
            )

# --- Mail ------------------------------------------------------------------------------------------------------------

globals().update(env.email("EMAIL_URL"))
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", f"{SITE_NAME} <no-reply@{urlsplit(SITE_URL).hostname}>")
SUPPORT_EMAIL = env.text("SUPPORT_EMAIL", f"support@{urlsplit(SITE_URL).hostname}")
STAFF_ALERT_EMAILS = env.listed("STAFF_ALERT_EMAILS")

# --- The ledger (suppliers and payments: settings/partners.py) ------------------------------------------------------

LEDGER_SEAL_KEYS = env.listed("LEDGER_SEAL_KEYS")  # newest first; what former ones signed still holds
LEDGER_SEALS_FOLDER = Path(env.text("LEDGER_SEALS_FOLDER", str(BASE_DIR / ".faredown" / "seals")))

# --- Catalogue, search and prices ------------------------------------------------------------------------------------

HOTELS_LANGUAGES = env.listed("HOTELS_LANGUAGES", ["en", "es", "ar"])  # of the catalogue's texts, BCP 47
# Further ones, of places' names only: "münchen" is found where no text is shown in German
HOTELS_PLACE_LANGUAGES = env.listed("HOTELS_PLACE_LANGUAGES", ["de", "fr", "it", "pt", "ru"])
HOTELS_RETIRE_AT_MOST_PERCENT = env.number("HOTELS_RETIRE_AT_MOST_PERCENT", 20, most=100)
SEARCH_WAIT_SECONDS = env.number("SEARCH_WAIT_MS", 2000, most=10_000) / 1000
SEARCH_CLAIM_SECONDS = env.number("SEARCH_CLAIM_MS", 300, most=10_000) / 1000
SEARCH_SUPPLIER_DEADLINE_SECONDS = env.number("SEARCH_SUPPLIER_DEADLINE_SECONDS", 10, least=1, most=60)
SEARCH_LIFE_SECONDS = env.number("SEARCH_LIFE_SECONDS", 1800, least=300, most=86_400)
SEARCH_RATES_FRESH_SECONDS = env.number("SEARCH_RATES_FRESH_SECONDS", 600, least=10, most=86_400)
SEARCH_FAILURE_SECONDS = env.number("SEARCH_FAILURE_SECONDS", 10, most=300)
SEARCH_ALONE_SECONDS = env.number("SEARCH_ALONE_SECONDS", 6, least=1, most=60)
SEARCH_THREADS = env.number("SEARCH_THREADS", 8, most=64)
SEARCH_MAX_HOTELS = env.number("SEARCH_MAX_HOTELS", 4000, least=1, most=20_000)
CALENDAR_LIFE_SECONDS = env.number("CALENDAR_LIFE_SECONDS", 86_400, least=600, most=1_000_000)
SEARCH_LOG_DAYS = env.number("SEARCH_LOG_DAYS", 90, least=2, most=1000)  # the figures made from it stay
SEARCH_LEAST_NIGHT = env.text("SEARCH_LEAST_NIGHT", "1")  # a room's net a night, in SEARCH_NIGHT_CURRENCY
SEARCH_MOST_NIGHT = env.text("SEARCH_MOST_NIGHT", "20000")
SEARCH_NIGHT_CURRENCY = env.text("SEARCH_NIGHT_CURRENCY", "EUR")
PRICING_LEAST_MARGIN_PERCENT = env.text("PRICING_LEAST_MARGIN_PERCENT", "2")
PRICING_EXCHANGE_SPREAD_PERCENT = env.text("PRICING_EXCHANGE_SPREAD_PERCENT", "1")
# The European Central Bank's daily list of rates; empty: only staff's rates. Older than so many days, staff are told.
EXCHANGE_RATES_URL = env.text(
    "EXCHANGE_RATES_URL", "https://www.ecb.europa.eu/stats/eurofxref/eurofxref-daily.xml"
)
EXCHANGE_RATES_DEADLINE_SECONDS = env.number("EXCHANGE_RATES_DEADLINE_SECONDS", 20, least=1, most=120)
EXCHANGE_RATES_MAX_AGE_DAYS = env.number("EXCHANGE_RATES_MAX_AGE_DAYS", 5, least=1, most=60)
EXCHANGE_RATES_JUMP_PERCENT = env.number("EXCHANGE_RATES_JUMP_PERCENT", 20, least=1, most=1000)

# --- Files and what a browser may load -------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(BASE_DIR / "staticfiles")))
MEDIA_URL = "/media/"
MEDIA_ROOT = Path(env.text("MEDIA_ROOT", str(BASE_DIR / ".faredown" / "media")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Where browsers fetch hotels' pictures: from the supplier, from a CDN in front of it, or from us, who keep them.
PICTURES_FROM = env.choice("PICTURES_FROM", "supplier", ["supplier", "cdn", "proxy"])
PICTURES_CDN_URL = env.url("PICTURES_CDN_URL") if PICTURES_FROM == "cdn" else ""
PICTURES_FOLDER = Path(env.text("PICTURES_FOLDER", str(BASE_DIR / ".faredown" / "pictures")))
PICTURES_FOLDER_MB = env.number("PICTURES_FOLDER_MB", 2048, least=1)

# Scripts, styles and fonts are ours alone. Only pictures of hotels may come from another host.
_pictures = urlsplit(
    {"supplier": HOTELBEDS_IMAGES_URL, "cdn": PICTURES_CDN_URL, "proxy": SITE_URL}[PICTURES_FROM]
)
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:", f"{_pictures.scheme}://{_pictures.netloc}"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"

# --- Logs ------------------------------------------------------------------------------------------------------------

LOG_LEVEL = env.choice("LOG_LEVEL", "INFO", ["DEBUG", "INFO", "WARNING", "ERROR"])
LOGGING = logging.configuration(
    level=LOG_LEVEL, as_json=env.choice("LOG_FORMAT", "json", ["json", "console"]) == "json"
)
logging.set_up_structlog()
