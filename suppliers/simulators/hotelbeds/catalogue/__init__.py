"""A seeded, believable world of hotels. Every hotel is worked out from (hotels, seed, position) when asked for."""

from suppliers.simulators.hotelbeds.catalogue.catalogue import Catalogue
from suppliers.simulators.hotelbeds.catalogue.model import Hotel, RateCommentKey, RoomType

__all__ = ["Catalogue", "Hotel", "RateCommentKey", "RoomType"]
