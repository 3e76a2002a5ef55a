"""Facilities of a hotel with the value fields their typology asks for (REFERENCE section 9)."""

from functools import cache
from random import Random
from typing import Any

from suppliers.simulators.hotelbeds.catalogue import tables
from suppliers.simulators.hotelbeds.catalogue.amenities import Amenities, amenities
from suppliers.simulators.hotelbeds.catalogue.model import Hotel

Key = tuple[int, int]
Record = dict[str, Any]

_SOMETIMES_PAID = {
    (320, 70), (330, 70), (535, 70), (540, 70), (261, 60), (550, 70), (200, 60), (562, 70), (485, 70), (310, 70),
    (280, 70), (270, 70), (264, 60), (275, 60), (120, 60), (450, 74), (460, 74), (420, 74), (395, 73), (552, 85),
    (564, 70), (560, 70), (561, 85), (390, 90), (200, 90), (630, 74),
}  # fmt: skip
# Seldom named at all unless the house is known to have it.
_LIKELY = {
    (10, 20): 1.0, (70, 10): 0.9, (50, 10): 0.7, (260, 70): 0.95, (390, 70): 0.95, (30, 70): 0.8, (60, 30): 0.85,
    (50, 30): 0.85, (10, 30): 0.5, (261, 60): 0.8, (550, 70): 0.85, (10, 60): 0.9, (20, 60): 0.7, (40, 60): 0.7,
    (55, 60): 0.8, (557, 85): 0.7, (250, 60): 0.5, (295, 70): 0.5, (287, 60): 0.6, (264, 60): 0.5, (275, 60): 0.4,
    (180, 60): 0.5, (535, 70): 0.6, (540, 70): 0.6, (564, 85): 0.5, (10, 40): 0.7, (80, 40): 0.6, (20, 40): 0.5,
    (645, 75): 0.05, (680, 75): 0.05, (180, 73): 0.02, (150, 73): 0.05, (240, 80): 0.05, (320, 70): 0.0,
}  # fmt: skip
_CHECK_IN, _CHECK_OUT, _DEPOSIT = (260, 70), (390, 70), (561, 85)
_HOURS: dict[Key, tuple[tuple[str, str], ...]] = {
    (30, 80): (("06:30", "10:00"), ("07:00", "10:00"), ("07:00", "10:30"), ("07:00", "11:00")),
    (35, 80): (("07:00", "10:00"), ("07:30", "10:30")),
    (401, 73): (("10:00", "23:00"), ("20:00", "00:00")),
    (405, 73): (("10:00", "13:00"), ("10:00", "18:00")),
    (620, 74): (("09:00", "21:00"), ("10:00", "20:00"), ("08:00", "22:00")),
}
_AGES = {(203, 85): (16, 0), (401, 73): (18, 0), (405, 73): (4, 12), (485, 70): (1, 12), (620, 74): (16, 0)}
_SEASONS = (("2026-05-01", "2026-10-31"), ("2027-04-15", "2027-10-31"), ("2027-05-01", "2027-09-30"))
_UNITS = ("UN", "UN", "UN", "US", "PN", "PS")
_OF_HOTELS_ONLY = ("amount", "currency", "applicationType", "dateFrom", "dateTo")
"""Value fields that a room's facilities have not (OpenAPI `ApiHotelRoomFacility`)."""
_REGIONAL_LABELS = {76, 77, 78, 79}


@cache
def typology_flags() -> dict[int, frozenset[str]]:
    return {int(row["code"]): frozenset(row["flags"].split()) for row in tables.rows("typologies")}


@cache
def defined() -> tuple[tuple[Key, int], ...]:
    """Every (code, group) with its typology: only the pair is an identity."""
    return tuple(((int(r["code"]), int(r["group"])), int(r["typology"])) for r in tables.rows("facilities"))


@cache
def _of_hotels() -> tuple[tuple[Key, int], ...]:
    return tuple((key, typology) for key, typology in defined() if key[1] not in {61, 62, 100})


