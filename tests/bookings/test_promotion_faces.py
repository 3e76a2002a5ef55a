"""Promotions over HTTP: the API, the checkout without JavaScript, and the backoffice."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from redis import Redis

from bookings.models import Booking, Promotion, Quote, Redemption
from bookings.services import promotions
from faredown.accounts.models import User
from faredown.accounts.services.roles import RoleName
from faredown.lib import redis
from faredown.lib.money import Money
from hotels.models import Hotel, MarkupRule
from hotels.services import pricing
from tests.bookings import world as worlds
from tests.bookings.test_api import body_for
from tests.bookings.test_backoffice import desk
from tests.bookings.test_pages import payment_form, to_payment
from tests.bookings.world import World
from tests.problems import V1, sent, told

COUPLE = {
    "first_name": "Noor",
    "last_name": "Lindqvist",
    "email": "noor.lindqvist@example.com",
    "phone": "+46 8 402 35 00",
    "country": "SE",
    "room0_adult1_first": "Ada",
    "room0_adult1_last": "Lindqvist",
}


@pytest.fixture
def quote(world: World) -> Quote:
    MarkupRule.objects.create(name="House", percent=20)
    pricing.forget_policy()
    return world.quote(wanted=worlds.refundable)


@pytest.fixture
def spring(transactional_db: None) -> Promotion:
    return Promotion.objects.create(
        code="SPRING", name="Spring sale", percent=0, fixed_amount=5, currency="EUR"
    )


def patch(client: Client, quote: Quote | str, body: Any) -> Any:
    quote_id = quote if isinstance(quote, str) else quote.public_id
    return client.patch(f"{V1}quotes/{quote_id}/", body, content_type="application/json")


def test_a_code_over_the_api(client: Client, quote: Quote, spring: Promotion) -> None:
    answer = patch(client, quote, {"promotion_code": "spring"})
    assert answer.status_code == 200, answer.content
    found = answer.json()
    total = quote.total - Money.of(5, "EUR")
    assert found["price"]["total"] == found["price"]["pay_now"] == total.as_json()
    assert found["price"]["breakdown"][-1] == {
        "kind": "promotion",
        "label": "Spring sale",
        "rooms": 0,
        "amount": {"amount": "-5.00", "currency": "EUR"},
        "promotion_id": spring.public_id,
    }
    assert found["accept_token"] != quote.accept_token
    old = {**body_for(quote), "accept_token": quote.accept_token}
    refused = sent(client, "bookings/", old, **{"Idempotency-Key": "old"})
    assert told(refused) == (422, "accept_token_mismatch", [("accept_token", "mismatch")])
    made = sent(
        client, "bookings/", old | {"accept_token": found["accept_token"]}, **{"Idempotency-Key": "new"}
    )
    assert made.status_code == 201, made.content
    assert made.json()["price"] == found["price"]
    assert made.json()["payment"]["captured"] == total.as_json()


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, (400, "invalid_input", [("promotion_code", "required")])),
        ({"promotion_code": None}, (400, "invalid_input", [("promotion_code", "null")])),
        ({"promotion_code": ["A"]}, (400, "invalid_input", [("promotion_code", "invalid")])),
        ({"promotion_code": "A" * 41}, (400, "invalid_input", [("promotion_code", "max_length")])),
        ({"promotion_code": "A\0"}, (400, "invalid_input", [("promotion_code", "unusable_characters")])),
        ({"code": "A"}, (400, "invalid_input", [("code", "unknown_field"), ("promotion_code", "required")])),
        ({"promotion_code": "NONE"}, (422, "promotion_unknown", [("promotion_code", "promotion_unknown")])),
        ({"promotion_code": "' OR 1=1"}, (422, "promotion_unknown", [("promotion_code", "promotion_unknown")])),
    ],
)  # fmt: skip
def test_bad_codes_change_nothing(client: Client, quote: Quote, body: Any, expected: Any) -> None:
    status, code, fields = told(patch(client, quote, body))
    assert (status, code) == expected[:2]
    assert set(fields) <= set(expected[2])
    assert fields
    assert Quote.objects.get(pk=quote.pk).accept_token == quote.accept_token


@pytest.mark.parametrize("quote_id", ["qte_none", "qte-none", "x" * 60])
@pytest.mark.django_db
def test_a_code_on_no_quote(client: Client, quote_id: str) -> None:
    assert patch(client, quote_id, {"promotion_code": "X"}).status_code == 404


def test_unknown_and_inactive_codes_are_the_same_answer_and_work(
    client: Client, quote: Quote, spring: Promotion
) -> None:
    Promotion.objects.update(is_active=False)
    answers, work = [], []
    for code in ("SPRING", "NEVER-WAS"):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            answer = patch(client, quote, {"promotion_code": code})
        answers.append({name: value for name, value in answer.json().items() if name != "request_id"})
        work.append(len(queries))
    assert answers[0] == answers[1]
    assert work[0] == work[1]


def test_guessing_is_slowed_down_however_it_is_tried(client: Client, quote: Quote, settings: Any) -> None:
    settings.RATE_LIMITS_ENABLED = True
    settings.RATE_LIMITS = {"promotions": {"ip": "2/10m"}}
    assert patch(client, quote, {"promotion_code": "A"}).status_code == 422
    asked = {"offer_ids": ["off_x"], "promotion_code": "B"}
    assert sent(client, "quotes/", asked).status_code == 422
    refused = patch(client, quote, {"promotion_code": "C"})
    assert (refused.status_code, refused.json()["code"]) == (429, "throttled")
    assert sent(client, "quotes/", asked).status_code == 429
    to_payment(client, quote, COUPLE)
    page = client.post(f"/checkout/{quote.public_id}/promotion/", {"promotion_code": "D"})
    assert (page.status_code, "Too many tries. Please wait a little." in page.content.decode()) == (400, True)


def test_codes_wait_while_no_redis_counts_them(
    client: Client,
    quote: Quote,
    spring: Promotion,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.RATE_LIMITS_ENABLED = True
    settings.RATE_LIMITS = {"promotions": {"ip": "2/10m"}}

    nobody = Redis.from_url("redis://127.0.0.1:1/0")

    def away() -> Redis:
        return nobody

    monkeypatch.setattr(redis, "durable", away)
    monkeypatch.setattr(redis, "cache", away)
    assert patch(client, quote, {"promotion_code": "SPRING"}).status_code == 503
    page = client.post(
        f"/checkout/{quote.public_id}/promotion/", {"promotion_code": "SPRING"}
    ).content.decode()
    assert "Codes cannot be checked right now." in page


def test_the_checkout_takes_a_code_without_a_script(client: Client, quote: Quote, spring: Promotion) -> None:
    address = f"/checkout/{quote.public_id}/promotion/"
    page = to_payment(client, quote, COUPLE)
    assert f'action="{address}"' in page
    wrong = client.post(address, {"promotion_code": "summer"})
    text = wrong.content.decode()
    assert wrong.status_code == 400
    assert re.search(r'name="promotion_code" value="summer"[^>]*aria-invalid="true"', text)
    assert re.search(r'id="id_promotion_code_error">We do not know this code\.', text)
    assert client.post(address, {"promotion_code": "spring"}).headers["Location"].endswith("/payment/")
    page = client.get(f"/checkout/{quote.public_id}/payment/").content.decode()
    assert re.search(r"Spring sale.{0,60}SPRING.{0,60}-€5\.00", re.sub(r"\s+|[\u2068\u2069]", " ", page))
    assert "Remove the code" in page
    answer = client.post(f"/checkout/{quote.public_id}/payment/", payment_form(page))
    row = Booking.objects.get(quote=quote)
    assert answer.headers["Location"] == f"/bookings/{row.reference}/"
    assert row.total == quote.total - Money.of(5, "EUR")
    shown = client.get(f"/bookings/{row.reference}/").content.decode()
    assert ("Price after the promotion" in shown, "Spring sale" in shown) == (True, True)


def test_a_code_comes_off_at_the_checkout(client: Client, quote: Quote, spring: Promotion) -> None:
    to_payment(client, quote, COUPLE)
    address = f"/checkout/{quote.public_id}/promotion/"
    client.post(address, {"promotion_code": "SPRING"})
    assert client.post(address, {"promotion_code": ""}).status_code == 302
    assert Quote.objects.get(pk=quote.pk).total == quote.total


def test_a_use_that_is_gone_is_told_at_the_code(
    client: Client, world: World, quote: Quote, spring: Promotion
) -> None:
    Promotion.objects.update(total_limit=1)
    to_payment(client, quote, COUPLE)
    client.post(f"/checkout/{quote.public_id}/promotion/", {"promotion_code": "SPRING"})
    page = client.get(f"/checkout/{quote.public_id}/payment/").content.decode()
    other = world.quote(wanted=worlds.refundable)
    world.place_booking(promotions.change(other.public_id, "SPRING"))
    answer = client.post(f"/checkout/{quote.public_id}/payment/", payment_form(page))
    assert answer.status_code == 400
    assert '<p class="error" role="alert">This code has been used up.</p>' in answer.content.decode()
    assert not Booking.objects.filter(quote=quote).exists()


@pytest.mark.parametrize(("language", "title"), [("es", "Código promocional"), ("ar", "رمز العرض")])
def test_the_code_speaks_the_guests_language(client: Client, quote: Quote, language: str, title: str) -> None:
    page = to_payment(client, quote, COUPLE)
    assert title not in page
    address = f"/checkout/{quote.public_id}/payment/"
    page = client.get(address, headers={"Accept-Language": language}).content.decode()
    assert title in page


def form(**changes: Any) -> dict[str, Any]:
    """The backoffice's form of a promotion, as a browser sends it."""
    inline = {f"redemptions-{count}_FORMS": "0" for count in ("TOTAL", "INITIAL")}
    return {"code": "winter-27", "name": "Winter", "percent": "15", "is_active": "on", **inline, **changes}


