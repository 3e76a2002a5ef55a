"""Every rate of a hotel as the template draws it. A guest chooses ways to have rooms, not rate keys: a way covers all
equal rooms at once, so that with equal rooms only one choice is left, and that is the button."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

import msgspec
from django.utils.translation import gettext as _

from faredown.lib.money import Money
from hotels.forms import sleeps
from hotels.pricing import engine
from hotels.pricing.engine import AtProperty
from hotels.services import cancellation, groups, rate_comments
from hotels.services.groups import Group
from hotels.services.hotel_offers import HotelOffers, OfferDetail, RoomOffers
from hotels.services.offers import Offer
from hotels.views import amenities, photos
from hotels.views.amenities import Amenity
from hotels.views.cards import NO_MEAL
from hotels.views.photos import Photo
from suppliers.types import CancellationTerm


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """One thing a guest can take: an offer for a whole group of rooms, or the same rate once for each of them."""

    ids: tuple[str, ...]
    room_name: str
    board: str
    board_has_meal: bool
    sleeps: str
    covers: int
    terms_known: bool
    free_until: datetime | None
    non_refundable: bool
    steps: tuple[CancellationTerm, ...]
    timezone: str
    promotions: tuple[str, ...]
    at_property: tuple[AtProperty, ...]
    comments: tuple[str, ...]
    rooms_left: int | None
    total: Money
    price: Money
    per_night: Money
    price_final: bool
    is_chosen: bool = False

    @property
    def id(self) -> str:
        return self.ids[0]

    @property
    def value(self) -> str:
        return ",".join(self.ids)

    @property
    def amount_text(self) -> str:
        return f"{self.total.rounded().amount:f}"


class RoomWays(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    photo: Photo | None
    amenities: tuple[Amenity, ...]
    offers: tuple[Way, ...]


class GroupWays(msgspec.Struct, frozen=True, kw_only=True):
    """`name` is the form's field for the choice of this group of equal rooms."""

    name: str
    title: str
    rooms: tuple[RoomWays, ...]


class Cheapest(msgspec.Struct, frozen=True, kw_only=True):
    offer_ids: tuple[str, ...]
    total: Money
    per_night: Money
    at_property: tuple[AtProperty, ...]
    free_until: datetime | None
    timezone: str


class Offers(msgspec.Struct, frozen=True, kw_only=True):
    running: bool
    currency: str
    groups: tuple[GroupWays, ...]
    cheapest: Cheapest | None

    @property
    def needs_choice(self) -> bool:
        return len(self.groups) > 1 and self.cheapest is not None

    @property
    def rooms(self) -> tuple[RoomWays, ...]:
        return self.groups[0].rooms if self.groups else ()


LEFT_SHOWN = 5
"""Rooms left are told when they are few."""


def draw(found: HotelOffers) -> Offers:
    asked = found.record.criteria
    equal = groups.of(asked.rooms)
    chosen = frozenset(found.combinations[0].offer_ids) if found.combinations else frozenset[str]()
    drawer = _Drawer(found, chosen)
    return Offers(
        running=not found.complete,
        currency=asked.currency,
        groups=tuple(
            GroupWays(
                name=f"room{number}",
                title=_title(group),
                rooms=tuple(_rooms(drawer, found.rooms, group)),
            )
            for number, group in enumerate(equal)
        ),
        cheapest=drawer.cheapest(),
    )


class _Drawer:
    def __init__(self, found: HotelOffers, chosen: frozenset[str]) -> None:
        self._found = found
        self._asked = found.record.criteria
        self._chosen = chosen
        self._comments: dict[str, str] = {}

    def way(self, details: Sequence[OfferDetail], group: Group) -> Way:
        first = details[0]
        rate = first.offer.rate
        price = engine.together([one.offer.price for one in details])
        terms = cancellation.of([one.offer for one in details], timezone=self._found.hotel.timezone)
        left = rate.allotment
        return Way(
            ids=tuple(one.offer.id for one in details),
            room_name=first.room,
            board=first.board,
            board_has_meal=rate.board_code not in NO_MEAL,
            sleeps=sleeps(group.occupancy),
            covers=len(group.rooms),
            terms_known=terms.known,
            free_until=terms.free_until,
            non_refundable=terms.non_refundable,
            steps=terms.steps,
            timezone=terms.timezone,
            promotions=tuple(promotion.name for promotion in rate.promotions),
            at_property=price.at_property,
            comments=self._comment(first.offer),
            rooms_left=left if left is not None and left <= LEFT_SHOWN else None,
            total=price.grand_total,
            price=price.total,
            per_night=price.average_night(self._asked.nights),
            price_final=first.price_final,
            is_chosen=all(one.offer.id in self._chosen for one in details),
        )

    def cheapest(self) -> Cheapest | None:
        if not self._found.combinations:
            return None
        best = self._found.combinations[0]
        offers = [
            detail.offer
            for room in self._found.rooms
            for detail in room.offers
            if detail.offer.id in self._chosen
        ]
        terms = cancellation.of(offers, timezone=self._found.hotel.timezone)
        return Cheapest(
            offer_ids=best.offer_ids,
            total=best.total,
            per_night=best.price.average_night(self._asked.nights),
            at_property=best.price.at_property,
            free_until=terms.free_until,
            timezone=terms.timezone,
        )

    def _comment(self, offer: Offer) -> tuple[str, ...]:
        """What the answer says, else what the catalogue holds under its id; each id is looked up once."""
        rate = offer.rate
        if rate.comments or not rate.comment_id:
            return (rate.comments,) if rate.comments else ()
        if rate.comment_id not in self._comments:
            self._comments[rate.comment_id] = rate_comments.comments_for(
                rate.comment_id, self._asked.check_in, supplier=offer.supplier, hotel_code=rate.hotel_code
            )
        text = self._comments[rate.comment_id]
        return (text,) if text else ()


def _rooms(drawer: _Drawer, rooms: Iterable[RoomOffers], group: Group) -> Iterator[RoomWays]:
    for room in rooms:
        ways = sorted(
            (drawer.way(details, group) for details in _ways(room.offers, group)),
            key=lambda way: (way.total.amount, way.ids),
        )
        if ways:
            image = room.images[0] if room.images else None
            yield RoomWays(
                name=room.name,
                photo=photos.of(image),
                amenities=amenities.of(room.facilities),
                offers=tuple(ways),
            )


def _ways(details: Iterable[OfferDetail], group: Group) -> Iterator[list[OfferDetail]]:
    singles: dict[str, dict[int, OfferDetail]] = {}
    for detail in details:
        rooms = detail.offer.for_rooms
        if rooms == group.rooms:
            yield [detail]
        elif len(rooms) == 1 and rooms[0] in group.rooms:
            singles.setdefault(detail.offer.rate.rate_key, {})[rooms[0]] = detail
    yield from _room_by_room(singles, group)


def _room_by_room(
    singles: Mapping[str, Mapping[int, OfferDetail]], group: Group
) -> Iterator[list[OfferDetail]]:
    for by_room in singles.values():
        if all(room in by_room for room in group.rooms):
            found = [by_room[room] for room in group.rooms]
            if groups.times(found[0].offer.rate, group) >= len(group.rooms):
                yield found


def _title(group: Group) -> str:
    numbers = ", ".join(str(room + 1) for room in group.rooms)
    if len(group.rooms) == 1:
        return _("Room %(numbers)s: %(sleeps)s") % {"numbers": numbers, "sleeps": sleeps(group.occupancy)}
    return _("Rooms %(numbers)s: %(sleeps)s each") % {"numbers": numbers, "sleeps": sleeps(group.occupancy)}
