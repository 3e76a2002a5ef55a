"""The lowest known total by day of check-in, of a hotel and of a place, for whoever asks.

Made from what suppliers answered to searches (hotels.services.day_prices) with the rules of now. Only a calendar of a
hotel that is asked to be refreshed asks a supplier itself: one that tells neighbouring days in one question, from a
task, within the supplier's budget, and never twice within the life of an answer.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

import msgspec
import structlog

from faredown.lib import background, clock
from faredown.lib.errors import DomainError, FieldError, InvalidInput, NotFound, invalid
from faredown.lib.money import Money
from hotels import conf
from hotels.criteria import Criteria
from hotels.models import Hotel, HotelCode
from hotels.pricing.engine import Charge, Item, Tariff
from hotels.pricing.exchange import UnknownCurrency
from hotels.pricing.rules import Channel, Stay, UserType
from hotels.selectors import hotels
from hotels.services import criteria as judging
from hotels.services import day_prices, pricing, shelf
from hotels.services.answers import Sketched
from hotels.services.day_prices import Kind, LeastStay, Note, Part
from suppliers import registry
from suppliers.errors import SupplierError
from suppliers.port import ShiftSource
from suppliers.types import Occupancy, StaySearch

log = structlog.get_logger(__name__)

TASK = "hotels.search_days"
AROUND = 3
"""Days to each side that hints tell of."""
_MONTH = re.compile(r"(?P<year>[0-9]{4})-(?P<month>0[1-9]|1[0-2])\Z")
_YOUNG_SECONDS = 900
"""A day asked within is not asked again."""
_AGAIN_SECONDS = 60
"""Nor is a question sent twice within: time for its answer, and a pause after one that failed."""


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """Whose calendar, beside its place: what is asked for, and who pays."""

    nights: int = 1
    rooms: tuple[Occupancy, ...] = (Occupancy(2),)
    currency: str
    residency: str = ""
    channel: str = Channel.WEB
    user_type: str = UserType.GUEST

    @property
    def kind(self) -> Kind:
        return Kind.of(self.nights, self.rooms, self.residency)


class Status(StrEnum):
    KNOWN = "known"
    NONE = "none"
    """Asked, and nothing was free."""
    UNKNOWN = "unknown"


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """`total`: the whole stay that begins here, with estimates of what is paid at the property; not `exact`: without
    knowing that for this very day. `asked_at`: when the supplier said so."""

    check_in: date
    status: Status = Status.UNKNOWN
    total: Money | None = None
    asked_at: datetime | None = None
    exact: bool = True
    hotel_id: str = ""

    @property
    def age_seconds(self) -> int | None:
        return None if self.asked_at is None else int((clock.now() - self.asked_at).total_seconds())


class Calendar(msgspec.Struct, frozen=True, kw_only=True):
    """`refreshing`: a supplier is being asked, come again."""

    month: date
    days: tuple[Day, ...]
    refreshing: bool = False


def month(text: str) -> date:
    """`2027-05` -> its first day. Raises InvalidInput (field `month`)."""
    found = _MONTH.match(text)
    if found is None or int(found["year"]) < 1:
        raise invalid("month", "not_a_month", "A month as YYYY-MM.")
    return date(int(found["year"]), int(found["month"]), 1)


def of_hotel(hotel_id: str, first: date, wish: Wish, *, refresh: bool = False) -> Calendar:
    """Raises NotFound, InvalidInput naming the field."""
    hotel = hotels.get(hotel_id)
    days = _judged(hotel_id, first, wish)
    known = _of_hotel(hotel, wish, days)
    told = list(_priced(known, days, wish))
    asking = refresh and _refresh(known, told, wish)
    return Calendar(month=first, days=tuple(told), refreshing=asking)


def of_place(place_id: str, first: date, wish: Wish) -> Calendar:
    """Raises NotFound, Unprocessable for a country, InvalidInput naming the field."""
    if _is_hotel(place_id):
        return of_hotel(place_id, first, wish)
    days = _judged(place_id, first, wish)
    return Calendar(month=first, days=tuple(_priced(_of_place(place_id, wish, days), days, wish)))


def around(asked: Criteria, *, channel: str, user_type: str, hotel: Hotel | None = None) -> list[Day]:
    """Days near that of a search for which a total is known, that day's own among them. Asks no supplier."""
    wish = Wish(
        nights=asked.nights,
        rooms=asked.rooms,
        currency=asked.currency,
        residency=asked.residency,
        channel=channel,
        user_type=user_type,
    )
    today = clock.today()
    near = (asked.check_in + timedelta(days=offset) for offset in range(-AROUND, AROUND + 1))
    days = [day for day in near if day >= today]
    if hotel is not None:
        known = _of_hotel(hotel, wish, days)
    elif asked.destination_id:
        known = _of_place(asked.destination_id, wish, days)
    else:
        return []
    return [day for day in _priced(known, days, wish) if day.status is Status.KNOWN]


