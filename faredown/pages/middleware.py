"""What holds for every page and no view should have to think of: its language, and refusals shown as a page."""

from __future__ import annotations

from collections.abc import Callable

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from faredown.accounts import visitor
from faredown.lib import problems
from faredown.lib.errors import DomainError

_NOT_PAGES = ("/api/", "/admin/")


class Pages:
    """Domain refusals that no view could show beside a field become a page in the site's look. A reader whose
    language the site is not written in gets English whole, never dates of one language among words of another."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(_NOT_PAGES):
            translation.activate(visitor.language())
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, OperationalError):
            error = problems.database_busy(error)
        if not isinstance(error, DomainError) or request.path.startswith(_NOT_PAGES):
            return None
        template = "404.html" if error.status == 404 else "refused.html"
        response = render(request, template, {"refusal": error}, status=error.status)
        if error.retry_after is not None:
            response["Retry-After"] = str(error.retry_after)
        return response
