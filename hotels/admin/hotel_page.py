"""A hotel's page in the backoffice: photos, place, texts, and what we show against what the supplier sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
from django.http import QueryDict

from hotels import conf
from hotels.admin import edit_forms
from hotels.admin.edit_forms import EditForm, NoticesForm, PhotosForm, Subject
from hotels.models import ContentEdit, Hotel, HotelFacility, HotelRoom, Term
from hotels.models.names import ENGLISH
from hotels.selectors import content_history, images, neighbours, vocabulary
from hotels.selectors.images import Image
from hotels.services.content import edits
from hotels.services.content.edit_fields import FIELDS, Field, Languages, Sheet

RIGHT_TO_LEFT = frozenset(("ar", "fa", "he", "ur"))
MOST_FACILITIES = 400

Edits = Mapping[tuple[str, str], ContentEdit]


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


class Text(msgspec.Struct, frozen=True, kw_only=True):
    """A language's column."""

    language: str
    direction: str
    name: Line | None
    description: Line


class Photo(msgspec.Struct, frozen=True, kw_only=True):
    path: str
    image: Image
    kind: str
    place: str
    hidden: bool


class Gallery(msgspec.Struct, frozen=True):
    photos: tuple[Photo, ...]
    line: Line
    shown: int


def context(hotel: Hotel, *, may_edit: bool, bound: EditForm | None = None) -> dict[str, Any]:
    """`bound`: a form that was refused, shown again in its place."""
    held = {(edit.field, edit.language): edit for edit in hotel.edits.select_related("edited_by")}
    sheet = edits.sheet_of(hotel)
    page = _Page(sheet, held, may_edit=may_edit, bound=bound)
    kinds = vocabulary.labels(Term.Kind.IMAGE, ENGLISH)
    return {
        "gallery": page.gallery(kinds),
        "plot": neighbours.plot(hotel),
        "plot_width": neighbours.WIDTH,
        "plot_height": neighbours.HEIGHT,
        "lines": tuple(page.lines()),
        "texts": tuple(page.texts()),
        "rooms": _rooms(hotel, sheet),
        "facilities": tuple(_facilities(hotel)),
        "codes": tuple(hotel.codes.order_by("supplier", "code")),
        "told": tuple((_label(one.field), one) for one in content_history.of(hotel)),
        "edited": len(held),
    }


def subject(hotel: Hotel, field: Field, language: str) -> Subject:
    """What a form that was sent is about."""
    # What is no language of ours may be no text of the database's either; the service says so.
    is_known = language in ("", *conf.languages())
    rows = ContentEdit.objects.filter(hotel=hotel, field=field.name, language=language)
    held = rows.first() if is_known else None
    return _subject(edits.sheet_of(hotel), field, language, held)


def form(hotel: Hotel, field: Field, data: QueryDict) -> EditForm:
    language = data.get("language", "")[:12]
    return edit_forms.form(subject(hotel, field, language), data)


class _Page:
    def __init__(self, sheet: Sheet, held: Edits, *, may_edit: bool, bound: EditForm | None) -> None:
        self._sheet = sheet
        self._held = held
        self._may_edit = may_edit
        self._bound = bound

    def lines(self) -> Iterator[Line]:
        for field in FIELDS.values():
            if field.name == "notices":
                yield _named(self._line(field, ""))
            elif field.languages is not Languages.REQUIRED and field.name != "images":
                yield self._line(field, "")

    def texts(self) -> Iterator[Text]:
        """A column for each language of the catalogue, then for those only the supplier has."""
        for language in dict.fromkeys((ENGLISH, *conf.languages(), *self._sheet.texts)):
            is_offered = language in conf.languages()
            yield Text(
                language=language,
                direction="rtl" if language.partition("-")[0] in RIGHT_TO_LEFT else "ltr",
                name=None if language == ENGLISH else self._line(FIELDS["name"], language, is_offered),
                description=self._line(FIELDS["description"], language, is_offered),
            )

    def gallery(self, kinds: Mapping[str, str]) -> Gallery:
        line = self._line(FIELDS["images"], "")
        shown = [image["path"] for image in line.shown]
        hidden = [image for image in line.supplied if image["path"] not in shown]
        form = line.form if isinstance(line.form, PhotosForm) else None
        photos = tuple(
            Photo(
                path=entry["path"],
                image=images.image(entry),
                kind=kinds.get(entry.get("kind", ""), entry.get("kind", "")),
                place=form.place(entry["path"]) if form else "",
                hidden=form.is_hidden_photo(entry["path"]) if form else entry in hidden,
            )
            for entry in (*line.shown, *hidden)
        )
        return Gallery(photos, line, len(line.shown))

    def _line(self, field: Field, language: str, is_offered: bool = True) -> Line:
        edit = self._held.get((field.name, language))
        about = _subject(self._sheet, field, language, edit)
        bound = self._bound
        is_bound = bound is not None and (bound.subject.field.name, bound.subject.language) == (
            field.name,
            language,
        )
        return Line(
            field=field.name,
            label=field.label,
            language=language,
            shown=about.shown,
            supplied=about.supplied,
            edit=edit,
            version=about.seen,
            form=(bound if is_bound else edit_forms.form(about)) if self._may_edit and is_offered else None,
            anchor=anchor(field.name, language),
        )


def anchor(field: str, language: str) -> str:
    return f"line-{field}-{language}".rstrip("-")


def _named(line: Line) -> Line:
    """Notices with what their codes mean."""
    labels = vocabulary.labels(Term.Kind.NOTICE, ENGLISH)
    shown, supplied = (
        [notice | {"name": labels.get(notice["code"], notice["code"])} for notice in notices]
        for notices in (line.shown, line.supplied)
    )
    if isinstance(line.form, NoticesForm):
        line.form.name({notice["code"]: notice["name"] for notice in supplied})
    return msgspec.structs.replace(line, shown=shown, supplied=supplied)


def _label(field: str) -> str:
    return FIELDS[field].label if field in FIELDS else field


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


def _rooms(hotel: Hotel, sheet: Sheet) -> Sequence[tuple[HotelRoom, int]]:
    """Each with how many photos of its own it has."""
    counted: dict[str, int] = {}
    for image in sheet.columns["images"]:
        counted[image.get("room_code", "")] = counted.get(image.get("room_code", ""), 0) + 1
    return [(room, counted.get(room.code, 0)) for room in hotel.rooms.order_by("code")]


def _facilities(hotel: Hotel) -> Iterator[tuple[HotelFacility, str]]:
    for row in hotel.facilities.select_related("facility").order_by("facility__code")[:MOST_FACILITIES]:
        yield row, _note(row)


def _note(row: HotelFacility) -> str:
    parts = [
        "" if row.available else "not there",
        "fee" if row.fee else "",
        "" if row.number is None else f"{row.number}",
        "" if row.distance is None else f"{row.distance} m",
        "" if row.amount is None else f"{row.amount} {row.currency}",
    ]
    return ", ".join(part for part in parts if part)
