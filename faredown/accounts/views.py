"""Logging in, the account, and the links that are mailed. A token never stays in the address of a page that is read."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import auth, messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from faredown.accounts import visitor
from faredown.accounts.forms import (
    LoginForm,
    NewPasswordForm,
    PasswordForm,
    ProfileForm,
    RegisterForm,
    ResetForm,
    refuse,
)
from faredown.accounts.models import User
from faredown.accounts.services import email_confirmation, passwords, profile, registration
from faredown.accounts.services import login as entering
from faredown.accounts.services.registration import Application
from faredown.lib import network
from faredown.lib.errors import InvalidInput, Unauthenticated

_BACKEND = "django.contrib.auth.backends.ModelBackend"
_RESET_KEY = "reset_link"

form_view = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@sensitive_post_parameters("password")
@form_view
def login(request: HttpRequest) -> HttpResponse:
    after = _after(request)
    form = LoginForm(request.POST or None)
    if form.is_valid():
        try:
            user = entering.authenticate(
                email=form.cleaned_data["email"],
                password=form.cleaned_data["password"],
                ip=network.client_address(request),
            )
        except Unauthenticated as error:
            refuse(form, error)
        else:
            auth.login(request, user, backend=_BACKEND)
            response = redirect(after)
            visitor.remember(response, currency=user.currency, language=user.language)
            return response
    links = [
        (_("Register"), reverse("accounts:register")),
        (_("Forgot the password?"), reverse("accounts:reset")),
    ]
    return _page(request, form, _("Log in"), _("Log in"), links=links, after=after)


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    auth.logout(request)
    return redirect("/")


@never_cache
@sensitive_post_parameters("password")
@form_view
def register(request: HttpRequest) -> HttpResponse:
    """Says the same whether the address had an account or not: the mail tells."""
    form = RegisterForm(request.POST or None)
    if form.is_valid():
        application = Application(
            **form.cleaned_data, currency=visitor.currency(request), language=visitor.language()
        )
        try:
            registration.register(application, ip=network.client_address(request))
        except InvalidInput as error:
            refuse(form, error)
        else:
            return _notice(
                request,
                _("Look into your mail"),
                _("We have sent you a message. You can log in with the password you chose."),
                (_("Log in"), reverse("accounts:login")),
            )
    links = [(_("I have an account: log in"), reverse("accounts:login"))]
    return _page(request, form, _("Register"), _("Open an account"), links=links)


@never_cache
@login_required
@form_view
def account(request: HttpRequest) -> HttpResponse:
    user = _user(request)
    form = ProfileForm(request.POST or None, initial=_profile(user))
    if form.is_valid():
        try:
            profile.update(user, **form.cleaned_data)
        except InvalidInput as error:
            refuse(form, error)
        else:
            messages.success(request, _("Saved."))
            response = redirect("accounts:account")
            visitor.remember(response, currency=user.currency, language=user.language)
            return response
    return render(request, "accounts/account.html", {"form": form})


@never_cache
@sensitive_post_parameters()
@login_required
@form_view
def password(request: HttpRequest) -> HttpResponse:
    user = _user(request)
    form = PasswordForm(request.POST or None)
    if form.is_valid():
        try:
            passwords.change(
                user, current=form.cleaned_data["current_password"], new=form.cleaned_data["new_password"]
            )
        except InvalidInput as error:
            refuse(form, error)
        else:
            auth.update_session_auth_hash(request, user)
            messages.success(request, _("Your password is changed."))
            return redirect("accounts:account")
    return _page(request, form, _("Change the password"), _("Change the password"))


@never_cache
@form_view
def reset(request: HttpRequest) -> HttpResponse:
    form = ResetForm(request.POST or None)
    if form.is_valid():
        passwords.request_reset(email=form.cleaned_data["email"], ip=network.client_address(request))
        return _notice(
            request,
            _("Look into your mail"),
            _("If there is an account with this address, we have sent a link to it."),
            (_("Log in"), reverse("accounts:login")),
        )
    return _page(
        request,
        form,
        _("Forgot the password?"),
        _("Send the link"),
        text=_("We mail you a link with which you choose a new one."),
    )


@never_cache
def reset_link(request: HttpRequest, token: str) -> HttpResponse:
    """Out of the address and into the session before anything is shown."""
    request.session[_RESET_KEY] = token[:200]
    return redirect("accounts:reset_new")


@never_cache
@sensitive_post_parameters()
@form_view
def reset_new(request: HttpRequest) -> HttpResponse:
    token = str(request.session.get(_RESET_KEY, ""))
    if passwords.reset_user(token) is None:
        return _notice(
            request,
            _("This link is no longer valid"),
            _("Links work once and for a short time. Ask for a new one."),
            (_("Send a new link"), reverse("accounts:reset")),
        )
    form = NewPasswordForm(request.POST or None)
    if form.is_valid():
        try:
            user = passwords.confirm_reset(token=token, password=form.cleaned_data["password"])
        except InvalidInput as error:
            refuse(form, error)
        else:
            request.session.pop(_RESET_KEY, None)
            auth.login(request, user, backend=_BACKEND)
            messages.success(request, _("Your password is changed."))
            return redirect("accounts:account")
    return _page(request, form, _("Choose a new password"), _("Save"))


@never_cache
@form_view
def confirm_email(request: HttpRequest, token: str) -> HttpResponse:
    """By a button: mail scanners open links, they do not send forms."""
    form = forms.Form(request.POST or None)
    if request.method == "POST":
        try:
            email_confirmation.confirm(token)
        except InvalidInput as error:
            refuse(form, error)
        else:
            return _notice(
                request,
                _("Your address is confirmed"),
                _("Thank you."),
                (_("My account"), reverse("accounts:account")),
            )
    return _page(request, form, _("Confirm your e-mail address"), _("Confirm"))


def _page(
    request: HttpRequest,
    form: forms.Form,
    title: str,
    button: str,
    *,
    text: str = "",
    links: list[tuple[str, str]] | None = None,
    after: str = "",
) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "title": title,
        "button": button,
        "text": text,
        "links": [{"label": label, "url": url} for label, url in links or []],
        "next": after,
    }
    return render(request, "accounts/form.html", context, status=400 if form.errors else 200)


def _notice(request: HttpRequest, title: str, text: str, link: tuple[str, str]) -> HttpResponse:
    context = {"title": title, "text": text, "label": link[0], "url": link[1]}
    return render(request, "accounts/notice.html", context)


def _after(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}):
        return wanted
    return reverse("accounts:account")


def _user(request: HttpRequest) -> User:
    """After `login_required`."""
    return cast(User, request.user)


def _profile(user: User) -> dict[str, str]:
    return {name: getattr(user, name) for name in profile.EDITABLE}
