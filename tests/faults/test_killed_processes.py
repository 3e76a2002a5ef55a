"""Forty bookings while their workers, the timetable, the guests' own process and the supplier are killed in the act.

Every kill is SIGKILL, most of them aimed: in the middle of a call that books, captures, voids, refunds or cancels.
Once the broker loses every queue. Then nothing more dies, and within a bounded time all the books must agree.
`KILL_SEED=7 make faults` plays other dice; the moments themselves are never quite the same.
"""

from __future__ import annotations

import email
import email.policy
import os
import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import redis
from django.conf import settings
from django.db.models import Sum

from bookings.models import Attempt, Booking, JournalLine, OfflineCharge, Payment, Refund, StaffTask
from bookings.states import BookingStatus, PaymentStatus, RefundStatus
from faredown.lib import clock
from faredown.messaging.models import OutboxMessage, Status
from tests.bookings import world as worlds
from tests.faults import company as companies
from tests.faults import guests
from tests.faults.company import BEAT, GUESTS, SIMULATOR, Company
from tests.faults.guests import Wish

BOOKINGS = 40
SEED = int(os.environ.get("KILL_SEED", "20261122"))
CHAOS_SECONDS = 90.0
AFTERWARDS_SECONDS = 100.0
LOOK_AGAIN = 0.02
BROKER = "broker"
GIVEN_BACK = (BookingStatus.REJECTED, BookingStatus.CANCELLED)
# Decided by machines; people are told because a contract needs a look.
TOLD_ONLY = ("price_difference", "terms_difference", "cancellation_fee_gap")

Seen = Callable[[datetime], bool]


def _calling(operation: str) -> Seen:
    return lambda since: Attempt.objects.filter(
        operation=operation, outcome=Attempt.Outcome.IN_FLIGHT, started_at__gt=since
    ).exists()


def _paying(status: PaymentStatus) -> Seen:
    return lambda since: Payment.objects.filter(status=status, status_changed_at__gt=since).exists()


def _refunding(since: datetime) -> bool:
    return Refund.objects.filter(status=RefundStatus.IN_FLIGHT, status_changed_at__gt=since).exists()


def _any_time(since: datetime) -> bool:
    return True


# What dies, in the middle of what, how many times.
AIMS: tuple[tuple[str, str, Seen, int], ...] = (
    ("booking", "a supplier's booking call", _calling(Attempt.Operation.BOOK), 2),
    ("booking", "a capture", _paying(PaymentStatus.CAPTURING), 2),
    ("booking", "a void", _paying(PaymentStatus.VOIDING), 1),
    ("booking", "a refund", _refunding, 1),
    ("booking", "a cancellation", _calling(Attempt.Operation.CANCEL), 1),
    (GUESTS, "an authorisation", _paying(PaymentStatus.AUTHORISING), 2),
    (SIMULATOR, "a booking call", _calling(Attempt.Operation.BOOK), 2),
    (SIMULATOR, "a cancellation", _calling(Attempt.Operation.CANCEL), 1),
    (BROKER, "every queue lost", _calling(Attempt.Operation.BOOK), 1),
    ("mail", "", _any_time, 1),
    ("search", "", _any_time, 1),
    (BEAT, "", _any_time, 1),
)
FAULTS: tuple[dict[str, Any], ...] = (
    {"operation": "booking", "kind": "sold_out", "probability": 0.15},
    {"operation": "booking", "kind": "drop_after_commit", "probability": 0.05},
    {"operation": "booking", "kind": "truncated_body", "probability": 0.05},
    {"operation": "booking", "kind": "delayed_visibility", "probability": 0.1, "delay_ms": 4000},
    {"operation": "booking_list", "kind": "system_error", "probability": 0.2},
    {"operation": "cancellation", "kind": "drop_after_commit", "probability": 0.2},
)


@pytest.fixture
def company(tmp_path: Path, transactional_db: None) -> Iterator[Company]:
    worlds.list_hotels(destination="DXB", count=6)
    redis.Redis.from_url(settings.REDIS_BROKER_URL).flushdb()
    with companies.founded(tmp_path) as founded:
        yield founded


