"""The condition of a supplier in words, for the backoffice."""

from __future__ import annotations

from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from suppliers import condition
from suppliers.condition import Breaker, OperationState


def summary(code: str) -> str:
    found = condition.read(code)
    if found is None:
        return _unknown()
    stopped = ", ".join(one.operation.value for one in found.troubled)
    return _("not answering: %(operations)s") % {"operations": stopped} if stopped else _("yes")


def breakers(code: str) -> SafeString | str:
    found = condition.read(code)
    if found is None:
        return _unknown()
    lines = ((one.operation.value, _told(one)) for one in found.operations)
    return format_html_join("", "<div>{}: {}</div>", lines)


def budget(code: str) -> str:
    found = condition.read(code)
    if found is None:
        return _unknown()
    told = _("Calls today: %(used)s of %(quota)s.") % {
        "used": found.used_today,
        "quota": found.quota or _("no limit"),
    }
    for api, left in found.budgets.items():
        told += " " + _("%(api)s: %(left)s calls may go at once (%(rate)s a second).") % {
            "api": api.value,
            "left": left.left,
            "rate": f"{left.rate:g}",
        }
    if found.paused:
        told += " " + _("Its quota is used up: searches stop for %(seconds)s s.") % {"seconds": found.paused}
    return told


def _unknown() -> str:
    return _("not known: the Redis of the budgets is away, each process keeps to a small share")


def _told(one: OperationState) -> str:
    if one.breaker is Breaker.OPEN:
        return _("stopped after %(failures)s failures, tried again in %(seconds)s s") % {
            "failures": one.failures,
            "seconds": one.opens_in,
        }
    if one.breaker is Breaker.HALF_OPEN:
        return _("one call at a time is let through, to see whether it is back")
    if one.failures:
        return _("works; %(failures)s failures in a row") % {"failures": one.failures}
    return _("works")
