"""The guest's fee by the frozen policy, to the second and in the hotel's own time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from bookings import terms
from faredown.lib import clock
from faredown.lib.money import Money
from hotels.pricing.terms import guest_terms
from suppliers.types import CancellationTerm

EUR = "EUR"
BOUGHT = datetime(2027, 1, 10, 12, tzinfo=UTC)
# 23:59 in Los Angeles on 1 March is 07:59 UTC on the 2nd.
FIRST = datetime.fromisoformat("2027-03-01T23:59:00-08:00")
SECOND = datetime.fromisoformat("2027-03-05T23:59:00-08:00")


def supplier_terms(*steps: tuple[str, datetime]) -> tuple[CancellationTerm, ...]:
    return tuple(CancellationTerm(Money.of(fee, EUR), at, at.isoformat()) for fee, at in steps)


def frozen(
    *parts: tuple[CancellationTerm, ...] | None, total: str, non_refundable: bool = False
) -> dict[str, object]:
    with clock.frozen(BOUGHT):
        return terms.freeze(
            parts,
            non_refundable=non_refundable,
            timezone="America/Los_Angeles",
            total=Money.of(total, EUR),
        )


@pytest.fixture
def one_room() -> dict[str, object]:
    """Net 200, sold for 250: 80 net is 100 for the guest, full net the full price."""
    steps = guest_terms(
        supplier_terms(("80", FIRST), ("200", SECOND)), net=Money.of("200", EUR), total=Money.of("250", EUR)
    )
    return frozen(steps, total="250.00")


@pytest.mark.parametrize(
    ("instant", "fee"),
    [
        (BOUGHT, "0"),
        (FIRST - timedelta(seconds=1), "0"),
        (FIRST, "100.00"),
        (SECOND - timedelta(seconds=1), "100.00"),
        (SECOND, "250.00"),
        (SECOND + timedelta(days=9), "250.00"),
    ],
)
def test_each_step_counts_from_its_very_second(
    one_room: dict[str, object], instant: datetime, fee: str
) -> None:
    assert terms.fee_at(one_room, instant) == Money.of(fee, EUR)


def test_what_is_frozen_is_told_on_both_clocks(one_room: dict[str, object]) -> None:
    assert one_room["free_until"] == "2027-03-02T07:59:00Z"
    steps = one_room["steps"]
    assert isinstance(steps, list)
    assert steps[0]["hotel_local"] == "2027-03-01T23:59:00-08:00"
    assert steps[0]["text"] == "2027-03-01T23:59:00-08:00"
    assert [step["fee"]["amount"] for step in steps] == ["100.00", "250.00"]


def test_rooms_add_their_steps_and_the_earliest_free_instant_counts() -> None:
    first = supplier_terms(("30", FIRST))
    second = supplier_terms(("20", SECOND))
    both = frozen(first, second, total="90.00")
    assert both["free_until"] == "2027-03-02T07:59:00Z"
    assert terms.fee_at(both, FIRST) == Money.of("30", EUR)
    assert terms.fee_at(both, SECOND) == Money.of("50", EUR)


def test_non_refundable_costs_everything_even_before_its_first_step() -> None:
    """West of Spain such a policy still lies ahead when it is bought (REFERENCE section 4.4)."""
    kept = frozen(supplier_terms(("90", FIRST)), total="90.00", non_refundable=True)
    assert kept["free_until"] is None
    assert terms.fee_at(kept, BOUGHT) == Money.of("90", EUR)


def test_terms_that_are_not_known_are_never_free() -> None:
    unknown = frozen(supplier_terms(("30", FIRST)), None, total="90.00")
    assert unknown["free_until"] is None
    assert unknown["steps"] == []
    assert terms.fee_at(unknown, BOUGHT) == Money.of("90", EUR)


def test_a_fee_is_never_above_the_price() -> None:
    dear = frozen(supplier_terms(("500", FIRST)), total="90.00")
    assert terms.fee_at(dear, FIRST) == Money.of("90", EUR)


def test_a_first_step_that_has_passed_leaves_nothing_free() -> None:
    late = frozen(supplier_terms(("30", BOUGHT - timedelta(days=1)), ("90", FIRST)), total="90.00")
    assert late["free_until"] is None
    assert terms.fee_at(late, BOUGHT) == Money.of("30", EUR)


def test_shares_are_rounded_once() -> None:
    steps = guest_terms(
        supplier_terms(("33.33", FIRST)), net=Money.of("100", EUR), total=Money.of("119.99", EUR)
    )
    assert steps[0].fee == Money(Decimal("39.99"), EUR)
