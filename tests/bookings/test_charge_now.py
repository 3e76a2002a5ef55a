"""A provider that takes the money at once: it counts as held, and a booking that is not made sends it back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bookings.gateways import registry
from bookings.gateways.offline.gateway import OfflineGateway
from bookings.gateways.port import Capability, Charge, Order
from bookings.models import OfflineCharge
from bookings.services import cancellation
from bookings.services.proving import proof
from bookings.services.proving.differences import Difference
from bookings.services.proving.proof import Scope
from bookings.states import BookingStatus, PaymentStatus
from tests.bookings import world as worlds
from tests.bookings.world import World


class AtOnce(OfflineGateway):
    capability = Capability.CHARGE_NOW

    def authorise(self, order: Order) -> Charge:
        held = super().authorise(order)
        return self.capture(held.reference, amount=order.amount, key=order.payment_id)


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(registry.GATEWAYS, "offline", f"{__name__}.AtOnce")
    registry.forget()
    yield
    monkeypatch.undo()
    registry.forget()


def test_money_that_was_taken_at_once_is_found_taken_when_the_room_is_ours(world: World) -> None:
    row = world.book().booking
    payment = worlds.latest_payment(row)
    assert (row.status, payment.status, row.staff_queue) == (
        BookingStatus.CONFIRMED,
        PaymentStatus.CAPTURED,
        None,
    )
    cancellation.cancel(row, reason="Plans changed")
    assert worlds.latest_payment(row).status == PaymentStatus.REFUNDED
    assert proved() == []


def test_a_rejected_booking_sends_it_back_by_itself(world: World) -> None:
    quote = world.quote(wanted=worlds.refundable)
    world.hotelbeds.faults({"operation": "booking", "kind": "sold_out", "count": 1})
    row = world.book(quote).booking
    payment = worlds.latest_payment(row)
    assert (row.status, payment.status) == (BookingStatus.REJECTED, PaymentStatus.REFUNDED)
    assert payment.refunded == payment.captured == row.total
    charge = OfflineCharge.objects.get()
    assert sum(one.amount for one in charge.refunds.all()) == row.total.amount
    assert proved() == []


def proved() -> list[Difference]:
    """Ours against the ledger's and the provider's books."""
    found: list[Difference] = []
    proof.prove(Scope(settle_seconds=0, seals=False), found.append)
    return found
