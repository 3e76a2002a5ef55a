"""A booking as the wire shows it (REFERENCE 6, 7). Amounts inside rates and `hotel.totalNet` are strings; those of the
booking itself are numbers."""

from collections.abc import Sequence
from typing import Any

from suppliers.simulators.hotelbeds import chance
from suppliers.simulators.hotelbeds.booking.rates import Rate
from suppliers.simulators.hotelbeds.booking.requests import Holder, Pax
from suppliers.simulators.hotelbeds.booking.world import World
from suppliers.simulators.hotelbeds.state import BookedLine, BookingRecord
from suppliers.simulators.hotelbeds.wire import money

Document = dict[str, Any]

_OWN = {"name": "HOTELBEDS PRODUCT,S.L.U.", "vatNumber": "ESB38877676"}
_OUTSIDE = (
    {"name": "Northgate Room Exchange Ltd", "vatNumber": "GB284719930"},
    {"name": "Meridian Bed Bank S.A.", "vatNumber": "FR40303265045"},
    {"name": "Pacific Stay Wholesale Inc", "vatNumber": "472093118"},
)
_INVOICE = {"code": "E14", "company": "HOTELBEDS S.L.U.", "registrationNumber": "ESB57218372"}
_HEADER = (
    "reference", "clientReference", "creationDate", "status", "creationUser", "holder", "invoiceCompany", "totalNet",
    "pendingAmount", "currency",
)  # fmt: skip


def number(world: World, cents: int) -> int | float | str:
    if world.settings.booking_amounts_as_text:
        return money(cents)
    return cents // 100 if cents % 100 == 0 else cents / 100


def holder(asked: Holder) -> Document:
    return {"name": asked.name.upper(), "surname": asked.surname.upper()}


def room(
    world: World, rate: Rate, paxes: Sequence[Pax], *, number: int, language: str, reference: str
) -> Document:
    """One entry for one key, whatever the number of physical rooms (REFERENCE 6)."""
    entry: Document = {
        "status": "CONFIRMED",
        "id": number,
        "code": rate.plan.room.code,
        "name": world.views.room_name(rate, language),
    }
    if rate.plan.recheck:
        entry["supplierReference"] = chance.token(9, "supplier reference", reference, number)
    entry["paxes"] = people(paxes)
    entry["rates"] = [world.views.booked(rate, language)]
    return entry


def people(paxes: Sequence[Pax]) -> list[Document]:
    """Ages of children only; unnamed guests come back without names."""
    shown: list[Document] = []
    for pax in sorted(paxes, key=lambda pax: pax.room_id or 1):
        row: Document = {"roomId": pax.room_id or 1, "type": pax.type}
        if pax.type == "CH" and pax.age is not None:
            row["age"] = pax.age
        if pax.name:
            row["name"] = pax.name
        if pax.surname:
            row["surname"] = pax.surname
        shown.append(row)
    return shown


def line(world: World, rate: Rate, *, number: int) -> BookedLine:
    steps = [(step.instant, step.cents) for step in rate.steps]
    return BookedLine(number, world.keys.write(rate.key), rate.plan.board, rate.price.net, steps)


def hotel(world: World, rate: Rate, rooms: list[Document], total: int, *, language: str) -> Document:
    stay = rate.key.stay
    supplier = chance.pick(_OUTSIDE, "supplier", rate.plan.incoming) if rate.plan.recheck else _OWN
    return {
        "checkOut": stay.check_out.isoformat(),
        "checkIn": stay.check_in.isoformat(),
        **world.views.hotel(rate.hotel, language),
        "rooms": rooms,
        "totalNet": money(total),
        "currency": world.settings.currency,
        "supplier": dict(supplier),
    }


def invoice_company(rate: Rate) -> Document:
    """May hold only the code."""
    return dict(_INVOICE) if chance.unit("invoice", rate.hotel.code) < 0.9 else {"code": _INVOICE["code"]}


def with_totals(world: World, document: Document, total: int) -> Document:
    shown = {**document, "hotel": {**document["hotel"], "totalNet": money(total)}}
    shown["totalNet"] = shown["pendingAmount"] = number(world, total)
    return shown


def cancelled(
    world: World, record: BookingRecord, fees: dict[int, int], *, status: str, reference: str
) -> Document:
    """As cancelled with a fee for each room entry. A free cancellation sets every amount to 0 (R 2018), one with a
    fee leaves the fee standing (R 2016). A cancelled booking has no policies left."""
    drops_ages = chance.unit("drops ages", record.reference) < 0.25
    rooms = [
        _cancelled_room(entry, fees.get(entry["id"], 0), status=status, drops_ages=drops_ages)
        for entry in record.document["hotel"]["rooms"]
    ]
    total = sum(fees.values())
    document = with_totals(world, record.document, total)
    document["status"] = status
    document["cancellationReference"] = reference
    document["modificationPolicies"] = {"cancellation": False, "modification": False}
    document["hotel"] = {**document["hotel"], "rooms": rooms, "cancellationAmount": number(world, total)}
    return document


def _cancelled_room(entry: Document, fee: int, *, status: str, drops_ages: bool) -> Document:
    rate = {name: value for name, value in entry["rates"][0].items() if name != "cancellationPolicies"}
    net = _cents(rate["net"])
    if "sellingRate" in rate and net:
        rate["sellingRate"] = money(round(_cents(rate["sellingRate"]) * fee / net))
    rate["net"] = money(fee)
    paxes = [{name: pax[name] for name in pax if name != "age" or not drops_ages} for pax in entry["paxes"]]
    return {**entry, "status": status, "paxes": paxes, "rates": [rate]}


def listed(record: BookingRecord) -> Document:
    """A row of the booking list: `amount` for `net`, no address, no names of guests."""
    document = record.document
    shown = {name: document[name] for name in _HEADER if name in document}
    if "cancellationReference" in document:
        shown["cancellationReference"] = document["cancellationReference"]
    names = ("checkOut", "checkIn", "code", "name", "destinationCode", "cancellationAmount")
    hotel = {name: document["hotel"][name] for name in names if name in document["hotel"]}
    hotel["rooms"] = [_listed_room(entry) for entry in document["hotel"]["rooms"]]
    return {**shown, "hotel": hotel}


def _listed_room(entry: Document) -> Document:
    shown: Document = {name: entry[name] for name in ("status", "code", "supplierReference") if name in entry}
    shown["paxes"] = [{"roomId": pax["roomId"], "type": pax["type"]} for pax in entry["paxes"]]
    rate = entry["rates"][0]
    amount = {"amount": rate["net"]}
    shown["rates"] = [amount | {name: rate[name] for name in ("paymentType", "boardCode", "rooms")}]
    return shown


def _cents(text: str) -> int:
    whole, _, part = text.partition(".")
    return int(whole) * 100 + int(part or 0)
