"""Encrypted columns under the newest key: after it, the older keys open nothing that is stored."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db import models
from django.db.models.functions import Cast

from faredown.lib import crypto
from faredown.lib.fields import EncryptedTextField

BATCH = 500
_STORED = models.TextField()


@dataclass(slots=True)
class Count:
    """Of one column. `unreadable`: keys of the rows that no configured key opens."""

    column: str
    encrypted: int = 0
    newest_already: int = 0
    unreadable: tuple[int | str, ...] = ()


def columns() -> Iterator[tuple[type[models.Model], str]]:
    """Every encrypted column there is, where it is stored."""
    for model in apps.get_models():
        if model._meta.managed and not model._meta.proxy:
            for field in model._meta.local_fields:
                if isinstance(field, EncryptedTextField):
                    yield model, field.attname


def rotate(model: type[models.Model], name: str) -> Count:
    """Safe to stop, to repeat and to run beside those who write: a value that has changed meanwhile is left alone, it
    was written under the newest key."""
    count = Count(f"{model._meta.label}.{name}")
    for pk, stored in _values(model, name):
        if crypto.is_newest(stored):
            count.newest_already += 1
            continue
        try:
            fresh = crypto.rotate(stored)
        except crypto.Undecipherable:
            count.unreadable += (pk,)
            continue
        count.encrypted += _raw(model, name).filter(pk=pk, stored=stored).update(**{name: _as_is(fresh)})
    return count


def _values(model: type[models.Model], name: str) -> Iterator[tuple[int | str, str]]:
    """(key, what the column holds), in batches by key: no transaction and no cursor stays open over the table."""
    rows = (
        _raw(model, name).exclude(stored="").exclude(stored=None).order_by("pk").values_list("pk", "stored")
    )
    batch = list(rows[:BATCH])
    while batch:
        yield from batch
        batch = list(rows.filter(pk__gt=batch[-1][0])[:BATCH])


def _raw(model: type[models.Model], name: str) -> "models.QuerySet[models.Model]":
    # Cast to another field, so that reading does not decrypt.
    return model._base_manager.annotate(stored=Cast(name, _STORED))


def _as_is(token: str) -> models.Value:
    return models.Value(token, output_field=_STORED)
