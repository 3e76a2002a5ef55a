"""The load settings with rate limits at work, out of reach of a bench that asks from one address."""

from tests.load.settings import *  # noqa: F403
from tests.load.settings import RATE_LIMITS

RATE_LIMITS_ENABLED = True
RATE_LIMITS["results"] = {"ip": "1000000000/m", "user": "1000000000/m"}
