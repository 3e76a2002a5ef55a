"""Papers as PDF, drawn by typst from JSON. The same page at the same instant gives the same bytes.

Fonts are those of the project, of the pinned packages (Japanese, Chinese) and of the folders in DOCUMENT_FONTS, never
whatever else the machine has. A character that none of them draws would be an empty box: it is logged and counted.
"""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import Any

import msgspec
import structlog
import typst
from django.conf import settings

from bookings.models import Document
from bookings.services import glyphs
from faredown.lib import metrics
from faredown.lib.errors import Unavailable

log = structlog.get_logger(__name__)

FOLDER = Path(settings.BASE_DIR) / "templates" / "documents"
# A paper is drawn as its version was: a template whose data changes its shape gets a file beside it, not in its place.
TEMPLATES: dict[tuple[str, int], str] = {
    (Document.Kind.VOUCHER, 1): "voucher.typ",
    (Document.Kind.INVOICE, 1): "invoice.typ",
    (Document.Kind.CREDIT_NOTE, 1): "invoice.typ",
    (Document.Kind.RECEIPT, 1): "invoice.typ",
}
# Package, file: data only, nothing of them is imported.
PACKAGED = {
    "pylopdf-fonts-jp": "pylopdf_fonts_jp/NotoSansJP-Regular.otf",
    "pylopdf-fonts-zh-cn": "pylopdf_fonts_zh_cn/NotoSansSC-Regular.otf",
}
_INVISIBLE = frozenset({"Cc", "Cf", "Zl", "Zp"})
_VARIATIONS = range(0xFE00, 0xFE10)

_compiling = threading.Lock()
PATIENCE = 10.0
"""Seconds; a page takes less than one."""


def pdf(document: Document) -> bytes:
    """The date inside the file is the paper's own, so that drawing it again changes nothing."""
    # Whole seconds and an offset: what a PDF can say.
    issued = document.issued_at.astimezone(UTC).replace(microsecond=0)
    return _draw(document, format="pdf", timestamp=issued)


def picture(document: Document) -> bytes:
    """The first page as PNG."""
    return _draw(document, format="png", ppi=110)


def missing(page: dict[str, Any]) -> list[str]:
    """The characters that no font at hand draws, as `U+0E01`."""
    drawable = _drawable()
    found = {char for text in _texts(page) for char in text if ord(char) not in drawable}
    return sorted(f"U+{ord(char):04X}" for char in found if _is_drawn(char))


def font_files() -> tuple[Path, ...]:
    packaged = [Path(str(metadata.distribution(name).locate_file(path))) for name, path in PACKAGED.items()]
    folders = [FOLDER / "fonts", *map(Path, settings.DOCUMENT_FONTS)]
    found = [
        path for folder in folders for path in sorted(folder.rglob("*")) if path.suffix in glyphs.SUFFIXES
    ]
    return (*found, *packaged)


def _draw(document: Document, **options: Any) -> bytes:
    template = TEMPLATES[document.kind, document.version]
    if lacking := missing(document.page):
        metrics.glyphs_missing.labels(template).inc(len(lacking))
        log.warning("document_glyphs_missing", template=template, characters=lacking[:50])
    # The data travels as JSON input, never as part of the source. Its order is the database's, which sorts keys.
    inputs = {"data": msgspec.json.encode(document.page, order="deterministic").decode()}
    with _one_at_a_time():  # one compiler for each template, its fonts and parsed source kept warm
        drawn = _compiler(template).compile(sys_inputs=inputs, **options)
    first = drawn[0] if isinstance(drawn, list) else drawn
    if first is None:
        raise RuntimeError("typst drew nothing")
    return first


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """A drawing that never ends keeps its own thread, not every thread that has something to draw: a worker goes on
    booking and refunding."""
    if not _compiling.acquire(timeout=PATIENCE):
        raise Unavailable("typesetter_busy", "The document cannot be made now. Try again.", retry_after=30)
    try:
        yield
    finally:
        _compiling.release()


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for inner in value.values():
                yield from _texts(inner)
        case list() | tuple():
            for inner in value:
                yield from _texts(inner)


def _is_drawn(char: str) -> bool:
    return unicodedata.category(char) not in _INVISIBLE and ord(char) not in _VARIATIONS


@lru_cache(maxsize=1)
def _drawable() -> frozenset[int]:
    return frozenset().union(*(glyphs.coverage(path) for path in font_files()))


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    folders: list[Path] = list(dict.fromkeys(path.parent for path in font_files()))
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)


@lru_cache
def _compiler(template: str) -> typst.Compiler:
    return typst.Compiler(str(FOLDER / template), root=str(FOLDER), font_paths=_fonts())
