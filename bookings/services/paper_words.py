"""The words of an invoice, a credit note or a receipt, in one language: what the template draws, nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal
from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import get_language_bidi, gettext_lazy, ngettext, pgettext_lazy
from django.utils.translation import gettext as _

from bookings.models import Document
from bookings.papers import Line, LineKind, Paper
from bookings.seller import Seller
from bookings.taxes import TaxLine
from faredown.lib.money import Money

Kind = Document.Kind

_TITLES: dict[str, str | Promise] = {
    Kind.INVOICE: pgettext_lazy("document", "Invoice"),
    Kind.CREDIT_NOTE: pgettext_lazy("document", "Credit note"),
    Kind.RECEIPT: pgettext_lazy("document", "Receipt"),
}
_NUMBERS: dict[str, str | Promise] = {
    Kind.INVOICE: gettext_lazy("Invoice number"),
    Kind.CREDIT_NOTE: gettext_lazy("Credit note number"),
    Kind.RECEIPT: gettext_lazy("Payment number"),
}
_LINES: dict[LineKind, str | Promise] = {
    LineKind.CANCELLATION_FEE: gettext_lazy("Cancellation fee, by the terms of the booking"),
    LineKind.STAY_CANCELLED: gettext_lazy("Stay cancelled"),
    LineKind.PRICE_REDUCED: gettext_lazy("Price reduced"),
    LineKind.FEE_REDUCED: gettext_lazy("Cancellation fee reduced"),
    LineKind.PAYMENT: gettext_lazy("Payment received"),
    LineKind.ROUNDING: gettext_lazy("Rounding"),
}


def page(kind: str, paper: Paper, *, language: str) -> dict[str, Any]:
    with translation.override(language):
        return {
            "site": settings.SITE_NAME,
            "support": settings.SUPPORT_EMAIL,
            "lang": language.split("-", maxsplit=1)[0],
            "rtl": get_language_bidi(),
            "title": str(_TITLES[kind]),
            "number": paper.number,
            "facts": [{"label": label, "value": value} for label, value in _facts(kind, paper)],
            "parties": [
                {"label": _("Seller"), "lines": _seller(paper.seller)},
                {
                    "label": _("Customer"),
                    "lines": _filled(paper.buyer.name, _country(paper.buyer.country), paper.buyer.email),
                },
                {"label": _("Stay"), "lines": _stay(paper)},
            ],
            "columns": [_("Description"), _("Amount")],
            "lines": [_line(line) for line in paper.lines],
            "total": {"label": _total(kind), "amount": _money(paper.total)},
            "taxes": _taxes(paper),
            "settled": _settled(kind, paper),
            "notes": list(_notes(kind, paper)),
        }


def _facts(kind: str, paper: Paper) -> Iterator[tuple[str, str]]:
    yield str(_NUMBERS[kind]), paper.number
    yield _("Date of issue"), _day(paper.issued_on)
    yield _("Booking reference"), paper.stay.booking
    if paper.corrects and paper.corrects_on:
        corrected = {"number": paper.corrects, "day": _day(paper.corrects_on)}
        yield _("Corrects invoice"), _("%(number)s of %(day)s") % corrected


def _seller(seller: Seller) -> list[str]:
    tax_number = _("Tax number: %(number)s") % {"number": seller.tax_number} if seller.tax_number else ""
    return _filled(seller.name, *seller.address, tax_number, seller.registration, seller.email)


def _stay(paper: Paper) -> list[str]:
    stay = paper.stay
    nights = (stay.check_out - stay.check_in).days
    counted = ngettext("%(count)d night", "%(count)d nights", nights) % {"count": nights}
    return _filled(stay.hotel, stay.place, f"{_day(stay.check_in)} - {_day(stay.check_out)}", counted)


def _line(line: Line) -> dict[str, str]:
    match line.kind:
        case LineKind.STAY:
            text = _("Accommodation: %(room)s") % {"room": line.text}
            note = ngettext("%(count)d room", "%(count)d rooms", line.rooms) % {"count": line.rooms}
        case LineKind.PROMOTION:
            text, note = _("Discount: %(name)s") % {"name": line.text}, ""
        case _:
            text, note = str(_LINES[line.kind]), line.text
    return {"text": text, "note": note, "amount": _money(line.amount)}


def _total(kind: str) -> str:
    match kind:
        case Kind.CREDIT_NOTE:
            return _("Total credited")
        case Kind.RECEIPT:
            return _("Total received")
        case _:
            return _("Total, taxes included")


def _taxes(paper: Paper) -> dict[str, Any] | None:
    if not paper.taxes:
        return None
    return {
        "title": _("Taxes included in the total"),
        "columns": [_("Tax"), _("Rate"), _("Amount without the tax"), _("Tax amount")],
        "rows": [_tax(line) for line in paper.taxes],
    }


def _tax(line: TaxLine) -> list[str]:
    rate = "" if line.percent is None else f"{format_decimal(line.percent, locale=_locale())} %"
    return [line.name, rate, _money(line.base), _money(line.amount)]


def _settled(kind: str, paper: Paper) -> dict[str, str]:
    on = {"day": _day(paper.settled.on), "amount": _money(abs(paper.total))}
    if kind == Kind.CREDIT_NOTE and not paper.total:
        text = _("Nothing goes back: the fee is all that was paid.")
    elif kind == Kind.CREDIT_NOTE:
        text = _("Refunded on %(day)s: %(amount)s, the way it was paid.") % on
    else:
        text = _("Paid on %(day)s: %(amount)s. Nothing is left to pay.") % on
    reference = _("Payment reference: %(reference)s") % {"reference": paper.settled.reference}
    return {"text": text, "reference": reference}


def _notes(kind: str, paper: Paper) -> Iterator[str]:
    if paper.margin_scheme:
        # The first words are the law's own (Directive 2006/112/EC, article 226(13)).
        yield _("Margin scheme - travel agents. The tax on our margin is included and not shown separately.")
    if kind == Kind.RECEIPT:
        yield _("A receipt for your payment. It is not an invoice.")
    elif not paper.taxes and not paper.margin_scheme:
        yield _("No tax is charged on these amounts.")


def _filled(*lines: str) -> list[str]:
    return [line for line in lines if line]


def _country(code: str) -> str:
    named: str = Locale.parse(_locale()).territories.get(code, code)
    return named


def _day(day: date) -> str:
    return format_date(day, "long", locale=_locale())


def _money(amount: Money) -> str:
    """The currency as its code, which no reader can take for another; a no-break space before it."""
    rounded = amount.rounded()
    return format_currency(rounded.amount, rounded.currency, "#,##0.00\u00a0¤¤", locale=_locale())


def _locale() -> str:
    return (translation.get_language() or "en").replace("-", "_")
