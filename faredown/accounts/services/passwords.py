"""Choosing, changing and recovering a password. Each change signs every device out."""

from django.contrib.auth import password_validation
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from faredown.accounts.models import User, normalised
from faredown.accounts.services import links, mails, tokens
from faredown.lib import clock, limiter
from faredown.lib.errors import FieldError, InvalidInput, invalid


def check(password: str, *, user: User, field: str = "password") -> None:
    try:
        password_validation.validate_password(password, user)
    except ValidationError as error:
        reasons = [FieldError(field, str(one.code), " ".join(one.messages)) for one in error.error_list]
        raise InvalidInput("invalid_input", reasons[0].message, errors=reasons) from None


def change(user: User, *, current: str, new: str) -> None:
    if not user.check_password(current):
        raise invalid("current_password", "wrong", str(_("This is not your password.")))
    check(new, user=user, field="new_password")
    _set(user, new)


def request_reset(*, email: str, ip: str) -> None:
    """Mail a link, if there is such an account. The caller answers the same either way."""
    limiter.enforce("reset", ip=ip, account=normalised(email))
    user = User.objects.filter(email=normalised(email), is_active=True).first()
    if user is None:
        return
    # Django's token dies with the password it was made for: each link works once.
    token = f"{user.public_id}.{default_token_generator.make_token(user)}"
    mails.send(
        user,
        template="accounts/emails/reset_password",
        subject=_("Choose a new password"),
        link=links.url(links.RESET_PASSWORD, token),
    )


def reset_user(token: str) -> User | None:
    """Whose link it is, while it works."""
    public_id, _dot, proof = token.partition(".")
    user = User.objects.filter(public_id=public_id, is_active=True).first()
    return user if user is not None and default_token_generator.check_token(user, proof) else None


def confirm_reset(*, token: str, password: str) -> User:
    user = reset_user(token)
    if user is None:
        raise invalid("token", "invalid", str(_("This link is no longer valid. Ask for a new one.")))
    check(password, user=user)
    # Whoever read the mail owns the address.
    user.email_confirmed_at = user.email_confirmed_at or clock.now()
    _set(user, password)
    return user


def _set(user: User, password: str) -> None:
    with transaction.atomic():
        user.set_password(password)
        user.save(update_fields=["password", "email_confirmed_at"])
        tokens.revoke_all(user, because="password_changed")
