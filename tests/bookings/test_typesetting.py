"""Papers in every script the fonts have, and a word about those they lack."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import REGISTRY
from pypdf import PdfReader
from structlog.testing import capture_logs

from bookings.models import Document
from bookings.services import glyphs, paper_words, typesetting
from bookings.services.typesetting import FOLDER
from tests.bookings import test_papers as papers

COUNTED = "faredown_document_glyphs_missing_total"


def invoice(language: str = "en", **said: Any) -> Document:
    page = paper_words.page(Document.Kind.INVOICE, papers.SOLD, language=language) | said
    return Document(
        kind=Document.Kind.INVOICE,
        page=page,
        version=1,
        issued_at=datetime(2026, 11, 23, 4, 5, 6, tzinfo=UTC),
    )


def counted() -> float:
    return REGISTRY.get_sample_value(COUNTED, {"template": "invoice.typ"}) or 0


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Żółć ß"),
        ("ru", "Гостиница"),
        ("ar", "فندق"),
        ("ja", "東京ホテル"),
        ("zh-hans", "简体中文 汉语"),
        ("es", "מלון"),
    ],
)
def test_scripts_that_are_drawn(language: str, text: str) -> None:
    page = invoice(language, notes=[text])
    with capture_logs() as logs:
        drawn = typesetting.pdf(page)
    assert not [entry for entry in logs if entry["event"] == "document_glyphs_missing"]
    fonts = {
        str(font.get_object()["/BaseFont"]).partition("+")[2]
        for sheet in PdfReader(io.BytesIO(drawn)).pages
        for font in sheet["/Resources"]["/Font"].values()  # type: ignore[index]
    }
    assert any(name.startswith("NotoSansJP") for name in fonts) == (language == "ja")
    assert any(name.startswith("NotoSansSC") for name in fonts) == (language == "zh-hans")


def test_a_character_that_no_font_draws_is_logged_and_counted() -> None:
    page, before = invoice(notes=["Somchai สม, Jun 준"]), counted()
    with capture_logs() as logs:
        typesetting.pdf(page)
    (entry,) = [one for one in logs if one["event"] == "document_glyphs_missing"]
    assert entry["characters"] == ["U+0E21", "U+0E2A", "U+C900"]
    assert entry["log_level"] == "warning"
    assert counted() == before + 3


def test_marks_that_are_not_drawn_lack_no_glyph() -> None:
    assert (
        typesetting.missing({"a": ["\u200f\u2066x\u2069\n", {"b": "\ufe0f\u00ad"}], "n": 1, "t": True}) == []
    )


def test_a_folder_of_fonts_is_used(settings: Any, tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "extra.ttf").write_bytes((FOLDER / "fonts" / "DejaVuSans.ttf").read_bytes())
    (tmp_path / "more" / "readme.txt").write_text("not a font")
    settings.DOCUMENT_FONTS = [str(tmp_path), str(tmp_path / "absent")]
    assert [path.name for path in typesetting.font_files() if tmp_path in path.parents] == ["extra.ttf"]


@pytest.mark.parametrize(
    ("name", "has", "lacks"),
    [("LiberationSans-Regular.ttf", "AżЖ€", "日ع"), ("DejaVuSans.ttf", "Aعא😀", "日ไ")],
)
def test_what_a_font_can_draw_is_read_from_it(name: str, has: str, lacks: str) -> None:
    found = glyphs.coverage(FOLDER / "fonts" / name)
    assert [char for char in has if ord(char) not in found] == []
    assert [char for char in lacks if ord(char) in found] == []


def test_the_same_page_of_another_moment_is_another_file() -> None:
    """The date in the file is the paper's: without it every drawing would differ."""
    page = invoice()
    first = typesetting.pdf(page)
    assert typesetting.pdf(page) == first
    page.issued_at = datetime(2026, 11, 24, tzinfo=UTC)
    assert typesetting.pdf(page) != first
