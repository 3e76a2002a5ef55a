from hotels.models.content import RateComment, Term
from hotels.models.edit import ContentEdit, Owner, Place
from hotels.models.exchange import CurrencyBuffer, ExchangeRate
from hotels.models.geography import Country, Destination, Landmark, Region, Zone
from hotels.models.hotel import Hotel, HotelFacility, HotelRoom, HotelText
from hotels.models.mapping import DestinationCode, HotelCode
from hotels.models.places import SuggestedPlace, SuggestedWord
from hotels.models.pricing import MarkupRule, MarkupSeason, MarkupTier, TaxRule
from hotels.models.searching import SearchEvent
from hotels.models.sync import SyncRun, SyncSeen

__all__ = [
    "ContentEdit",
    "Country",
    "CurrencyBuffer",
    "Destination",
    "DestinationCode",
    "ExchangeRate",
    "Hotel",
    "HotelCode",
    "HotelFacility",
    "HotelRoom",
    "HotelText",
    "Landmark",
    "MarkupRule",
    "MarkupSeason",
    "MarkupTier",
    "Owner",
    "Place",
    "RateComment",
    "Region",
    "SearchEvent",
    "SuggestedPlace",
    "SuggestedWord",
    "SyncRun",
    "SyncSeen",
    "TaxRule",
    "Term",
    "Zone",
]