def ask(supplier: str, code: str, check_in: date, kind: Kind) -> None:
    """A supplier about the days around one; what it tells is noted. Its trouble only means that nothing is."""
    source = registry.get(supplier)
    if not isinstance(source, ShiftSource):
        return
    stay = StaySearch(
        hotel_codes=(code,),
        check_in=check_in,
        check_out=check_in + timedelta(days=kind.nights),
        occupancies=kind.rooms,
        residency=kind.residency,
    )
    asked_at = clock.now()
    try:
        found = source.search_around(stay, days=source.shift_days, deadline=conf.supplier_deadline_seconds())
    except SupplierError as error:
        log.info("calendar_not_refreshed", supplier=supplier, error=type(error).__name__)
        return
    span = timedelta(days=source.shift_days)
    days: dict[date, Sketched | None] = dict.fromkeys(
        _days(max(check_in - span, clock.today()), check_in + span)
    )
    days |= {
        one.check_in: Sketched(one.currency, one.sketches)
        for one in found
        if one.hotel_code == code and one.check_in in days
    }
    day_prices.note_days(kind, days, supplier=supplier, code=code, asked_at=asked_at, exact=check_in)


def _is_hotel(place_id: str) -> bool:
    return place_id.startswith("htl_")


class _Known(msgspec.Struct, frozen=True):
    """Notes by day, and the hotels they are of by (supplier, its code)."""

    notes: dict[date, list[Note]]
    hotels: dict[tuple[str, str], Hotel]


def _judged(place_id: str, first: date, wish: Wish) -> list[date]:
    """Days of the month that are not past, after everything asked was judged as a search judges it."""
    today = clock.today()
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    furthest = today + timedelta(days=judging.MAX_DAYS_AHEAD)
    if last < today:
        raise invalid("month", "in_the_past", "The month is over.")
    if first > furthest:
        raise invalid("month", "too_far_ahead", f"At most {judging.MAX_DAYS_AHEAD} days ahead.")
    if not 1 <= wish.nights <= judging.MAX_NIGHTS:
        raise invalid("nights", "out_of_range", f"From 1 to {judging.MAX_NIGHTS} nights.")
    start = max(first, today + timedelta(days=1))
    try:
        judging.validate(
            Criteria(
                destination_id=place_id,
                check_in=start,
                check_out=start + timedelta(days=wish.nights),
                rooms=wish.rooms,
                currency=wish.currency,
                residency=wish.residency,
            )
        )
    except InvalidInput as refused:
        raise _as_asked(refused, place_id) from refused
    begin = max(first, today)
    return _days(begin, min(last, furthest))


def _as_asked(refused: InvalidInput, place_id: str) -> DomainError:
    """The place stands in the path, and there is one room."""
    if any(error.code == "unknown_destination" for error in refused.errors):
        if _is_hotel(place_id):
            return NotFound("hotel_not_found", "There is no such hotel.")
        return NotFound("destination_not_found", "There is no such place.")
    errors = [
        FieldError(error.field.removeprefix("rooms.0."), error.code, error.message)
        for error in refused.errors
    ]
    return InvalidInput(detail=refused.detail, errors=errors)


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=offset) for offset in range((last - first).days + 1)]


def _of_hotel(hotel: Hotel, wish: Wish, days: Sequence[date]) -> _Known:
    enabled = registry.enabled(registry.Capability.AVAILABILITY)
    codes = HotelCode.objects.filter(hotel=hotel, supplier__in=enabled).values_list("supplier", "code")
    found = dict.fromkeys(codes, hotel)
    scopes = [day_prices.hotel_scope(*code) for code in found]
    return _Known(day_prices.read(scopes, wish.kind, days), found)


