"""Links that are mailed. What proves the reader is signed or random, and useless once it has been used or is old."""

from typing import Any

from django.conf import settings
from django.core import signing

CONFIRM_EMAIL = "/account/confirm-email/{token}/"
RESET_PASSWORD = "/account/reset-password/{token}/"  # noqa: S105 - a path
ASK_FOR_RESET = "/account/reset-password/"


def url(pattern: str, token: str = "") -> str:
    return f"{settings.SITE_URL}{pattern.format(token=token)}"


def sign(purpose: str, facts: dict[str, Any]) -> str:
    return signing.dumps(facts, salt=f"accounts.{purpose}")


def read(purpose: str, token: str, *, max_age: int) -> dict[str, Any] | None:
    """None: not ours, changed on the way, or too old."""
    try:
        facts = signing.loads(token, salt=f"accounts.{purpose}", max_age=max_age)
    except signing.BadSignature:
        return None
    return facts if isinstance(facts, dict) else None
