"""Categories of hotels: the official stars, keys of apartments, and houses without either."""

from dataclasses import dataclass
from functools import cache

from suppliers.simulators.hotelbeds.catalogue import texts


@dataclass(frozen=True, slots=True)
class Category:
    """`simple` 1-5 is what an availability's minCategory and maxCategory look at."""

    code: str
    simple: int
    group: str
    stars: float
    english: str
    is_stars: bool = False


_OTHER = (
    ("APTH3", 3, "GRUPO3", "APARTHOTEL 3*"),
    ("APTH4", 4, "GRUPO4", "APARTHOTEL 4*"),
    ("APTH5", 5, "GRUPO5", "APARTHOTEL 5*"),
    ("BB3", 3, "GRUPO3", "BED AND BREAKFAST 3*"),
    ("BOU", 4, "GRUPO4", "BOUTIQUE"),
    ("HIST", 4, "GRUPO4", "HISTORIC HOTEL"),
    ("HR3", 3, "GRUPO3", "RESIDENCE 3*"),
    ("HS", 1, "GRUPO1", "HOSTEL"),
    ("HS2", 2, "GRUPO2", "HOSTEL 2*"),
    ("HSR1", 1, "GRUPO1", "HOSTAL RESIDENCE"),
    ("LODGE", 3, "GRUPO3", "LODGE"),
    ("PENSI", 2, "GRUPO2", "GUEST HOUSE"),
    ("RSORT", 4, "GRUPO4", "RESORT"),
    ("SPC", 2, "GRUPO6", "WITHOUT OFFICIAL CATEGORY"),
    ("VILLA", 4, "GRUPO4", "VILLA"),
)


@cache
def categories() -> dict[str, Category]:
    found = []
    for stars in range(1, 6):
        text = "1 STAR" if stars == 1 else f"{stars} STARS"
        found.append(Category(f"{stars}EST", stars, f"GRUPO{stars}", float(stars), text, True))
        keys = "1 KEY" if stars == 1 else f"{stars} KEYS"
        found.append(Category(f"{stars}LL", stars, "GRUPO7", float(stars), keys))
        if stars < 5:
            half = f"{stars} STARS AND A HALF"
            found.append(Category(f"H{stars}_5", stars, f"GRUPO{stars}", stars + 0.5, half, True))
    found.append(Category("5LUX", 5, "GRUPO5", 5.0, "5 STARS LUXURY", True))
    found.extend(Category(code, simple, group, float(simple), text) for code, simple, group, text in _OTHER)
    return {category.code: category for category in sorted(found, key=lambda c: c.code)}


def name(code: str, language: str) -> str | None:
    category = categories().get(code)
    if category is None:
        return None
    if category.is_stars:
        return texts.stars(category.stars, code == "5LUX", language)
    return category.english if language == texts.ENGLISH else None