def _of_place(place_id: str, wish: Wish, days: Sequence[date]) -> _Known:
    enabled = registry.enabled(registry.Capability.AVAILABILITY)
    notes = day_prices.read([place_id], wish.kind, days)
    codes = {stay.code for found in notes.values() for note in found for stay in note.stays}
    rows = HotelCode.objects.filter(
        supplier__in=enabled, code__in=codes, hotel__status=Hotel.Status.LIVE
    ).select_related("hotel__destination", "hotel__chain")
    return _Known(notes, {(row.supplier, row.code): row.hotel for row in rows} if codes else {})


def _priced(known: _Known, days: Sequence[date], wish: Wish) -> Iterator[Day]:
    today = clock.now().astimezone(UTC).date()
    for day in days:
        stay = Stay(
            check_in=day,
            nights=wish.nights,
            lead_days=(day - today).days,
            channel=wish.channel,
            user_type=wish.user_type,
            residency=wish.residency,
        )
        found = known.notes.get(day, [])
        yield (
            _day(day, found, known.hotels, pricing.tariff(stay, wish.currency))
            if found
            else Day(check_in=day)
        )


def _day(day: date, notes: Sequence[Note], sold: Mapping[tuple[str, str], Hotel], tariff: Tariff) -> Day:
    """The cheapest of what is sold now; where there is none, whether the newest word was that nothing is free."""
    told = (
        (total, note, hotel)
        for note in notes
        for stay in note.stays
        if (hotel := sold.get((note.supplier, stay.code))) is not None
        and (total := _total(stay, tariff, hotel, note.supplier)) is not None
    )
    best = min(told, key=lambda one: (one[0], one[1].asked_at), default=None)
    if best is None:
        nothing = not any(note.stays for note in notes)
        return Day(
            check_in=day,
            status=Status.NONE if nothing else Status.UNKNOWN,
            asked_at=min(note.asked_at for note in notes) if nothing else None,
        )
    total, note, hotel = best
    return Day(
        check_in=day,
        status=Status.KNOWN,
        total=Money.from_minor(total, tariff.currency),
        asked_at=note.asked_at,
        exact=note.exact,
        hotel_id=hotel.public_id,
    )


def _total(stay: LeastStay, tariff: Tariff, hotel: Hotel, supplier: str) -> int | None:
    """In minor units; None without an exchange rate."""
    desk = tariff.at(pricing.place_of(hotel, supplier))
    try:
        return sum(desk.totals(_item(part)).grand for part in stay.parts)
    except UnknownCurrency:
        return None


def _item(part: Part) -> Item:
    return Item(
        net=part.net,
        board=part.board,
        rooms=part.rooms,
        mandated=part.mandated,
        at_property=tuple(Charge("Tax", due) for due in part.due),
    )


def _refresh(known: _Known, told: Sequence[Day], wish: Wish) -> bool:
    """Whether somebody is being asked. Days asked a moment ago are left, and so is a question under way."""
    oldest = clock.now() - timedelta(seconds=_YOUNG_SECONDS)
    due = [day.check_in for day in told if day.asked_at is None or day.asked_at < oldest]
    asking = False
    for supplier, code in known.hotels:
        source = registry.get(supplier)
        if isinstance(source, ShiftSource):
            for check_in in _centres(due, source.shift_days):
                asking = True
                _send(supplier, code, check_in, wish.kind)
    return asking


def _send(supplier: str, code: str, check_in: date, kind: Kind) -> None:
    key = f"calendar:asking:{supplier}:{code}:{check_in}:{msgspec.json.encode(kind).decode()}"
    if shelf.durable.claim(key, milliseconds=_AGAIN_SECONDS * 1000) is not None:
        background.defer(TASK, supplier, code, check_in.isoformat(), msgspec.to_builtins(kind))


def _centres(due: Iterable[date], shift_days: int) -> Iterator[date]:
    """As few days as reach, `shift_days` to each side, all that are due."""
    reached = date.min
    for day in due:
        if day > reached:
            centre = day + timedelta(days=shift_days)
            reached = centre + timedelta(days=shift_days)
            yield centre
