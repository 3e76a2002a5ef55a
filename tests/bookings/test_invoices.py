"""Invoices, credit notes and receipts of real bookings: issued once, numbered without a gap, kept for good."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import override_settings
from pypdf import PdfReader

from bookings.models import Booking, Document, DocumentSeries, Payment
from bookings.services import cancellation, invoices, numbering, reconciliation, refund, typesetting
from faredown.lib import clock
from faredown.lib.money import Money
from faredown.messaging.models import OutboxMessage
from hotels.models import TaxRule
from hotels.pricing.rules import Basis
from tests.bookings import world as worlds
from tests.bookings.world import World

Kind = Document.Kind


@pytest.fixture(autouse=True)
def seller() -> Iterator[None]:
    with override_settings(
        SELLER_CODE="gmbh",
        SELLER_NAME="Faredown GmbH",
        SELLER_ADDRESS="Hafenweg 1\n20095 Hamburg",
        SELLER_TAX_NUMBER="DE123456789",
        SELLER_TIME_ZONE="Europe/Berlin",
    ):
        yield


def taxed(percent: str, basis: Basis) -> None:
    TaxRule.objects.create(name="VAT", percent=Decimal(percent), basis=basis)


def of(row: Booking, kind: str) -> list[Document]:
    return list(Document.objects.filter(booking=row, kind=kind).order_by("position", "pk"))


def text_of(document: Document) -> str:
    pages = PdfReader(io.BytesIO(typesetting.pdf(document))).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)


def shown(amount: Money) -> str:
    return f"{amount.rounded().amount:,.2f} {amount.currency}"


def amounts(document: Document) -> list[Money]:
    return [line.amount for line in invoices.paper(document).lines]


def test_an_invoice_and_a_receipt_when_the_money_is_taken(world: World) -> None:
    taxed("10", Basis.TOTAL)
    row = world.book().booking
    (invoice,), (receipt,) = of(row, Kind.INVOICE), of(row, Kind.RECEIPT)
    year = clock.today("Europe/Berlin").year
    assert (invoice.number, invoice.total) == (f"INV-{year}-000001", row.total)
    said = invoices.paper(invoice)
    (vat,) = said.taxes
    assert vat.base + vat.amount == row.total == sum(amounts(invoice), Money.zero("EUR"))
    assert vat.amount == (vat.base * Decimal("0.1")).rounded()
    assert worlds.assert_ledger_balances(row)[("output_tax", "EUR")] == -vat.amount.amount
    text = text_of(invoice)
    for needed in (
        *("INVOICE", invoice.number, "Faredown GmbH", "Hafenweg 1", "20095 Hamburg", "DE123456789"),
        *("Amélie Okafor", row.reference, row.hotel_snapshot["name"], "Nothing is left to pay"),
        *("VAT 10 %", shown(vat.base), shown(vat.amount), shown(row.total)),
    ):
        assert needed in text, needed
    assert shown(row.net) not in text
    payment = worlds.latest_payment(row)
    assert (receipt.number, receipt.total) == (payment.public_id, row.total)
    assert "not an invoice" in text_of(receipt)
    invoices.issue(payment.pk)
    assert Document.objects.filter(booking=row).count() == 3, "invoice, receipt and voucher, however often"


def test_a_tax_on_the_margin_is_said_and_its_amount_is_not(world: World) -> None:
    taxed("20", Basis.MARGIN)
    row = world.book().booking
    (invoice,) = of(row, Kind.INVOICE)
    said = invoices.paper(invoice)
    assert (said.margin_scheme, said.taxes) == (True, ())
    text = text_of(invoice)
    assert "Margin scheme - travel agents" in text
    hidden = -worlds.assert_ledger_balances(row)[("output_tax", "EUR")]
    assert hidden > 0
    assert shown(Money.of(hidden, "EUR")) not in text


def test_credit_notes_of_parts_add_up_to_the_invoice(world: World) -> None:
    taxed("10", Basis.TOTAL)
    row = world.book().booking
    payment = worlds.latest_payment(row)
    refund.request(payment, amount=Money.of("12.34", "EUR"), reason="staff")
    cancellation.cancel(row)
    (invoice,) = of(row, Kind.INVOICE)
    partly, rest = of(row, Kind.CREDIT_NOTE)
    year = clock.today("Europe/Berlin").year
    assert [partly.number, rest.number] == [f"CRN-{year}-000001", f"CRN-{year}-000002"]
    assert {partly.corrects_id, rest.corrects_id} == {invoice.pk}
    assert invoices.paper(rest).corrects == invoice.number
    assert f"{invoice.number} of" in text_of(rest)
    assert partly.total == Money.of("12.34", "EUR")
    assert partly.total is not None
    assert rest.total == row.total - partly.total
    taxes = [one.amount for paper in (invoice, partly, rest) for one in invoices.paper(paper).taxes]
    assert sum(taxes, Money.zero("EUR")) == Money.zero("EUR")
    assert sum(amounts(invoice) + amounts(partly) + amounts(rest), Money.zero("EUR")) == Money.zero("EUR")
    refunded = OutboxMessage.objects.filter(channel="emails/bookings/refunded").latest("pk")
    assert "/manage-booking/" in refunded.body_text


def test_a_fee_that_is_kept_stands_on_the_credit_note(world: World) -> None:
    taxed("10", Basis.TOTAL)
    row = world.book().booking
    with clock.travel(row.check_in - clock.today() - timedelta(hours=12)):
        fee = cancellation.preview(row).fee
        if fee == row.total:
            row.terms["steps"][0]["fee"] = (row.total / 2).rounded().as_json()
            row.save(update_fields=["terms"])
            fee = cancellation.preview(row).fee
        assert Money.zero("EUR") < fee < row.total
        cancellation.cancel(row)
    (back,) = of(row, Kind.CREDIT_NOTE)
    assert amounts(back) == [-row.total, fee]
    assert back.total == row.total - fee
    assert "Cancellation fee" in text_of(back)


def test_a_fee_of_everything_turns_the_stay_into_a_fee(world: World) -> None:
    taxed("10", Basis.TOTAL)
    row = world.book().booking
    row.terms["non_refundable"] = True
    row.save(update_fields=["terms"])
    cancellation.cancel(row)
    assert of(row, Kind.CREDIT_NOTE) == []
    with clock.travel(timedelta(minutes=2)):
        reconciliation.sweep()
        reconciliation.sweep()
    (invoice,), (note,) = of(row, Kind.INVOICE), of(row, Kind.CREDIT_NOTE)
    assert amounts(note) == [-row.total, row.total]
    assert (note.total, note.refund, note.corrects) == (Money.of("0.000", "EUR"), None, invoice)
    taxes = [one.amount for paper in (invoice, note) for one in invoices.paper(paper).taxes]
    assert sum(taxes, Money.zero("EUR")) == Money.zero("EUR")
    assert ("output_tax", "EUR") not in worlds.assert_ledger_balances(row)
    assert "Nothing goes back" in text_of(note)


def test_a_paper_is_drawn_again_byte_for_byte_whatever_changed_since(world: World) -> None:
    row = world.book().booking
    before = {one.pk: typesetting.pdf(one) for one in Document.objects.filter(booking=row)}
    assert len(before) == 3
    typesetting._compiler.cache_clear()
    row.holder_last_name = "Another"
    row.save(update_fields=["holder_last_name"])
    with override_settings(SELLER_NAME="Somebody else", SITE_NAME="Renamed"), clock.travel(timedelta(days=9)):
        again = {one.pk: typesetting.pdf(one) for one in Document.objects.filter(booking=row)}
    assert again == before


def test_the_sweeper_issues_what_a_lost_task_did_not(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("bookings.services.vouchers.issue", lambda *_: None)
        patched.setattr("bookings.services.invoices.credit", lambda *_: None)
        row = world.book().booking
        payment = worlds.latest_payment(row)
        refund.request(payment, amount=Money.of("5.00", "EUR"), reason="staff")
    assert not Document.objects.exists()
    with clock.travel(timedelta(minutes=2)):
        reconciliation.sweep()
        reconciliation.sweep()
    assert [one.kind for one in Document.objects.order_by("pk") if one.position] == ["invoice", "credit_note"]


def test_another_amount_than_was_sold_goes_to_staff_and_its_rounding_does_not(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("bookings.services.vouchers.issue", lambda *_: None)
        row = world.book().booking
    payment = worlds.latest_payment(row)
    cent, captured = Money.of("0.01", "EUR"), payment.captured_amount
    Payment.objects.filter(pk=payment.pk).update(captured_amount=captured - 1)
    assert invoices.issue(payment.pk) is None
    assert row.staff_tasks.get().code == "invoice_differs"
    assert not Document.objects.exists()
    Payment.objects.filter(pk=payment.pk).update(captured_amount=captured - cent.amount)
    invoice = invoices.issue(payment.pk)
    assert invoice is not None
    assert amounts(invoice) == [row.total, -cent]
    assert invoice.total == row.total - cent
    Payment.objects.filter(pk=payment.pk).update(captured_amount=captured)  # as the ledger has it


def test_nothing_is_invoiced_that_was_not_sold(world: World) -> None:
    row = world.book(token="tok_capture_fails").booking
    invoices.issue(worlds.latest_payment(row).pk)
    assert not Document.objects.exists()


def test_the_database_keeps_numbers_and_papers_as_they_are(world: World) -> None:
    row = world.book().booking
    (invoice,) = of(row, Kind.INVOICE)
    series = DocumentSeries.objects.get(kind="invoice")
    wrong: list[Callable[[], object]] = [
        lambda: Document.objects.filter(pk=invoice.pk).update(language="ar"),
        lambda: Document.objects.filter(pk=invoice.pk).delete(),
        lambda: DocumentSeries.objects.filter(pk=series.pk).update(last=series.last + 2),
        lambda: DocumentSeries.objects.filter(pk=series.pk).update(last=0),
        lambda: DocumentSeries.objects.filter(pk=series.pk).update(prefix="X"),
        lambda: DocumentSeries.objects.filter(pk=series.pk).update(last=series.last + 1),  # without its paper
    ]
    for change in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    assert of(row, Kind.INVOICE) == [invoice]


def test_a_rolled_back_transaction_leaves_no_gap(world: World) -> None:
    first = world.book().booking
    with transaction.atomic():
        lost = numbering.take(DocumentSeries.Kind.INVOICE)
        transaction.set_rollback(True)
    second = world.book(world.quote(wanted=worlds.refundable)).booking
    assert lost.position == 2
    assert [one.position for row in (first, second) for one in of(row, Kind.INVOICE)] == [1, 2]


@pytest.mark.django_db
def test_a_year_and_a_legal_entity_begin_series_of_their_own() -> None:
    kind = DocumentSeries.Kind.INVOICE
    with transaction.atomic():
        here = numbering.take(kind)
        with clock.travel(timedelta(days=366)):
            later = numbering.take(kind)
        with override_settings(SELLER_CODE="ltd", INVOICE_PREFIX="LTD"):
            other = numbering.take(kind)
        with override_settings(INVOICE_PREFIX="NEW"):
            assert numbering.take(kind).text == f"INV-{here.series.year}-000002", "a series keeps its prefix"
        transaction.set_rollback(True)
    assert later.series.year == here.series.year + 1
    assert other.text == f"LTD-{here.series.year}-000001"
    assert (here.position, later.position) == (1, 1)


@pytest.mark.django_db
def test_papers_have_the_date_at_the_sellers() -> None:
    """23:30 on New Year's Eve in London is next year in Berlin."""
    with (
        clock.frozen(clock.now().replace(year=2026, month=12, day=31, hour=23, minute=30)),
        transaction.atomic(),
    ):
        number = numbering.take(DocumentSeries.Kind.INVOICE)
        transaction.set_rollback(True)
    assert (number.text, number.day.isoformat()) == ("INV-2027-000001", "2027-01-01")
    assert connection.in_atomic_block
