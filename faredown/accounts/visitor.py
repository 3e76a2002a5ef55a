"""What a visitor, signed in or not, has chosen: currency and language. Kept in a cookie, no row is written."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import get_language

SITE_LANGUAGES = ("en", "es", "ar")
CURRENCY_COOKIE = "currency"
ONE_YEAR_SECONDS = 365 * 24 * 3600


def currencies() -> list[str]:
    return list(settings.DISPLAY_CURRENCIES)


def languages() -> list[str]:
    """Those the pages are written in; the catalogue's texts come in more."""
    return list(SITE_LANGUAGES)


def currency(request: HttpRequest) -> str:
    chosen = request.COOKIES.get(CURRENCY_COOKIE, "").upper()
    if chosen in settings.DISPLAY_CURRENCIES:
        return chosen
    own = getattr(request.user, "currency", "") if hasattr(request, "user") else ""
    return own if own in settings.DISPLAY_CURRENCIES else settings.DEFAULT_CURRENCY


def language() -> str:
    current = get_language()
    return current if current in SITE_LANGUAGES else SITE_LANGUAGES[0]


def remember(response: HttpResponseBase, *, currency: str = "", language: str = "") -> None:
    """Only values the site knows are kept; anything else leaves the choice as it was."""
    secure = settings.SESSION_COOKIE_SECURE
    if currency in settings.DISPLAY_CURRENCIES:
        response.set_cookie(
            CURRENCY_COOKIE, currency, max_age=ONE_YEAR_SECONDS, samesite="Lax", secure=secure, httponly=True
        )
    if language in languages():
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=ONE_YEAR_SECONDS,
            samesite="Lax",
            secure=secure,
            httponly=True,
        )
