"""What a card of the list tells beside its total."""

from __future__ import annotations

from decimal import Decimal
from html import unescape

import msgspec
from django.http import QueryDict
from django.template.loader import render_to_string

from faredown.lib.money import Money
from hotels.criteria import Criteria
from hotels.forms import StayForm
from hotels.pricing.engine import AtProperty
from hotels.services import search
from hotels.views import cards


def test_a_fee_nobody_has_a_rate_of_is_told_in_its_own_currency(criteria: Criteria) -> None:
    found = search.start(criteria)
    page = search.page(found, page_size=1)
    card = page.results[0]
    fees = (
        AtProperty("Resort fee", Money(Decimal(5), "USD"), Money(Decimal(5), "USD")),
        AtProperty("City tax", Money(Decimal("3.500"), "LYD"), None),
    )
    price = msgspec.structs.replace(card.cheapest.price, at_property=fees)
    best = msgspec.structs.replace(card.cheapest, price=price, total=price.total + fees[0].amount)
    page = msgspec.structs.replace(page, results=(msgspec.structs.replace(card, cheapest=best),))
    data = QueryDict("")
    listing = cards.listing(StayForm.read(data), found, page, cards.read(data), data=data)
    drawn = unescape(render_to_string("hotels/card.html", {"card": listing.cards[0]}))
    assert f"\u2068${price.total.amount + 5:,.2f}\u2069</p>" in drawn
    assert f"\u2068${price.total.amount:,.2f}\u2069 now, \u2068$5.00\u2069 at the hotel" in drawn
    assert "City tax: \u2068LYD3.500\u2069, paid at the hotel" in drawn
    assert "Resort fee:" not in drawn
