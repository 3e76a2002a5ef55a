"""Availability and checkrates answers -> rates (REFERENCE sections 4 and 5).

What would make a wrong price is refused rate by rate; package rates, rates paid at the hotel and rows that only
hold other dates' prices are left out without a word, they are no offers of ours.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import msgspec

from faredown.lib.money import Money
from suppliers.adapters.hotelbeds import schemas
from suppliers.adapters.hotelbeds.mapping.occupancies import Asked, ages_of
from suppliers.adapters.hotelbeds.mapping.sketches import NEAR, ODD, Sketcher, is_no_offer
from suppliers.adapters.hotelbeds.mapping.values import (
    NotAnAnswer,
    Refused,
    decode,
    each,
    instant,
    money,
)
from suppliers.types import (
    Availability,
    CancellationTerm,
    CheckedRates,
    HotelRates,
    Occupancy,
    Promotion,
    Rate,
    Sketch,
    StaySearch,
    Tax,
)


@dataclass(frozen=True, slots=True)
class _Hotel:
    code: str
    currency: str


def availability(body: bytes, search: StaySearch, *, now: datetime) -> tuple[Availability, str]:
    """The answer and its token."""
    refused: list[str] = []
    try:
        answer = decode(body, schemas.AvailabilityAnswer)
        hotels: Sequence[schemas.HotelOffers] = (answer.hotels and answer.hotels.hotels) or ()
        audit = answer.audit_data
    except NotAnAnswer:
        # Something in it breaks the types: take it apart and lose no more than that part.
        loose = decode(body, schemas.LooseAvailabilityAnswer)
        hotels = list(_pieced_together(loose, refused))
        audit = loose.audit_data
    asked = Asked.of(search.occupancies)
    sketcher = Sketcher(asked, now)
    offered = [_hotel_rates(hotel, asked, sketcher, refused, now) for hotel in hotels]
    found = tuple([hotel for hotel in offered if hotel.sketches])
    return Availability(hotels=found, refused=tuple(refused)), (audit and audit.token) or ""


def checked(body: bytes, asked: Sequence[Rate], *, now: datetime) -> tuple[CheckedRates, str]:
    """Raises Refused where the answer has no usable price for one of the asked rates: all are checked or none."""
    answer = decode(body, schemas.CheckRatesAnswer)
    hotel = answer.hotel or answer.hotels
    if hotel is None:
        raise NotAnAnswer("no hotel in it")
    header = _Hotel(str(hotel.code), hotel.currency or "")
    given = [(room, rate) for room in hotel.rooms or () for rate in room.rates or ()]
    rates = []
    for rate in asked:
        room, wire = _take(given, rate)
        rates.append(_rate(wire, room, header, _occupancy(wire, rate.occupancy), now))
    return CheckedRates(rates=tuple(rates)), (answer.audit_data and answer.audit_data.token) or ""


def terms(
    policies: Sequence[schemas.CancellationPolicy] | None, currency: str
) -> tuple[CancellationTerm, ...]:
    """Steps by instant (the wire's order varies); each amount stands for the whole rate and replaces earlier ones."""
    steps = []
    for policy in policies or ():
        fee = money(policy.amount, currency, what="cancellation fee")
        if fee.amount < 0:
            raise Refused("negative cancellation fee")
        if not policy.from_:
            raise Refused("cancellation fee without a date")
        steps.append(CancellationTerm(fee, instant(policy.from_), policy.from_))
    steps.sort(key=_begin)
    return tuple(steps)


_begin = operator.attrgetter("starts_at")


def taxes(wire: schemas.Taxes | None) -> tuple[Tax, ...]:
    return tuple(_tax(tax) for tax in (wire.taxes if wire else None) or ())


@dataclass(frozen=True, slots=True)
class _Offered:
    """A hotel of an answer, as it came (`suppliers.types.Source`)."""

    wire: schemas.HotelOffers
    asked: Asked
    now: datetime

    def rates(self) -> tuple[Rate, ...]:
        return tuple(_rates(self.wire, self.asked, [], self.now))

    def packed(self) -> bytes:
        """JSON again: msgpack has no numbers as large as they may send."""
        return _encoder.encode(self.wire)


_encoder = msgspec.json.Encoder()


def unpacked(packed: bytes, search: StaySearch, *, asked_at: datetime) -> tuple[Rate, ...]:
    """What `_Offered.packed` kept."""
    return _Offered(decode(packed, schemas.HotelOffers), Asked.of(search.occupancies), asked_at).rates()


def _hotel_rates(
    hotel: schemas.HotelOffers, asked: Asked, sketcher: Sketcher, refused: list[str], now: datetime
) -> HotelRates:
    try:
        sketches = sketcher.of(hotel)
    except ODD:
        sketches = tuple(map(Sketch.of, _rates(hotel, asked, refused, now)))
    return HotelRates(
        hotel_code=str(hotel.code),
        currency=hotel.currency or "",
        sketches=sketches,
        source=_Offered(hotel, asked, now),
    )


def _rates(hotel: schemas.HotelOffers, asked: Asked, refused: list[str], now: datetime) -> Iterator[Rate]:
    header = _Hotel(str(hotel.code), hotel.currency or "")
    for room in hotel.rooms or ():
        for wire in room.rates or ():
            if is_no_offer(wire):
                continue
            try:
                yield _rate(wire, room, header, asked.match(wire), now)
            except Refused as reason:
                refused.append(f"{header.code} {room.code}: {reason}")


def _rate(wire: schemas.Rate, room: schemas.Room, hotel: _Hotel, occupancy: Occupancy, now: datetime) -> Rate:
    if not wire.rate_key:
        raise Refused("no rate key")
    net = money(wire.net, hotel.currency, what="net")
    if net.amount <= 0:
        raise Refused(f"net {net.amount}")
    steps = terms(wire.cancellation_policies, hotel.currency)
    return Rate(
        hotel_code=hotel.code,
        room_code=str(room.code or ""),
        room_name=room.name or "",
        board_code=str(wire.board_code or ""),
        board_name=wire.board_name or "",
        rate_key=wire.rate_key,
        rate_class=wire.rate_class or "",
        needs_check=wire.rate_type != "BOOKABLE",
        net=net,
        mandated_price=_mandated(wire, net),
        rooms=wire.rooms or 1,
        occupancy=occupancy,
        allotment=wire.allotment,
        terms=steps or None,
        non_refundable=_is_non_refundable(wire, steps, net, now),
        taxes=taxes(wire.taxes),
        taxes_all_included=wire.taxes.all_included if wire.taxes else None,
        comment_id=str(wire.rate_comments_id or ""),
        comments=wire.rate_comments or "",
        promotions=tuple(
            Promotion(str(promotion.code or ""), promotion.name or "", promotion.remark or "")
            for promotion in wire.promotions or ()
        ),
        package_only=bool(wire.packaging),
        pay_at_hotel=wire.payment_type == "AT_HOTEL",
    )


def _mandated(wire: schemas.Rate, net: Money) -> Money | None:
    if not wire.hotel_mandatory:
        return None
    price = money(wire.selling_rate, net.currency, what="mandated price")
    if price < net:
        raise Refused(f"mandated price {price.amount} under net {net.amount}")
    return price


def _is_non_refundable(
    wire: schemas.Rate, steps: Sequence[CancellationTerm], net: Money, now: datetime
) -> bool:
    if wire.rate_class == "NRF":
        return True
    soon = now + NEAR
    return any(step.starts_at <= soon and step.fee >= net for step in steps)


def _tax(wire: schemas.Tax) -> Tax:
    return Tax(
        included=bool(wire.included),
        amount=_tax_amount(wire.amount, wire.currency),
        client_amount=_tax_amount(wire.client_amount, wire.client_currency),
        kind=wire.sub_type or wire.type or "",
        percent="" if wire.percent is None else str(wire.percent),
    )


def _tax_amount(amount: Decimal | None, currency: str | None) -> Money | None:
    """Without a currency it is not known: taxes come in other currencies than the rate's."""
    if amount is None or not currency:
        return None
    tax = money(amount, currency, what="tax")
    if tax.amount < 0:
        raise Refused(f"tax {tax.amount}")
    return tax


def _take(given: list[tuple[schemas.Room, schemas.Rate]], asked: Rate) -> tuple[schemas.Room, schemas.Rate]:
    """The answer to one asked rate, removed from what is left: by key, and where keys changed, by what it is."""
    for same in (_has_same_key, _is_same_product):
        for position, (room, wire) in enumerate(given):
            if same(room, wire, asked):
                return given.pop(position)
    raise Refused(f"no answer for {asked.room_code} {asked.board_code}")


def _has_same_key(_room: schemas.Room, wire: schemas.Rate, asked: Rate) -> bool:
    return wire.rate_key == asked.rate_key


def _is_same_product(room: schemas.Room, wire: schemas.Rate, asked: Rate) -> bool:
    return (
        str(room.code or "") == asked.room_code
        and str(wire.board_code or "") == asked.board_code
        and (wire.rooms or 1) == asked.rooms
        and wire.adults in (None, asked.occupancy.adults)
        and wire.children in (None, len(asked.occupancy.child_ages))
    )


def _occupancy(wire: schemas.Rate, asked: Occupancy) -> Occupancy:
    """Checked rates repeat the ages only in some years; a different head count is another price than we asked for."""
    if wire.adults not in (None, asked.adults) or wire.children not in (None, len(asked.child_ages)):
        raise Refused("priced for other guests than asked")
    ages = ages_of(wire.children_ages)
    if ages and ages != tuple(sorted(asked.child_ages)):
        raise Refused("priced for other ages than asked")
    return asked


def _pieced_together(
    answer: schemas.LooseAvailabilityAnswer, refused: list[str]
) -> Iterator[schemas.HotelOffers]:
    raws = (answer.hotels and answer.hotels.hotels) or ()
    for hotel in each(raws, schemas.LooseHotel, refused, where="hotel"):
        where = f"{hotel.code} room"
        rooms = [
            schemas.Room(
                code=room.code,
                name=room.name,
                rates=each(room.rates or (), schemas.Rate, refused, where=f"{hotel.code} {room.code} rate"),
            )
            for room in each(hotel.rooms or (), schemas.LooseRoom, refused, where=where)
        ]
        yield schemas.HotelOffers(code=hotel.code, currency=hotel.currency, rooms=rooms)
