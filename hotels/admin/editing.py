"""The pages of what staff may correct: a field is corrected and given back through `edits`, which keeps it over every
sync."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from functools import partial
from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST

from faredown.accounts import staff
from faredown.lib import history
from faredown.lib.asking import refused
from faredown.lib.backoffice import StaffAdmin
from faredown.lib.errors import DomainError
from faredown.lib.history import Change
from hotels.admin import edit_lines
from hotels.admin.edit_forms import EditForm
from hotels.models import ContentEdit, Owner
from hotels.services.content import edits

_LONGEST_KEY = 19
"""Digits of the largest key a row can have."""


class EditedAdmin(StaffAdmin[Any]):
    """A page with lines to correct. Its template gets `page` and `may_edit`."""

    edit_permissions: ClassVar[tuple[str, ...]]
    """All are needed to correct a field and to give it back."""

    def page_of(self, owner: Any, *, may_edit: bool, bound: EditForm | None) -> dict[str, Any]:
        """What the template shows. `bound`: a form that was refused."""
        raise NotImplementedError

    def get_urls(self) -> list[URLPattern]:
        pages = (("edit", self.edit), ("give-back", self.give_back))
        name = f"hotels_{self.opts.model_name}"
        return [
            *(
                path(
                    f"<str:object_id>/{verb}/",
                    self.admin_site.admin_view(require_POST(view)),
                    name=f"{name}_{verb.replace('-', '_')}",
                )
                for verb, view in pages
            ),
            *super().get_urls(),
        ]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The page itself asks for its parts, so only once Django has found that this person may see the row."""
        given = dict(extra_context or {})
        bound: EditForm | None = given.pop("bound", None)
        may_edit = self.may_edit(request)
        context = {
            "page": partial(self._parts, request, object_id, may_edit=may_edit, bound=bound),
            "may_edit": may_edit,
            **given,
        }
        return super().change_view(request, object_id, form_url, context)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Corrections, what was given back by whom, and what the form changed, in one list."""
        context = {"recorded": partial(self._recorded, request, object_id), **(extra_context or {})}
        return super().history_view(request, object_id, context)

    def edit(self, request: HttpRequest, object_id: str) -> HttpResponse:
        owner = self.to_edit(request, object_id)
        field = edits.fields_of(owner).get(request.POST.get("field", ""))
        if field is None:
            messages.error(request, "This is not for staff to edit.")
            return redirect(address(owner))
        form = edit_lines.form(owner, field, request.POST)
        if not form.is_valid():
            return self._again(request, form, owner, status=400)
        try:
            edit = edits.make(
                owner,
                field.name,
                form.said(),
                language=form.cleaned_data["language"],
                reason=form.cleaned_data["reason"],
                by=staff.person(request),
                seen=form.cleaned_data["seen"],
            )
        except DomainError as error:
            form.refuse(error)
            return self._again(request, form, owner, status=error.status)
        messages.success(request, f"{field.label}: corrected. Every sync keeps it until it is given back.")
        return redirect(address(owner, field.name, edit.language))

    def give_back(self, request: HttpRequest, object_id: str) -> HttpResponse:
        owner = self.to_edit(request, object_id)
        edit: ContentEdit | None = owner.edits.filter(pk=key(request, "edit")).first()
        if edit is None:
            messages.info(request, "It was given back already.")
            return redirect(address(owner))
        if edits.version(edit) != request.POST.get("seen", ""):
            messages.error(request, "Somebody else edited this meanwhile. Look at it again.")
            return redirect(address(owner, edit.field, edit.language))
        try:
            edits.give_back(edit, by=staff.person(request))
        except DomainError as error:
            return refused(request, error, back=address(owner))
        messages.success(request, f"{edits.fields_of(owner)[edit.field].label}: the supplier's again.")
        return redirect(address(owner, edit.field, edit.language))

    def may_edit(self, request: HttpRequest) -> bool:
        return request.user.has_perms(self.edit_permissions)

    def to_edit(self, request: HttpRequest, object_id: str) -> Any:
        """The row, for those who may correct it."""
        if not self.may_edit(request):
            raise PermissionDenied
        return self.row(request, object_id)

    def _again(self, request: HttpRequest, form: EditForm, owner: Owner, *, status: int) -> HttpResponse:
        """Its page with the refused form in its place, and why on top."""
        reasons = [str(reason) for errors in form.errors.values() for reason in errors]
        messages.error(request, f"{form.subject.field.label}: not corrected. {' '.join(reasons)}")
        shown = copy(request)
        shown.method = "GET"
        response = self.change_view(shown, str(owner.pk), extra_context={"bound": form})
        response.status_code = status
        return response

    def _parts(
        self, request: HttpRequest, object_id: str, *, may_edit: bool, bound: EditForm | None
    ) -> dict[str, Any]:
        return self.page_of(self.row(request, object_id), may_edit=may_edit, bound=bound)

    def _recorded(self, request: HttpRequest, object_id: str) -> list[Change]:
        owner = self.row(request, object_id)
        changes = [*history.of(self.model, owner.pk), *_corrections(owner), *_saved(owner)]
        return sorted(changes, key=lambda change: change.at, reverse=True)[: history.SHOWN]


def address(owner: Owner, field: str = "", language: str = "") -> str:
    page = reverse(f"admin:hotels_{owner._meta.model_name}_change", args=(owner.pk,))
    return f"{page}#{edit_lines.anchor(field, language)}" if field else page


def key(request: HttpRequest, name: str) -> int:
    """Of a row; 0, which no row has, for what is no key."""
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _LONGEST_KEY else 0


def _corrections(owner: Owner) -> Iterator[Change]:
    for label, one in edit_lines.told(owner):
        what = f"{one.what}: {label} ({one.language})" if one.language else f"{one.what}: {label}"
        yield Change(at=one.at, what=what, who=one.who, url=one.url, fields=one.fields)


def _saved(owner: Owner) -> Iterator[Change]:
    """What the page's own form changed, as Django logs it."""
    kind = ContentType.objects.get_for_model(owner)
    rows = LogEntry.objects.filter(content_type=kind, object_id=str(owner.pk)).select_related("user")
    for entry in rows.order_by("-action_time")[: history.SHOWN]:
        what = str(entry.get_change_message() or entry.get_action_flag_display())
        yield Change(at=entry.action_time, what=what, who=str(entry.user), url="", fields=())
