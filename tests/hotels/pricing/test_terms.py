from __future__ import annotations

from datetime import UTC, datetime

import pytest

from faredown.lib.money import Money
from hotels.pricing import terms
from suppliers.types import CancellationTerm

FIRST, SECOND = datetime(2027, 3, 1, 22, 59, tzinfo=UTC), datetime(2027, 3, 5, 22, 59, tzinfo=UTC)
BEFORE, BETWEEN, AFTER = (datetime(2027, 3, day, tzinfo=UTC) for day in (1, 3, 9))
NET, TOTAL = Money.of(200, "EUR"), Money.of("275.00", "USD")


def step(amount: str, at: datetime, currency: str = "EUR") -> CancellationTerm:
    return CancellationTerm(Money.of(amount, currency), at, at.isoformat())


def test_the_guests_fee_is_the_suppliers_share_of_the_total() -> None:
    found = terms.guest_terms([step("200", SECOND), step("66.66", FIRST)], net=NET, total=TOTAL)
    assert [(one.fee, one.starts_at) for one in found] == [
        (Money.of("91.66", "USD"), FIRST),  # 66.66 / 200 x 275 = 91.6575
        (TOTAL, SECOND),
    ]


def test_a_fee_is_never_above_the_total() -> None:
    assert terms.guest_terms([step("250", FIRST)], net=NET, total=TOTAL)[0].fee == TOTAL


def test_together_adds_what_is_due_at_each_instant() -> None:
    one = [step("10", FIRST), step("100", SECOND)]
    other = [step("30", BETWEEN)]
    assert [(int(term.fee.amount), term.starts_at) for term in terms.together([one, other])] == [
        (10, FIRST),
        (40, BETWEEN),
        (130, SECOND),
    ]


def test_together_of_nothing() -> None:
    assert terms.together([]) == ()


@pytest.mark.parametrize(("instant", "fee"), [(BEFORE, "0"), (FIRST, "10"), (BETWEEN, "10"), (AFTER, "100")])
def test_fee_at(instant: datetime, fee: str) -> None:
    steps = [step("100", SECOND), step("10", FIRST)]
    assert terms.fee_at(steps, instant, currency="EUR") == Money.of(fee, "EUR")


def test_free_until_the_first_step_that_costs() -> None:
    assert terms.free_until([step("0", FIRST), step("10", SECOND)]) == SECOND
    assert terms.free_until([]) is None
    assert terms.free_until(None) is None


@pytest.mark.parametrize(
    ("steps", "instant", "non_refundable", "free"),
    [
        ([step("10", FIRST)], BEFORE, False, True),
        ([step("10", FIRST)], FIRST, False, False),
        ([step("10", FIRST)], AFTER, False, False),
        ([step("10", FIRST)], BEFORE, True, False),
        (None, BEFORE, False, False),
        ([], BEFORE, False, False),
    ],
    ids=["ahead", "reached", "past", "non-refundable", "unknown", "none told"],
)
def test_free_only_when_known_to_be(
    steps: list[CancellationTerm] | None, instant: datetime, non_refundable: bool, free: bool
) -> None:
    assert terms.is_free_at(steps, instant, non_refundable=non_refundable) is free
