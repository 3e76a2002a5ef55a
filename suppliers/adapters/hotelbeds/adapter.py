"""Hotelbeds as a supplier of ours. Content, prices and bookings in our own values; errors as `suppliers.errors`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import TypeVar

import msgspec

from faredown.lib import clock
from suppliers.adapters.hotelbeds import diagnosis
from suppliers.adapters.hotelbeds.client import Client, Query, Question, booking_path
from suppliers.adapters.hotelbeds.content import Content
from suppliers.adapters.hotelbeds.mapping import bookings, rates, requests, shifts
from suppliers.adapters.hotelbeds.mapping.languages import Languages
from suppliers.adapters.hotelbeds.mapping.values import NotAnAnswer
from suppliers.adapters.hotelbeds.redaction import redactor
from suppliers.errors import InvalidRequest, NotConfigured, Rejected
from suppliers.operations import Operation
from suppliers.setup import Setup
from suppliers.transport import Reading
from suppliers.types import (
    Availability,
    BookingOrder,
    BookingSummary,
    Cancellation,
    CheckedRates,
    Confirmation,
    DayRates,
    Finding,
    Rate,
    StaySearch,
)

T = TypeVar("T")

KEYS_PER_CHECK = 10
LIST_PAGE = 25
LIST_PAGES = 40


class Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What may stand in the supplier row's settings. Contract and undocumented limits (REFERENCE section 12)."""

    max_hotels: int = 2000
    rate_key_life_seconds: int = 1500
    content_page: int = 1000
    languages: dict[str, str] = {}
    """BCP 47 tag -> their code, for languages that our own table does not know yet: `/types/languages` lists them."""

    def __post_init__(self) -> None:
        Languages(self.languages)