def test_nothing_is_lost_when_processes_die(company: Company, capsys: pytest.CaptureFixture[str]) -> None:
    chance = random.Random(SEED)
    company.control.faults(*(fault | {"seed": SEED + n} for n, fault in enumerate(FAULTS)))
    _wishes(company, chance)
    company.start(GUESTS)
    struck = _kill(company, chance)
    company.control.faults()
    took = _wait_until_quiet(company)
    with capsys.disabled():
        _report(company, struck, took)
    _assert_every_guest_has_an_answer()
    _assert_supplier_agrees(company)
    _assert_money_agrees()
    _assert_ledger()
    _assert_mail(company)


def _wishes(company: Company, chance: random.Random) -> None:
    for number in range(BOOKINGS):
        token = chance.choice(["tok_ok"] * 8 + ["tok_timeout", "tok_declined"])
        wish = Wish(number, token, cancels=chance.random() < 0.4, cancels_after=chance.uniform(0, 3))
        guests.write(company.wishes / f"{number:02}.json", wish)


def _kill(company: Company, chance: random.Random) -> Counter[str]:
    """Everybody dies as often as planned, or the time is up. Whoever died is back before the next one dies."""
    aims = [(victim, what, seen) for victim, what, seen, times in AIMS for _ in range(times)]
    chance.shuffle(aims)
    born = dict.fromkeys(("booking", "mail", "search", BEAT, SIMULATOR, GUESTS, BROKER), clock.now())
    struck: Counter[str] = Counter()
    until = time.monotonic() + CHAOS_SECONDS
    while aims and time.monotonic() < until:
        _bring_guests_back(company)
        aim = next((one for one in aims if one[2](born[one[0]])), None)
        if aim is None:
            time.sleep(LOOK_AGAIN)
            continue
        victim, what, _ = aim
        time.sleep(chance.uniform(0, 0.8))
        aims.remove(aim)
        struck[f"{victim}: {what}".rstrip(": ")] += 1
        if victim == BROKER:
            redis.Redis.from_url(settings.REDIS_BROKER_URL).flushdb()
        elif company.runs(victim):
            company.kill(victim)
            company.start(victim)
        born[victim] = clock.now()
        chance.shuffle(aims)
    return struck


def _bring_guests_back(company: Company) -> None:
    if not company.runs(GUESTS) and company.children[GUESTS].returncode() != 0:
        company.start(GUESTS)


def _wait_until_quiet(company: Company) -> float:
    """Seconds until nothing waits for anything any more."""
    started = time.monotonic()
    while time.monotonic() - started < AFTERWARDS_SECONDS:
        _bring_guests_back(company)
        if company.children[GUESTS].returncode() == 0 and not any(_waiting().values()):
            break
        time.sleep(0.5)
    return time.monotonic() - started


def _waiting() -> dict[str, list[str]]:
    decided = (BookingStatus.CONFIRMED, *GIVEN_BACK)
    resting = (
        PaymentStatus.CAPTURED,
        PaymentStatus.VOIDED,
        PaymentStatus.DECLINED,
        PaymentStatus.REFUNDED,
        PaymentStatus.PARTIALLY_REFUNDED,
    )
    return {
        "bookings": _named(Booking.objects.exclude(status__in=decided), "reference"),
        "payments": _named(Payment.objects.exclude(status__in=resting), "public_id"),
        "refunds": _named(Refund.objects.exclude(status=RefundStatus.DONE), "public_id"),
        "not refunded": _named(
            Payment.objects.filter(status=PaymentStatus.CAPTURED, booking__status__in=GIVEN_BACK),
            "public_id",
        ),
        "vouchers": _named(
            Booking.objects.filter(status=BookingStatus.CONFIRMED, documents=None), "reference"
        ),
        "messages": _named(OutboxMessage.objects.exclude(status=Status.SENT), "subject"),
    }


def _named(rows: Any, name: str) -> list[str]:
    return [f"{key} {status}" for key, status in rows.values_list(name, "status")]


def _assert_every_guest_has_an_answer() -> None:
    assert not any(_waiting().values()), _waiting()
    assert Booking.objects.count() == BOOKINGS
    sold = Booking.objects.exclude(supplier_reference="").count()
    assert sold >= BOOKINGS // 8, "too few got as far as a room to prove anything"
    undecided = StaffTask.objects.filter(resolved_at=None).exclude(code__in=TOLD_ONLY)
    assert undecided.count() <= BOOKINGS // 100, list(undecided.values_list("code", "reason"))


