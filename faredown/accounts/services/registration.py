"""Opening an account. Nobody learns from the answer whether the address already has one."""

from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from faredown.accounts.models import User, normalised
from faredown.accounts.services import email_confirmation, links, mails, passwords, profile
from faredown.lib import limiter
from faredown.lib.errors import invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    email: str
    password: str
    first_name: str = ""
    last_name: str = ""
    language: str = ""
    currency: str = ""


def register(application: Application, *, ip: str) -> User | None:
    """None: the address has an account; its owner is told by mail, the caller answers as for a new one."""
    limiter.enforce("register", ip=ip)
    email = normalised(application.email)
    try:
        validate_email(email)
    except ValidationError:
        raise invalid("email", "invalid", str(_("Enter an e-mail address."))) from None
    profile.check_preferences(language=application.language, currency=application.currency)
    user = User(
        email=email,
        first_name=application.first_name,
        last_name=application.last_name,
        language=application.language or translation.get_language() or settings.LANGUAGE_CODE,
        currency=application.currency,
    )
    passwords.check(application.password, user=user)
    # Hashed before it is known whether the account is new: both take as long.
    user.set_password(application.password)
    try:
        with transaction.atomic():
            user.save()
            email_confirmation.request(user)
    except IntegrityError:
        _tell_owner(email)
        return None
    return user


def _tell_owner(email: str) -> None:
    owner = User.objects.filter(email=email, is_active=True).first()
    if owner is not None:
        mails.send(
            owner,
            template="accounts/emails/already_registered",
            subject=_("You already have an account"),
            link=links.url(links.ASK_FOR_RESET),
        )
