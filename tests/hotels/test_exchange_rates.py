"""The daily list fetched over HTTP, and which rate is in force."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from faredown.lib import clock, history
from faredown.messaging.models import OutboxMessage
from hotels.models import CurrencyBuffer, ExchangeRate
from hotels.pricing.ecb import MAX_BYTES
from hotels.services import exchange_rates, pricing
from hotels.tasks import refresh_exchange_rates
from tests.hotels.pricing.published import BOMB, HEAD, document

pytestmark = pytest.mark.django_db
Source = ExchangeRate.Source
FRIDAY = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)  # 16:00 in Frankfurt
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


class Bank(ThreadingHTTPServer):
    """Answers with whatever the test puts on it."""

    daemon_threads = True
    status, body, asked = 200, b"", 0


class _Desk(BaseHTTPRequestHandler):
    server: Bank

    def do_GET(self) -> None:
        self.server.asked += 1
        self.send_response(self.server.status)
        self.send_header("Content-Type", "text/xml")
        self.send_header("Content-Length", str(len(self.server.body)))
        self.end_headers()
        self.wfile.write(self.server.body)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def bank(settings: Any) -> Iterator[Bank]:
    with Bank(("127.0.0.1", 0), _Desk) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        settings.EXCHANGE_RATES_URL = f"http://127.0.0.1:{server.server_port}/eurofxref-daily.xml"
        with clock.frozen(NOW):
            yield server
        server.shutdown()
        thread.join()


def publish(bank: Bank, text: str, status: int = 200) -> exchange_rates.Refreshed:
    bank.body, bank.status = text.encode(), status
    return exchange_rates.refresh()


def add(base: str, quote: str, rate: str, source: str, as_of: datetime, **facts: Any) -> ExchangeRate:
    return ExchangeRate.objects.create(
        base=base, quote=quote, rate=Decimal(rate), source=source, as_of=as_of, **facts
    )


def alerts() -> list[str | None]:
    return list(OutboxMessage.objects.filter(channel="exchange_rates").values_list("dedupe_key", flat=True))


def test_a_list_is_kept_and_sells(bank: Bank) -> None:
    assert publish(bank, document()) == exchange_rates.Refreshed(FRIDAY, 11)
    assert ExchangeRate.objects.filter(base="EUR", source=Source.ECB, as_of=FRIDAY).count() == 11
    assert pricing.exchange("EUR", "USD").rate == Decimal("1.1612")
    assert pricing.exchange("EUR", "USD").source == "USD ecb 2026-11-20"
    assert pricing.exchange("EUR", "AED").rate == Decimal("4.264507")  # 1.1612 x 3.6725
    assert alerts() == []


def test_the_same_list_again_writes_nothing_and_a_corrected_one_replaces(bank: Bank) -> None:
    publish(bank, document())
    assert publish(bank, document()).written == 0
    assert publish(bank, document(USD="1.1700")).written == 1
    assert ExchangeRate.objects.filter(quote="USD").count() == 1
    assert pricing.exchange("EUR", "USD").rate == Decimal("1.17")
    assert [change.what for change in history.of(ExchangeRate, ExchangeRate.objects.get(quote="USD").pk)] == [
        "Changed",
        "Added",
    ]


@pytest.mark.parametrize(
    ("text", "status", "problem"),
    [
        ("<html>busy</html>", 200, "refused: it is not the bank's list"),
        (document()[:-40], 200, "refused: it is not well-formed"),
        (document(head=HEAD + BOMB), 200, "refused: it declares a document type"),
        (document(USD="0"), 200, "refused: '0' is not a rate"),
        (document(), 503, "not reached: the answer is 503"),
        (document(), 302, "not reached: the answer is 302"),
        (document("2026-11-23"), 200, "refused: it is dated 2026-11-23"),
        ("x" * (MAX_BYTES + 1), 200, "not reached: the answer is over"),
    ],
    ids=["page", "cut off", "entity bomb", "nonsense", "down", "elsewhere", "future", "oversized"],
)
def test_what_is_known_stays_when_the_list_is_no_good(
    bank: Bank, text: str, status: int, problem: str
) -> None:
    publish(bank, document())
    found = publish(bank, text, status)
    assert found.problem.startswith(problem)
    assert (found.published, found.written) == (FRIDAY, 0)
    assert ExchangeRate.objects.count() == 11
    assert pricing.exchange("EUR", "USD").rate == Decimal("1.1612")


def test_a_bank_that_is_away_is_told_once_the_rates_are_old(bank: Bank) -> None:
    publish(bank, document())
    bank.shutdown()
    bank.server_close()
    assert exchange_rates.refresh().problem.startswith("not reached")
    with clock.travel(timedelta(days=4, hours=5)):  # five days after they were published, less an hour
        exchange_rates.refresh()
        assert alerts() == []
    with clock.travel(timedelta(days=4, hours=7)):
        exchange_rates.refresh()
        exchange_rates.refresh()
        assert alerts() == ["exchange_rates:old:2026-11-25"]
    assert pricing.exchange("EUR", "USD").rate == Decimal("1.1612")


def test_a_stale_list_is_kept_and_told(bank: Bank) -> None:
    found = publish(bank, document("2026-11-13"))
    assert (found.written, found.problem) == (11, "")
    assert alerts() == ["exchange_rates:old:2026-11-21"]
    assert pricing.exchange("EUR", "USD").rate == Decimal("1.1612")


def test_an_older_list_after_a_newer_one_changes_no_price(bank: Bank) -> None:
    publish(bank, document())
    publish(bank, document("2026-11-19", USD="1.1500"))
    assert pricing.exchange("EUR", "USD").rate == Decimal("1.1612")


def test_staff_are_told_of_a_list_that_cannot_be_read_once_a_day(bank: Bank) -> None:
    publish(bank, document())
    for _ in range(3):
        publish(bank, "<html/>")
    assert alerts() == ["exchange_rates:refused:2026-11-21"]


def test_a_rate_that_jumps_is_not_believed_before_staff_confirm_it(bank: Bank) -> None:
    publish(bank, document())
    with clock.travel(timedelta(days=2)):
        found = publish(bank, document("2026-11-22", TRY="4.89", USD="1.1700"))
        assert (found.written, found.refused) == (10, ("TRY",))
        assert pricing.exchange("EUR", "TRY").rate == Decimal("48.9")
        assert pricing.exchange("EUR", "USD").rate == Decimal("1.17")
        assert alerts() == ["exchange_rates:jump:2026-11-23"]
        add("EUR", "TRY", "4.9", Source.STAFF, clock.now())
        assert publish(bank, document("2026-11-22", TRY="4.89", USD="1.1700")).refused == ()


def test_a_seeded_figure_refuses_nothing(bank: Bank) -> None:
    add("EUR", "TRY", "10", Source.SEED, FRIDAY - timedelta(days=1))
    assert publish(bank, document()).refused == ()
    assert pricing.exchange("EUR", "TRY").rate == Decimal("48.9")


def test_without_an_address_nothing_is_fetched(bank: Bank, settings: Any) -> None:
    settings.EXCHANGE_RATES_URL = ""
    refresh_exchange_rates()
    assert (bank.asked, ExchangeRate.objects.count(), alerts()) == (0, 0, [])


def test_the_task_fetches(bank: Bank) -> None:
    bank.body = document().encode()
    refresh_exchange_rates.delay()
    assert (bank.asked, ExchangeRate.objects.count()) == (1, 11)


HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([("EUR", "EGP", "55", Source.STAFF, 9)], "55"),
        ([("EUR", "USD", "1.1", Source.ECB, 1), ("USD", "EGP", "50", Source.STAFF, 9)], "55"),
        ([("EUR", "USD", "1.1", Source.ECB, 1), ("EGP", "USD", "0.02", Source.STAFF, 9)], "55"),
        ([("EUR", "EGP", "55", Source.STAFF, 9), ("EUR", "EGP", "56", Source.ECB, 1)], "56"),
        ([("EUR", "EGP", "55", Source.STAFF, 1), ("EUR", "EGP", "56", Source.ECB, 1)], "55"),
        ([("EUR", "EGP", "55", Source.STAFF, 9, 1), ("EUR", "EGP", "56", Source.ECB, 1)], "55"),
        ([("EUR", "EGP", "55", Source.STAFF, 9, -1), ("EUR", "EGP", "56", Source.ECB, 12)], "56"),
        (
            [("EUR", "EGP", "55", Source.STAFF, 9, 5), ("EUR", "EGP", "57", Source.STAFF, 2, 5)],
            "57",
        ),
        ([("EUR", "USD", "1", Source.ECB, 1), ("USD", "AED", "4", Source.PEG, 9)], None),
    ],
    ids=[
        "staff's for what the bank lacks",
        "against the dollar",
        "the dollar for it",
        "until the next publication",
        "before one of the same hour",
        "held",
        "a hold that has ended",
        "the newer of two held",
        "of another currency",
    ],
)
def test_the_rate_in_force(rows: list[tuple[Any, ...]], expected: str | None) -> None:
    """(base, quote, rate, source, hours old, hours it still holds)"""
    with clock.frozen(NOW):
        for base, quote, rate, source, age, *hold in rows:
            until = NOW + hold[0] * HOUR if hold else None
            add(base, quote, rate, source, NOW - age * HOUR, holds_until=until)
        rates = exchange_rates.in_force()
        assert rates.knows("EGP") is (expected is not None)
        if expected is not None:
            assert rates.units("EGP") == Decimal(expected)


def test_a_peg_that_moved_and_a_rate_that_goes_before_it() -> None:
    add("EUR", "USD", "1.1", Source.ECB, NOW - HOUR)
    with clock.frozen(NOW):
        assert exchange_rates.in_force().units("QAR") == Decimal("4.004")  # 1.1 x 3.64
        add("USD", "QAR", "4", Source.PEG, NOW - HOUR)
        assert exchange_rates.in_force().units("QAR") == Decimal("4.4")
        add("EUR", "QAR", "5", Source.STAFF, NOW - 99 * HOUR)
        assert exchange_rates.in_force().units("QAR") == Decimal(5)


def test_a_hold_ends_by_itself_in_the_prices() -> None:
    add("EUR", "USD", "1.1", Source.ECB, NOW - HOUR)
    add("EUR", "USD", "2", Source.STAFF, NOW - HOUR, holds_until=NOW + HOUR)
    with clock.frozen(NOW):
        assert exchange_rates.in_force().units("USD") == Decimal(2)
    with clock.frozen(NOW + HOUR):
        assert exchange_rates.in_force().units("USD") == Decimal("1.1")


def test_a_buffer_covers_its_currency_at_once() -> None:
    add("EUR", "USD", "1.1", Source.ECB, NOW)
    add("EUR", "GBP", "0.9", Source.ECB, NOW)
    assert pricing.exchange("EUR", "USD").spread_percent == Decimal(1)
    CurrencyBuffer.objects.create(currency="USD", percent=Decimal("2.5"))
    assert pricing.exchange("EUR", "USD").spread_percent == Decimal("2.5")
    assert pricing.exchange("GBP", "USD").spread_percent == Decimal("2.5")
    assert pricing.exchange("EUR", "GBP").spread_percent == Decimal(1)


def test_the_table_tells_every_currency_and_where_its_rate_is_from() -> None:
    with clock.frozen(NOW):
        add("EUR", "USD", "1.1", Source.ECB, FRIDAY)
        CurrencyBuffer.objects.create(currency="AED", percent=3)
        found = {row.currency: row for row in exchange_rates.table()}
    assert set(found) == {"USD", "AED", "BHD", "JOD", "OMR", "QAR", "SAR"}
    assert (found["USD"].source, found["USD"].as_of, found["USD"].own_buffer) == ("ecb", FRIDAY, False)
    assert found["AED"].per_euro == Decimal("4.03975")
    assert (found["AED"].told, found["AED"].buffer_percent) == (
        "3.6725 for one USD, Central Bank of the United Arab Emirates",
        Decimal(3),
    )
