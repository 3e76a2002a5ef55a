"""What staff may do with a sync: ask first, do it by POST, say what came of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from faredown.accounts import staff
from faredown.accounts.models import User
from faredown.lib import asking
from hotels import conf
from hotels.admin import sync_board
from hotels.models import Destination, SyncRun
from hotels.models.names import ENGLISH
from hotels.services import sync_desk
from suppliers import registry

_KINDS = (
    (SyncRun.Kind.INCREMENTAL, "Incremental: what changed since the last good run"),
    (SyncRun.Kind.FULL, "Full: everything, and retire what is no longer listed"),
    (SyncRun.Kind.SWEEP, "Sweep: compare the list of hotels, retire what is gone, fetch what is new"),
)


class StartForm(forms.Form):
    supplier = forms.ChoiceField(widget=UnfoldAdminSelectWidget)
    kind = forms.ChoiceField(choices=_KINDS, widget=UnfoldAdminSelectWidget)
    destination = forms.CharField(
        required=False,
        max_length=200,
        widget=UnfoldAdminTextInputWidget,
        help_text="The supplier's code (PMI) or the exact name, to read the hotels of one destination only. "
        "Nothing is retired then. Empty: everything.",
    )
    languages = forms.MultipleChoiceField(
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text="English always comes along, and is what is shown where a text is missing in another language. So do "
        "those that the last whole run read: left out, their texts would be lost.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        suppliers = registry.enabled(registry.Capability.CONTENT)
        configured = tuple(dict.fromkeys((ENGLISH, *conf.languages())))
        self.fields["supplier"].choices = [(code, code) for code in suppliers]  # type: ignore[attr-defined]
        self.fields["languages"].choices = [(tag, tag) for tag in configured]  # type: ignore[attr-defined]
        self.fields["languages"].initial = list(configured)

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        wanted = data.get("destination", "").strip()
        data["destination"] = None
        if wanted and "supplier" in data:
            found = _places(wanted, data["supplier"])
            if len(found) == 1:
                data["destination"] = found[0]
            else:
                self.add_error("destination", _told(wanted, found))
        return data


def start(request: HttpRequest, *, back: str) -> HttpResponse:
    def act(data: dict[str, Any]) -> tuple[str, str]:
        run = sync_desk.start(**data, by=staff.person(request))
        return f"{run} was started.", page_of(run)

    given = {name: value for name, value in request.GET.items() if name in StartForm.base_fields}
    form = StartForm(request.POST or None, initial=given)
    return asking.ask(request, form, act, title="Start a sync", back=back)


def pause(request: HttpRequest, run: SyncRun) -> HttpResponse:
    """Costs nothing: it can be resumed."""
    said = (
        "The page under way is finished, then nothing more is asked of the supplier until somebody resumes."
    )
    return _verb(request, run, sync_desk.pause, title="Pause the sync", said=said, done="is paused.")


def resume(request: HttpRequest, run: SyncRun) -> HttpResponse:
    said = "It goes on from the record where it was paused."
    return _verb(request, run, sync_desk.resume, title="Resume the sync", said=said, done="goes on.")


def stop(request: HttpRequest, run: SyncRun) -> HttpResponse:
    said = "It cannot be resumed: the next sync begins anew. What was written stays, and nothing is retired."
    return _verb(request, run, sync_desk.stop, title="Stop the sync", said=said, done="was stopped.")


def page_of(run: SyncRun) -> str:
    return reverse("admin:hotels_syncrun_change", args=(run.pk,))


def _verb(
    request: HttpRequest,
    run: SyncRun,
    service: Callable[..., SyncRun],
    *,
    title: str,
    said: str,
    done: str,
) -> HttpResponse:
    by: User = staff.person(request)
    form = forms.Form(request.POST if request.method == "POST" else None)
    shown = [
        ("Sync", str(run)),
        ("Status", run.get_status_display()),
        ("At", sync_board.summary(run)),
        ("What happens", said),
    ]
    return asking.ask(
        request, form, lambda _: f"{service(run, by=by)} {done}", title=title, shown=shown, back=page_of(run)
    )


def _places(wanted: str, supplier: str) -> list[Destination]:
    """By the supplier's code, else by name. At most two: two are too many already."""
    sold = Destination.objects.filter(codes__supplier=supplier)
    by_code = list(sold.filter(codes__code__iexact=wanted).distinct()[:2])
    return by_code or list(sold.filter(name__iexact=wanted).distinct()[:2])


def _told(wanted: str, found: list[Destination]) -> str:
    if found:
        return f"Several destinations are called {wanted}: give the supplier's code."
    return f"The supplier has no destination {wanted}."
