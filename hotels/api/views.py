"""The catalogue: places, hotels, reference data."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import get_language
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from faredown.lib.errors import invalid
from faredown.lib.rest import ApiView, refusals
from hotels.api import serializers
from hotels.selectors import destinations, hotel_details, reference
from hotels.services import filter_query, pricing

MOST_SUGGESTIONS = 20


class Destinations(ApiView):
    throttle_scope = "suggest"

    @extend_schema(
        operation_id="destinations_suggest",
        parameters=[
            OpenApiParameter(
                "q", OpenApiTypes.STR, description="What was typed; empty gives popular places."
            ),
            OpenApiParameter(
                "limit", OpenApiTypes.INT, description=f"1 to {MOST_SUGGESTIONS}, 8 unless told."
            ),
        ],
        responses={200: serializers.PlacesOutput},
    )
    def get(self, request: Request) -> Response:
        """Places by name, in any language of the catalogue, with small typing errors forgiven. Best first."""
        values = {name: list(given) for name, given in request.query_params.lists()}
        limit = filter_query.number(values, "limit", 8)
        if not 1 <= limit <= MOST_SUGGESTIONS:
            raise invalid("limit", "out_of_range", f"A whole number from 1 to {MOST_SUGGESTIONS}.")
        found = destinations.suggest(filter_query.text(values, "q", ""), language=_language(), limit=limit)
        return Response(serializers.PlacesOutput({"results": found}).data)


class Hotel(ApiView):
    @extend_schema(
        operation_id="hotels_read",
        responses={200: serializers.HotelDetailOutput, **refusals({404: "hotel_not_found"})},
    )
    def get(self, request: Request, hotel_id: str) -> Response:
        """A hotel's content, without prices. Texts missing in the asked language come in English, else in any; then
        `Content-Language` names that language, too."""
        found = hotel_details.read(hotel_id, language=_language())
        told = dict.fromkeys(part for part in (_language(), found.description_language) if part)
        return Response(
            serializers.HotelDetailOutput(found).data, headers={"Content-Language": ", ".join(told)}
        )


class Currencies(ApiView):
    @extend_schema(operation_id="currencies_list", responses={200: serializers.CurrenciesOutput})
    def get(self, request: Request) -> Response:
        """Currencies prices can be shown and paid in."""
        found = reference.currencies(language=_language())
        rates = pricing.current_policy().rates
        sold = [currency for currency in found if rates.knows(currency.code)]
        return Response(serializers.CurrenciesOutput({"results": sold}).data)


class ExchangeRates(ApiView):
    @extend_schema(
        operation_id="exchange_rates_read",
        parameters=[OpenApiParameter("base", OpenApiTypes.STR, description="ISO 4217.")],
        responses={200: serializers.ExchangeRatesOutput},
    )
    def get(self, request: Request) -> Response:
        """Today's rates between the currencies we show; for information, a price is always told in full."""
        rates = pricing.current_policy().rates
        base = request.query_params.get("base", settings.DEFAULT_CURRENCY).upper()
        if not rates.knows(base):
            raise invalid("base", "unknown_currency", "No exchange rate is known for this currency.")
        known = [code for code in settings.DISPLAY_CURRENCIES if rates.knows(code)]
        told = {code: f"{rates.between(base, code).rate:f}" for code in known}
        body = {"base": base, "as_of": reference.rates_as_of(), "rates": told}
        return Response(serializers.ExchangeRatesOutput(body).data)


class Languages(ApiView):
    @extend_schema(operation_id="languages_list", responses={200: serializers.LanguagesOutput})
    def get(self, request: Request) -> Response:
        """Languages the catalogue's texts are kept in."""
        return Response(serializers.LanguagesOutput({"results": reference.languages()}).data)


class Countries(ApiView):
    @extend_schema(operation_id="countries_list", responses={200: serializers.CountriesOutput})
    def get(self, request: Request) -> Response:
        """Every country, by its name in the asked language."""
        found = reference.countries(language=_language())
        return Response(serializers.CountriesOutput({"results": found}).data)


def _language() -> str:
    return get_language() or "en"
