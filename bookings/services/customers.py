"""Who may see a booking: its owner's login, or whoever holds one of its access tokens. Anybody else sees nothing."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.db import IntegrityError, transaction
from django.db.models.functions import Lower

from bookings.conf import rules
from bookings.models import AccessToken, Booking, Customer
from bookings.services import notifications
from bookings.services.guests import Holder
from faredown.accounts.models import User
from faredown.lib import clock, crypto, ids
from faredown.lib.errors import Gone, NotFound

LINK_SALT = "bookings.access-link"


def of(holder: Holder, *, user: User | None) -> Customer:
    """The row of this login, or of this e-mail among guests without one. Its details follow the last booking."""
    details = {
        "email": holder.email,
        "first_name": holder.first_name,
        "last_name": holder.last_name,
        "phone": holder.phone,
        "country": holder.country,
    }
    known = _known(holder, user)
    if known is None:
        try:
            with transaction.atomic():
                return Customer.objects.create(user=user, created_at=clock.now(), **details)
        except IntegrityError:  # the same guest books twice at this moment
            known = _known(holder, user)
            if known is None:
                raise
    for field, value in details.items():
        setattr(known, field, value)
    known.save(update_fields=list(details))
    return known


def grant(booking: Booking, *, purpose: str) -> str:
    """A new access token; only its digest is kept."""
    token = ids.secret_token()
    AccessToken.objects.create(
        booking=booking,
        token_hash=crypto.hash_token(token),
        purpose=purpose,
        expires_at=clock.now() + timedelta(days=rules().access_token_days),
        created_at=clock.now(),
    )
    return token


def access(reference: str, *, user: User | None = None, token: str = "") -> Booking:
    """The booking, for its owner or for the holder of a token. NotFound for everybody else: the same answer, after the
    same work, whether it exists or not."""
    rows = Booking.objects.select_related("quote", "customer__user", "hotel")
    booking = rows.filter(reference=reference.upper()).first()
    digest = crypto.hash_token(token)
    granted = AccessToken.objects.filter(
        booking__reference=reference.upper(), token_hash=digest, expires_at__gt=clock.now()
    ).exists()
    owns = booking is not None and user is not None and booking.customer.user_id == user.pk
    if booking is None or not (owns or (token and granted)):
        raise NotFound("booking_not_found", "There is no such booking, or it is not yours.")
    return booking


def lookup(reference: str, email: str, *, language: str = "en") -> None:
    """Mail a link to the booking if both match. The caller learns nothing either way."""
    booking = (
        Booking.objects.annotate(address=Lower("holder_email"))
        .filter(reference=reference.strip().upper(), address=email.strip().lower())
        .first()
    )
    if booking is not None:
        notifications.access_link(booking, link=link(booking), language=language)


def link(booking: Booking) -> str:
    """An address that opens the booking once signed; it is not the access token."""
    signed = signing.dumps(booking.reference, salt=LINK_SALT)
    return f"{settings.SITE_URL.rstrip('/')}/bookings/access/{signed}/"


def open_link(signed: str) -> tuple[Booking, str]:
    """The booking of a mailed link and a fresh access token for it. Raises Gone when the link is old or not ours."""
    try:
        reference = signing.loads(signed, salt=LINK_SALT, max_age=timedelta(hours=rules().link_hours))
    except signing.BadSignature:
        raise Gone("link_expired", "This link has expired. Ask for a new one.") from None
    booking = Booking.objects.select_related("quote", "customer", "hotel").get(reference=reference)
    return booking, grant(booking, purpose=AccessToken.Purpose.LOOKUP)


def _known(holder: Holder, user: User | None) -> Customer | None:
    if user is not None:
        return Customer.objects.filter(user=user).first()
    rows = Customer.objects.annotate(address=Lower("email"))
    return rows.filter(user=None, address=holder.email.lower()).first()
