"""The catalogue: the one object the Content and the Booking API of the simulator share."""

from collections.abc import Sequence
from datetime import date

from suppliers.simulators.hotelbeds.catalogue.model import Hotel, RateCommentKey


class Catalogue:
    """Same (hotels, seed), same world. Codes ascend with gaps; methods are pure and cheap."""

    def __init__(self, hotels: int, seed: int) -> None:
        self.size = hotels
        self.seed = seed

    def hotel(self, code: int) -> Hotel | None: ...

    def hotels(self) -> Sequence[int]: ...

    def in_destination(self, code: str, zone: int | None = None) -> Sequence[int]: ...

    def near(self, latitude: float, longitude: float, km: float) -> list[int]: ...

    def within(self, *, north: float, west: float, south: float, east: float) -> list[int]: ...

    def destination_name(self, code: str) -> str | None: ...

    def board_name(self, code: str, language: str = "ENG") -> str | None: ...

    def category_name(self, code: str, language: str = "ENG") -> str | None: ...

    def room_name(self, code: str, language: str = "ENG") -> str | None: ...

    def rate_comment(self, key: RateCommentKey, check_in: date) -> str | None: ...
