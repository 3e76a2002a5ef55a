from __future__ import annotations

import msgspec

from hotels.selectors.images import Image


class Photo(msgspec.Struct, frozen=True):
    """`src` is what browsers without `srcset` take, `large` the one the gallery opens."""

    src: str
    srcset: str
    large: str
    alt: str = ""


def of(image: Image | None, *, alt: str = "") -> Photo | None:
    if image is None:
        return None
    large = image.srcset.rpartition(", ")[2].partition(" ")[0] or image.url
    return Photo(image.thumbnail, image.srcset, large, alt)
