"""A hotel's rates as sketches, without making the rates themselves (REFERENCE section 4).

Only of hotels where every rate is as it should be: whatever looks odd raises, and the hotel is then made rate by rate,
where each is judged and refused for its own reason. So both ways find the same rates, in the same order.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation

from faredown.lib.money import Money
from suppliers.adapters.hotelbeds import schemas
from suppliers.adapters.hotelbeds.mapping.occupancies import Asked
from suppliers.adapters.hotelbeds.mapping.values import Refused, instant
from suppliers.types import Occupancy, Sketch

NEAR = timedelta(days=1)
"""A non-refundable rate's only step lies at 23:59 hotel time of the Spanish day before the request: past, or for
hotels west of Spain still up to a few hours ahead (REFERENCE 4.4)."""

_TOO_LARGE = Decimal("1E16")
"""What `Money` refuses."""
_MOST_DIGITS = 15
_NOTHING = Decimal(0)


class Sketcher:
    """Of one answer: what its rates have in common is made once."""

    def __init__(self, asked: Asked, now: datetime) -> None:
        self._asked = asked
        self._soon = now + NEAR
        self._kinds: dict[tuple[object, ...], Occupancy] = {}
        self._charges: dict[tuple[Decimal, str], tuple[Money, ...]] = {}
        self._currencies: set[str] = set()

    def of(self, hotel: schemas.HotelOffers) -> tuple[Sketch, ...]:
        """Raises ValueError or InvalidOperation where a rate is odd."""
        self._check_currency(hotel.currency or "")
        sketch = self._sketch
        return tuple(
            [sketch(wire) for room in hotel.rooms or () for wire in room.rates or () if not is_no_offer(wire)]
        )

    def _sketch(self, wire: schemas.Rate) -> Sketch:
        net = wire.net
        if not wire.rate_key or net is None or not _NOTHING < net < _TOO_LARGE:
            raise Refused("no key or no price")
        mandated = None
        if wire.hotel_mandatory:
            mandated = wire.selling_rate
            if mandated is None or not net <= mandated < _TOO_LARGE:
                raise Refused("mandated price")
        ages = wire.children_ages
        kind = (wire.adults, wire.children, tuple(ages) if isinstance(ages, list) else ages)
        occupancy = self._kinds.get(kind)
        if occupancy is None:
            occupancy = self._kinds[kind] = self._asked.match(wire)
        return Sketch(
            net,
            str(wire.board_code or ""),
            occupancy,
            wire.rooms or 1,
            wire.allotment,
            self._free_until(wire, net),
            mandated,
            self._at_property(wire.taxes.taxes) if wire.taxes is not None and wire.taxes.taxes else (),
            True,
        )

    def _free_until(self, wire: schemas.Rate, net: Decimal) -> datetime | None:
        first = None
        lost = wire.rate_class == "NRF"
        for policy in wire.cancellation_policies or ():
            amount, text = policy.amount, policy.from_
            if not text or amount is None:
                raise Refused("cancellation fee")
            starts_at = instant(text)
            if _NOTHING < amount < _TOO_LARGE:
                if first is None or starts_at < first:
                    first = starts_at
                if amount >= net and starts_at <= self._soon:
                    lost = True
            elif not _is_nothing(amount):
                raise Refused("cancellation fee")
        return None if lost else first

    def _at_property(self, taxes: Sequence[schemas.Tax]) -> tuple[Money, ...]:
        due: tuple[Money, ...] = ()
        for tax in taxes:
            amount, currency = tax.amount, tax.currency
            if amount is None or not currency:
                amount = None
            else:
                self._check_tax(amount, currency)
            client_amount, client_currency = tax.client_amount, tax.client_currency
            if client_amount is not None and client_currency:
                self._check_tax(client_amount, client_currency)
                if not amount:
                    amount, currency = client_amount, client_currency
            if amount and not tax.included:
                due += self._charge(amount, currency or "")
        return due

    def _check_tax(self, amount: Decimal, currency: str) -> None:
        if currency not in self._currencies:
            self._check_currency(currency)
        if not _NOTHING < amount < _TOO_LARGE and not _is_nothing(amount):
            raise Refused("tax")

    def _charge(self, amount: Decimal, currency: str) -> tuple[Money, ...]:
        known = self._charges.get((amount, currency))
        if known is None:
            known = self._charges[amount, currency] = (Money(amount, currency),)
        return known

    def _check_currency(self, currency: str) -> None:
        Money(_NOTHING, currency)
        self._currencies.add(currency)


def is_no_offer(wire: schemas.Rate) -> bool:
    only_other_dates = wire.rate_key is None and wire.net is None
    return only_other_dates or bool(wire.packaging) or wire.payment_type == "AT_HOTEL"


def _is_nothing(amount: Decimal) -> bool:
    return not amount and amount.adjusted() <= _MOST_DIGITS


ODD = (ValueError, InvalidOperation)
