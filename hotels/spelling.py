"""How near what was typed is to a word of the catalogue, and the keys under which near words are found.

Two words at most two letters apart share a key: each is cut to its first letters and given with up to two of them
left out (symmetric deletion). Keys are small numbers, so that one index scan finds every neighbour; what they find is
judged by `distance`.
"""

from __future__ import annotations

import zlib
from itertools import combinations

KEY_LETTERS = 7
"""Keys are made of so many first letters: enough to tell words apart, few enough to keep the keys few."""
_ONE_OUT, _TWO_OUT = 4, 6
"""From so many letters on a word is also found with one, with two of its letters left out."""
_SHORTEST_FUZZY, _FORGIVES_TWO = 3, 7

FAR = 9.0
_VOWELS = frozenset("aeiouyаеиоуыэюяαεηιυωاويىه")
_WRONG_VOWEL, _TWICE, _SWAPPED = 0.7, 0.6, 0.7
_FIRST = 0.2
"""On top: the first letter of a word is seldom the wrong one."""


def keys(word: str) -> set[int]:
    """Signed 32 bit. A word and its misspellings have at least one in common."""
    head = word[:KEY_LETTERS]
    found = {head}
    for out in range(1, 1 + (len(word) >= _ONE_OUT) + (len(word) >= _TWO_OUT)):
        found.update(map("".join, combinations(head, len(head) - out)))
    return {zlib.crc32(one.encode()) - 2**31 for one in found}


def distance(typed: str, word: str) -> float:
    """Letters dropped, added, changed or exchanged with their neighbour (optimal string alignment), the usual slips
    for less than one; FAR beyond what a word of this length forgives."""
    limit = _forgiven(typed)
    if abs(len(typed) - len(word)) > limit or _strange(typed, word) > limit:
        return FAR
    found = _first_letters(typed, word) + _alignment(typed, word)[-1]
    return found if found <= limit else FAR


def beginning(typed: str, word: str) -> float:
    """The distance to the nearest beginning of the word, one slip at most."""
    if len(word) < len(typed) or len(typed) <= _SHORTEST_FUZZY or _strange(typed, word) > 1:
        return FAR
    found = _first_letters(typed, word) + min(_alignment(typed, word[: len(typed) + 1])[-3:])
    return found if found <= 1.0 else FAR


def _forgiven(typed: str) -> float:
    if len(typed) < _SHORTEST_FUZZY:
        return 0.0
    return 2.0 if len(typed) >= _FORGIVES_TWO else 1.0 + _FIRST


def _strange(typed: str, word: str) -> int:
    """Letters typed that the word has not: each is a slip, told without aligning the two."""
    return len(set(typed).difference(word))


def _first_letters(typed: str, word: str) -> float:
    return 0.0 if typed[:1] == word[:1] else _FIRST


def _alignment(typed: str, word: str) -> list[float]:
    """The distance of `typed` to the last beginnings of `word`, the whole word last."""
    same = 0
    while same < len(typed) and same < len(word) and typed[same] == word[same]:
        same += 1
    same = max(0, same - 1)  # the letter before a slip tells whether one was doubled
    typed, word = typed[same:], word[same:]
    older: list[float] = []
    last = [float(n) for n in range(len(word) + 1)]
    for at, letter in enumerate(typed):
        left = last[0] + 1.0
        row = [left]
        extra = _TWICE if at and typed[at - 1] == letter else 1.0
        for to, wanted in enumerate(word):
            if letter == wanted:
                best = last[to]
            else:
                best = last[to] + (_WRONG_VOWEL if letter in _VOWELS and wanted in _VOWELS else 1.0)
                if at and to and letter == word[to - 1] and typed[at - 1] == wanted:
                    best = min(best, older[to - 1] + _SWAPPED)
            missed = _TWICE if to and word[to - 1] == wanted else 1.0
            left = min(best, last[to + 1] + extra, left + missed)
            row.append(left)
        older, last = last, row
    return last
