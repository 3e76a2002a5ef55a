"""Labels of the suppliers' vocabularies, by code and language. Small and asked for by every page: kept in the cache."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.cache import cache

from hotels.models import Term, names

_LIFE = 600


def labels(kind: Term.Kind, language: str) -> Mapping[str, str]:
    """{code: label}; English, then any language, where `language` has none. A word without a name is its code."""
    key = f"hotels:labels:1:{kind}:{language}"
    kept: dict[str, str] | None = cache.get(key)
    if kept is None:
        rows = Term.objects.filter(kind=kind).order_by("-supplier").values_list("code", "names")
        kept = {code: names.pick(texts, language) or code for code, texts in rows.iterator()}
        cache.set(key, kept, _LIFE)
    return kept


def forget() -> None:
    """After a sync."""
    cache.delete_pattern("hotels:labels:1:*")
