"""Drawing a voucher and an invoice: what of it is typst's own, what is ours."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
import typst

from bookings.models import Document
from bookings.services import documents, typesetting, vouchers
from bookings.states import PaymentStatus
from faredown.lib import clock
from hotels.models import Destination, DestinationCode
from suppliers.simulators.hotelbeds.running import Control
from tests.bookings import world as worlds
from tests.bookings.world import World
from tests.load import figures
from tests.load.hotelbeds import Simulator

TIMES = 60
# Of ours beside typst's drawing of the same page: five queries, the words, the code, which glyphs are missing.
OURS_AT_MOST = 4


@pytest.fixture
def world(catalogue: None, simulator: Simulator) -> World:
    dubai = DestinationCode.objects.get(supplier="hotelbeds", code="DXB").destination_id
    # Not the stays of the other benches, which are sold out by now.
    check_in = clock.today() + timedelta(days=120)
    return World(Control(simulator.url), Destination.objects.get(pk=dubai), check_in=check_in)


def spent(work: Callable[[int], object]) -> list[float]:
    """Milliseconds of each turn, warm. The turns differ, so that nothing is drawn from typst's memory of the last."""
    for turn in range(5):
        work(-1 - turn)
    found = []
    for turn in range(TIMES):
        started = time.perf_counter()
        work(turn)
        found.append(1000 * (time.perf_counter() - started))
    return found


def p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


def test_a_voucher_costs_little_more_than_its_drawing(world: World, tmp_path: Path) -> None:
    placed = world.book(world.quote(wanted=worlds.refundable))
    assert placed.payment.status == PaymentStatus.CAPTURED, placed.booking.timeline.values_list(
        "kind", "detail"
    )
    row = placed.booking
    page = row.documents.get(kind=Document.Kind.VOUCHER).page
    invoice = row.documents.get(kind=Document.Kind.INVOICE)
    row.documents.filter(kind=Document.Kind.VOUCHER).delete()
    blank = tmp_path / "blank.typ"
    blank.write_text("#sys.inputs.turn")
    empty = typst.Compiler(str(blank), root=str(tmp_path), font_paths=typesetting._fonts())
    bare = typesetting._compiler("voucher.typ")

    def voucher(turn: int) -> None:
        row.remarks = f"Turn {turn}"
        assert vouchers.pdf(row).startswith(b"%PDF")

    def drawing(turn: int) -> None:
        data = msgspec.json.encode(page | {"remarks": f"Turn {turn}"}).decode()
        assert bare.compile(format="pdf", sys_inputs={"data": data})

    def another_invoice(turn: int) -> None:
        invoice.page |= {"notes": [f"Turn {turn}"]}
        assert documents.drawn(invoice).content.startswith(b"%PDF")

    works = {
        "a page with a word, typst alone": lambda turn: empty.compile(
            format="pdf", sys_inputs={"turn": str(turn)}
        ),
        "the voucher's page, typst alone": drawing,
        "voucher, as the guest gets it": voucher,
        "invoice, as the guest gets it": another_invoice,
    }
    taken = {name: spent(work) for name, work in works.items()}
    found = figures.table(f"Papers, {TIMES} of each, warm, ms", "median", "p95")
    for name, values in taken.items():
        found.add(name, statistics.median(values), p95(values))
    least = statistics.median(taken["the voucher's page, typst alone"])
    ratio = statistics.median(taken["voucher, as the guest gets it"]) / least
    found.add("voucher against typst alone", ratio, "")
    assert ratio < OURS_AT_MOST
