"""Labels of the suppliers' vocabularies, by code and language. Small and asked for by every page: kept in the cache."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.core.cache import cache

from hotels import conf
from hotels.models import Term, names

_LIFE = 600
_KINDS = tuple(kind for kind in Term.Kind if kind is not Term.Kind.ROOM)
"""Thousands of room words are no filter and no label: each hotel's rooms carry their own names."""


def labels(kind: Term.Kind, language: str) -> Mapping[str, str]:
    """{code: label}; English, then any language, where `language` has none. A word without a name is its code."""
    return words(language)[kind]


def words(language: str) -> Mapping[str, Mapping[str, str]]:
    """{kind: {code: label}} of the words lists and pages show. One query, then kept for all processes."""
    key = _key(language)
    kept: dict[str, dict[str, str]] | None = cache.get(key)
    if kept is None:
        kept = {str(kind): {} for kind in _KINDS}
        rows = Term.objects.filter(kind__in=_KINDS).order_by("-supplier").values_list("kind", "code", "names")
        for kind, code, texts in rows.iterator():
            kept[kind][code] = names.pick(texts, language) or code
        cache.set(key, kept, _LIFE)
    return kept


def forget() -> None:
    """After a sync."""
    cache.delete_many([_key(language) for language in {*conf.languages(), *dict(settings.LANGUAGES)}])


def _key(language: str) -> str:
    return f"hotels:words:2:{language}"
