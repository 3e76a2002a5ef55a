"""One spelling for comparison: lower case, no accents, no punctuation, Arabic letter forms made alike.

Stored search keys and what a traveller types go through the same function, so they meet.
"""

from __future__ import annotations

import re
import unicodedata

_SPECIAL = str.maketrans(
    {
        "ß": "ss",
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ł": "l",
        "ı": "i",
        "أ": "ا",
        "إ": "ا",
        "آ": "ا",
        "ٱ": "ا",
        "ة": "ه",
        "ى": "ي",
        "ـ": None,
    }
)
_NOT_WORD = re.compile(r"[^\w]+|_+")
_ARABIC_ARTICLE = re.compile(r"ال(?=\w{3})")


def fold(text: str) -> str:
    """'Palma de Mallorca (Illes Balears)' -> 'palma de mallorca illes balears'; '' when nothing is left."""
    lowered = text.casefold().translate(_SPECIAL)
    decomposed = unicodedata.normalize("NFKD", lowered)
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    return _NOT_WORD.sub(" ", bare).strip()


def words(text: str) -> list[str]:
    """The folded words a name is looked up by, Arabic ones without their article: 'القاهرة' and 'قاهرة' are one."""
    return [
        _ARABIC_ARTICLE.sub("", word, count=1) if word[:2] == "ال" else word for word in fold(text).split()
    ]
