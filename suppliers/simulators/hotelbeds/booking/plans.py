"""The rate plans of a hotel: room x board x contract. Made from the hotel alone: a rateKey names one by number."""

from dataclasses import dataclass
from enum import StrEnum

from suppliers.simulators.hotelbeds import chance
from suppliers.simulators.hotelbeds.catalogue import Catalogue, Hotel, RateCommentKey, RoomType

_CONTRACTS = ("CG-FIT B2B", "FIT", "BAR", "GAR", "STA", "HBG SEL CLIENTS", "CG-RECEP-B2B", "BAR-ALL")
_EXTERNAL = ("ID_B2B_19", "ID_B2B_21", "ID_B2B_48", "ID_B2B_71")
_PROMOS = ("RATE1", "B2B", "BEST", "DISC")
_BOARDS_SOLD = 3


class Terms(StrEnum):
    """How cancellation costs grow."""

    FIRST_NIGHT = "FIRST_NIGHT"
    TWO_STEPS = "TWO_STEPS"
    FULL = "FULL"
    NON_REFUNDABLE = "NON_REFUNDABLE"


@dataclass(frozen=True, slots=True)
class Plan:
    """`factor` multiplies the hotel's base night; `mandate` is the mark-up of a hotelMandatory selling price.

    A `recheck` plan comes from an outside supplier: no rate comment id, sometimes no policies before checkrates.
    """

    number: int
    room: RoomType
    board: str
    contract: str
    incoming: int
    promo: str
    rate_class: str
    recheck: bool
    packaging: bool
    factor: float
    mandate: float
    terms: Terms
    days_before: int
    hidden_policies: bool
    early_booking: bool
    free_night: bool
    special_offer: bool
    comment: RateCommentKey | None


class Plans:
    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._kept: dict[int, tuple[Hotel, tuple[Plan, ...]] | None] = {}

    def of(self, code: int) -> tuple[Hotel, tuple[Plan, ...]] | None:
        """None for a hotel that does not exist or is closed."""
        if code not in self._kept:
            if len(self._kept) >= 20_000:
                self._kept.clear()
            hotel = self._catalogue.hotel(code)
            sold = hotel is not None and not hotel.closed
            self._kept[code] = (hotel, _plans(hotel)) if hotel and sold else None
        return self._kept[code]

    def forget(self) -> None:
        self._kept.clear()


def _plans(hotel: Hotel) -> tuple[Plan, ...]:
    plans: list[Plan] = []
    for position, room in enumerate(hotel.rooms):
        lift = (
            1.0
            if position == 0
            else chance.between(0.97, 1.25, "room", hotel.code, room.code) + 0.09 * position
        )
        for board in hotel.board_codes[:_BOARDS_SOLD]:
            for kind in _kinds(hotel.code, room.code, board):
                plans.append(_plan(hotel, room, board, kind=kind, lift=lift, number=len(plans)))
    return tuple(plans)


def _kinds(hotel: int, room: str, board: str) -> list[str]:
    channel = chance.unit("channel", hotel)
    kinds: list[str] = []
    if channel < 0.86:
        kinds.append("NOR")
        if chance.unit("nrf", hotel, room, board) < 0.55:
            kinds.append("NRF")
    if channel >= 0.86 or (channel >= 0.6 and chance.unit("external", hotel, room, board) < 0.5):
        kinds.append("RECHECK")
    if channel < 0.4 and chance.unit("package", hotel, room, board) < 0.5:
        kinds.append("PAQ")
    return kinds


def _plan(hotel: Hotel, room: RoomType, board: str, *, kind: str, lift: float, number: int) -> Plan:
    """One plan; `kind` is NOR, NRF, RECHECK (an outside supplier's) or PAQ (opaque, for packages)."""
    draw = chance.units(8, "plan", hotel.code, room.code, board, kind)
    recheck = kind == "RECHECK"
    contract = chance.pick(_EXTERNAL if recheck else _CONTRACTS, "contract", hotel.code)
    contract += {"NRF": " NRF", "PAQ": "-OPQ"}.get(kind, "")
    incoming = 256 + hotel.code % 9 if recheck else 1 + incoming_office(hotel)
    factor = lift * {"NOR": 1.0, "NRF": 0.9, "RECHECK": 0.94 + 0.12 * draw[0], "PAQ": 0.82}[kind]
    terms = Terms.NON_REFUNDABLE if kind == "NRF" else _terms(draw[1])
    return Plan(
        number=number,
        room=room,
        board=board,
        contract=contract,
        incoming=incoming,
        promo=chance.pick(_PROMOS, "promo", hotel.code, room.code) if recheck else "",
        rate_class=_rate_class(kind, draw[5]),
        recheck=recheck,
        packaging=kind == "PAQ",
        factor=factor,
        mandate=0.08 + 0.08 * draw[2] if draw[3] < 0.08 else 0.0,
        terms=terms,
        days_before=(2, 3, 5, 7, 14)[int(draw[4] * 5)],
        hidden_policies=recheck and draw[5] < 0.07,
        early_booking=not recheck and draw[6] < 0.35,
        free_night=not recheck and draw[7] < 0.15,
        special_offer=draw[6] > 0.88,
        comment=None if recheck else _comment(hotel, room, board),
    )


def incoming_office(hotel: Hotel) -> int:
    """The supplier's incoming office, which is also the first part of its booking references."""
    return int(chance.unit("office", hotel.country_code) * 250)


def _rate_class(kind: str, draw: float) -> str:
    """Some opaque rates have a class of their own."""
    if kind == "PAQ":
        return "PAQ" if draw < 0.3 else "NOR"
    return "NRF" if kind == "NRF" else "NOR"


def _terms(draw: float) -> Terms:
    return Terms.FIRST_NIGHT if draw < 0.5 else Terms.TWO_STEPS if draw < 0.75 else Terms.FULL


def _comment(hotel: Hotel, room: RoomType, board: str) -> RateCommentKey | None:
    if not hotel.rate_comment_keys:
        return None
    return chance.pick(hotel.rate_comment_keys, "comment", hotel.code, room.code, board)
