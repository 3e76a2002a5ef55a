"""Rate limits of API views. Named in the settings, so it imports no view (DRF's loads the settings)."""

from typing import Any, Protocol, runtime_checkable

from django.http import HttpRequest
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from faredown.lib import limiter, network
from faredown.lib.limiter import Verdict


@runtime_checkable
class Scoped(Protocol):
    """A view that says which row of `settings.RATE_LIMITS` a method falls under."""

    def scope(self, method: str) -> str: ...


def note(request: HttpRequest, verdict: Verdict) -> None:
    """The request's address has been counted by a script that did more at once: it is not counted again."""
    request.address_counted = verdict  # type: ignore[attr-defined]


class RedisThrottle(BaseThrottle):
    """Limits of the view's scope for the user and for the address; the scarcer of the two goes into the headers."""

    def __init__(self) -> None:
        self._retry_after: int | None = None

    def allow_request(self, request: Request, view: Any) -> bool:
        scope = view.scope(request.method or "") if isinstance(view, Scoped) else "default"
        found = [_address(request._request, scope)]
        if request.user.is_authenticated:
            found.append(limiter.hit(scope, "user", str(request.user.pk)))
        verdicts = [verdict for verdict in found if verdict is not None]
        if not verdicts:
            return True
        scarcest = min(verdicts, key=lambda verdict: (verdict.allowed, verdict.remaining))
        request.rate_limit = scarcest  # type: ignore[attr-defined]  # ours, read by lib.rest
        self._retry_after = max(1, scarcest.retry_after)
        return scarcest.allowed

    def wait(self) -> float | None:
        return self._retry_after


def _address(request: HttpRequest, scope: str) -> Verdict | None:
    counted: Verdict | None = getattr(request, "address_counted", None)
    return counted or limiter.hit(scope, "ip", network.client_address(request))
