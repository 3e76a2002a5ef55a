"""A promotion on a quote, in a booking, in the books, and after a cancellation. Money by hand."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import ROUND_CEILING, Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from bookings.models import Booking, Promotion, Quote, Redemption
from bookings.selectors import quotes
from bookings.services import acceptance, booking, cancellation, promotions, quoting, reconciliation
from bookings.states import BookingStatus, PaymentStatus, RedemptionStatus
from faredown.accounts.models import User
from faredown.audit.models import Action
from faredown.lib import clock
from faredown.lib.errors import Conflict, DomainError, Gone, Unprocessable
from faredown.lib.money import Money
from faredown.messaging.models import OutboxMessage
from hotels.models import MarkupRule, TaxRule
from hotels.pricing.engine import LineKind, price_from_json
from hotels.services import pricing
from suppliers.types import Rate
from tests.bookings import world as worlds
from tests.bookings.world import World

TENTH = Decimal("0.10")


def campaign(code: str = "SPRING", **wish: Any) -> Promotion:
    return Promotion.objects.create(code=code, **{"name": "Spring sale", "percent": 10, **wish})


@pytest.fixture
def quote(world: World) -> Quote:
    """Net and 20 %."""
    MarkupRule.objects.create(name="House", percent=20)
    pricing.forget_policy()
    return world.quote(wanted=worlds.refundable)


def reason(quote: Quote, code: str = "SPRING", **wish: Any) -> str:
    with pytest.raises(DomainError) as caught:
        promotions.change(quote.public_id, code, **wish)
    (told,) = caught.value.errors
    assert (told.field, told.code) == ("promotion_code", caught.value.code)
    return caught.value.code


def promoted_booking(world: World, quote: Quote, **wish: Any) -> Booking:
    campaign(**wish)
    return world.book(promotions.change(quote.public_id, "spring")).booking


def use_of(booking: Booking) -> str:
    return Redemption.objects.get(booking=booking).status


def test_a_code_takes_its_part_off_and_comes_off_without_a_trace(quote: Quote) -> None:
    promotion = campaign()
    quote.refresh_from_db()
    before, token, price = quote.total, quote.accept_token, quote.price
    tenth = (before * TENTH).rounded()
    changed = promotions.change(quote.public_id, " Spring ")
    changed.refresh_from_db()
    assert (changed.total, changed.discount, changed.promotion) == (before - tenth, tenth, promotion)
    assert changed.accept_token == acceptance.token(changed) != token
    shown = quotes.view(quotes.get(quote.public_id))["price"]
    assert [(line["kind"], line["amount"], line["promotion_id"]) for line in shown["breakdown"]] == [
        ("rooms", before.as_json(), None),
        ("promotion", (-tenth).as_json(), promotion.public_id),
    ]
    assert shown["promotion"] == {
        "id": promotion.public_id,
        "code": "SPRING",
        "label": "Spring sale",
        "discount": tenth.as_json(),
        "total_before": before.as_json(),
    }
    (line,) = [line for line in price_from_json(changed.price).lines if line.kind is LineKind.PROMOTION]
    assert (line.amount, line.rule_id) == (-tenth, promotion.public_id)
    back = promotions.change(quote.public_id, "")
    back.refresh_from_db()
    assert (back.total, back.discount, back.promotion, back.price) == (before, Money.zero("EUR"), None, price)
    assert back.accept_token == token
    acted = [
        action.detail["promotion"]
        for action in Action.objects.filter(action="quote.promotion").order_by("pk")
    ]
    assert acted == [promotion.public_id, ""]


def test_another_code_takes_the_place_of_the_first(quote: Quote) -> None:
    campaign()
    campaign("FIVE", percent=0, fixed=Money.of(5, "EUR"))
    promotions.change(quote.public_id, "SPRING")
    changed = promotions.change(quote.public_id, "FIVE")
    assert changed.discount == Money.of("5.00", "EUR")
    assert changed.total == quote.total - Money.of(5, "EUR")


def test_fees_fall_with_the_price(quote: Quote) -> None:
    campaign()
    changed = promotions.change(quote.public_id, "SPRING")
    (offer,) = quotes.offers(changed)
    rate: Rate = offer.rate
    assert rate.terms
    shares = [term.fee.amount / rate.net.amount for term in rate.terms]
    fees = [Money.from_json(step["fee"]) for step in changed.terms["steps"]]
    assert fees == [(changed.total * min(share, Decimal(1))).rounded() for share in shares]
    assert Money.from_json(changed.terms["total"]) == changed.total


def test_it_stops_at_cost_and_least_margin(quote: Quote) -> None:
    campaign(percent=90)
    changed = promotions.change(quote.public_id, "SPRING")
    least = (quote.net.amount * Decimal("1.02")).quantize(Decimal("0.01"), ROUND_CEILING)
    assert changed.total == Money.of(least, "EUR")
    assert changed.discount == quote.total - changed.total
    assert quotes.promotion(changed) is not None
    assert (
        sum(Decimal(line["amount"]["amount"]) for line in quotes.view(changed)["price"]["breakdown"]) == least
    )


def test_several_rates_share_one_amount(world: World) -> None:
    MarkupRule.objects.create(name="House", percent=20)
    pricing.forget_policy()
    quote = world.quote(worlds.FAMILY, wanted=worlds.refundable)
    campaign(percent=0, fixed=Money.of(10, "EUR"))
    changed = promotions.change(quote.public_id, "SPRING")
    assert changed.discount == Money.of(10, "EUR")
    first, second = quotes.offers(changed)
    weights = [first.before.total.amount, second.before.total.amount]
    taken = [offer.before.total - offer.price.total for offer in (first, second)]
    assert taken == Money.of(10, "EUR").allocate(weights)
    assert all(taken)


def test_where_nothing_can_be_taken_off(world: World) -> None:
    """Without a markup every price is at the least margin already."""
    quote = world.quote(wanted=worlds.refundable)
    campaign()
    assert reason(quote) == "promotion_nothing_off"
    quote.refresh_from_db()
    assert quote.promotion is None


def test_a_mandated_price_stays(world: World) -> None:
    mandated = world.quote(
        wanted=lambda offers, combination: any(
            detail.offer.rate.mandated_price
            for room in offers.rooms
            for detail in room.offers
            if detail.offer.id in combination.offer_ids
        )
    )
    campaign()
    assert reason(mandated) == "promotion_nothing_off"


def test_an_inactive_code_is_as_unknown(quote: Quote) -> None:
    campaign(is_active=False, valid_to="2020-01-01T00:00Z")
    answers = []
    for code in ("SPRING", "NEVER-WAS", "\u00df" * 40):
        with pytest.raises(Unprocessable) as caught:
            promotions.change(quote.public_id, code)
        answers.append((caught.value.code, caught.value.detail, tuple(caught.value.errors)))
    assert len(set(answers)) == 1
    assert answers[0][0] == "promotion_unknown"


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        ({"valid_from": "2999-01-01T00:00Z"}, "promotion_not_yet"),
        ({"valid_to": "2020-01-01T00:00Z"}, "promotion_over"),
        ({"stay_to": "2020-01-01"}, "promotion_not_for_stay"),
        ({"supplier": "other"}, "promotion_not_for_stay"),
        ({"channels": ["web"]}, "promotion_not_for_stay"),
        ({"residencies": ["DE"]}, "promotion_not_for_stay"),
        ({"currencies": ["USD"]}, "promotion_not_for_currency"),
        ({"minimum_amount": 999999, "currency": "EUR"}, "promotion_below_minimum"),
        ({"budget_amount": "0.01", "currency": "EUR"}, "promotion_used_up"),
    ],
)
def test_a_reason_is_told_and_nothing_is_written(quote: Quote, wish: dict[str, Any], expected: str) -> None:
    campaign(**wish)
    assert reason(quote) == expected
    after = Quote.objects.get(pk=quote.pk)
    assert (after.total, after.accept_token, after.promotion) == (quote.total, quote.accept_token, None)


def test_it_is_for_the_hotel_that_is_named(quote: Quote) -> None:
    promotion = campaign(hotel=quote.hotel, destination=quote.hotel.destination, country=quote.hotel.country)
    assert promotions.change(quote.public_id, "SPRING").discount
    promotion.hotel = quote.hotel.destination.hotels.exclude(pk=quote.hotel.pk)[0]
    promotion.save()
    assert reason(quote) == "promotion_not_for_stay"


def test_a_used_or_old_quote_takes_no_code(world: World, quote: Quote) -> None:
    campaign()
    with clock.travel(timedelta(hours=1)), pytest.raises(Gone, match="quote_expired"):
        promotions.change(quote.public_id, "SPRING")
    world.place_booking(quote)
    with pytest.raises(Conflict, match="quote_used"):
        promotions.change(quote.public_id, "SPRING")


def test_rules_that_moved_since_need_a_new_quote(quote: Quote) -> None:
    campaign()
    MarkupRule.objects.update(percent=30)
    pricing.forget_policy()
    with pytest.raises(Conflict, match="price_changed"):
        promotions.change(quote.public_id, "SPRING")


def test_the_old_token_books_nothing_once_a_code_is_on_it(world: World, quote: Quote) -> None:
    campaign()
    promotions.change(quote.public_id, "SPRING")
    with pytest.raises(Unprocessable, match="accept_token_mismatch"):
        world.place_booking(quote)
    assert not Booking.objects.exists()


def test_a_quote_may_be_asked_with_its_code(world: World, quote: Quote) -> None:
    campaign()
    offer_ids = [offer.offer_id for offer in quotes.offers(quote)]
    made = quoting.quote(offer_ids, promotion_code="spring")
    assert (made.total, made.discount) == (quote.total - made.discount, (quote.total * TENTH).rounded())
    count = Quote.objects.count()
    with pytest.raises(Unprocessable, match="promotion_unknown"):
        quoting.quote(offer_ids, promotion_code="summer")
    assert Quote.objects.count() == count


def test_the_use_follows_the_booking_and_the_books_tell_the_discount(world: World, quote: Quote) -> None:
    TaxRule.objects.create(name="VAT", percent=10, basis="total")
    pricing.forget_policy()
    taxed = quoting.quote([offer.offer_id for offer in quotes.offers(quote)])
    row = promoted_booking(world, taxed)
    assert (row.status, use_of(row)) == (BookingStatus.CONFIRMED, RedemptionStatus.KEPT)
    assert worlds.latest_payment(row).captured == row.total == taxed.total - row.quote.discount
    (before,), after = price_from_json(taxed.price).taxes, price_from_json(row.price).taxes[0]
    discount = row.quote.discount
    balances = worlds.assert_ledger_balances(row)
    assert balances["revenue", "EUR"] == -(taxed.total - before.amount).amount
    assert balances["output_tax", "EUR"] == -after.amount.amount
    assert balances["promotion", "EUR"] == (discount - (before.amount - after.amount)).amount
    assert balances["cash_at_provider", "EUR"] == row.total.amount
    cancellation.cancel(row)
    assert use_of(row) == RedemptionStatus.RELEASED, "cancelled free of charge: nothing was spent"
    assert worlds.latest_payment(row).refunded == row.total
    assert worlds.assert_ledger_balances(row) == {}


def test_a_fee_is_a_share_of_what_was_paid_and_keeps_the_use(world: World, quote: Quote) -> None:
    row = promoted_booking(world, quote)
    at = datetime.fromisoformat(row.terms["free_until"]) + timedelta(seconds=1)
    world.hotelbeds.clock(now=clock.iso(at))
    with clock.frozen(at):
        done = cancellation.cancel(row)
    step = row.supplier_terms[0][0]
    share = Decimal(step["fee"]["amount"]) / row.net.amount
    assert done.fee == (row.total * share).rounded() > Money.zero("EUR")
    assert done.refund == row.total - done.fee
    assert use_of(row) == RedemptionStatus.KEPT
    assert ("promotion", "EUR") not in worlds.assert_ledger_balances(row)


def test_a_room_the_hotel_does_not_give_frees_the_use(world: World, quote: Quote) -> None:
    world.hotelbeds.faults({"operation": "booking", "kind": "sold_out", "count": 1})
    row = promoted_booking(world, quote, total_limit=1)
    assert (row.status, use_of(row)) == (BookingStatus.REJECTED, RedemptionStatus.RELEASED)
    again = world.quote(wanted=worlds.refundable)
    assert promotions.change(again.public_id, "SPRING").discount


def test_a_booking_that_is_never_paid_frees_the_use_when_its_quote_ends(world: World, quote: Quote) -> None:
    campaign(total_limit=1)
    changed = promotions.change(quote.public_id, "SPRING")
    row = world.book(changed, token="tok_declined").booking
    assert (row.status, use_of(row)) == (BookingStatus.PENDING, RedemptionStatus.RESERVED)
    other = world.quote(wanted=worlds.refundable)
    assert reason(other) == "promotion_used_up"
    with clock.travel(timedelta(hours=1)):
        reconciliation.sweep()
    assert use_of(row) == RedemptionStatus.RELEASED


@pytest.mark.usefixtures("spoilt_books")
@pytest.mark.parametrize(
    ("booked", "use", "expected"),
    [
        (("rejected", None), "reserved", "released"),
        (("cancelled", 0), "reserved", "released"),
        (("cancelled", 0), "kept", "released"),
        (("cancelled", 7), "kept", "kept"),
        (("completed", None), "reserved", "kept"),
        (("unknown", None), "reserved", "reserved"),
        (("pending", None), "reserved", "reserved"),
    ],
)
def test_the_sweeper_tells_a_use_what_its_booking_came_to(
    world: World, quote: Quote, booked: tuple[str, int | None], use: str, expected: str
) -> None:
    """Its worker died between the two."""
    campaign()
    row = world.place_booking(promotions.change(quote.public_id, "SPRING")).booking
    status, fee = booked
    Booking.objects.filter(pk=row.pk).update(status=status, cancellation_fee_amount=fee)
    Redemption.objects.update(status=use)
    for _ in range(2):
        reconciliation.sweep()
    assert use_of(row) == expected


def test_the_last_use_may_be_gone_when_it_is_booked(world: World, quote: Quote) -> None:
    campaign(total_limit=1)
    first = promotions.change(quote.public_id, "SPRING")
    second = promotions.change(world.quote(wanted=worlds.refundable).public_id, "SPRING")
    world.place_booking(first)
    with pytest.raises(Conflict, match="promotion_used_up"):
        world.place_booking(second)
    second.refresh_from_db()
    assert (second.status, Booking.objects.count(), Redemption.objects.count()) == ("open", 1, 1)
    plain = promotions.change(second.public_id, "")
    assert world.place_booking(plain).booking.total == plain.total


def test_a_code_that_is_switched_off_books_nothing_more(world: World, quote: Quote) -> None:
    promotion = campaign()
    changed = promotions.change(quote.public_id, "SPRING")
    promotion.is_active = False
    promotion.save()
    with pytest.raises(Conflict, match="promotion_unknown"):
        world.place_booking(changed)


def test_a_quoted_discount_stands_when_the_promotion_is_changed(world: World, quote: Quote) -> None:
    promotion = campaign()
    changed = promotions.change(quote.public_id, "SPRING")
    promotion.percent = Decimal(1)
    promotion.valid_to = clock.now()
    promotion.save()
    assert world.place_booking(changed).booking.total == changed.total


def test_the_budget_is_spent_to_the_cent_and_no_further(world: World, quote: Quote) -> None:
    campaign(percent=0, fixed_amount=10, budget_amount=20, currency="EUR")
    booked = []
    for number in range(2):
        fresh = quote if number == 0 else world.quote(wanted=worlds.refundable)
        booked.append(world.place_booking(promotions.change(fresh.public_id, "SPRING")).booking)
    assert {row.redemption.cost for row in booked} == {Money.of(10, "EUR")}
    assert reason(world.quote(wanted=worlds.refundable)) == "promotion_used_up"


@pytest.mark.parametrize(
    ("email", "allowed"), [(" Amelie.OKAFOR@example.com", False), ("tunde@example.com", True)]
)
def test_one_use_for_each_address(world: World, quote: Quote, email: str, allowed: bool) -> None:
    campaign(customer_limit=1)
    world.place_booking(promotions.change(quote.public_id, "SPRING"))
    second = promotions.change(world.quote(wanted=worlds.refundable).public_id, "SPRING")
    holder = {**worlds.party(())["holder"], "email": email.strip()}
    if allowed:
        assert world.place_booking(second, holder=holder).booking.pk
    else:
        with pytest.raises(Conflict, match="promotion_used_by_you"):
            world.place_booking(second, holder=holder)
    assert not any("@" in key for row in Redemption.objects.all() for key in row.email_keys)


def test_one_use_for_each_login_told_before_it_books(world: World, quote: Quote) -> None:
    ada = User.objects.create_user("ada@example.com", "correct horse battery", email_confirmed_at=clock.now())
    campaign(customer_limit=1)
    booked = promotions.change(quote.public_id, "SPRING", by=ada)
    order = worlds.order_for(booked)
    placed = booking.place(booked.public_id, order, accept_token=booked.accept_token, by=ada).booking
    assert len(placed.redemption.email_keys) == 2, "what she booked with, and her confirmed address"
    assert reason(world.quote(wanted=worlds.refundable), by=ada) == "promotion_used_by_you"


def test_a_repeated_order_is_one_use(world: World, quote: Quote) -> None:
    campaign()
    changed = promotions.change(quote.public_id, "SPRING")
    first = world.place_booking(changed, key="same")
    again = world.place_booking(changed, key="same")
    assert first.booking == again.booking
    assert Redemption.objects.count() == 1


def test_the_mail_tells_the_price_before_and_after(world: World, quote: Quote) -> None:
    row = promoted_booking(world, quote)
    mail = OutboxMessage.objects.get(kind="email", related_reference=row.reference)
    lines = [
        f"Price before the promotion: {quote.total.rounded()}",
        f"Spring sale (SPRING): {-row.quote.discount.rounded()}",
        f"Total: {row.total.rounded()}",
    ]
    assert "\n".join(lines) in mail.body_text
    assert all(line.partition(": ")[2] in mail.body_html for line in lines)
    assert worlds.latest_payment(row).status == PaymentStatus.CAPTURED


@pytest.mark.parametrize(
    "wish",
    [
        {"code": "spring"},
        {"code": "A B C"},
        {"percent": 101},
        {"percent": 0},
        {"percent": -1},
        {"fixed_amount": 5},
        {"fixed_amount": -5, "currency": "EUR"},
        {"budget_amount": 0, "currency": "EUR"},
        {"total_limit": 0},
        {"channels": ["fax"]},
        {"valid_from": "2027-01-01T00:00Z", "valid_to": "2027-01-01T00:00Z"},
        {"stay_from": "2027-01-02", "stay_to": "2027-01-01"},
    ],
)
@pytest.mark.django_db
def test_the_database_refuses_what_makes_no_sense(wish: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        campaign(**wish)
