"""Every payment provider by its code. Grep finds them here."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string

from bookings.gateways.port import Gateway
from faredown.lib.errors import invalid

GATEWAYS = {
    "stripe": "bookings.gateways.stripe.gateway.build",
    "offline": "bookings.gateways.offline.gateway.build",
}


def enabled() -> list[str]:
    """Those that new payments may be made with, the one for guests first."""
    on = {"stripe": bool(settings.STRIPE_SECRET_KEY), "offline": bool(settings.PAYMENTS_OFFLINE_ENABLED)}
    return [code for code in GATEWAYS if on.get(code, True)]


def get(code: str) -> Gateway:
    """For charges that exist: a provider switched off for new payments still captures, voids and refunds."""
    return _build(code)


def chosen(code: object, *, field: str) -> Gateway:
    """The provider a guest asked for."""
    if not isinstance(code, str) or code not in enabled():
        raise invalid(field, "unknown_method", "This payment method is not available.")
    return _build(code)


def forget() -> None:
    """The settings have changed (tests)."""
    _build.cache_clear()


@cache
def _build(code: str) -> Gateway:
    build = cast("Callable[[], Gateway]", import_string(GATEWAYS[code]))
    return build()
