"""What the rest of the simulator knows of a hotel: flat, immutable values, cheap enough to make on demand."""

from dataclasses import dataclass
from datetime import date

from suppliers.simulators.hotelbeds.catalogue.changes import Renewal


@dataclass(frozen=True, slots=True)
class RoomType:
    """A room as a hotel sells it. `code` is type.characteristic ("DBL.ST"); `name` is upper-case English."""

    code: str
    name: str
    type_code: str
    characteristic_code: str
    min_pax: int
    max_pax: int
    max_adults: int
    max_children: int
    min_adults: int


@dataclass(frozen=True, slots=True)
class RateCommentKey:
    """The three parts of a rateCommentsId, which travels as `incoming|code|rate` (REFERENCE section 9)."""

    incoming: int
    code: str
    rate: int

    def __str__(self) -> str:
        return f"{self.incoming}|{self.code}|{self.rate}"


@dataclass(frozen=True, slots=True)
class Hotel:
    """`country_code` is the supplier's own (UK, not GB), `iso` the world's. `richness` 0..1 says how much content the
    hotel has filled in. A `closed` hotel never answers an availability, though the content may still list it;
    `listing` is "", the includeHotels value without which /hotels leaves it out, or "removed". `pictures`: so many
    instead of as many as it has to show. `currency` is the local one, in
    which fees at the hotel are due; the account's currency is another matter."""

    code: int
    name: str
    country_code: str
    destination_code: str
    destination_name: str
    zone_code: int
    zone_name: str
    latitude: float
    longitude: float
    category_code: str
    category_name: str
    stars: float
    accommodation_type_code: str
    chain_code: str | None
    board_codes: tuple[str, ...]
    rooms: tuple[RoomType, ...]
    currency: str
    timezone: str
    closed: bool
    last_update: date
    richness: float
    rate_comment_keys: tuple[RateCommentKey, ...]
    address: str
    postal_code: str | None
    city: str
    phones: tuple[str, ...]
    email: str | None
    iso: str
    listing: str
    setting: str
    renewals: tuple[Renewal, ...] = ()
    pictures: int | None = None

    def __hash__(self) -> int:
        return self.code
