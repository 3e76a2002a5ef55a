"""Why a quote costs what it costs: its frozen steps, and the same sale priced with the rules and rates of today."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC

import msgspec
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from bookings import models as ours
from bookings.models import Quote
from bookings.selectors import quotes
from bookings.selectors.quotes import QuotedOffer
from faredown.lib.backoffice import NOTHING, money
from faredown.lib.errors import InvalidInput
from faredown.lib.money import Money
from hotels.models import MarkupRule, TaxRule
from hotels.pricing import engine
from hotels.pricing.engine import Figures, Line, LineKind, Price
from hotels.pricing.rules import Place, Promotion, Stay
from hotels.services import pricing

TEMPLATE = "admin/bookings/why.html"

_Step = tuple[str, str, str]
"""Kind, label and rule: what makes a line of then and a line of now the same step."""


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One step, in words and amounts ready to be shown."""

    kind: str
    label: str
    rule: str
    rule_url: str
    then: str
    rounding: str
    now: str
    difference: str
    changed: bool


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One offer of the quote. `refusal`: why it has no price today."""

    title: str
    rows: tuple[Row, ...]
    total: Row
    exchange_then: str
    exchange_now: str
    facts: tuple[tuple[str, str], ...]
    taxes: tuple[tuple[str, str], ...]
    at_property: tuple[tuple[str, str, str], ...]
    refusal: str = ""


def page(request: HttpRequest, quote: Quote) -> HttpResponse:
    """Needs `hotel.destination` and `hotel.chain`. Reads only; nothing of the quote is moved by it."""
    offers = quotes.offers(quote)
    nights = (quote.check_out - quote.check_in).days
    context = {
        **admin.site.each_context(request),
        "title": f"Why {quote.public_id} costs {money(quote.total)}",
        "quote": quote,
        "parts": [_part(quote, offer) for offer in offers],
        "figures": _shown_figures(engine.figures([offer.price for offer in offers], nights=nights)),
        "nights": range(1, nights + 1),
        "back": reverse("admin:bookings_quote_change", args=(quote.pk,)),
    }
    return TemplateResponse(request, TEMPLATE, context)


def _part(quote: Quote, offer: QuotedOffer) -> Part:
    then = offer.price
    place, stay = _facts(quote, then)
    try:
        now, refusal = (
            pricing.price_at(
                offer.rate, place=place, stay=stay, currency=then.currency, promotion=_promotion(then)
            ),
            "",
        )
    except InvalidInput as error:
        now, refusal = None, error.detail
    rules = _rule_pages([*then.lines, *(now.lines if now else ())])
    return Part(
        title=f"{offer.rate.room_name}, {offer.rate.board_name}",
        rows=tuple(_rows(then, now, rules)),
        total=_row(("total", "Total", ""), then.total, now.total if now else None, {}),
        exchange_then=_exchange(then),
        exchange_now=_exchange(now) if now else NOTHING,
        facts=tuple(_told(offer, place, stay)),
        taxes=tuple((part.name, money(part.amount)) for part in then.taxes),
        at_property=tuple((one.kind, money(one.amount), money(one.estimate)) for one in then.at_property),
        refusal=refusal,
    )


def _facts(quote: Quote, price: Price) -> tuple[Place, Stay]:
    """What the rules looked at: kept with the price; of older quotes what can still be known."""
    if price.place is not None and price.stay is not None:
        return price.place, price.stay
    stay = Stay(
        check_in=quote.check_in,
        nights=(quote.check_out - quote.check_in).days,
        lead_days=(quote.check_in - quote.created_at.astimezone(UTC).date()).days,
        residency=quote.criteria.get("residency", ""),
    )
    return pricing.place_of(quote.hotel, quote.supplier), stay


def _promotion(then: Price) -> Promotion | None:
    """What it wanted to take off then, to be stopped by the guard of today."""
    line = next((line for line in then.lines if line.kind is LineKind.PROMOTION), None)
    return None if line is None else Promotion(id=line.rule_id, name=line.label, fixed=-line.amount)


def _rows(then: Price, now: Price | None, rules: Mapping[str, str]) -> Iterable[Row]:
    """Every step of then in its order, then the steps that are new today."""
    before, after = _by_step(then.lines), _by_step(now.lines if now else ())
    for step in dict.fromkeys((*before, *after)):
        line = before.get(step)
        today = after.get(step)
        zero = Money.zero(then.currency)
        row_now = None if now is None else (today.amount if today else zero)
        rounding = line.rounding if line else 0
        yield _row(step, line.amount if line else zero, row_now, rules, f"{rounding:f}" if rounding else "")


def _row(step: _Step, then: Money, now: Money | None, rules: Mapping[str, str], rounding: str = "") -> Row:
    kind, label, rule = step
    return Row(
        kind=kind.replace("_", " "),
        label=label,
        rule=rule,
        rule_url=rules.get(rule, ""),
        then=money(then),
        rounding=rounding,
        now=money(now),
        difference=money(now - then) if now is not None else NOTHING,
        changed=now is not None and now != then,
    )


def _by_step(lines: Sequence[Line]) -> dict[_Step, Line]:
    return {(line.kind.value, line.label, line.rule_id): line for line in lines}


def _rule_pages(lines: Iterable[Line]) -> dict[str, str]:
    """Rule id -> its page in the backoffice, where it still is."""
    asked = {line.rule_id for line in lines if line.rule_id}
    models: tuple[type[Model], ...] = (MarkupRule, TaxRule, ours.Promotion)
    return {
        public_id: reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=(pk,))
        for model in models
        for public_id, pk in model._default_manager.filter(public_id__in=asked).values_list("public_id", "pk")
    }


def _exchange(price: Price) -> str:
    if price.net.currency == price.currency:
        return "none"
    source = f" ({price.exchange_source})" if price.exchange_source else ""
    return (
        f"1 {price.net.currency} = {price.exchange_rate} {price.currency}{source}, "
        f"cover {price.exchange_spread_percent} %"
    )


def _told(offer: QuotedOffer, place: Place, stay: Stay) -> Iterable[tuple[str, str]]:
    yield "Net", money(offer.price.net)
    yield "Rooms", str(offer.rate.rooms)
    yield "Mandated price", money(offer.rate.mandated_price)
    yield "Supplier", place.supplier
    yield "Country, chain, stars", f"{place.country}, {place.chain or NOTHING}, {place.stars or NOTHING}"
    yield "Board", offer.rate.board_code
    yield "Check-in, nights", f"{stay.check_in}, {stay.nights}"
    yield "Days ahead", NOTHING if stay.lead_days is None else str(stay.lead_days)
    yield "Channel, guest", f"{stay.channel or NOTHING}, {stay.user_type or NOTHING}"
    yield "Residency", stay.residency or NOTHING


def _shown_figures(figures: Figures) -> dict[str, object]:
    return {
        "rooms": [
            ([money(one) for one in row], money(total))
            for row, total in zip(figures.by_room_and_night, figures.per_room, strict=True)
        ],
        "nights": [money(one) for one in figures.per_night],
        "total": money(figures.total),
    }
