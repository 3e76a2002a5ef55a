"""Versions of what prices and lists are made from: a number in the cache that changes whenever that does, so that
nobody has to be told to forget."""

from __future__ import annotations

import secrets
from functools import cached_property

from django.core.cache import cache
from django.db import transaction

LIFE_SECONDS = 60
"""For changes made behind Django's back, for rules that begin or end, and for rates that staff hold until an hour."""


class Version:
    def __init__(self, name: str) -> None:
        self._name = name

    @cached_property
    def key(self) -> str:
        """Where the cache's Redis keeps it, as plain digits."""
        return str(cache.make_key(self._name))

    def current(self) -> str:
        """Empty while the cache is away."""
        fresh = new()
        found = cache.get(self._name)
        if found is None and not cache.add(self._name, fresh, LIFE_SECONDS):
            found = cache.get(self._name, "")
        return str(fresh if found is None else found)

    def renew(self) -> None:
        cache.delete(self._name)


def new() -> int:
    return secrets.randbits(62)


POLICY = Version("hotels:policy:3")
"""Of the rules and rates that every process holds its own copy of."""
CATALOGUE = Version("hotels:catalogue:1")
"""Of what lists show of hotels and places."""


def catalogue_changed() -> None:
    """Now, for this transaction's own eyes, and again once others can see the change."""
    CATALOGUE.renew()
    transaction.on_commit(CATALOGUE.renew, robust=True)
