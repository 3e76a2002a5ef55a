"""Who of the staff is at the backoffice."""

from __future__ import annotations

from django.http import HttpRequest

from faredown.accounts.models import User


def person(request: HttpRequest) -> User:
    """The admin site lets nobody in who is not a user."""
    if not isinstance(request.user, User):
        raise TypeError("staff act under their own name")
    return request.user
