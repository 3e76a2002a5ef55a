"""A page of the backoffice that asks before something is done: shown by GET, done by POST, and said what came of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from faredown.lib.errors import DomainError

TEMPLATE = "admin/ask.html"

Act = Callable[[dict[str, Any]], str | tuple[str, str]]
"""Does it with the form's cleaned data; returns what to say and, where that is not `back`, the page to go to."""


def ask(
    request: HttpRequest,
    form: forms.Form,
    act: Act,
    *,
    title: str,
    shown: Sequence[tuple[str, str]] = (),
    back: str,
) -> HttpResponse:
    """What a service refuses is said on the page at `back`."""
    if request.method == "POST" and form.is_valid():
        try:
            done = act(form.cleaned_data)
        except DomainError as error:
            return refused(request, error, back=back)
        said, page = done if isinstance(done, tuple) else (done, back)
        messages.success(request, said)
        return redirect(page)
    context = {
        **admin.site.each_context(request),
        "title": title,
        "verb": title,
        "shown": shown,
        "form": form,
        "back": back,
    }
    return TemplateResponse(request, TEMPLATE, context)


def refused(request: HttpRequest, error: DomainError, *, back: str) -> HttpResponse:
    messages.error(request, error.detail)
    return redirect(back)
