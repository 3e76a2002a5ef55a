"""The form of each field that staff may correct. Whether it makes sense is for the service, whose answer is shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import msgspec
from django import forms
from django.http import QueryDict
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from faredown.lib.errors import DomainError
from hotels.services.content.edit_fields import Field

REASON_LENGTH = 200
MOST_DIGITS = 4


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """What is edited: `shown` and `supplied` in the shape the field is read in, `value` what staff said before."""

    field: Field
    language: str
    seen: str
    shown: Any
    supplied: Any
    value: Any = None


class EditForm(forms.Form):
    """`seen` is the version of the edit that its author looked at."""

    field = forms.CharField(widget=forms.HiddenInput)
    language = forms.CharField(widget=forms.HiddenInput, required=False)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    reason = forms.CharField(max_length=REASON_LENGTH, label="Why", widget=UnfoldAdminTextInputWidget)
    field_order = ("field", "language", "seen", "value", "latitude", "longitude")
    errors_at: ClassVar[str | None] = None

    def __init__(self, subject: Subject, data: QueryDict | None = None) -> None:
        of = {"field": subject.field.name, "language": subject.language, "seen": subject.seen}
        auto_id = f"edit-{subject.field.name}-{subject.language}-%s"
        super().__init__(data, initial={**of, **self.first(subject)}, auto_id=auto_id, label_suffix="")
        self.subject = subject
        if self.errors_at:
            self.fields[self.errors_at].help_text = subject.field.help

    def first(self, subject: Subject) -> Mapping[str, Any]:
        """What the form begins with."""
        return {"value": subject.shown}

    def said(self) -> Any:
        """As the service takes it."""
        return self.cleaned_data["value"]

    def refuse(self, error: DomainError) -> None:
        """At the field it is about, or on top."""
        for one in error.errors:
            self.add_error("reason" if one.field == "reason" else self.errors_at, one.message)
        if not error.errors:
            self.add_error(None, error.detail)


class LineForm(EditForm):
    value = forms.CharField(
        required=False, label="Show", widget=UnfoldAdminTextInputWidget(attrs={"dir": "auto"})
    )
    errors_at = "value"


class TextForm(EditForm):
    value = forms.CharField(
        required=False, label="Show", widget=UnfoldAdminTextareaWidget(attrs={"dir": "auto"})
    )
    errors_at = "value"


class LinesForm(EditForm):
    value = forms.CharField(required=False, label="Show", widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}))
    errors_at = "value"

    def first(self, subject: Subject) -> Mapping[str, Any]:
        return {"value": "\n".join(subject.shown)}

    def said(self) -> list[str]:
        text: str = self.cleaned_data["value"]
        return text.splitlines()


class PointForm(EditForm):
    latitude = forms.CharField(required=False, widget=UnfoldAdminTextInputWidget)
    longitude = forms.CharField(required=False, widget=UnfoldAdminTextInputWidget)
    errors_at = "latitude"

    def first(self, subject: Subject) -> Mapping[str, Any]:
        point: dict[str, float] = subject.shown
        return point

    def said(self) -> dict[str, str]:
        given = {name: self.cleaned_data[name] for name in ("latitude", "longitude")}
        return given if any(given.values()) else {}


class SwitchForm(EditForm):
    """To press it is to say yes."""

    def first(self, subject: Subject) -> Mapping[str, Any]:
        return {}

    def said(self) -> bool:
        return True


class PhotosForm(EditForm):
    """Its boxes stand in the gallery: `place:<path>` is a number, `hide` the paths left out."""

    def first(self, subject: Subject) -> Mapping[str, Any]:
        return {}

    def place(self, path: str) -> str:
        if self.is_bound:
            return str(self.data.get(f"place:{path}", ""))
        first = (self.subject.value or {}).get("first", [])
        return str(first.index(path) + 1) if path in first else ""

    def is_hidden_photo(self, path: str) -> bool:
        return path in (self._hidden() if self.is_bound else (self.subject.value or {}).get("hidden", []))

    def clean(self) -> dict[str, Any]:
        if bad := next((place for place in self._places().values() if not _is_place(place)), None):
            self.add_error(None, f"A place is a whole number of at most {MOST_DIGITS} digits: {bad[:20]}")
        return self.cleaned_data

    def said(self) -> dict[str, list[str]]:
        hidden = self._hidden()
        places = {path: int(place) for path, place in self._places().items() if path not in hidden}
        return {"first": sorted(places, key=lambda path: places[path]), "hidden": hidden}

    def _places(self) -> dict[str, str]:
        paths = [image["path"] for image in self.subject.supplied]
        given = {path: str(self.data.get(f"place:{path}", "")).strip() for path in paths}
        return {path: place for path, place in given.items() if place}

    def _hidden(self) -> list[str]:
        return self.data.getlist("hide") if isinstance(self.data, QueryDict) else []


def _is_place(text: str) -> bool:
    return text.isdecimal() and len(text) <= MOST_DIGITS


class NoticesForm(EditForm):
    value = forms.MultipleChoiceField(required=False, label="Hide", widget=forms.CheckboxSelectMultiple)
    errors_at = "value"

    def __init__(self, subject: Subject, data: QueryDict | None = None) -> None:
        super().__init__(subject, data)
        self.name({notice["code"]: notice["code"] for notice in subject.supplied})

    def name(self, labels: Mapping[str, str]) -> None:
        """The boxes, each with what it hides."""
        field = self.fields["value"]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = list(labels.items())

    def first(self, subject: Subject) -> Mapping[str, Any]:
        return {"value": (subject.value or {}).get("hidden", [])}

    def said(self) -> dict[str, list[str]]:
        return {"hidden": self.cleaned_data["value"]}


_FORMS: Mapping[str, type[EditForm]] = {
    "description": TextForm,
    "phones": LinesForm,
    "emails": LinesForm,
    "coordinates": PointForm,
    "off_sale": SwitchForm,
    "images": PhotosForm,
    "notices": NoticesForm,
}


def form(subject: Subject, data: QueryDict | None = None) -> EditForm:
    return _FORMS.get(subject.field.name, LineForm)(subject, data)