@cache
def _of_rooms() -> tuple[tuple[Key, int], ...]:
    return tuple((key, typology) for key, typology in defined() if key[1] == 60)


def of_hotel(hotel: Hotel) -> list[Record]:
    """Nothing for a bare record, up to some seventy for a rich one."""
    if hotel.richness < 0.14:
        return []
    draw = Random(f"{hotel.code}/facilities")
    known = _known(hotel, amenities(hotel))
    found = []
    for key, typology in _of_hotels():
        likely = known.get(key)
        if likely is None:
            likely = _LIKELY.get(key, 0.0 if key[1] in _REGIONAL_LABELS else 0.22) * min(
                1.0, hotel.richness + 0.3
            )
        if draw.random() < likely:
            found.append({**_base(key), **_value(draw, hotel, key, typology), "voucher": key == (260, 70)})
    return found


def of_room(hotel: Hotel, code: str) -> list[Record]:
    draw = Random(f"{hotel.code}/{code}/facilities")
    found: list[Record] = []
    for key, typology in _of_rooms():
        if draw.random() > 0.22:
            continue
        record = {"facilityCode": key[0], "facilityGroupCode": key[1]}
        if key == (295, 60):
            found.append({**record, "number": draw.randint(14, 62), "indYesOrNo": True, "voucher": False})
        else:
            value = _value(draw, hotel, key, typology)
            for name in _OF_HOTELS_ONLY:
                value.pop(name, None)
            found.append({**record, **value, "voucher": False})
    return found


def points_of_interest(hotel: Hotel) -> list[Record]:
    """Distances are strings here (and integers in terminals)."""
    if hotel.richness < 0.45:
        return []
    draw = Random(f"{hotel.code}/interest")
    places = [
        f"{hotel.zone_name} Market",
        f"{hotel.destination_name} Old Town",
        "Central Station",
        "City Museum",
    ]
    places += ["Botanical Garden", "Cathedral", "Convention Centre", "Marina", "Opera House"]
    picked = draw.sample(places, draw.randint(1, 5))
    return [
        {
            "facilityCode": 10 * number,
            "facilityGroupCode": 100,
            "order": 1,
            "poiName": name,
            "distance": str(draw.randint(2, 90) * 50),
        }
        for number, name in enumerate(picked, start=1)
    ]


def _base(key: Key) -> Record:
    return {"facilityCode": key[0], "facilityGroupCode": key[1], "order": 1}


def _known(hotel: Hotel, has: Amenities) -> dict[Key, float]:
    """What the house is known to have, or not to have: listed for sure, or never."""
    yes_no: dict[Key, bool] = {
        (363, 73): has.pool,
        (365, 73): has.pool and hotel.stars >= 4,
        (362, 73): has.pool and has.spa,
        (385, 73): has.pool and has.family,
        (395, 73): has.pool,
        (555, 71): has.pool and has.bar,
        (620, 74): has.spa,
        (460, 74): has.spa,
        (420, 74): has.spa,
        (200, 71): has.restaurant,
        (130, 71): has.bar,
        (470, 70): has.gym,
        (295, 90): has.gym,
        (40, 40): has.beach or hotel.setting == "beach",
        (135, 70): has.terrace,
        (170, 72): has.conference,
        (340, 73): has.family and hotel.stars >= 4,
        (70, 70): has.lift,
        (203, 85): has.adults_only,
        (30, 80): bool({"BB", "HB", "FB", "AI"} & set(hotel.board_codes)),
        (361, 73): False,
    }
    known = {key: 1.0 if has_it else 0.0 for key, has_it in yes_no.items()}
    known[320, 70] = 0.85
    return known


