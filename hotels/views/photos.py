from __future__ import annotations

import msgspec

from hotels.selectors.images import Image


class Photo(msgspec.Struct, frozen=True):
    """`src` is what browsers without `srcset` take, `large` what the gallery opens without a script."""

    src: str
    srcset: str
    large: str
    alt: str = ""


def of(image: Image | None, *, alt: str = "") -> Photo | None:
    if image is None:
        return None
    return Photo(image.thumbnail, image.srcset, image.url, alt)
