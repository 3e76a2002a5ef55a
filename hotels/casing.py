"""Names in capitals made decent. Pure."""

from __future__ import annotations

_ARTICLES = "a al an das der el la las le les los the"
_LINKS = "and at by da de del della des di do dos du e en et in of on to und y"
_CAPITALS = "AC B&B BB BH HG II III IV IX MGM NH SA SPA UK USA VI VII VIII VIP XI YMCA YWCA"
_SMALL = frozenset((*_ARTICLES.split(), *_LINKS.split()))
_KEPT = frozenset(_CAPITALS.split())


def decent_case(name: str) -> str:
    """'HOTEL PALACIO DEL MAR' -> 'Hotel Palacio del Mar'; a name not wholly in capitals stays as it is."""
    if len(name) < 4 or not name.isupper():
        return name
    words = name.split(" ")
    return " ".join(_word(word, first=position == 0) for position, word in enumerate(words))


def _word(word: str, *, first: bool) -> str:
    if (
        word in _KEPT
        or (len(word) <= 2 and not set(word) & set("AEIOUYÁÉÍÓÚ"))
        or any(one.isdigit() for one in word)
    ):
        return word
    lowered = word.lower()
    if lowered in _SMALL and not first:
        return lowered
    cased = "-".join("'".join(_capital(piece) for piece in part.split("'")) for part in lowered.split("-"))
    return cased[:1].upper() + cased[1:] if first else cased


def _capital(piece: str) -> str:
    """The first letter, also behind a bracket; a lone letter after an apostrophe (…'s) stays small."""
    for position, character in enumerate(piece):
        if character.isalpha():
            return piece if len(piece) == 1 else piece[:position] + character.upper() + piece[position + 1 :]
    return piece
