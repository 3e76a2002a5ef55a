"""Proving that an address is the account holder's."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from faredown.accounts.models import User
from faredown.accounts.services import links, mails
from faredown.lib import clock
from faredown.lib.errors import invalid

_PURPOSE = "confirm_email"


def request(user: User) -> None:
    if user.email_confirmed_at is not None:
        return
    token = links.sign(_PURPOSE, {"user": user.public_id, "email": user.email})
    mails.send(
        user,
        template="accounts/emails/confirm_email",
        subject=_("Confirm your e-mail address"),
        link=links.url(links.CONFIRM_EMAIL, token),
    )


def confirm(token: str) -> User:
    """Safe to repeat: a link opened twice stays confirmed."""
    facts = links.read(_PURPOSE, token, max_age=settings.EMAIL_CONFIRMATION_TIMEOUT) or {}
    # The address it was sent to, not the one the account has now.
    user = User.objects.filter(
        public_id=facts.get("user", ""), email=facts.get("email", ""), is_active=True
    ).first()
    if user is None:
        raise invalid("token", "invalid", str(_("This link is no longer valid. Ask for a new one.")))
    User.objects.filter(pk=user.pk, email_confirmed_at=None).update(email_confirmed_at=clock.now())
    user.refresh_from_db()
    return user
