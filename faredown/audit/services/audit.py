"""Named actions: who did what to what. Called in the transaction that does it."""

from ipaddress import ip_address
from typing import Any

from django.db import models

from faredown.accounts.models import User
from faredown.audit.models import Action
from faredown.lib import network
from faredown.lib.logging import request_id
from faredown.lib.money import Money

Target = models.Model | tuple[str, str] | None


def record(action: str, *, target: Target, by: User | None = None, **detail: Any) -> Action:
    """`audit.record("booking.cancelled", target=booking, by=staff, reason="...")`.

    `target` is a row (named by its `reference`, `public_id` or key) or a pair of type and reference. No personal
    data in `detail`: actions outlive the people in them.
    """
    target_type, reference = _named(target)
    return Action.objects.create(
        action=action,
        by=by,
        target_type=target_type,
        target_reference=reference,
        detail={key: value.as_json() if isinstance(value, Money) else value for key, value in detail.items()},
        request_id=request_id.get(),
        ip=_address(),
    )


def _named(target: Target) -> tuple[str, str]:
    if target is None:
        return "", ""
    if isinstance(target, tuple):
        return target
    names = (getattr(target, name, None) for name in ("reference", "public_id", "pk"))
    return target._meta.label_lower, str(next((name for name in names if name), ""))


def _address() -> str | None:
    try:
        return str(ip_address(network.current_address.get()))
    except ValueError:
        return None
