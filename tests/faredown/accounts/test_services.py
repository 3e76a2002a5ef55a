import re
from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.core import mail
from django.db import IntegrityError
from pytest_django import Settings

from faredown.accounts.models import RefreshFamily, User
from faredown.accounts.services import (
    email_confirmation,
    login,
    passwords,
    profile,
    registration,
    roles,
    tokens,
)
from faredown.accounts.services.registration import Application
from faredown.audit.models import Action
from faredown.lib import clock
from faredown.lib.errors import InvalidInput, TooManyRequests, Unauthenticated
from faredown.messaging.models import OutboxMessage
from tests.faredown.threads import at_once

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"
IP = "198.51.100.1"


@pytest.fixture
def ada() -> User:
    return User.objects.create_user("Ada@Example.com", PASSWORD, first_name="Ada")


def mailed_token() -> str:
    link = re.search(
        r"http://testserver/account/[a-z-]+/([^/\s]+)/", OutboxMessage.objects.latest("pk").body_text
    )
    assert link
    return link[1]


def test_an_address_is_one_account_whatever_its_case(ada: User) -> None:
    assert ada.email == "ada@example.com"
    assert login.authenticate(email=" ADA@example.com", password=PASSWORD, ip=IP) == ada
    with pytest.raises(IntegrityError):
        User.objects.bulk_create([User(email="ADA@EXAMPLE.COM")])


def test_registering_makes_an_account_and_mails_a_link() -> None:
    user = registration.register(
        Application(email="Bob@Example.com", password=PASSWORD, language="es"), ip=IP
    )
    assert user is not None
    assert (user.email, user.language, user.email_confirmed_at) == ("bob@example.com", "es", None)
    assert OutboxMessage.objects.get().to == "bob@example.com"
    assert email_confirmation.confirm(mailed_token()).email_confirmed_at is not None
    assert email_confirmation.confirm(mailed_token()).pk == user.pk


def test_registering_a_taken_address_tells_only_its_owner(ada: User) -> None:
    assert (
        registration.register(Application(email="ada@example.com", password="another pass word"), ip=IP)
        is None
    )
    ada.refresh_from_db()
    assert ada.check_password(PASSWORD)
    letter = OutboxMessage.objects.get()
    assert (letter.to, letter.channel) == ("ada@example.com", "accounts/emails/already_registered")


@pytest.mark.parametrize(
    ("email", "password", "field"),
    [
        ("not an address", PASSWORD, "email"),
        ("bob@example.com", "short", "password"),
        ("bob@example.com", "password123", "password"),
        ("bob@example.com", "bob@example.com", "password"),
    ],
)
def test_what_cannot_be_registered(email: str, password: str, field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        registration.register(Application(email=email, password=password), ip=IP)
    assert caught.value.errors[0].field == field
    assert (User.objects.count(), OutboxMessage.objects.count()) == (0, 0)


def test_a_link_works_for_the_address_it_was_sent_to_and_not_for_ever(ada: User) -> None:
    email_confirmation.request(ada)
    token = mailed_token()
    with clock.frozen(clock.now()), pytest.raises(InvalidInput):
        email_confirmation.confirm(token + "x")
    User.objects.update(email="new@example.com")
    with pytest.raises(InvalidInput):
        email_confirmation.confirm(token)


@pytest.mark.parametrize(
    ("email", "password"), [("ada@example.com", "wrong"), ("nobody@example.com", PASSWORD), ("", "")]
)
def test_every_wrong_login_is_refused_alike(ada: User, email: str, password: str) -> None:
    with pytest.raises(Unauthenticated) as caught:
        login.authenticate(email=email, password=password, ip=IP)
    assert (caught.value.code, caught.value.detail) == (
        "invalid_credentials",
        "The e-mail address or the password is wrong.",
    )


def test_a_closed_account_is_refused_like_a_wrong_password(ada: User) -> None:
    User.objects.update(is_active=False)
    with pytest.raises(Unauthenticated):
        login.authenticate(email=ada.email, password=PASSWORD, ip=IP)


def test_guessing_is_stopped_per_account_and_per_address(ada: User, settings: Settings) -> None:
    settings.RATE_LIMITS_ENABLED = True
    settings.RATE_LIMITS = {"login": {"ip": "5/10m", "account": "3/10m"}}
    for host in range(3):
        with pytest.raises(Unauthenticated):
            login.authenticate(email=ada.email, password="guess", ip=f"198.51.100.{host}")
    with pytest.raises(TooManyRequests):
        login.authenticate(email="ADA@example.com", password=PASSWORD, ip="198.51.100.9")
    for number in range(5):
        with pytest.raises(Unauthenticated):
            login.authenticate(email=f"x{number}@example.com", password="guess", ip="203.0.113.5")
    with pytest.raises(TooManyRequests):
        login.authenticate(email="y@example.com", password="guess", ip="203.0.113.5")


def test_a_refresh_token_works_once_and_a_second_use_ends_the_family(ada: User) -> None:
    first = tokens.issue(ada, ip=IP, user_agent="x" * 500)
    second = tokens.rotate(first.refresh)
    with pytest.raises(Unauthenticated) as caught:
        tokens.rotate(first.refresh)
    assert caught.value.code == "token_reused"
    with pytest.raises(Unauthenticated) as caught:
        tokens.rotate(second.refresh)
    assert caught.value.code == "token_not_valid"
    family = RefreshFamily.objects.get()
    assert (family.revoked_because, family.ip, len(family.user_agent)) == ("token_reused", IP, 200)
    assert Action.objects.get().action == "account.refresh_token_reused"


def test_other_devices_stay_signed_in(ada: User) -> None:
    phone, laptop = tokens.issue(ada), tokens.issue(ada)
    tokens.revoke(phone.refresh)
    with pytest.raises(Unauthenticated):
        tokens.rotate(phone.refresh)
    assert tokens.rotate(laptop.refresh).expires_in == 600
    tokens.revoke("nonsense")


@pytest.mark.django_db(transaction=True)
def test_of_two_that_use_a_token_at_once_at_most_one_gets_a_pair() -> None:
    refresh = tokens.issue(User.objects.create_user("bob@example.com", PASSWORD)).refresh

    def use() -> str:
        try:
            tokens.rotate(refresh)
        except Unauthenticated as error:
            return error.code
        return "pair"

    found = at_once(2, use)
    assert found.count("pair") == 1
    assert RefreshFamily.objects.get().revoked_because == "token_reused"


def test_refresh_tokens_are_kept_as_digests_and_pruned(ada: User) -> None:
    pair = tokens.issue(ada)
    stored = RefreshFamily.objects.get().tokens.get().jti_hash
    assert stored not in pair.refresh
    assert len(stored) == 64
    with clock.travel(timedelta(days=38)):
        assert tokens.prune() == 2
    assert not RefreshFamily.objects.exists()


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "eyJhbGciOiJub25lIn0.e30."])
def test_what_is_no_refresh_token(token: str) -> None:
    with pytest.raises(Unauthenticated):
        tokens.rotate(token)


