"""What a guest has typed so far, per quote, in the session until the booking is placed."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest

_SESSION_KEY = "checkout"
_MOST = 3

Step = Literal["guests", "preferences", "back"]


def read(request: HttpRequest, quote_id: str, step: Step) -> Any:
    return request.session.get(_SESSION_KEY, {}).get(quote_id, {}).get(step)


def write(request: HttpRequest, quote_id: str, step: Step, value: Any) -> None:
    drafts = dict(request.session.get(_SESSION_KEY, {}))
    draft = drafts.pop(quote_id, {}) | {step: value}
    request.session[_SESSION_KEY] = dict(list({**drafts, quote_id: draft}.items())[-_MOST:])


def forget(request: HttpRequest, quote_id: str) -> None:
    drafts = dict(request.session.get(_SESSION_KEY, {}))
    drafts.pop(quote_id, None)
    request.session[_SESSION_KEY] = drafts
