"""Addresses of pictures. REFERENCE section 9: base + size segment + path; a size may be missing for a hotel, the
page then falls back from xl to bigger to none (`onerror`, or the next of the `srcset`)."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from hotels import conf


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


class Image(msgspec.Struct, frozen=True, kw_only=True):
    url: str
    thumbnail: str
    srcset: str
    kind: str = ""
    room_code: str = ""


def url(path: str, size: Size | str = Size.BIGGER) -> str:
    """'' for no path; a full address stays as it is."""
    if not path or path.startswith(("https://", "http://")):
        return path
    segments = [conf.image_base(), str(Size(size)), path.lstrip("/")]
    return "/".join(segment for segment in segments if segment)


def srcset(path: str) -> str:
    return ", ".join(f"{url(path, size)} {width}w" for size, width in WIDTHS.items()) if path else ""


def image(entry: dict[str, str]) -> Image:
    """From one entry of `Hotel.images`."""
    path = entry["path"]
    return Image(
        url=url(path),
        thumbnail=url(path, Size.STANDARD),
        srcset=srcset(path),
        kind=entry.get("kind", ""),
        room_code=entry.get("room_code", ""),
    )
