"""Offers: a rate of a search, priced for that search's audience, under an id that says nothing.

An id holds the search it belongs to and digests of the hotel and of (supplier, hotel, rate key, rooms). Resolving one
finds the rate again in what the suppliers answered; there is no table of offers.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence

import msgspec

from faredown.lib.errors import DomainError, FieldError, Gone, NotFound, Unprocessable
from hotels.models import Hotel
from hotels.pricing.engine import Price, Tariff
from hotels.pricing.terms import guest_terms
from hotels.services import audience, fan_out, groups, pricing, search_ids
from hotels.services.answers import Answer
from hotels.services.fan_out import Record
from suppliers.types import CancellationTerm, Rate

_SHAPE = re.compile(r"off_(?P<search>[0-9A-Za-z]{28})_(?P<hotel>[0-9a-f]{8})(?P<rate>[0-9a-f]{20})\Z")


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """`for_rooms`: indexes of the asked rooms it covers. `hotel_id` is the hotel's public id."""

    id: str
    search_id: str
    supplier: str
    hotel_id: str
    rate: Rate
    price: Price
    for_rooms: tuple[int, ...]

    @property
    def terms(self) -> tuple[CancellationTerm, ...] | None:
        """The guest's; None while they are not known."""
        if self.rate.terms is None:
            return None
        return guest_terms(self.rate.terms, net=self.price.net, total=self.price.total)


class Resolved(msgspec.Struct, frozen=True):
    """Offers of one hotel and one supplier that together cover every asked room once, in the order of the rooms."""

    search: Record
    hotel: Hotel
    offers: tuple[Offer, ...]


def offer_id(record: Record, hotel_id: str, supplier: str, rate: Rate, for_rooms: Sequence[int]) -> str:
    identity = "\0".join((supplier, hotel_id, rate.rate_key, *map(str, for_rooms)))
    return f"off_{search_ids.suffix(record.id)}_{_digest(hotel_id, 4)}{_digest(identity, 10)}"


def tariff(record: Record) -> Tariff:
    """The rules of now for the search's audience: asked for once, for all offers of a page."""
    return pricing.tariff(audience.stay_of(record), record.criteria.currency)


def make(
    record: Record, hotel: Hotel, supplier: str, rate: Rate, for_rooms: tuple[int, ...], *, tariff: Tariff
) -> Offer:
    """Raises InvalidInput (currency) where no exchange rate is known."""
    return Offer(
        id=offer_id(record, hotel.public_id, supplier, rate, for_rooms),
        search_id=record.id,
        supplier=supplier,
        hotel_id=hotel.public_id,
        rate=rate,
        price=pricing.price_with(tariff, rate, place=pricing.place_of(hotel, supplier)),
        for_rooms=for_rooms,
    )


def price_of(record: Record, hotel: Hotel, supplier: str, rate: Rate) -> Price:
    """Of a rate as it is now, for the search's audience. Raises InvalidInput (currency)."""
    return pricing.price_with(tariff(record), rate, place=pricing.place_of(hotel, supplier))


def resolve(offer_ids: Sequence[str]) -> Resolved:
    """Raises NotFound (no such offer), Gone (`search_expired`, `offer_expired`), Unprocessable
    (`offers_of_different_searches`, `..._hotels`, `..._suppliers`, `offers_do_not_cover_rooms`), Unavailable."""
    record = _record(offer_ids)
    hotel = _hotel(record, offer_ids)
    found = [_find(record, hotel, offer_id) for offer_id in dict.fromkeys(offer_ids)]
    if len({offer.supplier for offer in found}) > 1:
        raise _refused(
            Unprocessable, "offers_of_different_suppliers", "These rooms are sold by different suppliers."
        )
    covered = sorted(room for offer in found for room in offer.for_rooms)
    if covered != list(range(len(record.criteria.rooms))):
        raise _refused(
            Unprocessable, "offers_do_not_cover_rooms", "The offers must cover every asked room exactly once."
        )
    return Resolved(record, hotel, tuple(sorted(found, key=lambda offer: offer.for_rooms)))


def _record(offer_ids: Sequence[str]) -> Record:
    matches = [_SHAPE.match(offer_id) for offer_id in offer_ids]
    shapes = [match for match in matches if match is not None]
    if not shapes or len(shapes) != len(matches):
        raise _refused(NotFound, "offer_not_found", "There is no such offer.")
    searches = {shape["search"] for shape in shapes}
    if len(searches) > 1:
        raise _refused(Unprocessable, "offers_of_different_searches", "The offers are of different searches.")
    if len({shape["hotel"] for shape in shapes}) > 1:
        raise _refused(Unprocessable, "offers_of_different_hotels", "The offers are of different hotels.")
    return search_ids.record("srch_" + searches.pop())


def _hotel(record: Record, offer_ids: Sequence[str]) -> Hotel:
    tag = offer_ids[0].rpartition("_")[2][:8]
    keys = {key for batch in record.batches for key in batch.hotels}
    known = Hotel.objects.filter(pk__in=keys).values_list("pk", "public_id")
    key = next((pk for pk, public_id in known.iterator() if _digest(public_id, 4) == tag), None)
    if key is None:
        raise _refused(NotFound, "offer_not_found", "There is no such offer.")
    return Hotel.objects.select_related("destination", "zone", "country", "category", "chain").get(pk=key)


def _find(record: Record, hotel: Hotel, offer_id: str) -> Offer:
    for supplier, answer, code in answers_about(record, hotel.pk):
        if answer.age() >= fan_out.rate_life(supplier):
            continue
        rates = answer.rates(code)
        for group in groups.of(record.criteria.rooms):
            for rate in groups.sellable(rates, group):
                for rooms in groups.covers(rate, group):
                    if offer_id == _id(record, hotel, supplier, rate, rooms):
                        return make(record, hotel, supplier, rate, rooms, tariff=tariff(record))
    raise _refused(
        Gone, "offer_expired", "The offer is too old or no longer there. Look at the hotel's rates again."
    )


def _refused(kind: type[DomainError], code: str, detail: str) -> DomainError:
    return kind(code, detail, errors=[FieldError("offer_ids", code, detail)])


def _id(record: Record, hotel: Hotel, supplier: str, rate: Rate, rooms: tuple[int, ...]) -> str:
    return offer_id(record, hotel.public_id, supplier, rate, rooms)


def answers_about(record: Record, hotel_key: int) -> Iterator[tuple[str, Answer, str]]:
    """(supplier, answer, the supplier's code of the hotel): what was asked of the hotel alone before its batch's.
    Raises Unavailable."""
    for number, batch in enumerate(record.batches):
        if hotel_key not in batch.hotels:
            continue
        code = batch.codes[batch.hotels.index(hotel_key)]
        jobs = [fan_out.hotel_job(batch.supplier, code), fan_out.Job(batch.supplier, str(number))]
        answers = fan_out.answers(record, jobs)
        for answer in answers.values():
            yield batch.supplier, answer, code


def _digest(text: str, size: int) -> str:
    return hashlib.blake2b(text.encode(), digest_size=size).hexdigest()
