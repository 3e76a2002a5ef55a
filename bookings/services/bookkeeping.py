"""Papers as an accountant takes them into his books: CSV, one line for each paper and tax, written while it is read."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator

from bookings.models import Document
from bookings.papers import Paper
from bookings.services import invoices
from bookings.taxes import TaxLine
from faredown.lib.money import Money

COLUMNS = (
    *(
        "number",
        "kind",
        "issued_on",
        "corrects",
        "booking",
        "customer",
        "country",
        "hotel",
        "check_in",
        "check_out",
    ),
    *("currency", "total", "margin_scheme", "tax", "tax_percent", "tax_base", "tax_amount"),
    *("payment_method", "payment_reference", "settled_on", "seller"),
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class _Echo:
    """Hands each line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def lines(rows: Iterable[Document]) -> Iterator[str]:
    """Amounts of credit notes are negative. A paper's total stands on its first line only, so that columns add up."""
    writer = csv.writer(_Echo())
    yield writer.writerow(COLUMNS)
    for row in rows:
        paper = invoices.paper(row)
        for index, tax in enumerate(paper.taxes or (None,)):
            yield writer.writerow(_cells(row, paper, tax, first=index == 0))


def _cells(row: Document, paper: Paper, tax: TaxLine | None, *, first: bool) -> list[str]:
    stay, settled = paper.stay, paper.settled
    return [
        *(paper.number, row.kind, paper.issued_on.isoformat(), paper.corrects, stay.booking),
        *(_text(paper.buyer.name), paper.buyer.country, _text(stay.hotel)),
        *(stay.check_in.isoformat(), stay.check_out.isoformat(), paper.total.currency),
        *(_plain(paper.total) if first else "", "yes" if paper.margin_scheme else "no"),
        *_taxed(tax),
        *(settled.method, settled.reference, settled.on.isoformat(), _text(paper.seller.name)),
    ]


def _taxed(tax: TaxLine | None) -> tuple[str, str, str, str]:
    if tax is None:
        return "", "", "", ""
    percent = "" if tax.percent is None else f"{tax.percent.normalize():f}"
    return _text(tax.name), percent, _plain(tax.base), _plain(tax.amount)


def _plain(amount: Money) -> str:
    return amount.as_json()["amount"]


def _text(value: str) -> str:
    """No spreadsheet takes it for a formula."""
    return f"'{value}" if value.startswith(_FORMULA) else value
