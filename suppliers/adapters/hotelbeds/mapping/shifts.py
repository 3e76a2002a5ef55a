"""An availability question over neighbouring days, and its answer -> day rates (REFERENCE section 4, `shiftDays`).

A shift is another stay of its row's rate with a net and allotment of its own. Board, guests and what is paid at the
property are the row's; a row's price set by the contract says nothing of its other days, so those are left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import msgspec

from suppliers.adapters.hotelbeds import schemas
from suppliers.adapters.hotelbeds.mapping import rates
from suppliers.adapters.hotelbeds.mapping.occupancies import Asked
from suppliers.adapters.hotelbeds.mapping.values import Refused, day, decode, money
from suppliers.types import DayRates, Sketch, StaySearch

MOST_DAYS = 5
"""To each side (REFERENCE 4.2)."""


class Shift(schemas.Wire):
    net: Decimal | None = None
    allotment: int | None = None
    check_in: str | None = None


class Row(schemas.Rate):
    shift_rates: list[Shift] | None = None


class Room(schemas.Wire):
    rates: list[Row] | None = None


class Hotel(schemas.Wire):
    code: schemas.Code
    currency: str | None = None
    rooms: list[Room] | None = None


class Hotels(schemas.Wire):
    hotels: list[Hotel] | None = None


class Answer(schemas.Wire):
    audit_data: schemas.AuditData | None = None
    hotels: Hotels | None = None


def question(asked: bytes, days: int) -> bytes:
    """The availability question `asked`, with the days around it."""
    body = msgspec.json.decode(asked)
    body["stay"]["shiftDays"] = days
    return msgspec.json.encode(body)


def answer(body: bytes, search: StaySearch) -> tuple[tuple[DayRates, ...], str]:
    """By day and hotel, with the answer's token. A row that makes no sense costs only itself."""
    found = decode(body, Answer)
    asked = Asked.of(search.occupancies)
    sketches: dict[tuple[date, str, str], list[Sketch]] = {}
    for hotel in (found.hotels and found.hotels.hotels) or ():
        for room in hotel.rooms or ():
            for row in room.rates or ():
                for check_in, sketch in _sketches(row, hotel, asked, search.check_in):
                    key = check_in, str(hotel.code), hotel.currency or ""
                    sketches.setdefault(key, []).append(sketch)
    days = (DayRates(*key, tuple(made)) for key, made in sorted(sketches.items()))
    return tuple(days), (found.audit_data and found.audit_data.token) or ""


def _sketches(row: Row, hotel: Hotel, asked: Asked, check_in: date) -> Iterator[tuple[date, Sketch]]:
    if row.packaging or row.payment_type == "AT_HOTEL":
        return
    try:
        if row.net is not None and row.rate_key:
            yield check_in, _sketch(row, hotel, asked, Shift(row.net, row.allotment))
        for shift in () if row.hotel_mandatory else row.shift_rates or ():
            yield day(shift.check_in, what="check-in"), _sketch(row, hotel, asked, shift)
    except Refused:
        return


def _sketch(row: Row, hotel: Hotel, asked: Asked, shift: Shift) -> Sketch:
    net = money(shift.net, hotel.currency, what="net")
    if net.amount <= 0:
        raise Refused(f"net {net.amount}")
    mandated = money(row.selling_rate, hotel.currency).amount if row.hotel_mandatory else None
    return Sketch(
        net=net.amount,
        board_code=str(row.board_code or ""),
        occupancy=asked.match(row),
        rooms=row.rooms or 1,
        allotment=shift.allotment,
        free_until=None,
        mandated=mandated,
        at_property=tuple(due for tax in rates.taxes(row.taxes) if (due := tax.due)),
        for_sale=True,
    )