def test_marketing_makes_promotions_and_others_look(transactional_db: None) -> None:
    add = reverse("admin:bookings_promotion_add")
    marketing = desk(RoleName.MARKETING)
    amounts = {"cap_amount": "50", "budget_amount": "1000", "currency": "EUR", "residencies": "fr, de"}
    made = marketing.post(add, form(**amounts))
    assert made.status_code == 302, made.context["errors"]
    row = Promotion.objects.get()
    assert (row.code, row.residencies, row.budget) == ("WINTER-27", ["FR", "DE"], Money.of(1000, "EUR"))
    change = reverse("admin:bookings_promotion_change", args=(row.pk,))
    assert marketing.post(change, form(code="OTHER", percent="20", **amounts)).status_code == 302
    row.refresh_from_db()
    assert (row.code, row.percent) == ("WINTER-27", Decimal(20))
    history = marketing.get(reverse("admin:bookings_promotion_history", args=(row.pk,))).content.decode()
    assert "marketing@example.com" in history
    for role, may_change in ((RoleName.RESERVATIONS, 403), (RoleName.SUPPORT, 403), (RoleName.FINANCE, 302)):
        someone = desk(role)
        assert someone.get(change).status_code == 200
        assert someone.get(add).status_code == 403
        assert someone.post(change, form(**amounts)).status_code == may_change


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": "a b"}, "code"),
        ({"percent": "0"}, "percent"),
        ({"percent": "101"}, "percent"),
        ({"fixed_amount": "5"}, "currency"),
        ({"fixed_amount": "-5", "currency": "EUR"}, "fixed_amount"),
        ({"cap_amount": "5", "currency": "EUX"}, "currency"),
        ({"total_limit": "0"}, "total_limit"),
        ({"residencies": "XY"}, "residencies"),
        ({"currencies": "EUX"}, "currencies"),
        ({"stay_from": "2027-02-02", "stay_to": "2027-02-01"}, "stay_to"),
        (
            {
                "valid_from_0": "2027-02-02",
                "valid_from_1": "00:00",
                "valid_to_0": "2027-02-01",
                "valid_to_1": "00:00",
            },
            "valid_to",
        ),
    ],
)
def test_a_promotion_that_makes_no_sense_is_told_by_field(
    transactional_db: None, changes: dict[str, str], field: str
) -> None:
    client = Client()
    client.force_login(User.objects.create_superuser("chief@example.com", "correct horse battery"))
    answer = client.post(reverse("admin:bookings_promotion_add"), form(**changes))
    assert answer.status_code == 200
    assert set(answer.context["adminform"].form.errors) == {field}
    assert not Promotion.objects.exists()


