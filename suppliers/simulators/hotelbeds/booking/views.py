"""A rate on the wire: as availability, checkrates and a booking show it (REFERENCE 4.3, 5, 6)."""

from typing import Any

from suppliers.simulators.hotelbeds import chance
from suppliers.simulators.hotelbeds.booking import taxes
from suppliers.simulators.hotelbeds.booking.plans import Terms
from suppliers.simulators.hotelbeds.booking.rate_keys import Kind, RateKeys
from suppliers.simulators.hotelbeds.booking.rates import Rate
from suppliers.simulators.hotelbeds.catalogue import Catalogue, Hotel
from suppliers.simulators.hotelbeds.settings import Settings
from suppliers.simulators.hotelbeds.wire import money

_NON_REFUNDABLE = {"code": "073", "name": "Non-refundable rate. No amendments permitted"}
_SPECIAL_OFFER = {
    "code": "042",
    "name": "Special Offer",
    "remark": "*****PROMOTIONAL OFFER SPECIAL DISCOUNT*****",
}
_CAR_PARKS = ("NO", "YES (with additional debit notes)", "YES (without additional debit notes)")
_DISCOUNTS = {
    "9002": ("EBD", "EARLY BOOKING"),
    "9004": ("<G>", "FREE NIGHTS"),
    "9005": ("PQ", "Opaque Package"),
}


class Views:
    def __init__(self, settings: Settings, catalogue: Catalogue, keys: RateKeys) -> None:
        self._settings = settings
        self._catalogue = catalogue
        self._keys = keys

    def hotel(self, hotel: Hotel, language: str) -> dict[str, Any]:
        """Coordinates are strings here, and numbers in the Content API."""
        category = self._catalogue.category_name(hotel.category_code, language)
        return {
            "code": hotel.code,
            "name": hotel.name,
            "categoryCode": hotel.category_code,
            "categoryName": category or hotel.category_name,
            "destinationCode": hotel.destination_code,
            "destinationName": hotel.destination_name,
            "zoneCode": hotel.zone_code,
            "zoneName": hotel.zone_name,
            "latitude": str(hotel.latitude),
            "longitude": str(hotel.longitude),
        }

    def room_name(self, rate: Rate, language: str) -> str:
        if language == "ENG":
            return rate.plan.room.name
        return self._catalogue.room_name(rate.plan.room.code, language) or rate.plan.room.name

    def available(self, rate: Rate, *, language: str, daily: bool) -> dict[str, Any]:
        shown = self._head(rate)
        shown["allotment"] = rate.allotment
        if rate.plan.comment is not None and rate.key.kind is Kind.BOOKABLE:
            shown["rateCommentsId"] = str(rate.plan.comment)
        self._body(shown, rate, language=language, policies=not rate.plan.hidden_policies)
        if daily:
            shown["dailyRates"] = _daily(rate)
        return shown

    def shift(self, rate: Rate) -> dict[str, Any]:
        """A row of shiftRates: another stay of the same rate."""
        shown = self._head(rate)
        shown["allotment"] = rate.allotment
        shown["checkIn"] = rate.key.stay.check_in.isoformat()
        shown["checkOut"] = rate.key.stay.check_out.isoformat()
        return shown

    def bare(self, rate: Rate, language: str) -> dict[str, Any]:
        """A rate row with shift rates only: no key and no price of its own (R 2016)."""
        return {"paymentType": "AT_WEB", **self._board(rate, language), **_occupancy(rate)}

    def checked(self, rate: Rate, *, language: str, key: str, expand: bool) -> dict[str, Any]:
        """`key` is written by the caller, who knows whether it stays the same."""
        shown = {**self._head(rate), "rateKey": key, "rateType": "BOOKABLE", "allotment": rate.allotment}
        if comment := self.comment(rate):
            shown["rateComments"] = comment
        self._body(shown, rate, language=language, policies=True)
        if expand:
            _expand(shown, rate)
        _break_down(shown, rate)
        return shown

    def upsold(self, rate: Rate, *, language: str, above: int) -> dict[str, Any]:
        """A dearer rate offered beside the checked one."""
        shown = self.available(rate, language=language, daily=False)
        shown["rateup"] = money(rate.price.net - above)
        return shown

    def booked(self, rate: Rate, language: str) -> dict[str, Any]:
        """Without key, type and allotment."""
        shown = self._head(rate)
        del shown["rateKey"], shown["rateType"]
        if comment := self.comment(rate):
            shown["rateComments"] = comment
        self._body(shown, rate, language=language, policies=True)
        _break_down(shown, rate)
        for name in ("promotions", "offers", "childrenAges"):
            shown.pop(name, None)
        return shown

    def comment(self, rate: Rate) -> str:
        text = taxes.prose(rate.levies)
        key = rate.plan.comment
        found = self._catalogue.rate_comment(key, rate.key.stay.check_in) if key else None
        return text + (found or _usual_comment(rate.hotel.code))

    def _head(self, rate: Rate) -> dict[str, Any]:
        shown: dict[str, Any] = {
            "rateKey": self._keys.write(rate.key),
            "rateClass": rate.plan.rate_class,
            "rateType": "RECHECK" if rate.key.kind is Kind.RECHECK else "BOOKABLE",
            "net": money(rate.price.net),
        }
        if rate.price.selling is not None:
            shown["sellingRate"] = money(rate.price.selling)
            shown["hotelMandatory"] = True
        return shown

    def _body(self, shown: dict[str, Any], rate: Rate, *, language: str, policies: bool) -> None:
        shown["paymentType"] = "AT_WEB"
        shown["packaging"] = rate.plan.packaging
        shown.update(self._board(rate, language))
        if policies:
            shown["cancellationPolicies"] = [step.wire() for step in rate.steps]
        currency = self._settings.currency
        levied = taxes.wire(
            rate.hotel, rate.levies, rate.price.net, currency=currency, breakdown=self._settings.tax_breakdown
        )
        if levied is not None:
            shown["taxes"] = levied
        shown.update(_occupancy(rate))
        if rate.key.occupancy.ages:
            shown["childrenAges"] = ",".join(map(str, rate.key.occupancy.ages))
        promotions = [_SPECIAL_OFFER] if rate.plan.special_offer else []
        if rate.plan.terms is Terms.NON_REFUNDABLE:
            promotions = [*promotions, _NON_REFUNDABLE]
        if promotions:
            shown["promotions"] = promotions
        if rate.price.offers:
            shown["offers"] = [
                {"code": code, "name": name, "amount": money(cents)}
                for code, name, cents in rate.price.offers
            ]

    def _board(self, rate: Rate, language: str) -> dict[str, Any]:
        board = rate.plan.board
        return {"boardCode": board, "boardName": self._catalogue.board_name(board, language) or board}


