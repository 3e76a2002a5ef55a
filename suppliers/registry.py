"""Every supplier we can speak with, and the one way to get at it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import cast

from django.db.models import Max
from django.utils.module_loading import import_string

from suppliers import credentials, limits, lives
from suppliers.lives import Lives
from suppliers.models import Credential, Supplier
from suppliers.port import Supplier as Port
from suppliers.setup import Setup
from suppliers.transport import Transport

SUPPLIERS = {
    "hotelbeds": "suppliers.adapters.hotelbeds.adapter.build",
}

FRESH_SECONDS = 5.0
"""How long another process's change of a switch or credential may go unseen here."""


class Capability(StrEnum):
    CONTENT = "content"
    AVAILABILITY = "availability"
    BOOKING = "booking"


@dataclass(frozen=True, slots=True)
class _Built:
    port: Port
    lives: Lives
    stamp: tuple[object, ...]


class UnknownSupplier(LookupError):
    pass


_built: dict[str, _Built] = {}
_stamps: dict[str, tuple[float, tuple[object, ...]]] = {}
_lock = threading.Lock()


def get(code: str) -> Port:
    """The supplier, built once per process and anew when its row or one of its credentials changed."""
    return _known(code).port


def answer_lives(code: str) -> Lives:
    """How long the supplier's answers may fill lists."""
    return _known(code).lives


def _known(code: str) -> _Built:
    if code not in SUPPLIERS:
        raise UnknownSupplier(code)
    stamp = (credentials.settings_values(code), _stamp(code))
    with _lock:
        known = _built.get(code)
        if known is None or known.stamp != stamp:
            known = _built[code] = _build(code, stamp)
        return known


def enabled(capability: Capability) -> list[str]:
    """Codes of the suppliers that may be asked for it. A supplier without a row has nothing switched off."""
    rows = {row.code: row for row in Supplier.objects.filter(code__in=SUPPLIERS)}
    return [code for code in SUPPLIERS if _offers(rows.get(code), capability)]


def forget() -> None:
    """Build everything anew at the next `get`."""
    with _lock:
        _built.clear()
        _stamps.clear()


def _offers(row: Supplier | None, capability: Capability) -> bool:
    if row is None:
        return True
    switch = {
        Capability.CONTENT: row.sells_content,
        Capability.AVAILABILITY: row.sells_availability,
        Capability.BOOKING: row.sells_booking,
    }
    return row.is_enabled and switch[capability]


def _stamp(code: str) -> tuple[object, ...]:
    """Changes with every saved credential or supplier row; looked up again every few seconds."""
    looked_up = _stamps.get(code)
    if looked_up and time.monotonic() - looked_up[0] < FRESH_SECONDS:
        return looked_up[1]
    keys = Credential.objects.filter(supplier__code=code, is_active=True)
    newest = keys.aggregate(newest=Max("updated_at"))["newest"]
    row = Supplier.objects.filter(code=code).values_list("updated_at", flat=True).first()
    stamp = (newest, keys.count(), row)
    _stamps[code] = (time.monotonic(), stamp)
    return stamp


def _build(code: str, stamp: tuple[object, ...]) -> _Built:
    keyring = credentials.keyring(code)
    row = Supplier.objects.filter(code=code).first() or Supplier(code=code, name=code)
    allowed = limits.of(row, from_settings=keyring.from_settings)
    build = cast("Callable[[Setup], Port]", import_string(SUPPLIERS[code]))
    setup = Setup(
        code=code,
        keyring=keyring,
        settings=row.settings,
        transport=lambda redact: Transport(code, limits=allowed, redact=redact),
    )
    answers = lives.parse(row.answer_lives, stale_seconds=row.stale_seconds)
    return _Built(build(setup), answers, stamp)
