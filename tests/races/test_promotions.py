"""More guests than uses. Shown first with the guard taken away; with it, exactly as many as allowed get one."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection, models

from bookings.models import Booking, Promotion, Quote, Redemption
from bookings.selectors import quotes
from bookings.services import booking, promotions, quoting
from bookings.states import QuoteStatus, RedemptionStatus
from faredown.lib.errors import DomainError
from hotels.models import MarkupRule
from hotels.services import pricing
from tests.bookings import world as worlds
from tests.bookings.world import World

GUESTS, USES = 100, 10


def quoted(world: World, count: int) -> list[Quote]:
    """Quotes with the code on them, all made while it had uses left."""
    MarkupRule.objects.get_or_create(name="House", percent=20)
    pricing.forget_policy()
    first = world.quote(wanted=lambda *found: worlds.refundable(*found) and worlds.bookable(*found))
    offer_ids = [offer.offer_id for offer in quotes.offers(first)]
    plain = [quoting.quote(offer_ids) for _ in range(count)]
    return [promotions.change(one.public_id, "SPRING") for one in plain]


def all_at_once(rows: list[Quote], *, same_guest: bool = False) -> list[str]:
    """What came of each: the code of its refusal, or nothing."""
    barrier = threading.Barrier(len(rows))
    answers: list[str] = []

    def place(number: int, quote: Quote) -> None:
        address = "guest@example.com" if same_guest else f"guest{number}@example.com"
        holder = {**worlds.party(())["holder"], "email": address}
        order = worlds.order_for(quote, holder=holder)
        barrier.wait()
        try:
            booking.place(quote.public_id, order, accept_token=quote.accept_token, by=None)
            answers.append("")
        except DomainError as refusal:
            answers.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=place, args=pair) for pair in enumerate(rows)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert len(answers) == len(rows)
    return answers


def without_the_lock(monkeypatch: pytest.MonkeyPatch, *, meet: int) -> None:
    """Everybody counts before anybody writes."""
    barrier = threading.Barrier(meet)

    def unlocked(rows: models.QuerySet[Any], **_: Any) -> Any:
        row = rows.get()
        barrier.wait(timeout=20)
        return row

    monkeypatch.setattr("bookings.services.redemptions.locked_one", unlocked)


def test_a_hundred_guests_share_ten_uses(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    promotion = Promotion.objects.create(code="SPRING", name="Spring", percent=10, total_limit=1)
    with monkeypatch.context() as patched:
        without_the_lock(patched, meet=4)
        assert all_at_once(quoted(world, 4)) == [""] * 4
    assert promotion.redemptions.count() == 4, "without the guard one use becomes four"

    Redemption.objects.update(status=RedemptionStatus.RELEASED)
    Promotion.objects.update(total_limit=USES)
    rows = quoted(world, GUESTS)
    answers = all_at_once(rows)
    assert sorted(answers) == [""] * USES + ["promotion_used_up"] * (GUESTS - USES)
    live = promotion.redemptions.filter(status=RedemptionStatus.RESERVED)
    assert live.count() == USES
    assert Booking.objects.filter(redemption__in=live).count() == USES
    unused = Quote.objects.filter(pk__in=[row.pk for row in rows], status=QuoteStatus.OPEN)
    assert unused.count() == GUESTS - USES


def test_a_budget_is_not_overspent(world: World) -> None:
    promotion = Promotion.objects.create(
        code="SPRING", name="Spring", fixed_amount=10, budget_amount="35.00", currency="EUR"
    )
    answers = all_at_once(quoted(world, 8))
    assert sorted(answers) == ["", "", "", *["promotion_used_up"] * 5]
    assert sum(row.cost_amount or 0 for row in promotion.redemptions.all()) == 30


def test_one_guest_uses_it_once(world: World) -> None:
    promotion = Promotion.objects.create(code="SPRING", name="Spring", percent=10, customer_limit=1)
    answers = all_at_once(quoted(world, 6), same_guest=True)
    assert sorted(answers) == ["", *["promotion_used_by_you"] * 5]
    assert promotion.redemptions.count() == 1
