"""How guests pay here: the first provider that is switched on, its form, and what its page may load."""

from __future__ import annotations

from csp.decorators import csp_update
from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language

from bookings.forms import Agreement, CardForm, CardPaymentForm, TokenForm, TokenPaymentForm
from bookings.gateways import registry
from bookings.gateways.errors import GatewayError
from bookings.gateways.port import CardFields
from faredown.lib.money import Money


def method() -> str:
    """Empty: there is no way to pay."""
    return next(iter(registry.enabled()), "")


def form(request: HttpRequest, *, moved: bool, filled: bool = True) -> Agreement:
    """The form of the payment step."""
    wanted = TokenPaymentForm if method() == "offline" else CardPaymentForm
    return wanted((request.POST or None) if filled else None, moved=moved)


def token_form(request: HttpRequest, gateway: str) -> forms.Form:
    """The form of another try. A challenge that was gone through is told without a new card."""
    if gateway == "offline":
        return TokenForm(request.POST or None)
    wanted = CardForm(request.POST or None)
    wanted.fields["token"].required = False
    return wanted


def card_fields(gateway: str, amount: Money) -> CardFields | None:
    if not gateway:
        return None
    try:
        return registry.get(gateway).card_fields(amount)
    except GatewayError:  # an amount that cannot be charged: the page says that there is no way to pay
        return None


def language() -> str:
    """As the provider's fields name it."""
    return {"zh-hans": "zh"}.get(get_language() or "", get_language() or "auto")


def allowing(response: HttpResponse, fields: CardFields | None) -> HttpResponse:
    """The response with its policy widened by what the provider's fields load."""
    if fields is None:
        return response
    return csp_update(fields.sources)(lambda _request: response)(HttpRequest())  # type: ignore[return-value]
