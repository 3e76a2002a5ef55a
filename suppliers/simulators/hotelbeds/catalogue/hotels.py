"""One hotel, from its position: what it is, how it is called, what it sells."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random

import tzfpy
from msgspec import structs

from suppliers.simulators.hotelbeds import chance
from suppliers.simulators.hotelbeds.catalogue import (
    categories,
    descriptions,
    gazetteer,
    names,
    rate_comments,
    rooms,
    tables,
)
from suppliers.simulators.hotelbeds.catalogue.changes import REMOVED, Fate
from suppliers.simulators.hotelbeds.catalogue.layout import Layout, Spot
from suppliers.simulators.hotelbeds.catalogue.model import Hotel

# The day the catalogue was "last written": fixed, so that the same seed gives the same dates on any day.
WRITTEN_ON = date(2026, 10, 31)
_WATER_VILLAS = {"MV", "PF"}
_HARD_CURRENCIES = {
    "AED", "AUD", "BRL", "CAD", "CHF", "CNY", "CZK", "DKK", "EGP", "EUR", "GBP", "HKD", "HUF", "IDR", "ILS", "INR",
    "JPY", "KRW", "MAD", "MXN", "MYR", "NOK", "NZD", "OMR", "PHP", "PLN", "QAR", "SAR", "SEK", "SGD", "THB", "TRY",
    "USD", "VND", "ZAR",
}  # fmt: skip


def listing(seed: int, position: int) -> str:
    """What /hotels wants to hear before it lists the hotel: hotels for web sites only, hotels not on sale."""
    luck = chance.unit(seed, "listing", position)
    return "notOnSale" if luck < 0.02 else "webOnly" if luck < 0.035 else ""


def last_update(seed: int, position: int) -> date:
    """Half the catalogue was touched in the last two months, the rest over six years."""
    luck = chance.unit(seed, "updated", position)
    days = int(luck * 120) if luck < 0.5 else int(60 + (luck - 0.5) * 2 * 2100)
    return WRITTEN_ON - timedelta(days=days)


def make(layout: Layout, position: int, fate: Fate, *, images: int | None = None) -> Hotel:
    spot = layout.spot(position)
    iso = spot.destination.iso
    code = layout.code(position)
    draw = Random(f"{layout.seed}/{position}/hotel")
    accommodation = _accommodation(draw, spot.setting)
    category = categories.categories()[_category(draw, accommodation, spot)]
    chain = draw.choice(tables.rows("chains")) if draw.random() < 0.38 else None
    name = names.hotel(draw, iso, _place(draw, spot), chain["name"] if chain else None)
    currency = gazetteer.countries()[iso].currency
    hotel = Hotel(
        code=code,
        name=_renamed(layout, position, iso, name, fate),
        country_code=spot.destination.country_code,
        destination_code=spot.destination.code,
        destination_name=spot.destination.name,
        zone_code=spot.zone.code,
        zone_name=spot.zone.name,
        latitude=spot.latitude,
        longitude=spot.longitude,
        category_code=category.code,
        category_name=category.english,
        stars=category.stars,
        accommodation_type_code=accommodation,
        chain_code=chain["code"] if chain else None,
        board_codes=_boards(draw, accommodation, category.stars, spot.setting),
        rooms=rooms.sold(
            draw,
            accommodation=accommodation,
            stars=category.stars,
            beach=spot.setting == "beach",
            over_water=iso in _WATER_VILLAS,
        ),
        currency=currency if currency in _HARD_CURRENCIES else "USD",
        timezone=tzfpy.get_tz(spot.longitude, spot.latitude),
        closed=fate.listing in {"notOnSale", REMOVED} or chance.unit(layout.seed, "closed", position) < 0.025,
        last_update=fate.last or last_update(layout.seed, position),
        richness=round(
            min(1.0, 0.05 + 0.95 * draw.random() ** 0.7 + (0.1 if category.stars >= 4 else 0.0)), 3
        ),
        rate_comment_keys=rate_comments.keys(layout.seed, position, code, iso),
        address=names.address(Random(f"{layout.seed}/{position}/address"), iso).line,
        postal_code=names.postal_code(draw, iso) if draw.random() < 0.9 else None,
        city=_city(draw, spot),
        phones=tuple(names.phone(draw, iso) for _ in range(draw.choice((0, 1, 2, 2, 3)))),
        email=names.email(draw, name) if draw.random() < 0.8 else None,
        iso=iso,
        listing=fate.listing,
        setting=spot.setting,
        renewals=fate.renewals,
        pictures=images,
    )
    if hotel.renewals and hotel.richness < descriptions.LEAST_RICHNESS:
        pictured = tuple(
            structs.replace(one, kind="image") if one.kind == "text" else one for one in hotel.renewals
        )
        return replace(hotel, renewals=pictured)
    return hotel


def _renamed(layout: Layout, position: int, iso: str, name: str, fate: Fate) -> str:
    for renewal in fate.renewals:
        if renewal.kind == "name":
            draw = Random(f"{layout.seed}/{position}/renamed/{renewal.number}")
            former = name.split(" (Ex", maxsplit=1)[0].strip()
            place = layout.spot(position).destination.short_name
            fresh = names.hotel(draw, iso, place, None).split(" (Ex", maxsplit=1)[0].strip()
            name = f"{fresh} (Ex. {former})"
    return name


def _place(draw: Random, spot: Spot) -> str:
    zone = spot.zone.name.split(" - ")[0]
    return draw.choice((spot.destination.short_name, zone))


def _city(draw: Random, spot: Spot) -> str:
    city = spot.destination.short_name if draw.random() < 0.7 else spot.zone.name.split(" - ")[0]
    return city.upper() if draw.random() < 0.75 else city


def _accommodation(draw: Random, setting: str) -> str:
    weights = {"beach": (58, 7, 8, 1, 13, 4, 3, 4, 1, 1), "resort": (55, 6, 6, 1, 22, 2, 1, 6, 1, 0)}
    return draw.choices("HAPLSGQVRX", weights.get(setting, (70, 7, 5, 6, 1, 5, 4, 0, 1, 1)))[0]


def _category(draw: Random, accommodation: str, spot: Spot) -> str:
    if accommodation == "A":
        return draw.choice(("1LL", "2LL", "3LL", "3LL", "4LL"))
    if accommodation == "H" and draw.random() < 0.97:
        codes = ("1EST", "2EST", "H2_5", "3EST", "H3_5", "4EST", "H4_5", "5EST", "5LUX")
        rich = spot.destination.code in {"DXB", "AUH", "DOH", "MLE", "MRU", "SIN", "CUN", "PUJ", "AYT"}
        weights = (1, 3, 1, 18, 4, 38, 6, 26, 5) if rich else (4, 12, 2, 34, 4, 32, 2, 9, 1)
        return draw.choices(codes, weights)[0]
    kinds = {
        "P": ("APTH3", "APTH4", "APTH5", "HR3"),
        "L": ("HS", "HS2", "HSR1"),
        "S": ("RSORT", "4EST", "5EST", "5EST"),
        "G": ("PENSI", "BB3", "2EST"),
        "Q": ("BOU", "4EST", "H4_5"),
        "V": ("VILLA", "4EST"),
        "R": ("LODGE", "3EST"),
        "X": ("HIST", "5EST"),
    }
    return draw.choice(kinds.get(accommodation, ("SPC",)))


def _boards(draw: Random, accommodation: str, stars: float, setting: str) -> tuple[str, ...]:
    if accommodation in "AV":
        return ("SC", "BB") if draw.random() < 0.3 else ("SC",)
    boards = []
    if draw.random() < 0.9:
        boards.append("RO")
    if draw.random() < 0.88 or not boards:
        boards.append("BB")
    if draw.random() < 0.08:
        boards.append(draw.choice(("CB", "AB", "LB")))
    if draw.random() < (0.65 if setting == "beach" else 0.3) and stars >= 3:
        boards.append("HB")
        if draw.random() < 0.45:
            boards.append("FB")
    if setting != "city" and stars >= 3.5 and draw.random() < 0.45:
        boards.append("AI")
    draw.shuffle(boards)
    return tuple(boards)