def test_the_list_tells_uses_and_what_is_left(world: World, quote: Quote) -> None:
    row = Promotion.objects.create(
        code="TENNER",
        name="Ten",
        fixed_amount=5,
        budget_amount=20,
        total_limit=3,
        currency="EUR",
        hotel=Hotel.objects.get(pk=quote.hotel_id),
    )
    booked = world.book(promotions.change(quote.public_id, "TENNER")).booking
    client = Client()
    client.force_login(User.objects.create_superuser("chief@example.com", "correct horse battery"))
    page = client.get(reverse("admin:bookings_promotion_changelist")).content.decode()
    assert "1 of 3" in page
    assert "15.00 EUR of 20.00 EUR" in page
    page = client.get(reverse("admin:bookings_promotion_change", args=(row.pk,))).content.decode()
    assert Redemption.objects.get().public_id in page
    assert booked.reference in page
    page = client.get(reverse("admin:bookings_booking_change", args=(booked.pk,))).content.decode()
    assert "TENNER: -5.00 EUR" in page
    (part,) = client.get(reverse("admin:bookings_quote_why", args=(quote.pk,))).context["parts"]
    assert part.total.then == part.total.now
    (line,) = [line for line in part.rows if line.kind == "promotion"]
    assert line.rule_url == reverse("admin:bookings_promotion_change", args=(row.pk,))
    gone = client.post(reverse("admin:bookings_promotion_delete", args=(row.pk,)), {"post": "yes"})
    assert gone.status_code == 403
