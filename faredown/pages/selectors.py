"""What the site shows, in the reader's language where staff wrote it, else in English."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import nh3
from django.db.models import Q

from faredown.lib import clock
from faredown.pages.models import Banner, FeaturedPlace, LegalText, Menu, MenuItem, Page, Placement

FALLBACK = "en"


def page(slug: str, *, language: str) -> Page | None:
    rows = Page.objects.filter(slug=slug, is_published=True, language__in={language, FALLBACK})
    return next(iter(sorted(rows, key=lambda row: row.language != language)), None)


def legal_text(slug: str, *, language: str) -> LegalText | None:
    """The version in force today."""
    rows = LegalText.objects.filter(
        slug=slug, language__in={language, FALLBACK}, in_force_from__lte=clock.today()
    ).order_by("-version")
    return next(iter(sorted(rows, key=lambda row: (row.language != language, -row.version))), None)


def menus() -> dict[str, list[MenuItem]]:
    """Every menu of the frame in one question."""
    placed: dict[str, list[MenuItem]] = {name: [] for name in Menu.values}
    for item in MenuItem.objects.filter(is_active=True):
        placed[item.menu].append(item)
    return placed


def banners(*, language: str) -> dict[str, list[Banner]]:
    """Active blocks by placement. A placement written in the reader's language hides its English rows."""
    now = clock.now()
    rows = Banner.objects.filter(
        Q(starts_at=None) | Q(starts_at__lte=now),
        Q(ends_at=None) | Q(ends_at__gt=now),
        is_active=True,
        language__in={language, FALLBACK},
    )
    placed: dict[str, list[Banner]] = {placement: [] for placement in Placement.values}
    for placement, group in groupby(rows, key=lambda row: row.placement):
        found = list(group)
        own = [row for row in found if row.language == language]
        placed[placement] = own or found
    return placed


def featured_places() -> Sequence[FeaturedPlace]:
    return list(FeaturedPlace.objects.filter(is_active=True).select_related("destination__country"))


def safe_html(text: str) -> str:
    """Staff's HTML without scripts, styles, event handlers or foreign frames."""
    return nh3.clean(text)
