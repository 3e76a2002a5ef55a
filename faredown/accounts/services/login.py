"""Checking a password, for the site's session and for the API's tokens alike."""

from django.contrib import auth
from django.utils.translation import gettext_lazy as _

from faredown.accounts.models import User, normalised
from faredown.lib import limiter
from faredown.lib.errors import Unauthenticated


def authenticate(*, email: str, password: str, ip: str) -> User:
    """The user; the same refusal for an unknown address, a wrong password and a closed account.

    Tries are counted per address and per account, so that neither one password tried on many accounts nor many on one
    gets far.
    """
    limiter.enforce("login", ip=ip, account=normalised(email))
    user = auth.authenticate(None, username=normalised(email), password=password)
    if not isinstance(user, User):
        raise Unauthenticated("invalid_credentials", str(_("The e-mail address or the password is wrong.")))
    return user
