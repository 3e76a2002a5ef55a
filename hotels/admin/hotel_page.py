"""A hotel's page in the backoffice: photos, place, texts, and what we show against what the supplier sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from hotels import conf
from hotels.admin import edit_lines
from hotels.admin.edit_forms import EditForm, NoticesForm, PhotosForm
from hotels.admin.edit_lines import Line, Lines
from hotels.models import Hotel, HotelFacility, HotelRoom, Term
from hotels.models.names import ENGLISH
from hotels.selectors import facility_words, images, neighbours, vocabulary
from hotels.selectors.images import Image
from hotels.services.content.edit_fields import FIELDS, Languages, Sheet

MOST_FACILITIES = 400


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
    lines = Lines(hotel, may_edit=may_edit, bound=bound)
    page = _Page(lines)
    kinds = vocabulary.labels(Term.Kind.IMAGE, ENGLISH)
    return {
        "gallery": page.gallery(kinds),
        "plot": neighbours.plot(hotel),
        "plot_width": neighbours.WIDTH,
        "plot_height": neighbours.HEIGHT,
        "lines": tuple(page.lines()),
        "texts": tuple(page.texts()),
        "rooms": _rooms(hotel, lines.sheet),
        "facilities": tuple(_facilities(hotel)),
        "codes": tuple(hotel.codes.order_by("supplier", "code")),
        "told": edit_lines.told(hotel),
        "edited": lines.edited,
    }


class _Page:
    def __init__(self, lines: Lines) -> None:
        self._lines = lines

    def lines(self) -> Iterator[Line]:
        for field in FIELDS.values():
            if field.name == "notices":
                yield _named(self._lines.line(field, ""))
            elif field.languages is not Languages.REQUIRED and field.name != "images":
                yield self._lines.line(field, "")

    def texts(self) -> Iterator[Text]:
        """A column for each language of the catalogue, then for those only the supplier has."""
        for language in dict.fromkeys((ENGLISH, *conf.languages(), *self._lines.sheet.texts)):
            description = self._line("description", language)
            yield Text(
                language=language,
                direction=description.direction,
                name=None if language == ENGLISH else self._line("name", language),
                description=description,
            )

    def gallery(self, kinds: Mapping[str, str]) -> Gallery:
        line = self._lines.line(FIELDS["images"], "")
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

    def _line(self, field: str, language: str) -> Line:
        return self._lines.line(FIELDS[field], language, is_offered=language in conf.languages())


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


def _rooms(hotel: Hotel, sheet: Sheet) -> Sequence[tuple[HotelRoom, int]]:
    """Each with how many photos of its own it has."""
    counted: dict[str, int] = {}
    for image in sheet.columns["images"]:
        counted[image.get("room_code", "")] = counted.get(image.get("room_code", ""), 0) + 1
    return [(room, counted.get(room.code, 0)) for room in hotel.rooms.order_by("code")]


def _facilities(hotel: Hotel) -> Iterator[tuple[HotelFacility, str]]:
    for row in hotel.facilities.select_related("facility").order_by("facility__code")[:MOST_FACILITIES]:
        yield row, facility_words.of({name: getattr(row, name) for name in facility_words.VALUES})
