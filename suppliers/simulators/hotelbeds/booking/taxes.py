"""Taxes and fees: inside the price, or payable at the hotel in its own currency (REFERENCE 4.6)."""

from dataclasses import dataclass
from typing import Any

from suppliers.simulators.hotelbeds import chance
from suppliers.simulators.hotelbeds.booking.prices import PER_EURO
from suppliers.simulators.hotelbeds.booking.stay import Occupancy, Stay
from suppliers.simulators.hotelbeds.catalogue import Hotel
from suppliers.simulators.hotelbeds.wire import money

# Euros a night, by supplier country code: (amount, per person). Others draw whether they levy anything.
_CITY_TAX = {
    "ES": (2.2, True), "IT": (3.5, True), "FR": (2.9, True), "PT": (2.0, True), "NL": (6.5, True),
    "BE": (4.0, False), "AT": (2.6, True), "HU": (3.8, True), "GR": (5.0, False), "HR": (1.6, True),
    "AE": (3.75, False), "MY": (2.1, False), "CZ": (2.0, True), "MV": (5.5, True), "DE": (3.0, True),
    "CH": (3.2, True), "TR": (1.5, False), "MX": (1.9, False),
}  # fmt: skip
_RESORT_FEE_COUNTRIES = frozenset({"US", "PR", "BS"})
_INCLUDED_PERCENT = {
    "AE": 10,
    "ES": 10,
    "IT": 10,
    "UK": 20,
    "DE": 7,
    "FR": 10,
    "IN": 12,
    "TH": 7,
    "US": 14,
    "SG": 9,
}


@dataclass(frozen=True, slots=True)
class Levy:
    """One excluded amount; `client_cents` is missing where the supplier does not convert it."""

    kind: str
    sub_type: str
    cents: int
    currency: str
    client_cents: int | None


def levies(hotel: Hotel, stay: Stay, occupancy: Occupancy, *, currency: str) -> list[Levy]:
    """What the guest pays at the hotel, for all rooms of the rate and the whole stay."""
    found: list[Levy] = []
    room_nights = occupancy.rooms * stay.nights
    known = hotel.currency in PER_EURO
    local = hotel.currency if known else currency
    if city := _city_tax(hotel):
        euros, per_person = city
        heads = occupancy.adults + sum(age >= 12 for age in occupancy.ages) if per_person else 1
        found.append(
            _levy(hotel, "TAX", "City Tax", euros * heads * room_nights, local=local, client=currency)
        )
    if hotel.country_code in _RESORT_FEE_COUNTRIES and chance.unit("resort", hotel.code) < 0.45:
        euros = round(chance.between(18, 42, "resort fee", hotel.code), 1)
        found.append(_levy(hotel, "FEE", "Resort Fee", euros * room_nights, local=local, client=currency))
    return found


def wire(
    hotel: Hotel, excluded: list[Levy], net: int, *, currency: str, breakdown: bool
) -> dict[str, Any] | None:
    """The `taxes` object; without the breakdown option only bare excluded amounts are shown."""
    rows = [_excluded(levy, currency, breakdown=breakdown) for levy in excluded]
    percent = _INCLUDED_PERCENT.get(hotel.country_code)
    if breakdown and percent and chance.unit("shows included", hotel.code) < 0.5:
        inside = net - round(net * 100 / (100 + percent))
        included = {
            "included": True,
            "percent": f"{percent}.00",
            "amount": money(inside),
            "currency": currency,
        }
        rows.append({**included, "type": "TAXESANDFEES"})
    if not rows:
        return None
    return {"taxes": rows, "allIncluded": not excluded}


def prose(excluded: list[Levy]) -> str:
    """The sentence that rate comments carry about the same amounts."""
    if not excluded:
        return ""
    total = sum(levy.cents for levy in excluded)
    return (
        "Estimated total amount of taxes & fees for this booking: "
        f"{money(total)} {excluded[0].currency} payable on arrival. "
    )


def _city_tax(hotel: Hotel) -> tuple[float, bool] | None:
    if hotel.country_code in _CITY_TAX:
        return _CITY_TAX[hotel.country_code] if chance.unit("city tax", hotel.code) < 0.85 else None
    return (2.0, True) if chance.unit("city tax", hotel.destination_code) < 0.2 else None


def _levy(hotel: Hotel, kind: str, sub_type: str, euros: float, *, local: str, client: str) -> Levy:
    converted = chance.unit("converted", hotel.code) < 0.85
    return Levy(
        kind=kind,
        sub_type=sub_type,
        cents=round(euros * PER_EURO[local] * 100),
        currency=local,
        client_cents=round(euros * PER_EURO[client] * 100) if converted else None,
    )


def _excluded(levy: Levy, client: str, *, breakdown: bool) -> dict[str, Any]:
    row: dict[str, Any] = {"included": False, "amount": money(levy.cents), "currency": levy.currency}
    if breakdown:
        row["type"] = levy.kind
    if levy.client_cents is not None:
        row["clientAmount"] = money(levy.client_cents)
        row["clientCurrency"] = client
    if breakdown:
        row["subType"] = levy.sub_type
    return row
