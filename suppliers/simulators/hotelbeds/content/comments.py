"""/types/ratecomments and /types/ratecommentdetails."""

from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cached_property
from itertools import accumulate
from typing import Any

from suppliers.simulators.hotelbeds.catalogue import Catalogue, Hotel, RateCommentKey, rate_comments, texts
from suppliers.simulators.hotelbeds.content.asking import Asked
from suppliers.simulators.hotelbeds.content.lists import changed

Record = dict[str, Any]


class RateComments:
    """Counted by arithmetic, written hotel by hotel: a page never makes more hotels than it shows."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def page(self, asked: Asked) -> tuple[int, list[Record]]:
        """(total, records)."""
        if asked.codes is None and asked.since is None:
            total = self._ends[-1]
            shown = map(self._at, range(asked.first - 1, min(asked.last, total)))
            return total, [self._record(hotel, key, asked) for hotel, key in shown]
        found = [(hotel, key) for hotel, key in self._every() if _wanted(key, asked)]
        return len(found), [self._record(hotel, key, asked) for hotel, key in asked.cut(found)]

    def of_rate(self, parts: tuple[str, str, str], day: date, asked: Asked) -> list[Record]:
        """The texts of one rateCommentsId that hold on the day of arrival."""
        incoming, code, rate = parts
        hotel_code = rate_comments.hotel_of(code)
        hotel = None if hotel_code is None else self._catalogue.hotel(hotel_code)
        if hotel is None or not rate.isdigit():
            return []
        return [
            _comment(hotel, code, comment, asked)
            for key in hotel.rate_comment_keys
            if (str(key.incoming), key.code) == (incoming, code)
            for block in rate_comments.blocks(self._catalogue.seed, key)
            if int(rate) in block.rates
            for comment in block.comments
            if comment.start <= day <= comment.end
        ]

    @cached_property
    def _ends(self) -> Sequence[int]:
        seed = self._catalogue.seed
        counts = (rate_comments.count(seed, position) for position in range(self._catalogue.size))
        return array("l", accumulate(counts))

    def _at(self, number: int) -> tuple[Hotel, RateCommentKey]:
        position = bisect_right(self._ends, number)
        before = self._ends[position - 1] if position else 0
        hotel = self._catalogue.hotel(self._catalogue.layout.code(position))
        if hotel is None:
            raise LookupError(f"no hotel at {position}")
        return hotel, hotel.rate_comment_keys[number - before]

    def _every(self) -> Iterator[tuple[Hotel, RateCommentKey]]:
        for code in self._catalogue.hotels():
            hotel = self._catalogue.hotel(code)
            if hotel is not None:
                for key in hotel.rate_comment_keys:
                    yield hotel, key

    def _record(self, hotel: Hotel, key: RateCommentKey, asked: Asked) -> Record:
        blocks = [
            {
                "rateCodes": list(block.rates),
                "comments": [_comment(hotel, key.code, comment, asked) for comment in block.comments],
            }
            for block in rate_comments.blocks(self._catalogue.seed, key)
        ]
        record = {"incoming": key.incoming, "hotel": hotel.code, "code": key.code, "commentsByRates": blocks}
        return asked.trim(record)


def _wanted(key: RateCommentKey, asked: Asked) -> bool:
    if asked.codes is not None and key.code not in asked.codes:
        return False
    return asked.since is None or changed("rateComments", key.code) >= asked.since


def _comment(hotel: Hotel, code: str, comment: rate_comments.Comment, asked: Asked) -> Record:
    text = rate_comments.text(hotel, code, comment, asked.language)
    if text is None and (asked.secondary or asked.language not in texts.languages()):
        text = rate_comments.text(hotel, code, comment, texts.ENGLISH)
    record: Record = {"dateEnd": comment.end.isoformat(), "dateStart": comment.start.isoformat()}
    return record | ({"description": text} if text else {})