def _assert_supplier_agrees(company: Company) -> None:
    """Exactly the confirmed ones, once each: nothing is held there that nobody here wants."""
    held = company.control.state()["bookings"]
    there = {
        reference: [one["reference"] for one in ones if one["status"] == "CONFIRMED"]
        for reference, ones in held.items()
    }
    here = Booking.objects.filter(status=BookingStatus.CONFIRMED).values_list(
        "reference", "supplier_reference"
    )
    assert {key: value for key, value in there.items() if value} == {ours: [theirs] for ours, theirs in here}
    assert all(len(ones) == 1 for ones in held.values()), "a booking call was sent again"


def _assert_money_agrees() -> None:
    """Every charge at the provider is one of ours; what is confirmed is paid for, and nothing else is."""
    charges = {row.payment_id: row for row in OfflineCharge.objects.all()}
    kept: defaultdict[int, Decimal] = defaultdict(Decimal)
    for payment in Payment.objects.all():
        charge = charges.pop(payment.public_id, None)
        if charge is None:
            assert payment.status == PaymentStatus.DECLINED, payment
            continue
        sent_back = sum(row.amount for row in charge.refunds.filter(succeeded=True))
        assert charge.state != OfflineCharge.State.AUTHORISED, payment
        assert (charge.captured_amount, sent_back) == (payment.captured_amount, payment.refunded_amount)
        kept[payment.booking_id] += charge.captured_amount - sent_back
    assert not charges
    for booking in Booking.objects.all():
        owed = booking.total_amount if booking.status == BookingStatus.CONFIRMED else 0
        assert kept[booking.pk] == owed, booking


def _assert_ledger() -> None:
    sums = JournalLine.objects.values("currency").annotate(debit=Sum("debit"), credit=Sum("credit"))
    assert all(row["debit"] == row["credit"] for row in sums)
    for booking in Booking.objects.all():
        balances = worlds.assert_ledger_balances(booking)
        cash = balances.get(("cash_at_provider", booking.total_currency), 0)
        assert cash == (booking.total_amount if booking.status == BookingStatus.CONFIRMED else 0), booking
        assert ("guest_receivable", booking.total_currency) not in balances, booking


def _assert_mail(company: Company) -> None:
    """One letter of confirmation each. Whoever dies between posting and noting it posts the same letter again."""
    letters = OutboxMessage.objects.filter(channel="emails/bookings/confirmed")
    confirmed = Booking.objects.filter(documents__kind="voucher").values_list("reference", flat=True)
    assert sorted(letters.values_list("related_reference", flat=True)) == sorted(confirmed)
    assert set(confirmed) >= set(
        Booking.objects.filter(status=BookingStatus.CONFIRMED).values_list("reference", flat=True)
    )
    assert not OutboxMessage.objects.filter(channel="emails/bookings/payment_problem").exists(), (
        "no card failed"
    )
    posted = set(_posted(company.mail))
    assert {letter.public_id for letter in letters} <= posted
    assert len(posted) == OutboxMessage.objects.filter(kind="email").count()


def _posted(folder: Path) -> Iterator[str]:
    for file in folder.iterdir():
        for text in file.read_text().split("-" * 79):
            message = email.message_from_string(text.lstrip(), policy=email.policy.default)
            if message["Message-ID"]:
                yield message["Message-ID"].strip("<>").partition("@")[0]


def _report(company: Company, struck: Counter[str], took: float) -> None:
    print(f"\nseed {SEED}: {BOOKINGS} bookings, {sum(struck.values())} blows")
    for name, times in sorted(struck.items()):
        print(f"  {name:<40} {times}")
    print(f"quiet after {took:.0f} s")
    counts: tuple[tuple[str, Any], ...] = (
        ("bookings", Booking.objects.values_list("status", "status_reason")),
        ("payments", Payment.objects.values_list("status", "failure_code")),
        ("refunds", Refund.objects.values_list("status", "failure_code")),
        ("supplier calls", Attempt.objects.values_list("operation", "outcome")),
        ("staff tasks", StaffTask.objects.values_list("code", "reason")),
    )
    for title, rows in counts:
        tally = Counter(" ".join(filter(None, row)) for row in rows)
        print(f"{title}: {', '.join(f'{name} {times}' for name, times in tally.most_common())}")
    posted = Counter(_posted(company.mail))
    print(f"letters: {len(posted)}, of them sent twice: {sum(times > 1 for times in posted.values())}")
    for title, names in _waiting().items():
        for name in names:
            print(f"still waiting, {title}: {name}")
    if any(_waiting().values()):
        for name in company.children:
            print(company.account(name))
