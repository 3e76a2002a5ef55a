"""What an account holder may change about the account."""

import phonenumbers
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from faredown.accounts.models import User
from faredown.lib.errors import invalid

EDITABLE = ("first_name", "last_name", "phone", "language", "currency")


def update(user: User, **changes: str) -> User:
    """Only the fields given; the telephone is kept in its international form."""
    unknown = changes.keys() - set(EDITABLE)
    if unknown:
        raise TypeError(f"not a field of a profile: {', '.join(sorted(unknown))}")
    if changes.get("phone"):
        changes["phone"] = international(changes["phone"])
    check_preferences(language=changes.get("language", ""), currency=changes.get("currency", ""))
    for name, value in changes.items():
        setattr(user, name, value)
    user.save(update_fields=list(changes))
    return user


def check_preferences(*, language: str, currency: str) -> None:
    """Empty is no preference. Raises InvalidInput."""
    if language and language not in dict(settings.LANGUAGES):
        raise invalid("language", "unknown", str(_("We do not speak this language.")))
    if currency and currency not in settings.DISPLAY_CURRENCIES:
        raise invalid("currency", "unknown", str(_("We do not show this currency.")))


def international(phone: str) -> str:
    """`+34 971 12 34 56` -> `+34971123456`."""
    try:
        number = phonenumbers.parse(phone, None)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number):
        raise invalid(
            "phone", "invalid", str(_("Write the number with its country code, such as +34 971 123 456."))
        )
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