class Hotelbeds(Content):
    """The port. Nothing of it holds state: one instance serves every thread of a process."""

    booking_deadline_seconds = 90
    shift_days = shifts.MOST_DAYS

    def __init__(self, code: str, client: Client, options: Options) -> None:
        super().__init__(client, page_size=options.content_page, languages=Languages(options.languages))
        self.code = code
        self.max_hotels = options.max_hotels
        self.rate_key_life_seconds = options.rate_key_life_seconds

    def search(self, search: StaySearch, *, deadline: float) -> Availability:
        if not 1 <= len(search.hotel_codes) <= self.max_hotels:
            raise InvalidRequest(
                f"a search names 1 to {self.max_hotels} hotels",
                supplier=self.code,
                operation=Operation.AVAILABILITY,
            )

        def parse(body: bytes) -> Reading[Availability]:
            value, token = rates.availability(body, search, now=clock.now())
            return Reading(value=value, token=token, refused=len(value.refused))

        question = Question(
            operation=Operation.AVAILABILITY,
            method="POST",
            path="/hotels",
            body=requests.availability(search, self._languages),
            deadline=deadline,
        )
        return self._client.ask(question, parse)

    def unpacked(self, packed: bytes, search: StaySearch, *, asked_at: datetime) -> tuple[Rate, ...]:
        return rates.unpacked(packed, search, asked_at=asked_at)

    def search_around(self, search: StaySearch, *, days: int, deadline: float) -> tuple[DayRates, ...]:
        question = Question(
            operation=Operation.AVAILABILITY,
            method="POST",
            path="/hotels",
            body=shifts.question(requests.availability(search, self._languages), days),
            deadline=deadline,
        )
        return self._client.ask(question, lambda body: _reading(shifts.answer(body, search)))

    def check_rates(self, asked: Sequence[Rate], *, language: str) -> CheckedRates:
        """One call for up to ten keys; those that need a check and those that do not never share one (section 5)."""
        checked: dict[int, Rate] = {}
        for needs_check in (True, False):
            positions = [position for position, rate in enumerate(asked) if rate.needs_check is needs_check]
            for start in range(0, len(positions), KEYS_PER_CHECK):
                chunk = positions[start : start + KEYS_PER_CHECK]
                answer = self._check([asked[position] for position in chunk], language)
                checked |= dict(zip(chunk, answer.rates, strict=True))
        return CheckedRates(rates=tuple(checked[position] for position in range(len(asked))))

    def _check(self, asked: Sequence[Rate], language: str) -> CheckedRates:
        def parse(body: bytes) -> Reading[CheckedRates]:
            value, token = rates.checked(body, asked, now=clock.now())
            return Reading(value=value, token=token)

        question = Question(
            operation=Operation.CHECK_RATES,
            method="POST",
            path="/checkrates",
            body=requests.check_rates(
                [rate.rate_key for rate in asked], language=self._languages.code(language)
            ),
        )
        answer = self._client.ask(question, parse)
        if any(rate.package_only or rate.pay_at_hotel for rate in answer.rates):
            raise Rejected(
                "the rate is sold inside packages or paid at the hotel only",
                supplier=self.code,
                operation=Operation.CHECK_RATES,
            )
        return answer

    def book(self, order: BookingOrder) -> Confirmation:
        def parse(body: bytes) -> Reading[Confirmation]:
            value, token = bookings.confirmation(body)
            if value.client_reference.casefold() != order.client_reference.casefold():
                raise NotAnAnswer(f"booking {value.supplier_reference} under another reference")
            return Reading(value=value, token=token)

        question = Question(
            operation=Operation.BOOK,
            method="POST",
            path="/bookings",
            body=requests.booking(order, self._languages),
            effectful=True,
            reference=order.client_reference,
        )
        return self._client.ask(question, parse)

    def find(self, client_reference: str, *, created_on: date) -> Sequence[BookingSummary]:
        found: list[BookingSummary] = []
        days = (created_on - timedelta(days=1), created_on + timedelta(days=1))
        for first in range(1, LIST_PAGES * LIST_PAGE, LIST_PAGE):
            page, total = self._list(client_reference, days, first)
            found += [one for one in page if one.client_reference.casefold() == client_reference.casefold()]
            if not page or first + LIST_PAGE > total:
                break
        return found

    def bookings_made_on(self, day: date) -> Iterator[BookingSummary]:
        first, total = 1, 1
        while first <= total:
            page, total = self._list("", (day, day), first)
            if not page:
                break
            yield from page
            first += LIST_PAGE

    def _list(self, reference: str, days: tuple[date, date], first: int) -> tuple[list[BookingSummary], int]:
        def parse(body: bytes) -> Reading[tuple[list[BookingSummary], int]]:
            lines, total, token = bookings.listed(body)
            return Reading(value=(lines, total), token=token)

        query: Query = {
            "start": days[0].isoformat(),
            "end": days[1].isoformat(),
            "filterType": "CREATION",
            "status": "ALL",
            "from": first,
            "to": first + LIST_PAGE - 1,
        }
        if reference:
            query["clientReference"] = reference
        question = Question(
            operation=Operation.BOOKING_LIST, path="/bookings", query=query, reference=reference
        )
        return self._client.ask(question, parse)

    def booking(self, supplier_reference: str, *, language: str) -> Confirmation:
        question = Question(
            operation=Operation.BOOKING_DETAIL,
            path=booking_path(supplier_reference),
            query={"language": self._languages.code(language)},
            reference=supplier_reference,
        )
        return self._client.ask(question, lambda body: _reading(bookings.confirmation(body)))

    def cancel(self, supplier_reference: str, *, simulate: bool, language: str) -> Cancellation:
        """The flag is always sent: without one they cancel for real (REFERENCE section 7)."""
        flag = "SIMULATION" if simulate else "CANCELLATION"
        question = Question(
            operation=Operation.CANCEL,
            method="DELETE",
            path=booking_path(supplier_reference),
            query={"cancellationFlag": flag, "language": self._languages.code(language)},
            effectful=not simulate,
            reference=supplier_reference,
        )
        return self._client.ask(
            question, lambda body: _reading(bookings.cancellation(body, simulated=simulate))
        )

    def reconfirmations(self, *, since: datetime, until: datetime) -> Sequence[tuple[str, tuple[str, ...]]]:
        found: list[tuple[str, tuple[str, ...]]] = []
        for first in range(1, LIST_PAGES * LIST_PAGE, LIST_PAGE):
            query: Query = {
                "from": first,
                "to": first + LIST_PAGE - 1,
                "start": since.date().isoformat(),
                "end": until.date().isoformat(),
                "filterType": "RECONFIRMATION",
            }
            question = Question(
                operation=Operation.RECONFIRMATIONS, path="/bookings/reconfirmations", query=query
            )
            page = self._client.ask(question, lambda body: _reading(bookings.reconfirmations(body)))
            found += page
            if len(page) < LIST_PAGE:
                break
        return found

    def reconfirmation_pushed(self, body: bytes) -> tuple[str, tuple[str, ...]]:
        try:
            return bookings.pushed(body)
        except NotAnAnswer as error:
            raise InvalidRequest(f"not a reconfirmation: {error}", supplier=self.code) from error

    def diagnose(self) -> Iterator[Finding]:
        return diagnosis.findings(self, self._client)


def build(setup: Setup) -> Hotelbeds:
    try:
        options = msgspec.convert(setup.settings, Options)
    except msgspec.ValidationError as error:
        raise NotConfigured(f"the settings of supplier {setup.code}: {error}", supplier=setup.code) from error
    client = Client(setup.keyring, setup.transport(redactor(setup.keyring.secrets)))
    return Hotelbeds(setup.code, client, options)


def _reading(parsed: tuple[T, str]) -> Reading[T]:
    value, token = parsed
    return Reading(value=value, token=token)
