"""Rules, taxes, rates and buffers as staff fill them in: what is refused says the field and why."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from faredown.accounts.models import User
from faredown.accounts.services import roles
from faredown.lib import clock
from hotels.models import (
    Country,
    CurrencyBuffer,
    ExchangeRate,
    MarkupRule,
    MarkupSeason,
    MarkupTier,
    TaxRule,
)
from hotels.pricing.rules import Season, Span, Tier
from hotels.selectors import price_rules

pytestmark = pytest.mark.django_db
RULES = reverse("admin:hotels_markuprule_add")
TAXES = reverse("admin:hotels_taxrule_add")
RATES = reverse("admin:hotels_exchangerate_add")
IN_FORCE = reverse("admin:hotels_exchangerate_in_force")


@pytest.fixture
def chief(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("chief@example.com", "correct horse battery"))
    return client


def rule_form(**changes: Any) -> dict[str, Any]:
    inlines = {
        f"{name}-{key}": value
        for name in ("tiers", "seasons")
        for key, value in {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0}.items()
    }
    plain = {"name": "Rule", "priority": "10", "is_active": "on", "percent": "10", "fixed_per": "stay"}
    return inlines | plain | changes


def errors(client: Client, url: str, form: dict[str, Any]) -> dict[str, list[str]]:
    """By field, those of tiers and seasons among them; empty when it was saved."""
    answer = client.post(url, form)
    if answer.status_code == 302:
        return {}
    found = dict(answer.context["adminform"].form.errors)
    for formset in answer.context["inline_admin_formsets"]:
        for one in formset.formset.errors:
            found |= one
    return found


def test_a_rule_with_everything_becomes_the_engines(chief: Client) -> None:
    spain = Country.objects.create(iso_code="ES", names={"en": "Spain"})
    form = rule_form(
        stacks="on",
        fixed_amount="5",
        fixed_currency="EUR",
        fixed_per="room_night",
        least_amount="3",
        most_amount="90",
        bounds_currency="EUR",
        country=spain.pk,
        chains="sol, NH ,sol",
        boards="bb",
        stars_from="3",
        lead_days_to="30",
        nights_from="2",
        nights_to="7",
        weekdays=["6", "7"],
        channels=["api"],
        user_types=["guest", "member"],
        residencies="fr, de",
    ) | {
        "tiers-TOTAL_FORMS": 1,
        "tiers-0-above_amount": "100",
        "tiers-0-percent": "5",
        "seasons-TOTAL_FORMS": 1,
        "seasons-0-name": "Summer",
        "seasons-0-starts_on": "2027-07-01",
        "seasons-0-ends_on": "2027-08-31",
    }
    assert errors(chief, RULES, form) == {}
    (rule,) = price_rules.markups()
    assert rule.tiers == (Tier(Decimal("100.000"), Decimal("5.0000")),)
    (season,) = rule.seasons
    assert isinstance(season, Season)
    assert (str(season.first), str(season.last)) == ("2027-07-01", "2027-08-31")
    assert (rule.stacks, rule.country, rule.chains, rule.boards) == (True, "ES", ("SOL", "NH"), ("BB",))
    assert (rule.lead_days, rule.nights) == (Span(None, 30), Span(2, 7))
    assert (rule.weekdays, rule.channels, rule.user_types) == ((6, 7), ("api",), ("guest", "member"))
    assert rule.residencies == ("FR", "DE")
    page = chief.get(reverse("admin:hotels_markuprule_changelist")).content.decode()
    assert "SOL, NH, BB, api" in page
    assert "Summer 2027-07-01 to 2027-08-31" in page


@pytest.mark.parametrize(
    ("changes", "field", "reason"),
    [
        ({"percent": "501"}, "percent", "From -50 to 500"),
        ({"percent": "-51"}, "percent", "From -50 to 500"),
        ({"fixed_amount": "5"}, "fixed_currency", "go together"),
        ({"fixed_currency": "EUR"}, "fixed_currency", "go together"),
        ({"fixed_amount": "5", "fixed_currency": "ZZZ"}, "fixed_currency", "not a currency"),
        ({"least_amount": "5"}, "bounds_currency", "need a currency"),
        (
            {"least_amount": "5", "most_amount": "4", "bounds_currency": "EUR"},
            "most_amount",
            "Not under 5",
        ),
        ({"stars_from": "4", "stars_to": "3"}, "stars_to", "Not under 4"),
        ({"lead_days_from": "9", "lead_days_to": "1"}, "lead_days_to", "Not under 9"),
        ({"nights_from": "9", "nights_to": "1"}, "nights_to", "Not under 9"),
        ({"weekdays": ["8"]}, "weekdays", "8 is not one of the available choices"),
        ({"channels": ["fax"]}, "channels", "fax is not one of the available choices"),
        ({"residencies": "XX"}, "residencies", "not a country"),
        ({"residencies": "FRA"}, "residencies", "at most 2"),
        (
            {
                "valid_from_0": "2027-02-01",
                "valid_from_1": "00:00",
                "valid_to_0": "2027-01-01",
                "valid_to_1": "00:00",
            },
            "valid_to",
            "ends after it begins",
        ),
        (
            {"tiers-TOTAL_FORMS": 1, "tiers-0-above_amount": "100", "tiers-0-percent": "5"},
            "above_amount",
            "currency of the tiers",
        ),
        (
            {
                "tiers-TOTAL_FORMS": 1,
                "tiers-0-above_amount": "0",
                "tiers-0-percent": "5",
                "bounds_currency": "EUR",
            },
            "above_amount",
            "More than zero",
        ),
        (
            {
                "seasons-TOTAL_FORMS": 1,
                "seasons-0-starts_on": "2027-02-01",
                "seasons-0-ends_on": "2027-01-01",
            },
            "ends_on",
            "on or after",
        ),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused_at_its_field(
    chief: Client, changes: dict[str, Any], field: str, reason: str
) -> None:
    found = errors(chief, RULES, rule_form(**changes))
    assert reason in " ".join(found[field])
    assert not MarkupRule.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"percent": "101"}, "percent"), ({"basis": "profit"}, "basis"), ({"residencies": "1"}, "residencies")],
)
def test_a_tax_that_makes_no_sense(chief: Client, changes: dict[str, Any], field: str) -> None:
    plain = {"name": "VAT", "priority": "10", "is_active": "on", "percent": "20", "basis": "margin"}
    assert set(errors(chief, TAXES, plain | changes)) == {field}
    assert errors(chief, TAXES, plain) == {}
    assert TaxRule.objects.get().basis == "margin"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"base": "GBP", "quote": "JPY"}, "base"),
        ({"base": "EUR", "quote": "EUR"}, "quote"),
        ({"quote": "QQQ"}, "quote"),
        ({"rate": "0"}, "rate"),
        ({"source": "ecb"}, "source"),
        ({"source": "peg"}, "base"),
        (
            {"source": "peg", "base": "USD", "holds_until_0": "2030-01-01", "holds_until_1": "00:00"},
            "holds_until",
        ),
        ({"holds_until_0": "2020-01-01", "holds_until_1": "00:00"}, "holds_until"),
    ],
)
def test_a_rate_that_makes_no_sense(chief: Client, changes: dict[str, Any], field: str) -> None:
    plain = {
        "base": "EUR",
        "quote": "EGP",
        "rate": "55",
        "source": "staff",
        "as_of_0": "2026-11-01",
        "as_of_1": "12:00",
    }
    assert set(errors(chief, RATES, plain | changes)) == {field}
    assert errors(chief, RATES, plain) == {}
    assert ExchangeRate.objects.get().rate == 55


def test_a_buffer_has_limits() -> None:
    for percent in (Decimal(-1), Decimal(51)):
        with pytest.raises(ValidationError) as refused:
            CurrencyBuffer(currency="TRY", percent=percent).full_clean()
        assert list(refused.value.message_dict) == ["percent"]


def test_the_rates_in_force_are_told_and_asked_for_anew(chief: Client, settings: Any) -> None:
    ExchangeRate.objects.create(base="EUR", quote="USD", rate=1160, as_of=clock.now() - timedelta(hours=1))
    CurrencyBuffer.objects.create(currency="USD", percent=Decimal("2.5"))
    page = chief.get(IN_FORCE).content.decode()
    assert '<td class="bo-number">1160</td><td>Staff</td>' in page
    assert "2.5 % (its own)" in page
    assert "3.75 for one USD, Saudi Central Bank" in page
    assert "Ask the European Central Bank now" not in page
    settings.EXCHANGE_RATES_URL = "http://127.0.0.1:9/eurofxref-daily.xml"
    assert "Ask the European Central Bank now" in chief.get(IN_FORCE).content.decode()
    fetch = reverse("admin:hotels_exchangerate_fetch")
    assert chief.get(fetch).status_code == 405
    assert chief.post(fetch).headers["Location"] == IN_FORCE


def test_who_may_only_look_does_not_ask_the_bank(client: Client) -> None:
    roles.seed()
    person = User.objects.create_user("support@example.com", "correct horse battery", is_staff=True)
    person.groups.add(Group.objects.get(name=roles.RoleName.SUPPORT))
    client.force_login(person)
    assert client.get(IN_FORCE).status_code == 200
    assert client.post(reverse("admin:hotels_exchangerate_fetch")).status_code == 403


def test_every_page_of_prices_opens(chief: Client) -> None:
    rule = MarkupRule.objects.create(name="All", percent=10, bounds_currency="EUR")
    MarkupTier.objects.create(rule=rule, above_amount=100, percent=5)
    MarkupSeason.objects.create(rule=rule, starts_on="2027-01-01", ends_on="2027-02-01")
    rows = [
        rule,
        TaxRule.objects.create(name="VAT", percent=20, basis="margin"),
        ExchangeRate.objects.create(base="EUR", quote="USD", rate=1, as_of=clock.now()),
        CurrencyBuffer.objects.create(currency="TRY", percent=5),
    ]
    for row in rows:
        name = f"admin:hotels_{row._meta.model_name}"
        pages = [f"{name}_changelist", f"{name}_add"]
        urls = [*map(reverse, pages), reverse(f"{name}_change", args=(row.pk,))]
        assert [chief.get(url).status_code for url in urls] == [200, 200, 200]
