"""The first person who may enter the backoffice."""

from __future__ import annotations

from faredown.accounts.models import User


def seed_staff(*, email: str, password: str) -> bool:
    """True when the account was made now; one that is there keeps its password."""
    if User.objects.filter(email__iexact=email).exists():
        return False
    User.objects.create_superuser(email, password, first_name="Faredown", last_name="Staff")
    return True
