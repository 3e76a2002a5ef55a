"""rateKeys (REFERENCE 4.5): everything needed to work the rate out again, signed, so nothing is stored per key.

Shape of the real ones: `checkIn|checkOut|W|incoming|hotel|room|contract|board|promo|rooms~adults~children|ages|N@...`.
"""

import hmac
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from hashlib import sha256

from suppliers.simulators.hotelbeds.booking.stay import Occupancy, Stay
from suppliers.simulators.hotelbeds.settings import Settings

_FORMAT = "07"


class Kind(StrEnum):
    BOOKABLE = "B"
    RECHECK = "R"
    CHECKED = "C"
    """A RECHECK rate after checkrates: bookable, under a new key."""


@dataclass(frozen=True, slots=True)
class RateKey:
    """`net` is the price the key was shown with; `factor` (in 1/10,000) is by how much a fault moved it."""

    stay: Stay
    hotel: int
    incoming: int
    room: str
    contract: str
    board: str
    promo: str
    occupancy: Occupancy
    plan: int
    kind: Kind
    rate_class: str
    packaging: bool
    net: int
    issued: int
    market: str = ""
    factor: int = 10_000
    hardened: bool = False


class RateKeys:
    def __init__(self, settings: Settings) -> None:
        self._secret = sha256(f"{settings.seed}|{settings.secret}".encode()).digest()

    def write(self, key: RateKey) -> str:
        occupancy = key.occupancy
        head = "|".join(
            (
                f"{key.stay.check_in:%Y%m%d}",
                f"{key.stay.check_out:%Y%m%d}",
                "W",
                str(key.incoming),
                str(key.hotel),
                key.room,
                key.contract,
                key.board,
                key.promo,
                f"{occupancy.rooms}~{occupancy.adults}~{occupancy.children}",
                "~".join(map(str, occupancy.ages)),
            )
        )
        text = f"{head}|{self.tail(key)}"
        return text + self._signature(text)

    def tail(self, key: RateKey) -> str:
        flags = key.kind.value + ("H" if key.hardened else "")
        mark = "P" if key.packaging else "N"
        return (
            f"{mark}@{_FORMAT}~~{key.plan:x}~{key.net:x}~{flags}~{key.market}~{key.factor:x}"
            f"~{key.rate_class}~~{key.issued:x}~"
        )

    def read(self, text: str) -> RateKey | None:
        """None unless this simulator wrote it. Its age is for the caller to judge."""
        body, signature = text[:-20], text[-20:]
        if not hmac.compare_digest(self._signature(body).encode(), signature.encode()):
            return None
        check_in, check_out, _, incoming, hotel, room, contract, board, promo, rooms, ages, tail = body.split(
            "|"
        )
        mark, _, plan, net, flags, market, factor, rate_class, _, issued, _ = tail.split("~")
        count, adults, _ = rooms.split("~")
        return RateKey(
            stay=Stay(_date(check_in), _date(check_out)),
            hotel=int(hotel),
            incoming=int(incoming),
            room=room,
            contract=contract,
            board=board,
            promo=promo,
            occupancy=Occupancy(int(count), int(adults), tuple(int(age) for age in ages.split("~") if age)),
            plan=int(plan, 16),
            kind=Kind(flags[0]),
            rate_class=rate_class,
            packaging=mark.startswith("P"),
            net=int(net, 16),
            issued=int(issued, 16),
            market=market,
            factor=int(factor, 16),
            hardened="H" in flags,
        )

    def _signature(self, text: str) -> str:
        return hmac.digest(self._secret, text.encode(), "sha256").hex()[:20].upper()


def _date(text: str) -> date:
    return date(int(text[:4]), int(text[4:6]), int(text[6:]))
