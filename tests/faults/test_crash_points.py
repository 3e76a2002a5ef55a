"""The worker dies, without a word, around each commit and each outside call. The sweepers finish every time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils.module_loading import import_string

from bookings.gateways.offline.gateway import OfflineGateway
from bookings.models import Booking, OfflineCharge
from bookings.services import cancellation, reconciliation
from bookings.states import BookingStatus, PaymentStatus
from faredown.lib import clock
from suppliers.adapters.hotelbeds.adapter import Hotelbeds
from tests.bookings import world as worlds
from tests.bookings.world import World

SERVICES = "bookings.services"
BOOKING = [
    f"{SERVICES}.payment.authorise",
    f"{SERVICES}.provider_calls.begin",
    f"{SERVICES}.provider_calls.answered",
    f"{SERVICES}.settlement.settle",
    f"{SERVICES}.booking._claim",
    f"{SERVICES}.answers.store_confirmation",
    f"{SERVICES}.answers.apply",
    f"{SERVICES}.ledger.sale",
    f"{SERVICES}.payment.capture",
    f"{SERVICES}.ledger.captured",
    f"{SERVICES}.vouchers.issue",
    f"{SERVICES}.typesetting.pdf",
]
CANCELLING = [
    f"{SERVICES}.cancellation._claim",
    f"{SERVICES}.cancellation._ask",
    f"{SERVICES}.cancellation._store",
    f"{SERVICES}.cancellation.apply",
    f"{SERVICES}.ledger.cancelled",
    f"{SERVICES}.refund.send",
    f"{SERVICES}.refund._ask",
    f"{SERVICES}.refund.settle",
    f"{SERVICES}.ledger.refunded",
]


class Killed(BaseException):
    """Not an Exception: nothing in the house may catch it, as nothing catches SIGKILL."""


def kill(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, *, after: bool) -> None:
    """The first call of it ends the worker: instead of it, or right after it is done."""
    real: Callable[..., Any] = getattr(owner, name)

    def dies(*given: Any, **named: Any) -> Any:
        monkeypatch.setattr(owner, name, real)
        if after:
            real(*given, **named)
        raise Killed(name)

    monkeypatch.setattr(owner, name, dies)


def at(monkeypatch: pytest.MonkeyPatch, point: str, *, after: bool) -> None:
    module, _, name = point.rpartition(".")
    kill(monkeypatch, import_string(module), name, after=after)


def time_passes() -> None:
    for minutes in (1, 2, 4, 8, 12, 16, 24, 60):
        with clock.travel(timedelta(minutes=minutes)):
            reconciliation.sweep()


def assert_whole(world: World, row: Booking) -> None:
    """Confirmed, paid and with a voucher; or rejected, and nothing kept or held anywhere."""
    row.refresh_from_db()
    payment = worlds.latest_payment(row)
    held = [one["status"] for one in world.held(row)]
    charge = OfflineCharge.objects.filter(payment_id=payment.public_id).first()
    if row.status == BookingStatus.CONFIRMED:
        assert held == ["CONFIRMED"]
        assert (payment.status, charge and charge.state) == (PaymentStatus.CAPTURED, "captured")
        assert row.documents.filter(kind="voucher").count() == 1
    else:
        assert row.status == BookingStatus.REJECTED
        assert held == []
        assert payment.status in (PaymentStatus.VOIDED, PaymentStatus.DECLINED)
        assert charge is None or charge.state == "voided"
    worlds.assert_ledger_balances(row)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("point", BOOKING)
def test_a_booking_survives_a_death_around(
    world: World, monkeypatch: pytest.MonkeyPatch, point: str, after: bool
) -> None:
    quote = world.quote(wanted=worlds.refundable)
    at(monkeypatch, point, after=after)
    with pytest.raises(Killed):
        world.book(quote)
    time_passes()
    assert_whole(world, quote.booking)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(
    ("owner", "name"), [(OfflineGateway, "authorise"), (OfflineGateway, "capture"), (Hotelbeds, "book")]
)
def test_a_booking_survives_a_death_around_an_outside_call(
    world: World, monkeypatch: pytest.MonkeyPatch, owner: type, name: str, after: bool
) -> None:
    quote = world.quote(wanted=worlds.refundable)
    kill(monkeypatch, owner, name, after=after)
    with pytest.raises(Killed):
        world.book(quote)
    time_passes()
    assert_whole(world, quote.booking)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("point", CANCELLING)
def test_a_cancellation_survives_a_death_around(
    world: World, monkeypatch: pytest.MonkeyPatch, point: str, after: bool
) -> None:
    row = world.book().booking
    at(monkeypatch, point, after=after)
    with pytest.raises(Killed):
        cancellation.cancel(row)
    time_passes()
    row.refresh_from_db()
    assert row.status == BookingStatus.CANCELLED
    assert [one["status"] for one in world.held(row)] == ["CANCELLED"]
    payment = worlds.latest_payment(row)
    assert (payment.status, payment.refunded) == (PaymentStatus.REFUNDED, row.total)
    assert OfflineCharge.objects.get().refunds.count() == 1
    assert worlds.assert_ledger_balances(row) == {}
