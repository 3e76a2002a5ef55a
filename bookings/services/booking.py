"""A booking from the guest's word to the supplier's: placed once, asked for once.

place -> (payment authorised) -> confirm: PENDING -> CONFIRMING under a fresh attempt token, committed; the supplier
asked with no transaction open; the answer stored in the Attempt first; then its consequence (`answers.apply`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.db import IntegrityError, transaction

from bookings.gateways import registry as gateways
from bookings.models import AccessToken, Attempt, Booking, Payment, Quote
from bookings.selectors import payments, quotes
from bookings.services import (
    acceptance,
    answers,
    customers,
    drafts,
    guests,
    money,
    outside,
    promotions,
    redemptions,
    transitions,
)
from bookings.services import payment as paying
from bookings.states import BookingStatus, PaymentStatus, QuoteStatus
from faredown.accounts.models import User
from faredown.lib import clock, ids
from faredown.lib.errors import Conflict, invalid
from faredown.lib.locking import locked_one
from suppliers import registry
from suppliers.errors import SupplierError


class Placed(NamedTuple):
    booking: Booking
    payment: Payment
    access_token: str
    """Empty when the booking was there before: a token is told once."""


class Order(NamedTuple):
    """A guest's wish, as it came in."""

    party: Mapping[str, Any]
    payment: Mapping[str, Any]
    key: str
    channel: str = "web"
    language: str = "en"


def place(quote_id: str, order: Order, *, accept_token: object, by: User | None) -> Placed:
    """Write the booking down, once per quote. A repeat with the same `key` answers with the same booking.

    Raises NotFound, Conflict `quote_used`, Gone `quote_expired`, Unprocessable `accept_token_mismatch`, InvalidInput;
    Conflict (`promotion_used_up`, `promotion_used_by_you`, `promotion_unknown`) when its code has no use left: the
    quote stays open, and the code can be taken off it.
    """
    quote = quotes.get(quote_id)
    if repeated := _repeated(quote, order.key):
        return repeated
    acceptance.usable(quote)
    acceptance.verify(quote, accept_token)
    party = guests.party(order.party, rooms=quotes.occupancies(quote))
    gateway, token = chosen_payment(order.payment)
    try:
        with transaction.atomic(durable=True):
            quote = locked_one(Quote.objects.select_related("hotel", "promotion").filter(pk=quote.pk))
            acceptance.usable(quote)
            acceptance.verify(quote, accept_token)  # a code may have been put on it meanwhile
            transitions.move(quote, QuoteStatus.USED, by=by)
            customer = customers.of(party.holder, user=by)
            booking = drafts.write(
                quote,
                party,
                customer=customer,
                key=order.key,
                channel=order.channel,
                language=order.language,
            )
            transitions.note(booking, "booking.pending", by=by, detail={"total": booking.total.as_json()})
            payment = paying.create(booking, gateway=gateway, token=token)
            access_token = customers.grant(booking, purpose=AccessToken.Purpose.PLACED)
            who = redemptions.Who.of(user=by, email=party.holder.email)
            if reason := redemptions.reserve(booking, quote, who=who):
                raise promotions.refused(reason, Conflict)
    except (Conflict, IntegrityError):
        if repeated := _repeated(quote, order.key):  # the same request, twice at this moment
            return repeated
        raise
    return Placed(booking, payment, access_token)


def confirm(booking_pk: int) -> Booking:
    """Ask the supplier for a paid booking. Whoever comes second finds it taken and does nothing."""
    attempt = _claim(booking_pk)
    if attempt is not None:
        order = drafts.order(attempt.booking)
        outside.guard()
        try:
            confirmation = registry.get(attempt.booking.supplier).book(order)
        except SupplierError as error:
            answers.store_error(attempt, error)
        else:
            answers.store_confirmation(attempt, confirmation)
        answers.apply(attempt.pk)
    return Booking.objects.select_related("quote", "customer", "hotel").get(pk=booking_pk)


def reject(booking: Booking, *, reason: str) -> bool:
    """Give up a pending booking whose quote ended unpaid. Call it with the booking locked."""
    if booking.status != BookingStatus.PENDING:
        return False
    moved = transitions.move(
        booking, BookingStatus.REJECTED, detail={"reason": reason}, status_reason=reason, next_check_at=None
    )
    if moved:
        money.follow(booking)
    return moved


def chosen_payment(wish: object, *, within: str = "payment.") -> tuple[str, str]:
    """(gateway code, token) of a guest's choice. Raises InvalidInput; `within` is where the choice stands in what the
    guest sent."""
    if not isinstance(wish, Mapping):
        raise invalid("payment", "required", "How to pay is needed.")
    gateway = gateways.chosen(wish.get("method"), field=f"{within}method")
    token = wish.get("token", "")
    if not isinstance(token, str) or not gateway.accepts(token):
        raise invalid(f"{within}token", "unknown_token", "This payment token is not known.")
    return gateway.code, token


def _claim(booking_pk: int) -> Attempt | None:
    token = ids.secret_token()
    now = clock.now()
    with transaction.atomic():
        booking = locked_one(Booking.objects.select_related("quote").filter(pk=booking_pk))
        payment = payments.live(booking)
        paid = payment is not None and payment.status == PaymentStatus.AUTHORISED
        if booking.status != BookingStatus.PENDING or not paid:
            return None
        if booking.quote.expires_at <= now:
            reject(booking, reason="quote_expired")
            return None
        if not transitions.move(
            booking,
            BookingStatus.CONFIRMING,
            attempt_token=token,
            attempted_at=now,
            next_check_at=now + answers.longest_call(booking.supplier),
        ):
            return None
        return Attempt.objects.create(
            booking=booking, token=token, operation=Attempt.Operation.BOOK, started_at=now
        )


def _repeated(quote: Quote, key: str) -> Placed | None:
    booking = (
        Booking.objects.select_related("quote", "customer", "hotel")
        .filter(quote=quote, placed_key=key)
        .first()
        if key
        else None
    )
    payment = payments.latest(booking) if booking else None
    return Placed(booking, payment, "") if booking and payment else None
