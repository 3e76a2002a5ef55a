"""The uses of a promotion. Its limits hold because each use is written with the promotion's row locked.

Reserved with the booking, kept with the room, released when the booking ends and nothing was paid for it: rejected, not
paid in time, withdrawn, or cancelled free of charge. A cancellation that costs the guest a fee keeps the use, since the
fee is a share of the reduced price. `follow` is safe to repeat, and the sweeper repeats it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Self

from django.db import transaction
from django.db.models import Q, QuerySet, Sum

from bookings.conf import rules
from bookings.eligibility import Reason
from bookings.models import Booking, Promotion, Quote, Redemption
from bookings.services import provider_calls, transitions
from bookings.states import BookingStatus, RedemptionStatus
from faredown.accounts.models import User, normalised
from faredown.lib import clock, crypto
from faredown.lib.locking import locked_one
from faredown.lib.money import Money
from hotels.services import pricing


class Who(NamedTuple):
    """A customer: his login, and digests of the address he books with and of his login's, once confirmed."""

    user: User | None
    emails: tuple[str, ...]

    @classmethod
    def of(cls, *, user: User | None, email: str = "") -> Self:
        confirmed = user.email if user is not None and user.email_confirmed_at is not None else ""
        known = dict.fromkeys(normalised(address) for address in (email, confirmed) if address)
        return cls(user, tuple(crypto.fingerprint(f"redemption\0{address}") for address in known))


def cost(promotion: Promotion, discount: Money) -> Money | None:
    """Of its budget, in its own currency; None for one that has no amounts and so no budget."""
    if not promotion.currency:
        return None
    found = pricing.exchange(discount.currency, promotion.currency).convert(discount).rounded()
    # There and back again by a rounded rate may cost a cent more than it can give.
    return found if promotion.most is None else min(found, promotion.most)


def reached(promotion: Promotion, spent: Money | None, who: Who) -> Reason | None:
    """The limit that one more use would break."""
    live = promotion.redemptions.exclude(status=RedemptionStatus.RELEASED)
    if promotion.total_limit is not None and live.count() >= promotion.total_limit:
        return Reason.USED_UP
    if promotion.budget is not None:
        costs_alike = spent is not None and spent.currency == promotion.budget.currency
        if spent is None or not costs_alike or _spent(live, spent.currency) + spent > promotion.budget:
            return Reason.USED_UP
    return _by_customer(promotion, live, who)


def reserve(booking: Booking, quote: Quote, *, who: Who) -> Reason | None:
    """One use for the booking, in the transaction that places it; the reason when there is none left. Locks the
    promotion until the end of that transaction, so call it last."""
    if quote.promotion_id is None:
        return None
    promotion = locked_one(Promotion.objects.filter(pk=quote.promotion_id))
    if not promotion.is_active:
        return Reason.UNKNOWN
    if reason := reached(promotion, quote.promotion_cost, who):
        return reason
    row = Redemption.objects.create(
        promotion=promotion,
        booking=booking,
        user=who.user,
        email_keys=list(who.emails),
        discount_amount=quote.discount.amount,
        discount_currency=quote.discount.currency,
        cost_amount=quote.promotion_cost_amount,
        cost_currency=quote.promotion_cost_currency,
        status_changed_at=clock.now(),
        created_at=clock.now(),
    )
    transitions.note(row, "redemption.reserved", by=who.user, detail=_told(row))
    return None


def follow(booking: Booking) -> None:
    """Keep or release the use as the booking stands. Call it with the booking locked."""
    row = Redemption.objects.select_related("promotion").filter(booking=booking).first()
    target = _due(booking)
    if row is None or target is None or row.status in (target, RedemptionStatus.RELEASED):
        return
    row.booking = booking
    transitions.move(row, target, detail=_told(row))


def unsettled() -> Sequence[int]:
    """Bookings that ended, or came to stand, and whose use was not told."""
    decided = Q(status=RedemptionStatus.RESERVED) & ~Q(booking__status__in=_UNDECIDED)
    free = Q(
        status=RedemptionStatus.KEPT,
        booking__status=BookingStatus.CANCELLED,
        booking__cancellation_fee_amount=0,
    )
    rows = Redemption.objects.filter(decided | free).order_by("status_changed_at")
    return list(rows.values_list("booking_id", flat=True)[: rules().batch])


def settle(booking_pk: int) -> None:
    with transaction.atomic():
        follow(provider_calls.locked_booking(booking_pk))


_UNDECIDED = (BookingStatus.PENDING, BookingStatus.CONFIRMING, BookingStatus.UNKNOWN)


def _due(booking: Booking) -> RedemptionStatus | None:
    if booking.status in _UNDECIDED:
        return None
    if booking.status == BookingStatus.REJECTED:
        return RedemptionStatus.RELEASED
    if booking.status == BookingStatus.CANCELLED and not booking.cancellation_fee:
        return RedemptionStatus.RELEASED
    return RedemptionStatus.KEPT


def _by_customer(promotion: Promotion, live: QuerySet[Redemption], who: Who) -> Reason | None:
    if promotion.customer_limit is None:
        return None
    his = Q(email_keys__overlap=list(who.emails)) if who.emails else Q(pk__in=())
    if who.user is not None:
        his |= Q(user=who.user)
    return Reason.USED_BY_YOU if live.filter(his).count() >= promotion.customer_limit else None


def _spent(live: QuerySet[Redemption], currency: str) -> Money:
    found = live.filter(cost_currency=currency).aggregate(spent=Sum("cost_amount"))["spent"]
    return Money.zero(currency) if found is None else Money.of(found, currency)


def _told(row: Redemption) -> dict[str, object]:
    return {"promotion": row.promotion.public_id, "discount": row.discount.as_json()}