def test_an_access_token_does_not_refresh(ada: User) -> None:
    with pytest.raises(Unauthenticated):
        tokens.rotate(tokens.issue(ada).access)


def test_a_new_password_signs_every_device_out_and_its_link_works_once(ada: User) -> None:
    pair = tokens.issue(ada)
    passwords.request_reset(email="ADA@example.com", ip=IP)
    token = mailed_token()
    assert passwords.reset_user(token) == ada
    passwords.confirm_reset(token=token, password="another long one")
    ada.refresh_from_db()
    assert ada.check_password("another long one")
    assert ada.email_confirmed_at is not None
    with pytest.raises(Unauthenticated):
        tokens.rotate(pair.refresh)
    with pytest.raises(InvalidInput) as caught:
        passwords.confirm_reset(token=token, password="a third long one")
    assert caught.value.errors[0].field == "token"


def test_a_weak_new_password_changes_nothing(ada: User) -> None:
    passwords.request_reset(email=ada.email, ip=IP)
    with pytest.raises(InvalidInput) as caught:
        passwords.confirm_reset(token=mailed_token(), password="short")
    assert caught.value.errors[0].field == "password"
    assert User.objects.get().check_password(PASSWORD)


def test_nobody_hears_of_a_reset_for_an_unknown_address() -> None:
    passwords.request_reset(email="nobody@example.com", ip=IP)
    assert (OutboxMessage.objects.count(), mail.outbox) == (0, [])


def test_changing_a_password_asks_for_the_old_one(ada: User) -> None:
    with pytest.raises(InvalidInput) as caught:
        passwords.change(ada, current="wrong", new="another long one")
    assert caught.value.errors[0].field == "current_password"
    passwords.change(ada, current=PASSWORD, new="another long one")
    assert User.objects.get().check_password("another long one")


def test_a_profile_is_kept_in_its_plain_form(ada: User) -> None:
    profile.update(ada, phone="+34 971 12 34 56", currency="EUR")
    ada.refresh_from_db()
    assert (ada.phone, ada.currency, ada.first_name) == ("+34971123456", "EUR", "Ada")


@pytest.mark.parametrize(
    ("field", "value"), [("phone", "971"), ("phone", "x"), ("language", "tlh"), ("currency", "XXX")]
)
def test_a_profile_refuses_what_it_does_not_know(ada: User, field: str, value: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        profile.update(ada, **{field: value})
    assert caught.value.errors[0].field == field


def test_roles_are_seeded_and_brought_back() -> None:
    seeded = roles.seed()
    assert sorted(seeded) == [
        "Administrator",
        "Auditor",
        "Content",
        "Finance",
        "Marketing",
        "Reservations",
        "Support",
    ]
    codes = set(seeded["Auditor"].permissions.values_list("codename", flat=True))
    assert codes
    assert all(code.startswith("view_") for code in codes)
    seeded["Support"].permissions.add(Permission.objects.get(codename="delete_user"))
    Group.objects.create(name="Night desk")
    roles.seed()
    support = Group.objects.get(name="Support").permissions.values_list("codename", flat=True)
    assert "delete_user" not in support
    assert {"view_user", "change_booking", "view_booking", "change_outboxmessage"} <= set(support)
    assert Group.objects.filter(name="Night desk").exists()


def test_who_was_given_a_role_is_kept(ada: User) -> None:
    group = roles.seed()["Support"]
    ada.groups.add(group)
    ada.groups.remove(group)
    events = apps.get_model("accounts", "UserRoleEvent")
    assert list(
        events._default_manager.order_by("pgh_id").values_list("pgh_label", "user_id", "group_id")
    ) == [
        ("insert", ada.pk, group.pk),
        ("delete", ada.pk, group.pk),
    ]
