"""Addresses of pictures, made here only. REFERENCE section 9: base + size segment + path; the largest sizes are missing
for some hotels. Our proxy then answers with the next smaller one; the pages try it themselves (static/site/js/site.js).
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Any
from urllib.parse import quote

import msgspec
from django.conf import settings

from hotels import conf
from hotels.selectors import picture_signatures


class Size(StrEnum):
    SMALL = "small"
    MEDIUM = "medium"
    STANDARD = ""
    BIGGER = "bigger"
    XL = "xl"
    XXL = "xxl"
    ORIGINAL = "original"


WIDTHS = {Size.STANDARD: 320, Size.BIGGER: 800, Size.XL: 1024}
"""Those offered in a `srcset`, with their pixels."""

NEXT_SMALLER = {
    Size.ORIGINAL: Size.XXL,
    Size.XXL: Size.XL,
    Size.XL: Size.BIGGER,
    Size.BIGGER: Size.STANDARD,
    Size.MEDIUM: Size.SMALL,
}
"""What stands in for a size that a hotel does not have."""

STANDARD_SEGMENT = "standard"
"""The nameless size, in addresses of the proxy."""

_SIZES = {size or STANDARD_SEGMENT: size for size in Size}
_FULL = ("https://", "http://")
_UNFIT = re.compile(r"[\x00-\x20\x7f\\?#%]|//|(?:^|/)\.|^/|/$")
LONGEST_PATH = 300


class Image(msgspec.Struct, frozen=True, kw_only=True):
    """`large` may be missing at the supplier: then `url`, then `thumbnail`."""

    url: str
    thumbnail: str
    large: str
    srcset: str
    kind: str = ""
    room_code: str = ""


def url(path: str, size: Size | str = Size.BIGGER) -> str:
    """'' for no path; a full address stays as it is."""
    if not path or path.startswith(_FULL):
        return path
    path = path.lstrip("/")
    source = conf.pictures_from()
    if source == "proxy":
        segment = size or STANDARD_SEGMENT
        signature = picture_signatures.sign(str(size), path)
        return f"{settings.SITE_URL}/pictures/{signature}/{segment}/{quote(path)}"
    return _joined(conf.picture_cdn() if source == "cdn" else conf.image_base(), size, path)


def supplier_url(path: str, size: Size) -> str:
    """Where the proxy fetches it."""
    return _joined(conf.image_base(), size, path)


def image(entry: dict[str, Any]) -> Image:
    """From one entry of `Hotel.images`."""
    path = entry["path"]
    urls = {size: url(path, size) for size in WIDTHS}
    return Image(
        url=urls[Size.BIGGER],
        thumbnail=urls[Size.STANDARD],
        large=urls[Size.XL],
        srcset="" if path.startswith(_FULL) else ", ".join(f"{urls[one]} {WIDTHS[one]}w" for one in WIDTHS),
        kind=entry.get("kind", ""),
        room_code=entry.get("room_code", ""),
    )


def size_of(segment: str) -> Size | None:
    """From a segment of the proxy's addresses."""
    return _SIZES.get(segment)


def is_path(path: str) -> bool:
    """Whether it can stand below a picture server's base, and nowhere else."""
    return 0 < len(path) <= LONGEST_PATH and not _UNFIT.search(path)


def _joined(base: str, size: Size | str, path: str) -> str:
    return "/".join(part for part in (base, str(size), quote(path, safe="/%")) if part)
