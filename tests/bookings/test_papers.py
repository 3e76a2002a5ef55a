"""What invoices and credit notes say, by hand: no database."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from bookings import papers, taxes
from bookings.papers import Buyer, Line, LineKind, Paper, Settled, Stay
from bookings.seller import Seller
from bookings.taxes import TaxLine
from faredown.lib.money import Money
from hotels.pricing.engine import Price, TaxPart
from hotels.pricing.rules import Basis


def eur(amount: str) -> Money:
    return Money.of(amount, "EUR")


def price(total: str, *parts: TaxPart) -> Price:
    return Price(
        total=eur(total),
        net=eur("80.00"),
        net_converted=eur("80.00"),
        lines=(),
        exchange_rate="1",
        grand_total=eur(total),
        taxes=parts,
    )


def part(amount: str, percent: str | None, basis: Basis | None, name: str = "VAT") -> TaxPart:
    return TaxPart(f"rule-{name}", name, eur(amount), Decimal(percent) if percent else None, basis)


def line(base: str, amount: str, percent: str = "10", name: str = "VAT") -> TaxLine:
    return TaxLine(name, Decimal(percent), eur(base), eur(amount))


VAT = (line("100.00", "10.00"),)


def paper(total: str, *lines: Line, tax: tuple[TaxLine, ...] = (), **said: Any) -> Paper:
    return Paper(
        number="INV-2026-000001",
        issued_on=date(2026, 11, 23),
        seller=Seller(code="main", name="S", address=(), tax_number="", registration="", email=""),
        buyer=Buyer(name="Amélie Okafor", email="a@example.com", country="FR"),
        stay=Stay(
            booking="FD1", hotel="H", place="P", check_in=date(2027, 1, 12), check_out=date(2027, 1, 15)
        ),
        lines=lines,
        total=eur(total),
        taxes=tax,
        settled=Settled(on=date(2026, 11, 23), method="offline", reference="pay_1"),
        **said,
    )


SOLD = paper("110.00", Line(LineKind.STAY, eur("110.00"), "Double", 1), tax=VAT)


def note(refund: str, before: list[Paper], *, cancelled: bool) -> Paper:
    lines, given_back = papers.credited(papers.left(SOLD, before), eur(refund), cancelled=cancelled)
    assert sum((one.amount for one in lines), eur("0")) == -eur(refund)
    return paper(f"-{refund}", *lines, tax=given_back)


def test_taxes_on_the_price_are_told_by_rate_with_what_they_were_reckoned_on() -> None:
    found = taxes.of(
        price("113.50", part("10.00", "10", Basis.TOTAL, "GST"), part("3.50", "3.5", Basis.TOTAL, "PST"))
    )
    assert found.lines == (line("100.00", "10.00", "10", "GST"), line("100.00", "3.50", "3.5", "PST"))
    assert not found.margin_scheme


def test_a_tax_on_the_margin_is_said_and_not_shown() -> None:
    found = taxes.of(price("104.00", part("4.00", "20", Basis.MARGIN)))
    assert found == taxes.Taxation((), margin_scheme=True)


def test_beside_a_margin_tax_the_base_gives_nothing_away() -> None:
    """Total 114: 100 and 10 % of it, and 4 of tax on the margin. 114 - 10 = 104 would tell of the 4."""
    found = taxes.of(
        price("114.00", part("10.00", "10", Basis.TOTAL, "GST"), part("4.00", "20", Basis.MARGIN))
    )
    assert found.lines == (line("100.00", "10.00", "10", "GST"),)


def test_a_rate_that_was_not_frozen_is_not_made_up() -> None:
    found = taxes.of(price("110.00", part("10.00", None, None)))
    assert found.lines == (TaxLine("VAT", None, eur("100.00"), eur("10.00")),)


def test_a_whole_refund_takes_back_all() -> None:
    back = note("110.00", [], cancelled=True)
    assert [(one.kind, one.amount) for one in back.lines] == [(LineKind.STAY_CANCELLED, eur("-110.00"))]
    assert back.taxes == (line("-100.00", "-10.00"),)


def test_a_cancellation_with_a_fee_gives_the_stay_back_and_keeps_the_fee() -> None:
    back = note("80.00", [], cancelled=True)
    assert [(one.kind, one.amount) for one in back.lines] == [
        (LineKind.STAY_CANCELLED, eur("-110.00")),
        (LineKind.CANCELLATION_FEE, eur("30.00")),
    ]
    assert back.taxes == (line("-100.00", "-10.00"),)
    rest = papers.left(SOLD, [back])
    assert (rest.stay, rest.fee, rest.taxes) == (eur("0.00"), eur("30.00"), (line("0.00", "0.00"),))


def test_parts_add_up_whatever_their_rounding() -> None:
    """Three refunds of 33.33, 33.33 and the rest of 110: tax 3.03, 3.03 and the 3.94 that are left of 10."""
    first = note("33.33", [], cancelled=False)
    assert first.taxes == (line("-30.30", "-3.03"),)
    second = note("33.33", [first], cancelled=False)
    assert second.taxes == (line("-30.30", "-3.03"),)
    third = note("43.34", [first, second], cancelled=False)
    assert third.taxes == (line("-39.40", "-3.94"),)
    rest = papers.left(SOLD, [first, second, third])
    assert (rest.stay, rest.fee, rest.taxes) == (eur("0.00"), eur("0"), (line("0.00", "0.00"),))


def test_a_lower_price_first_and_a_cancellation_with_a_fee_after_it() -> None:
    """110 - 11 = 99 are left with 9 of tax; 60 go back, so 39 are kept."""
    lower = note("11.00", [], cancelled=False)
    assert (lower.lines[0].kind, lower.taxes) == (LineKind.PRICE_REDUCED, (line("-10.00", "-1.00"),))
    back = note("60.00", [lower], cancelled=True)
    assert [one.amount for one in back.lines] == [eur("-99.00"), eur("39.00")]
    assert back.taxes == (line("-90.00", "-9.00"),)
    forgiven = note("39.00", [lower, back], cancelled=False)
    assert [(one.kind, one.amount) for one in forgiven.lines] == [(LineKind.FEE_REDUCED, eur("-39.00"))]
    assert forgiven.taxes == ()


def test_what_a_provider_cannot_move_is_rounding_and_no_fee() -> None:
    """1.005 dinars can only go back as 1.000."""
    dinars = Money.of("1.005", "KWD")
    rest = papers.Left(stay=dinars, taxes=(), fee=Money.zero("KWD"))
    lines, _ = papers.credited(rest, Money.of("1.000", "KWD"), cancelled=True)
    assert lines == (
        Line(LineKind.STAY_CANCELLED, -dinars),
        Line(LineKind.ROUNDING, Money.of("0.005", "KWD")),
    )
    assert [papers.is_rounding(Money.of(one, "KWD")) for one in ("0.009", "-0.009", "0.010")] == [
        True,
        True,
        False,
    ]


def test_what_a_paper_says_survives_being_kept() -> None:
    kept = msgspec.json.decode(msgspec.json.encode(SOLD))
    assert msgspec.convert(kept, Paper) == SOLD


@pytest.mark.parametrize("whole", ["110.00", "0.03"])
def test_shares_of_a_whole_are_the_whole(whole: str) -> None:
    assert taxes.share(VAT, part=eur(whole), whole=eur(whole)) == VAT
