"""What a hotel says of itself, in the languages it took the trouble to write in."""

from random import Random

from suppliers.simulators.hotelbeds import chance
from suppliers.simulators.hotelbeds.catalogue import tables, texts
from suppliers.simulators.hotelbeds.catalogue.amenities import amenities
from suppliers.simulators.hotelbeds.catalogue.model import Hotel

_SHARE = {"ENG": 1.0, "CAS": 0.95, "FRA": 0.9, "ALE": 0.9, "ARA": 0.85, "ITA": 0.8, "POR": 0.75, "RUS": 0.7}


LEAST_RICHNESS = 0.16
"""A barer record has no text."""


def written(hotel: Hotel, language: str) -> str | None:
    """None where the hotel has no text in the language; a bare record has none in any."""
    sentences = tables.tree("descriptions").get(language)
    if sentences is None or hotel.richness < LEAST_RICHNESS:
        return None
    if chance.unit("description", hotel.code, language) >= _SHARE[language]:
        return None
    has = amenities(hotel)
    draw = Random(f"{hotel.code}/{language}/description")
    parts = [hotel.setting, "rooms"]
    parts += ["pool"] if has.pool else []
    parts += ["spa"] if has.spa else []
    parts += ["food"] if hotel.accommodation_type_code not in "AV" else []
    parts += ["close"] if hotel.richness > 0.4 else []
    place = hotel.zone_name
    if hotel.zone_name == hotel.destination_name:
        place = texts.destination(hotel.destination_code, hotel.destination_name, language, hotel.iso)
    text = " ".join(draw.choice(sentences[part]) for part in parts)
    for renewal in hotel.renewals:
        if renewal.kind == "text":
            renewed = Random(f"{hotel.code}/{renewal.number}/renewed").randint(2, 99)
            text += " " + sentences["renewed"][0].format(renewed=renewed, year=renewal.on.year)
    return text.format(
        name=hotel.name.split(" (Ex")[0].strip(),
        place=place.split(" - ", maxsplit=1)[0],
        metres=has.metres,
        rooms=has.rooms,
        floors=has.floors,
    )
