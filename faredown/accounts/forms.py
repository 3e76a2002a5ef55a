"""Fields only. What is right is judged by the services; `refuse` puts their refusals beside the fields."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from faredown.accounts import visitor
from faredown.lib.errors import DomainError

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise


def refuse(form: forms.Form, error: DomainError) -> None:
    """Reasons that name no field of the form stand above it."""
    for reason in error.errors:
        form.add_error(reason.field if reason.field in form.fields else None, reason.message)
    if not error.errors:
        form.add_error(None, error.detail)


_HINT = _("At least 10 characters.")


def _email() -> forms.EmailField:
    return forms.EmailField(
        label=_("Email Address"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )


def _password(label: StrOrPromise, *, complete: str, hint: StrOrPromise = "") -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": complete})
    return forms.CharField(label=label, help_text=hint, strip=False, max_length=200, widget=widget)


class LoginForm(forms.Form):
    email = _email()
    password = _password(_("Password"), complete="current-password")


class RegisterForm(forms.Form):
    first_name = forms.CharField(
        label=_("First Name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    last_name = forms.CharField(
        label=_("Last Name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "family-name"})
    )
    email = _email()
    password = _password(_("Password"), complete="new-password", hint=_HINT)


class ProfileForm(forms.Form):
    first_name = forms.CharField(
        label=_("First Name"),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    last_name = forms.CharField(
        label=_("Last Name"),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )
    phone = forms.CharField(
        label=_("Phone Number"),
        required=False,
        max_length=32,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    language = forms.ChoiceField(
        label=_("Language"),
        choices=lambda: [pair for pair in settings.LANGUAGES if pair[0] in visitor.languages()],
    )
    currency = forms.ChoiceField(
        label=_("Currency"), choices=lambda: [(code, code) for code in visitor.currencies()]
    )


class PasswordForm(forms.Form):
    current_password = _password(_("Current password"), complete="current-password")
    new_password = _password(_("New password"), complete="new-password", hint=_HINT)


class ResetForm(forms.Form):
    email = _email()


class NewPasswordForm(forms.Form):
    password = _password(_("New password"), complete="new-password", hint=_HINT)
