from hotels.models.content import RateComment, Term
from hotels.models.geography import Country, Destination, PlaceName, Zone
from hotels.models.hotel import Hotel, HotelFacility, HotelRoom, HotelText
from hotels.models.mapping import DestinationCode, HotelCode
from hotels.models.pricing import ExchangeRate, MarkupRule
from hotels.models.sync import SyncRun, SyncSeen

__all__ = [
    "Country",
    "Destination",
    "DestinationCode",
    "ExchangeRate",
    "Hotel",
    "HotelCode",
    "HotelFacility",
    "HotelRoom",
    "HotelText",
    "MarkupRule",
    "PlaceName",
    "RateComment",
    "SyncRun",
    "SyncSeen",
    "Term",
    "Zone",
]
