"""Figures as CSV, written while they are read."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import fields

from reports.selectors import completeness, searches
from reports.selectors.completeness import Line
from reports.selectors.searches import Answers

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class _Echo:
    """Hands each line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def completeness_csv(lines: Iterable[Line]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield writer.writerow(
        [
            *(
                "country",
                "key",
                "name",
                "live_hotels",
                "without_photo",
                "without_description_en",
                "without_coordinates",
            ),
            *("without_stars", "without_rooms", "average_quality"),
            *(f"described_percent_{language}" for language in completeness.languages()),
            *("retired_hotels", "edited_fields"),
        ]
    )
    for line in lines:
        yield writer.writerow(
            [
                *(
                    line.country,
                    line.key,
                    _text(line.name),
                    line.live,
                    line.without_photo,
                    line.without_description,
                ),
                *(line.without_coordinates, line.without_stars, line.without_rooms, line.quality),
                *line.coverage,
                *(line.retired, line.edits),
            ]
        )


def searches_csv(by: str, lines: Iterable[searches.Line]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield writer.writerow([by, "name", *searches.NUMBERS])
    for line in lines:
        numbers = (getattr(line.funnel, name) for name in searches.NUMBERS)
        yield writer.writerow([_text(line.key), _text(line.name), *numbers])


def suppliers_csv(lines: Iterable[Answers]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    names = [field.name for field in fields(Answers)]
    yield writer.writerow(names)
    for line in lines:
        yield writer.writerow([getattr(line, name) for name in names])


def _text(value: str) -> str:
    """No spreadsheet takes it for a formula."""
    return f"'{value}" if value.startswith(_FORMULA) else value
