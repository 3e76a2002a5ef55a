"""The small change of every mapping: amounts, instants, days, and decoding that loses as little as possible."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import TypeVar

import msgspec

from faredown.lib.money import Money

T = TypeVar("T")


class Refused(ValueError):
    """This part of an answer cannot be used without risking a wrong price or promise; says why."""


class NotAnAnswer(ValueError):
    """The body is not JSON, or lacks what makes it an answer."""


def decode(body: bytes | msgspec.Raw, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=kind, strict=False)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise NotAnAnswer(str(error)) from error


def each(raws: Iterable[msgspec.Raw], kind: type[T], problems: list[str], *, where: str) -> list[T]:
    """Decodes one by one, so that a bad one costs only itself; `problems` gets a line for it."""
    values = []
    for position, raw in enumerate(raws):
        try:
            values.append(decode(raw, kind))
        except NotAnAnswer as error:
            problems.append(f"{where} {position}: {error}")
    return values


def money(amount: Decimal | None, currency: str | None, *, what: str = "amount") -> Money:
    if amount is None:
        raise Refused(f"no {what}")
    if not currency:
        raise Refused(f"{what} without currency")
    try:
        return Money(amount, currency)
    except ValueError as error:
        raise Refused(f"{what}: {error}") from error


@lru_cache(maxsize=8192)
def instant(text: str) -> datetime:
    """In UTC. Without an offset it is no instant, and guessing the hotel's zone would move a deadline."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise Refused(f"{text!r} is not an instant") from error
    if moment.utcoffset() is None:
        raise Refused(f"{text!r} has no offset")
    return moment.astimezone(UTC)


def day(text: str | None, *, what: str) -> date:
    """`2019-06-15`; tools that write a full instant for a date are read too (REFERENCE section 0)."""
    try:
        return date.fromisoformat((text or "")[:10])
    except ValueError as error:
        raise Refused(f"{what} {text!r} is not a date") from error


def words(text: str | None) -> str:
    return " ".join(text.split()) if text else ""
