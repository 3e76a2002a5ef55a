"""Names, addresses, post codes and telephones that look right for the country."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any

import phonenumbers

from suppliers.simulators.hotelbeds.catalogue import tables

_LETTERS = "ABCDEFGHJKLMNPRSTUWXY"


@dataclass(frozen=True, slots=True)
class Address:
    """`street` and `number` are missing where the line could not be taken apart."""

    line: str
    street: str | None
    number: str | None


@cache
def culture(iso: str) -> dict[str, Any]:
    for name, found in tables.tree("cultures").items():
        if name != "postal" and iso in found["countries"].split():
            return dict(found)
    return dict(tables.tree("cultures")["en"])


def hotel(draw: Random, iso: str, place: str, chain: str | None) -> str:
    ways = culture(iso)
    word = draw.choice(ways["words"])
    if chain and draw.random() < 0.4:
        brand = " ".join(chain.title().split()[:1])
        name = draw.choice((f"{brand} {place}", f"{brand} {word}", f"{word} by {brand}"))
    else:
        pattern = draw.choice(ways["hotels"])
        name = pattern.replace("{w}", word).replace("{p}", place).replace("{t}", draw.choice(ways["kinds"]))
    name = re.sub(r"\b(\w+)( \1)+\b", r"\1", name)
    return _as_typed(draw, name)


def _as_typed(draw: Random, name: str) -> str:
    """Some were typed in capitals, some carry a former name or a house rule."""
    luck = draw.random()
    if luck < 0.06:
        return name.upper()
    if luck < 0.08:
        return f"{name} - Adults Only"
    if luck < 0.1:
        return f"{name} (Ex. {name.rsplit(maxsplit=1)[-1]} Park)"
    return f"{name} " if luck < 0.115 else name


def address(draw: Random, iso: str) -> Address:
    ways = culture(iso)
    pattern, street = draw.choice(ways["streets"]), draw.choice(ways["names"])
    number = ""
    line = pattern.replace("{s}", street)
    while "{n}" in line:
        number = str(draw.randint(1, 199))
        line = line.replace("{n}", number, 1)
    if draw.random() < 0.08:
        line = line.upper() + " "
    if draw.random() < 0.5 or line.count(number or " ") != 1:
        return Address(line, None, None)
    bare = line.replace(number, "").strip(" ,.-/")
    return Address(line, bare, number or None)


def postal_code(draw: Random, iso: str) -> str | None:
    shapes = tables.tree("cultures")["postal"]
    shape = shapes.get(iso, shapes["default"])
    code = "".join(
        str(draw.randint(0, 9)) if mark == "#" else draw.choice(_LETTERS) if mark == "@" else mark
        for mark in shape
    )
    return code or None


def phone(draw: Random, iso: str) -> str:
    """A number of the right length and area for the country, as hotels type them: +, 00, blanks or bare."""
    example = _example(iso)
    if example is None:
        return "0" * 9
    country, national = example
    kept = national[: max(2, len(national) - 6)]
    digits = kept + "".join(str(draw.randint(0, 9)) for _ in range(len(national) - len(kept)))
    style = draw.random()
    if style < 0.7:
        return f"+{country}{digits}"
    if style < 0.85:
        return f"00{country}{digits}"
    return f"+{country} {digits[:3]} {digits[3:]}"


@cache
def _example(iso: str) -> tuple[int, str] | None:
    number = phonenumbers.example_number(iso)
    if number is None:
        return None
    return number.country_code or 0, phonenumbers.national_significant_number(number)


def domain(name: str) -> str:
    """The hotel's name as a host under a name that is never registered (RFC 2606)."""
    plain = (
        unicodedata.normalize("NFKD", name.split(" (Ex", maxsplit=1)[0])
        .encode("ascii", "ignore")
        .decode()
        .lower()
    )
    return (re.sub(r"[^a-z0-9]+", "", plain)[:28] or "hotel") + ".example"


def email(draw: Random, name: str) -> str:
    """Sometimes several, parted by a semicolon (REFERENCE section 9)."""
    host = domain(name)
    first = f"{draw.choice(('info', 'reservations', 'booking', 'hotel'))}@{host}"
    luck = draw.random()
    if luck < 0.12:
        return f"{first};sales@{host}"
    if luck < 0.15:
        return f"{first}; frontoffice@{host};{draw.choice(('gm', 'accounts'))}@{host}"
    return first.upper() if luck < 0.19 else first
