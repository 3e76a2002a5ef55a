"""The page that tells why a quote costs what it costs."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from bookings.models import Quote
from bookings.services import quoting
from faredown.accounts.models import User
from faredown.lib.backoffice import money
from faredown.seeding import prices
from hotels.models import ExchangeRate, MarkupRule, TaxRule
from hotels.pricing.engine import price_from_json
from hotels.services import search
from tests.bookings.world import FAMILY, World


@pytest.fixture
def chief(transactional_db: None, client: Client) -> Client:
    client.force_login(User.objects.create_superuser("chief@example.com", "correct horse battery"))
    return client


def page_of(quote: Quote) -> str:
    return reverse("admin:bookings_quote_why", args=(quote.pk,))


def test_then_and_now_are_the_same_while_nothing_changed(world: World, chief: Client) -> None:
    prices.seed_prices()
    quote = world.quote(FAMILY)
    answer = chief.get(page_of(quote))
    page, parts = answer.content.decode(), answer.context["parts"]
    assert len(parts) == len(quote.offers) == 2
    assert [part.total.then for part in parts] == [part.total.now for part in parts]
    assert not any(row.changed for part in parts for row in part.rows)
    assert answer.context["figures"]["total"] == money(quote.total)
    assert len(answer.context["figures"]["nights"]) == world.nights
    rule = MarkupRule.objects.get()
    assert reverse("admin:hotels_markuprule_change", args=(rule.pk,)) in page
    facts = dict(parts[0].facts)
    assert (facts["Channel, guest"], facts["Residency"], facts["Days ahead"]) == ("api, guest", "FR", "60")


def test_todays_rules_tell_the_difference_and_change_nothing(world: World, chief: Client) -> None:
    rule = MarkupRule.objects.create(name="House", percent=10)
    quote = world.quote()
    frozen = price_from_json(quote.offers[0]["price"])
    assert not frozen.mandated
    net = frozen.net.amount
    rule.percent = Decimal(20)
    rule.save()
    tax = TaxRule.objects.create(name="City VAT", percent=50, basis="margin")
    (part,) = chief.get(page_of(quote)).context["parts"]
    shown = {row.label: row for row in part.rows}
    assert shown["Net"].difference == "0.00 EUR"
    assert (shown["House"].changed, shown["City VAT"].then, shown["City VAT"].rule) == (
        True,
        "0.00 EUR",
        tax.public_id,
    )
    # 10 % more, and half of the 20 % as tax: a fifth of the net
    gained = Decimal(part.total.difference.split()[-2].replace(" ", ""))
    assert abs(gained - net * Decimal("0.2")) <= Decimal("0.01")
    quote.refresh_from_db()
    assert price_from_json(quote.offers[0]["price"]) == frozen


def test_a_rule_that_is_gone_is_still_named(world: World, chief: Client) -> None:
    rule = MarkupRule.objects.create(name="Was here", percent=10)
    quote = world.quote()
    rule.delete()
    page = chief.get(page_of(quote)).content.decode()
    assert f"{rule.public_id} (gone)" in page


def test_a_quote_whose_currency_has_no_rate_any_more_tells_so(world: World, chief: Client) -> None:
    ExchangeRate.objects.create(base="EUR", quote="USD", rate=Decimal("1.1"), as_of="2026-01-01T00:00Z")
    quote = in_dollars(world)
    ExchangeRate.objects.all().delete()
    (part,) = chief.get(page_of(quote)).context["parts"]
    assert part.refusal == "No exchange rate is known for USD."
    assert part.exchange_then.startswith("1 EUR = 1.1 USD (USD staff 2026-01-01), cover 1")
    assert part.total.now == "-"


def in_dollars(world: World) -> Quote:
    found = world.find(currency="USD")
    for hotel in world.place.hotels.order_by("pk"):
        if combinations := search.hotel_rates(found, hotel.public_id).combinations:
            return quoting.quote(combinations[0].offer_ids)
    raise AssertionError("nothing is sold in dollars")


def test_an_older_quote_without_kept_facts_is_told_from_what_is_known(world: World, chief: Client) -> None:
    quote = world.quote()
    for offer in quote.offers:
        for name in ("place", "stay", "taxes", "rooms", "board", "exchange_source"):
            offer["price"].pop(name, None)
    Quote.objects.filter(pk=quote.pk).update(offers=quote.offers)
    (part,) = chief.get(page_of(quote)).context["parts"]
    assert part.total.then == part.total.now
    assert dict(part.facts)["Channel, guest"] == "-, -"


def test_a_booking_leads_to_its_quote(world: World, chief: Client) -> None:
    booking = world.book().booking
    answer = chief.get(reverse("admin:bookings_booking_why", args=(booking.pk,)))
    assert answer.headers["Location"] == page_of(booking.quote)
