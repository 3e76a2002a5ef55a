"""Which bookings this browser may see: the access tokens it was given, in the server-side session only."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest

from bookings.models import Booking
from bookings.services import customers
from faredown.accounts.models import User

_SESSION_KEY = "booking_keys"
_MOST = 20


def give(request: HttpRequest, reference: str, token: str) -> None:
    held = dict(request.session.get(_SESSION_KEY, {}))
    held.pop(reference, None)
    held[reference] = token
    request.session[_SESSION_KEY] = dict(list(held.items())[-_MOST:])


def token(request: HttpRequest, reference: str) -> str:
    found = request.session.get(_SESSION_KEY, {}).get(reference.upper(), "")
    return str(found)


def booking(request: HttpRequest, reference: str) -> Booking:
    """Raises NotFound for everybody who is neither its owner nor holds its token."""
    return customers.access(reference, user=user(request), token=token(request, reference))


def user(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


def account(request: HttpRequest) -> User:
    """After `login_required`."""
    return cast(User, request.user)
