"""What hoteliers want read before a booking: found by `incoming|code|rate` and the day of arrival (REFERENCE 9)."""

from dataclasses import dataclass
from datetime import date
from random import Random

from suppliers.simulators.hotelbeds import chance
from suppliers.simulators.hotelbeds.catalogue import tables
from suppliers.simulators.hotelbeds.catalogue.model import Hotel, RateCommentKey

_FIRST_CODE = 100_000
_PER_HOTEL = 4
_OFFICES = {
    "ES": 1,
    "US": 256,
    "AE": 164,
    "GB": 102,
    "FR": 93,
    "IT": 111,
    "PT": 62,
    "TH": 217,
    "MX": 85,
    "IN": 188,
}
_RATES = (0, 3, 11, 18, 24, 52, 96, 140, 233)
# One unit of the euro in local money, roughly: fees should look like fees.
_WORTH = {
    "AED": 4, "CZK": 25, "DKK": 7, "EGP": 50, "HKD": 8, "HUF": 400, "IDR": 17000, "INR": 90, "JPY": 160,
    "KRW": 1450, "MAD": 11, "MXN": 20, "MYR": 5, "NOK": 11, "PHP": 60, "PLN": 4, "QAR": 4, "SAR": 4, "SEK": 11,
    "THB": 38, "TRY": 35, "VND": 27000, "ZAR": 20, "CNY": 8, "BRL": 6, "ILS": 4,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Comment:
    kind: str
    start: date
    end: date


@dataclass(frozen=True, slots=True)
class Block:
    """Comments that hold for any of these rates."""

    rates: tuple[int, ...]
    comments: tuple[Comment, ...]


def count(seed: int, position: int) -> int:
    """How many records a hotel has: none for half of them."""
    luck = chance.unit(seed, "comments", position)
    return 0 if luck < 0.45 else 1 if luck < 0.75 else 2 if luck < 0.93 else 3


def keys(seed: int, position: int, code: int, iso: str) -> tuple[RateCommentKey, ...]:
    incoming = _OFFICES.get(iso) or 300 + sum(map(ord, iso))
    return tuple(
        RateCommentKey(incoming, str(_FIRST_CODE + code * _PER_HOTEL + number), _rate(seed, code, number))
        for number in range(count(seed, position))
    )


def hotel_of(comment_code: str) -> int | None:
    if not comment_code.isascii() or not comment_code.isdigit():
        return None
    code = (int(comment_code) - _FIRST_CODE) // _PER_HOTEL
    return code if code > 0 else None


def blocks(seed: int, key: RateCommentKey) -> tuple[Block, ...]:
    """One block with the rate of the key, and sometimes a second one with it, so that texts must be joined."""
    draw = Random(f"{seed}/{key.code}/comments")
    others = draw.sample([rate for rate in _RATES if rate != key.rate], draw.randint(0, 2))
    first = Block((*others, key.rate), _comments(draw))
    if draw.random() < 0.3:
        return (first, Block((key.rate,), _comments(draw)[:1]))
    return (first,)


def text(hotel: Hotel, comment_code: str, comment: Comment, language: str) -> str | None:
    written = tables.tree("rate_comments").get(language)
    if written is None:
        return None
    draw = Random(f"{comment_code}/{comment.kind}")
    amount = {"tax": 3, "pets": 20, "gala": 90}.get(comment.kind, 100) * _WORTH.get(hotel.currency, 1)
    return str(written[comment.kind]).format(
        amount=_rounded(amount * draw.uniform(0.7, 1.3)),
        currency=hotel.currency,
        hour=draw.choice((14, 15, 16)),
        age=draw.choice((18, 18, 21)),
    )


def applying(seed: int, key: RateCommentKey, check_in: date) -> list[Comment]:
    """Everything that holds for the rate on that day; all of it is to be shown."""
    return [
        comment
        for block in blocks(seed, key)
        if key.rate in block.rates
        for comment in block.comments
        if comment.start <= check_in <= comment.end
    ]


def _rounded(amount: float) -> int:
    """Two digits and noughts: 3, 85, 2300."""
    unit = int(10 ** max(0, len(str(int(amount))) - 2))
    return max(1, round(amount / unit)) * unit


def _rate(seed: int, code: int, number: int) -> int:
    return chance.pick(_RATES, seed, "rate", code, number)


def _comments(draw: Random) -> tuple[Comment, ...]:
    always = (date(2023, draw.randint(1, 12), 1), date(2031, 12, 31))
    found = [Comment(draw.choice(("id", "id", "tax", "deposit")), *always)]
    if draw.random() < 0.5:
        found.append(Comment(draw.choice(("age", "deposit", "tax", "pets")), *always))
    for year in (2026, 2027):
        if draw.random() < 0.3:
            found.append(Comment("gala", date(year, 12, 20), date(year + 1, 1, 2)))
        if draw.random() < 0.2:
            found.append(Comment("pool", date(year, 11, 1), date(year + 1, 3, 31)))
    if draw.random() < 0.12:
        month = draw.randint(1, 9)
        found.append(Comment("works", date(2027, month, 1), date(2027, month + 3, 28)))
    return tuple(dict.fromkeys(found))
