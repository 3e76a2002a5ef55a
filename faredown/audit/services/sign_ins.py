"""Staff who enter. Any door that opens a session opens the backoffice, so the session's beginning is what counts."""

from typing import Any

from faredown.accounts.models import User
from faredown.audit.services import audit


def note(user: object, **_: Any) -> None:
    """Receives `user_logged_in`."""
    if isinstance(user, User) and user.is_staff:
        audit.record("account.staff_signed_in", target=user, by=user)
