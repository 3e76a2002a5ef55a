"""What can be wrong with a listing of the Content API that is a good answer otherwise: pages that overlap, records that
make no sense. Only while a fault asks for it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgspec

from suppliers.simulators.hotelbeds import chance, wire
from suppliers.simulators.hotelbeds.content.asking import Asked
from suppliers.simulators.hotelbeds.content.cache import Page
from suppliers.simulators.hotelbeds.faults import LISTINGS, ODD_RECORDS, Drawn, Fault

Record = dict[str, Any]

HUGE_BYTES = 200_000
MANY_IMAGES = 3000
UNKNOWN_FACILITY = {
    "facilityCode": 998,
    "facilityGroupCode": 70,
    "order": 1,
    "indLogic": True,
    "voucher": False,
}
CAR_PARK = {"facilityCode": 320, "facilityGroupCode": 70, "order": 1, "indFee": True, "indYesOrNo": True}


def wanted(faults: Drawn) -> bool:
    return faults.first((*LISTINGS, *ODD_RECORDS)) is not None


def before(asked: Asked) -> Asked | None:
    """The page before, of the same length; None for the first."""
    length = asked.last - asked.first + 1
    return (
        replace(asked, first=max(1, asked.first - length), last=asked.first - 1) if asked.first > 1 else None
    )


def spoiled(page: Page, previous: Page | None, asked: Asked, faults: Drawn) -> Page:
    """`page_repeats`: the records of the page before once more; `duplicate_codes`: its last ones before this page's."""
    answer = _read(page)
    key = next(name for name, value in answer.items() if isinstance(value, list))
    earlier = [] if previous is None else _read(previous)[key]
    if faults.get("page_repeats") and earlier:
        answer[key] = earlier
    if fault := faults.get("duplicate_codes"):
        answer[key] = earlier[-fault.records :] + answer[key]
    if fault := faults.get("total_shrinks"):
        answer["total"] = int(answer["total"] * (1 - fault.percent / 100))
    for kind in ODD_RECORDS:
        if fault := faults.get(kind):
            answer[key] = _odd(answer[key], fault, asked)
    return Page.of(wire.encode(answer))


def _read(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.json.decode(page.opening + b"}")
    return found


def _odd(records: list[Record], fault: Fault, asked: Asked) -> list[Record]:
    field, make = _MADE_ODD[fault.kind]
    if asked.fields is not None and field not in asked.fields:
        return records
    if fault.share is None:
        odd = set(range(fault.records))
    else:
        odd = {
            number
            for number, record in enumerate(records)
            if chance.unit("odd", fault.kind, fault.seed, record["code"]) < fault.share
        }
    return [make(record) if number in odd else record for number, record in enumerate(records)]


def _without(key: str) -> Callable[[Record], Record]:
    return lambda record: {name: value for name, value in record.items() if name != key}


def _swapped(record: Record) -> Record:
    place = record["coordinates"]
    return record | {"coordinates": {"longitude": place["latitude"], "latitude": place["longitude"]}}


def _nowhere(record: Record) -> Record:
    return record | {"coordinates": {"longitude": 0.0, "latitude": 0.0}}


def _talkative(record: Record) -> Record:
    text = record.get("description", {}).get("content", "") + " A quiet room with a view of the garden."
    return record | {"description": {"content": (text * (HUGE_BYTES // len(text) + 1))[:HUGE_BYTES]}}


def _pictured(record: Record) -> Record:
    """In the form of the wild, more than any hotel needs."""
    code = f"{record['code']:06d}"
    images = list(record.get("images", ()))
    for number in range(len(images) + 1, MANY_IMAGES + 1):
        path = f"{code[:2]}/{code}/{code}a_hb_f_{number:04d}.jpg"
        images.append({"imageTypeCode": "GEN", "path": path, "order": number, "visualOrder": 1000 + number})
    return record | {"images": images}


def _strange(record: Record) -> Record:
    return record | {"facilities": [*record.get("facilities", ()), UNKNOWN_FACILITY]}


def _priced(record: Record) -> Record:
    fee = {"amount": 15, "currency": "EUR", "applicationType": "ZZ", "voucher": False}
    return record | {"facilities": [*_but(record, CAR_PARK), CAR_PARK | fee]}


def _sleepless(record: Record) -> Record:
    hours = {"timeFrom": "25:61:00", "timeTo": "23:00:00", "voucher": False}
    return record | {"facilities": [*_but(record, CAR_PARK), CAR_PARK | hours]}


def _but(record: Record, left: Record) -> list[Record]:
    """The record's facilities but for this one."""
    key = left["facilityCode"], left["facilityGroupCode"]
    found = record.get("facilities", ())
    return [item for item in found if (item["facilityCode"], item["facilityGroupCode"]) != key]


def _mistyped(record: Record) -> Record:
    wrong = {"facilityCode": 10, "facilityGroupCode": 70, "number": "many", "voucher": False}
    return record | {"facilities": [*record.get("facilities", ()), wrong]}


# Kind -> the field it is about (a page without that field stays as it is), and how a record gets so.
_MADE_ODD: dict[str, tuple[str, Callable[[Record], Record]]] = {
    "no_name": ("name", _without("name")),
    "zero_coordinates": ("coordinates", _nowhere),
    "swapped_coordinates": ("coordinates", _swapped),
    "huge_description": ("description", _talkative),
    "many_images": ("images", _pictured),
    "unknown_facility": ("facilities", _strange),
    "unknown_fee_unit": ("facilities", _priced),
    "odd_hours": ("facilities", _sleepless),
    "unreadable_field": ("facilities", _mistyped),
    "unreadable_record": ("code", _without("code")),
}