def _value(draw: Random, hotel: Hotel, key: Key, typology: int) -> Record:
    """`indLogic` only when true; `indYesOrNo` false says the hotel does not have it."""
    flags = typology_flags()[typology]
    record: Record = {}
    if "logic" in flags:
        record["indLogic"] = True
    if "fee" in flags:
        record["indFee"] = key in _SOMETIMES_PAID and draw.random() < 0.4
    if "indYesOrNo" in flags:
        record["indYesOrNo"] = _says_yes(draw, hotel, key)
        if not record["indYesOrNo"] and "indFee" in record:
            record["indFee"] = False
    if "number" in flags:
        record["number"] = _number(draw, hotel, key)
    if "distance" in flags:
        record["distance"] = _distance(draw, hotel, key)
    if "amount" in flags and (record.get("indFee") or key == _DEPOSIT):
        record |= {
            "amount": draw.choice((5, 8, 10, 12.5, 15, 20, 25, 50)),
            "currency": hotel.currency,
            "applicationType": "US" if key == _DEPOSIT else draw.choice(_UNITS),
        }
    if key in _HOURS or key in {_CHECK_IN, _CHECK_OUT}:
        record |= _times(draw, key)
    if _has_ages_or_dates(key, flags):
        record |= _ages_and_dates(draw, key, flags)
    return record


def _says_yes(draw: Random, hotel: Hotel, key: Key) -> bool:
    if key == (70, 10):
        return False
    if key in {(320, 70), (330, 70)}:
        return amenities(hotel).parking
    return draw.random() < 0.68


def _number(draw: Random, hotel: Hotel, key: Key) -> int:
    has = amenities(hotel)
    fixed = {
        (70, 10): has.rooms,
        (50, 10): has.floors,
        (90, 10): has.rooms * 2 // 3,
        (564, 85): 18,
        (10, 60): 1,
    }
    if key in fixed:
        return fixed[key]
    if key == (20, 10):
        return draw.randint(1890, 2021)
    if key == (30, 10):
        return draw.randint(2008, 2026)
    return draw.randint(18, 60) if key == (295, 60) else draw.randint(1, 4)


def _distance(draw: Random, hotel: Hotel, key: Key) -> int:
    if key == (40, 40):
        return amenities(hotel).metres
    near, far = {10: (100, 6000), 20: (50, 900), 80: (4000, 60000)}.get(key[0], (500, 15000))
    return draw.randint(near // 50, far // 50) * 50


@cache
def _has_ages_or_dates(key: Key, flags: frozenset[str]) -> bool:
    return "ageFrom" in flags or (key[1] == 73 and "dateFrom" in flags) or flags == {"dateTo"}


def _times(draw: Random, key: Key) -> Record:
    """As hotels fill them in: half of an arrival's or a departure's hours, midnight where nobody said one (samples)."""
    if key == _CHECK_IN:
        record = {"timeFrom": f"{draw.choice((12, 14, 14, 15, 15, 16)):02d}:00:00"}
        if draw.random() < 0.5:
            record["timeTo"] = draw.choice(("00:00:00", "00:00:00", "23:00:00", "22:00:00"))
        return record
    if key == _CHECK_OUT:
        hour = f"{draw.choice((10, 11, 11, 12, 12)):02d}:00:00"
        return draw.choice(({"timeTo": hour}, {"timeFrom": "00:00:00", "timeTo": hour}, {"timeFrom": hour}))
    if draw.random() < 0.5:
        opens, closes = draw.choice(_HOURS[key])
        return {"timeFrom": f"{opens}:00", "timeTo": f"{closes}:00"}
    return {}


def _ages_and_dates(draw: Random, key: Key, flags: frozenset[str]) -> Record:
    record: Record = {}
    if "ageFrom" in flags:
        youngest, oldest = _AGES[key]
        record["ageFrom"] = youngest
        if oldest:
            record["ageTo"] = oldest
    if key[1] == 73 and "dateFrom" in flags and draw.random() < 0.3:
        record["dateFrom"], record["dateTo"] = draw.choice(_SEASONS)
    elif flags == {"dateTo"}:
        record["dateTo"] = "2027-12-31"
    return record
