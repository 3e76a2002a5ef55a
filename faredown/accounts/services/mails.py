"""What we write to account holders."""

from typing import Any

from django.utils.functional import Promise

from faredown.accounts.hooks import hooks
from faredown.accounts.models import User


def send(user: User, *, template: str, subject: str | Promise, **context: Any) -> None:
    hooks.mail(
        to=user.email,
        template=template,
        context={"user": user, "subject": subject, **context},
        language=user.language,
        related_reference=user.public_id,
    )
