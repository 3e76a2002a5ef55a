"""Whom we deal with: suppliers of rooms, and providers of payments."""

import re

from django.core.exceptions import ImproperlyConfigured

from faredown.settings import environment as env

HOTELBEDS_BASE_URL = env.url("HOTELBEDS_BASE_URL", "https://api.test.hotelbeds.com/hotel-api")
HOTELBEDS_CONTENT_URL = env.url("HOTELBEDS_CONTENT_URL", "https://api.test.hotelbeds.com/hotel-content-api")
HOTELBEDS_SECURE_URL = env.url("HOTELBEDS_SECURE_URL", "https://api-secure.test.hotelbeds.com/hotel-api")
HOTELBEDS_IMAGES_URL = env.url("HOTELBEDS_IMAGES_URL", "https://photos.hotelbeds.com/giata")
HOTELBEDS_API_KEY = env.text("HOTELBEDS_API_KEY", "")
HOTELBEDS_SECRET = env.text("HOTELBEDS_SECRET", "")
HOTELBEDS_QPS = env.number("HOTELBEDS_QPS", 5, least=1, most=1000)
HOTELBEDS_DAILY_QUOTA = env.number("HOTELBEDS_DAILY_QUOTA", 0)  # 0: the contract names none
if bool(HOTELBEDS_API_KEY) != bool(HOTELBEDS_SECRET):
    raise ImproperlyConfigured("HOTELBEDS_API_KEY and HOTELBEDS_SECRET go together: set both or neither.")

PAYMENTS_OFFLINE_ENABLED = env.flag("PAYMENTS_OFFLINE_ENABLED", default=False)
STRIPE_SECRET_KEY = env.text("STRIPE_SECRET_KEY", "")  # empty: no payments with Stripe
STRIPE_PUBLISHABLE_KEY = env.text("STRIPE_PUBLISHABLE_KEY", "")
STRIPE_WEBHOOK_SECRETS = env.listed("STRIPE_WEBHOOK_SECRETS")  # two while one is rolled
STRIPE_API_URL = env.url("STRIPE_API_URL", "https://api.stripe.com")
STRIPE_JS_URL = env.url("STRIPE_JS_URL", "https://js.stripe.com/v3/")
STRIPE_DEADLINE_SECONDS = env.number("STRIPE_DEADLINE_SECONDS", 20, least=1, most=50)
STRIPE_LIVE = "_live_" in STRIPE_SECRET_KEY
if STRIPE_SECRET_KEY:
    if not re.match(r"(sk|rk)_(test|live)_", STRIPE_SECRET_KEY):
        raise ImproperlyConfigured("STRIPE_SECRET_KEY is not a secret key (sk_ or rk_, then test_ or live_).")
    if not STRIPE_PUBLISHABLE_KEY.startswith("pk_live_" if STRIPE_LIVE else "pk_test_"):
        raise ImproperlyConfigured("STRIPE_PUBLISHABLE_KEY is not of the same mode as STRIPE_SECRET_KEY.")
    if not STRIPE_WEBHOOK_SECRETS:
        raise ImproperlyConfigured(
            "STRIPE_WEBHOOK_SECRETS is empty: lost answers and disputes would go unheard."
        )
