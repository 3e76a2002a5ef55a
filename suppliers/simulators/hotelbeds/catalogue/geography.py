"""Destinations and zones: the well-known ones as written, the rest from the gazetteer with stable made-up codes."""

import unicodedata
from dataclasses import dataclass
from functools import cache, cached_property

from suppliers.simulators.hotelbeds.catalogue import gazetteer, tables

_REACH_KM = 25.0
_ZONES_AT_MOST = 9
_MOST_DESTINATIONS = 6800
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Zone:
    code: int
    name: str
    latitude: float
    longitude: float
    radius_km: float
    weight: float
    setting: str = ""
    """Where it is another than the destination's: the old town of a beach resort."""


@dataclass(frozen=True)
class Destination:
    """`setting` is beach, city or resort; `reach_km` bounds how far a hotel of it lies from its centre."""

    code: str
    name: str
    iso: str
    state: str
    latitude: float
    longitude: float
    weight: float
    setting: str
    airport: str | None

    @property
    def country_code(self) -> str:
        return gazetteer.own_code(self.iso)

    @property
    def short_name(self) -> str:
        return self.name.split(" - ")[0].split(" Area")[0].split(" /")[0]

    @cached_property
    def zones(self) -> tuple[Zone, ...]:
        return _written_zones().get(self.code) or _town_zones(self)

    @cached_property
    def reach_km(self) -> float:
        here = (self.latitude, self.longitude)
        return (
            max(gazetteer.distance_km(*here, z.latitude, z.longitude) + z.radius_km for z in self.zones) + 1.0
        )


@dataclass(frozen=True, slots=True)
class Airport:
    code: str
    name: str
    iso: str
    latitude: float
    longitude: float


@cache
def well_known() -> tuple[Destination, ...]:
    return tuple(
        Destination(
            code=row["code"],
            name=row["name"],
            iso=row["iso"],
            state=_state(row["iso"], row["state"]),
            latitude=float(row["latitude"]),
            longitude=float(row["longitude"]),
            weight=float(row["weight"]),
            setting=row["setting"],
            airport=row["airport"],
        )
        for row in tables.rows("destinations")
    )


@cache
def airports() -> dict[str, Airport]:
    return {
        row["airport"]: Airport(
            row["airport"], row["airport_name"], row["iso"], float(row["latitude"]), float(row["longitude"])
        )
        for row in tables.rows("destinations")
    }


@cache
def destinations(count: int) -> tuple[Destination, ...]:
    """The well-known ones, then towns by how much they draw, none within 25 km of another. A longer list begins
    with the shorter one, so codes do not change with the size of the catalogue."""
    found = list(well_known())
    taken = {destination.code for destination in found}
    grid = gazetteer.Grid()
    for number, known in enumerate(found):
        grid.add(known.latitude, known.longitude, number)
        for zone in known.zones:
            grid.add(zone.latitude, zone.longitude, number)
    for city in gazetteer.cities():
        if len(found) >= min(count, _MOST_DESTINATIONS):
            break
        if grid.near(city.latitude, city.longitude, _REACH_KM):
            continue
        grid.add(city.latitude, city.longitude, len(found))
        code = _free_code(city.name, taken)
        taken.add(code)
        found.append(_town(city, code))
    return tuple(found)


def _town(city: gazetteer.City, code: str) -> Destination:
    return Destination(
        code=code,
        name=city.name,
        iso=city.iso,
        state=_state(city.iso, ""),
        latitude=city.latitude,
        longitude=city.longitude,
        weight=city.pull,
        setting="city",
        airport=None,
    )


def _state(iso: str, wished: str) -> str:
    codes = [code for code, _ in gazetteer.states()[iso]]
    return wished if wished in codes else codes[0] if codes[0] == "07" else "XX"


def _free_code(name: str, taken: set[str]) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().upper()
    letters = [c for c in plain if c.isalpha()] or ["X"]
    first = letters[0]
    for second in dict.fromkeys(letters[1:]):
        for third in dict.fromkeys(letters[2:]):
            if (code := first + second + third) not in taken:
                return code
    for second in _ALPHABET:
        for third in _ALPHABET:
            if (code := first + second + third) not in taken:
                return code
    return next(
        code for a in _ALPHABET for b in _ALPHABET for c in _ALPHABET if (code := a + b + c) not in taken
    )


@cache
def _written_zones() -> dict[str, tuple[Zone, ...]]:
    found: dict[str, list[Zone]] = {}
    for row in tables.rows("zones"):
        zone = Zone(
            int(row["zone"]),
            row["name"],
            float(row["latitude"]),
            float(row["longitude"]),
            float(row["radius"]),
            float(row["weight"]),
            row["setting"],
        )
        found.setdefault(row["destination"], []).append(zone)
    return {code: tuple(zones) for code, zones in found.items()}


def _town_zones(destination: Destination) -> tuple[Zone, ...]:
    towns = gazetteer.cities()
    near = [
        towns[number]
        for number in sorted(
            gazetteer.town_grid().near(destination.latitude, destination.longitude, _REACH_KM)
        )
        if towns[number].iso == destination.iso
    ][:_ZONES_AT_MOST]
    if not near:
        return (Zone(1, destination.short_name, destination.latitude, destination.longitude, 0.6, 1.0),)
    zones = []
    for place, town in enumerate(near):
        radius = min(2.5, 0.5 + town.population / 800_000)
        name = destination.short_name if place == 0 else town.name
        zones.append(Zone((place + 1) * 10, name, town.latitude, town.longitude, radius, town.pull**0.8))
    return tuple(zones)