def _occupancy(rate: Rate) -> dict[str, Any]:
    occupancy = rate.key.occupancy
    return {"rooms": occupancy.rooms, "adults": occupancy.adults, "children": occupancy.children}


def _daily(rate: Rate) -> list[dict[str, Any]]:
    """Per night, rounded each for itself: the sum need not be the net (REFERENCE 4.3)."""
    rows: list[dict[str, Any]] = []
    for offset, net in enumerate(rate.price.nights, start=1):
        row: dict[str, Any] = {"offset": offset, "dailyNet": money(net)}
        if rate.price.selling is not None:
            row["dailySellingRate"] = money(round(net * rate.price.selling / rate.price.net))
        rows.append(row)
    return rows


def _expand(shown: dict[str, Any], rate: Rate) -> None:
    """`expandCXL`: a first-night fee as a number of nights, any other as a share."""
    for row, step in zip(shown["cancellationPolicies"], rate.steps, strict=True):
        if rate.plan.terms is Terms.FIRST_NIGHT and not rate.key.hardened:
            row["numberOfNights"] = "1"
        else:
            row["percent"] = f"{100 * step.cents / rate.price.net:.2f}"


def _break_down(shown: dict[str, Any], rate: Rate) -> None:
    if rate.price.offers:
        rows = [(*_DISCOUNTS[code], cents) for code, _, cents in rate.price.offers]
        shown["rateBreakDown"] = {
            "rateDiscounts": [
                {"code": code, "name": name, "amount": money(cents)} for code, name, cents in rows
            ]
        }


def _usual_comment(hotel: int) -> str:
    hour = chance.pick(("14:00", "15:00", "16:00"), "check-in hour", hotel)
    park = chance.pick(_CAR_PARKS, "park", hotel)
    return f"Car park {park}. Check-in hour {hour} - . Identification card at arrival."
