"""What every template may say: icons, money, dates on a clock, menus, the visitor's language and currency."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, get_timezone_name
from babel.numbers import format_currency, format_decimal, get_currency_name
from django import template
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, get_language_info, gettext_noop
from django.utils.translation import gettext as _

from faredown.accounts import visitor
from faredown.lib import clock
from faredown.lib.money import Money, exponent
from faredown.pages import selectors
from faredown.pages.models import MenuItem

register = template.Library()

SHIPPED_LABELS = (
    gettext_noop("Flights"),
    gettext_noop("Hotels"),
    gettext_noop("About us"),
    gettext_noop("Questions and answers"),
    gettext_noop("Privacy"),
)
"""Words of the menus the site comes with, for the catalogues."""


def _locale() -> Locale:
    try:
        return Locale.parse(get_language() or "en", sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """Decoration: hidden from screen readers, the text beside it says the same."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        css,
        static("site/icons.svg"),
        name,
    )


@register.filter
def money(value: Money | None) -> str:
    """The amount with every digit of its currency, in the reader's own way of writing: €1,234.50."""
    if value is None:
        return ""
    rounded, locale = value.rounded(), _locale()
    if locale.character_order == "right-to-left":
        # The locale's own pattern mixes directions: a Latin code with a sign beside it falls apart in Arabic text.
        shown = format_currency(
            rounded.amount, rounded.currency, format="\u00a4\u00a0#,##0.00", locale=locale
        )
        return f"\u2066{shown}\u2069"
    return f"\u2068{format_currency(rounded.amount, rounded.currency, locale=locale)}\u2069"


@register.filter
def per(value: Money, parts: int) -> Money:
    """A share for information ("per night"); the total is what counts and is never made of these."""
    return (value / max(int(parts), 1)).rounded()


@register.filter
def figure(value: int | Decimal) -> str:
    return format_decimal(value, locale=_locale())


@register.filter
def day(value: date | None) -> str:
    return format_date(value, "EEE d MMM y", locale=_locale()) if value else ""


@register.filter
def short_day(value: date | None) -> str:
    return format_date(value, "d MMM", locale=_locale()) if value else ""


@register.filter
def on_clock(instant: datetime | None, zone: str) -> str:
    """A wall-clock reading with the zone's name: Tue 3 Mar 2026, 18:00 (Gulf Standard Time)."""
    if instant is None:
        return ""
    local = clock.in_zone(instant, zone or "UTC")
    name = get_timezone_name(local, locale=_locale())
    return f"{format_datetime(local, 'EEE d MMM y, HH:mm', locale=_locale())} ({name})"


@register.filter
def day_in(instant: datetime | None, zone: str) -> str:
    """The calendar day there: Tue 3 Mar 2026."""
    return day(clock.in_zone(instant, zone or "UTC").date()) if instant else ""


@register.filter
def iso(instant: datetime | None) -> str:
    return clock.iso(instant) if instant else ""


@register.filter
def star_count(stars: Decimal | str | None) -> int:
    """Half stars are not drawn, and not rounded up."""
    return int(Decimal(stars or 0))


@register.filter
def star_range(stars: Decimal | str | None) -> range:
    return range(star_count(stars))


@register.filter
def get(mapping: dict[str, Any], key: str) -> Any:
    return mapping.get(key, "")


@register.simple_tag
def menus() -> dict[str, list[MenuItem]]:
    return selectors.menus()


@register.simple_tag(takes_context=True)
def currency_choices(context: dict[str, Any]) -> list[dict[str, Any]]:
    current = visitor.currency(context["request"])
    locale = _locale()
    return [
        {"code": code, "name": get_currency_name(code, locale=locale), "current": code == current}
        for code in visitor.currencies()
    ]


@register.simple_tag
def language_choices() -> list[dict[str, Any]]:
    current = get_language()
    return [
        {"code": code, "name": get_language_info(code)["name_local"], "current": code == current}
        for code in visitor.languages()
    ]


@register.simple_tag(takes_context=True)
def chosen_currency(context: dict[str, Any]) -> str:
    return visitor.currency(context["request"])


@register.simple_tag(takes_context=True)
def section(context: dict[str, Any]) -> str:
    """Which entry of the top bar the page belongs to."""
    request: HttpRequest | None = context.get("request")
    if request is None:
        return ""
    return "flights" if request.path.startswith("/pages/flights") else "hotels"


@register.filter
def translated(text: str) -> str:
    """Staff write labels in English; the ones the site ships are in its catalogues."""
    return _(text) if text else ""


@register.filter
def digits(currency: str) -> int:
    return exponent(currency)
