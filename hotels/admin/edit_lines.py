"""Fields that staff may correct, as a page shows them: what is shown, what the supplier sent, the form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from django.http import QueryDict

from hotels.admin import edit_forms
from hotels.admin.edit_forms import EditForm, Subject
from hotels.models import ContentEdit, Owner
from hotels.selectors import content_history
from hotels.selectors.content_history import Told
from hotels.services.content import edits
from hotels.services.content.edit_fields import Field, Sheet

RIGHT_TO_LEFT = frozenset(("ar", "fa", "he", "ur"))


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A field as it is shown, what the supplier sent of it, and the form to correct it (None for those who may not)."""

    field: str
    label: str
    language: str
    shown: Any
    supplied: Any
    edit: ContentEdit | None
    version: str
    form: EditForm | None
    anchor: str

    @property
    def is_open(self) -> bool:
        return self.form is not None and self.form.is_bound

    @property
    def direction(self) -> str:
        return "rtl" if self.language.partition("-")[0] in RIGHT_TO_LEFT else "ltr"


class Lines:
    """`bound`: a form that was refused, shown again in its place."""

    def __init__(self, owner: Owner, *, may_edit: bool, bound: EditForm | None = None) -> None:
        self.sheet: Sheet = edits.sheet_of(owner)
        self._held: Mapping[tuple[str, str], ContentEdit] = {
            (edit.field, edit.language): edit for edit in owner.edits.select_related("edited_by")
        }
        self._may_edit = may_edit
        self._bound = bound

    @property
    def edited(self) -> int:
        return len(self._held)

    def line(self, field: Field, language: str, *, is_offered: bool = True) -> Line:
        edit = self._held.get((field.name, language))
        about = _subject(self.sheet, field, language, edit)
        bound = self._bound if self._is_bound(field, language) else None
        return Line(
            field=field.name,
            label=field.label,
            language=language,
            shown=about.shown,
            supplied=about.supplied,
            edit=edit,
            version=about.seen,
            form=(bound or edit_forms.form(about)) if self._may_edit and is_offered else None,
            anchor=anchor(field.name, language),
        )

    def _is_bound(self, field: Field, language: str) -> bool:
        if self._bound is None:
            return False
        about = self._bound.subject
        return (about.field.name, about.language) == (field.name, language)


def anchor(field: str, language: str) -> str:
    return f"line-{field}-{language}".rstrip("-")


def form(owner: Owner, field: Field, data: QueryDict) -> EditForm:
    """As it was sent."""
    language = data.get("language", "")[:12]
    # What is no language of ours may be no text of the database's either; the service says so.
    is_known = language in ("", *edits.languages_of(owner))
    held = owner.edits.filter(field=field.name, language=language).first() if is_known else None
    return edit_forms.form(_subject(edits.sheet_of(owner), field, language, held), data)


def told(owner: Owner) -> tuple[tuple[str, Told], ...]:
    """What was corrected and given back so far, each with what staff call the field."""
    fields = edits.fields_of(owner)
    return tuple(
        (fields[one.field].label if one.field in fields else one.field, one)
        for one in content_history.of(owner)
    )


def _subject(sheet: Sheet, field: Field, language: str, edit: ContentEdit | None) -> Subject:
    shown = field.read(sheet, language)
    return Subject(
        field=field,
        language=language,
        seen=edits.version(edit),
        shown=shown,
        supplied=edit.supplied if edit else shown,
        value=edit.value if edit else None,
    )
