"""What travellers type when they mean a place of the generated catalogue, and the slips they make: all from one seed.

The mix: of ten places six cities (half of them drawn by their hotels, half evenly), one zone, one country or airport,
two hotels (typed with their city); a third of the cities and countries in another language than English. Every query
carries one slip, in a word of four letters or more; those without accents and in another language are drawn from the
names that have them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random

import psycopg

from hotels import folding

VOWELS = ("aeiou", "аеиоуыя", "اوي")
_SHORTEST = 4


@dataclass(frozen=True)
class Meant:
    """What is right: this name and subtitle, in English. `spellings` in other languages and scripts."""

    kind: str
    name: str
    subtitle: str
    typed: str
    spellings: tuple[str, ...] = ()
    weight: float = 1.0


@dataclass(frozen=True)
class Query:
    slip: str
    typed: str
    meant: Meant


def queries(connection: psycopg.Connection, count: int, *, seed: int) -> list[Query]:
    """As many of each slip."""
    draw = Random(seed)
    catalogue = _Catalogue(connection, draw)
    found: list[Query] = []
    for number, (slip, make) in enumerate(_SLIPS.items(), start=1):
        while len(found) < number * count // len(_SLIPS):
            if made := make(catalogue, draw):
                found.append(Query(slip, *made))
    return found


class _Catalogue:
    def __init__(self, connection: psycopg.Connection, draw: Random) -> None:
        self._connection = connection
        self.cities = [*self._read(_CITIES)]
        self.countries = [*self._read(_COUNTRIES)]
        self.zones, self.airports = [*self._read(_ZONES)], [*self._read(_AIRPORTS)]
        self.hotels = draw.sample([*self._read(_HOTELS)], 3000)
        self._weights = [city.weight for city in self.cities]

    def any(self, draw: Random) -> Meant:
        luck = draw.random()
        if luck < 0.3:
            return draw.choices(self.cities, self._weights)[0]
        if luck < 0.6:
            return draw.choice(self.cities)
        if luck < 0.7:
            return draw.choice(self.zones)
        if luck < 0.8:
            return draw.choice(self.countries if luck < 0.75 else self.airports)
        return draw.choice(self.hotels)

    def _read(self, statement: str) -> Iterator[Meant]:
        for kind, name, subtitle, typed, names, weight in self._connection.execute(statement):
            spellings = tuple(sorted({other for other in names or () if other != name}))
            yield Meant(kind, name, subtitle, typed, spellings, float(weight))


Make = Callable[[_Catalogue, Random], tuple[str, Meant] | None]


_SHORT = "split_part(split_part(split_part({0}, ' - ', 1), ' Area', 1), ' /', 1)"
_OTHERS = "ARRAY(SELECT value FROM jsonb_each_text({0}.names))"
_COUNTRIES = f"""
SELECT 'country', names->>'en', '', names->>'en', {_OTHERS.format("country")}, 1 FROM hotels_country AS country
WHERE hotel_count > 0 ORDER BY iso_code"""
_CITIES = f"""
SELECT 'city', city.name, country.names->>'en', {_SHORT.format("city.name")}, {_OTHERS.format("city")}, city.hotel_count
FROM hotels_destination AS city JOIN hotels_country AS country ON iso_code = country_id
WHERE city.hotel_count > 0 ORDER BY city.id"""
_ZONES = """
SELECT 'zone', zone.name, city.name || ', ' || (country.names->>'en'), zone.name, NULL, 1 FROM hotels_zone AS zone
JOIN hotels_destination AS city ON city.id = destination_id JOIN hotels_country AS country ON iso_code = country_id
WHERE zone.hotel_count > 0 ORDER BY zone.id"""
_AIRPORTS = """
SELECT 'airport', mark.name, city.name || ', ' || (country.names->>'en'), mark.name, NULL, 1
FROM hotels_landmark AS mark JOIN hotels_destination AS city ON city.id = destination_id
JOIN hotels_country AS country ON iso_code = mark.country_id ORDER BY mark.id"""
_HOTELS = f"""
SELECT 'hotel', hotel.name, city.name || ', ' || (country.names->>'en'),
    hotel.name || ' ' || {_SHORT.format("city.name")}, NULL, 1
FROM hotels_hotel AS hotel JOIN hotels_destination AS city ON city.id = destination_id
JOIN hotels_country AS country ON iso_code = hotel.country_id WHERE hotel.id % 10 = 0 ORDER BY hotel.id"""


def _slip(change: Callable[[str, Random], str]) -> Make:
    def make(catalogue: _Catalogue, draw: Random) -> tuple[str, Meant] | None:
        meant = catalogue.any(draw)
        text = draw.choice(meant.spellings) if meant.spellings and draw.random() < 1 / 3 else meant.typed
        words = folding.fold(text).split()
        long = [number for number, word in enumerate(words) if len(word) >= _SHORTEST and word.isalpha()]
        if not long:
            return None
        number = draw.choice(long)
        changed = change(words[number], draw)
        if changed == words[number]:
            return None
        words[number] = changed
        return " ".join(words), meant

    return make


def _transposed(word: str, draw: Random) -> str:
    at = draw.randrange(len(word) - 1)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _dropped(word: str, draw: Random) -> str:
    at = draw.randrange(len(word))
    return word[:at] + word[at + 1 :]


def _doubled(word: str, draw: Random) -> str:
    at = draw.randrange(len(word))
    return word[:at] + word[at] + word[at:]


def _wrong_vowel(word: str, draw: Random) -> str:
    places = [(at, family) for at, letter in enumerate(word) for family in VOWELS if letter in family]
    if not places:
        return word
    at, family = draw.choice(places)
    return word[:at] + draw.choice([letter for letter in family if letter != word[at]]) + word[at + 1 :]


def _no_accents(catalogue: _Catalogue, draw: Random) -> tuple[str, Meant] | None:
    meant = catalogue.any(draw)
    text = draw.choice([meant.typed, *meant.spellings])
    decomposed = unicodedata.normalize("NFD", text)
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return None if plain == text or not plain.isascii() else (plain, meant)


def _other_language(catalogue: _Catalogue, draw: Random) -> tuple[str, Meant] | None:
    meant = catalogue.any(draw)
    return (draw.choice(meant.spellings), meant) if meant.spellings else None


_SLIPS: dict[str, Make] = {
    "transposed": _slip(_transposed),
    "dropped": _slip(_dropped),
    "doubled": _slip(_doubled),
    "wrong vowel": _slip(_wrong_vowel),
    "no accents": _no_accents,
    "other language": _other_language,
}


def is_right(query: Query, shown: Sequence[tuple[str, str]]) -> bool:
    """`shown`: (name, subtitle) in English. Another place of the same name is as right: nothing typed tells them apart,
    but a hotel's city."""
    name, subtitle = folding.fold(query.meant.name), query.meant.subtitle
    return any(
        folding.fold(one) == name and (query.meant.kind != "hotel" or where == subtitle)
        for one, where in shown
    )
