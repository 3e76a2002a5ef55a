"""The frame, staff's texts, the visitor's choices, the account pages and refusals."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.test import Client, override_settings

from faredown.accounts import visitor
from faredown.accounts.models import User
from faredown.lib import clock
from faredown.messaging.models import OutboxMessage
from faredown.pages import selectors
from faredown.pages.models import Banner, LegalText, Page

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/hotels/",
        "/pages/flights/",
        "/legal/terms/",
        "/manage-booking/",
        "/account/login/",
        "/account/register/",
    ],
)
def test_pages_load_nothing_from_elsewhere_and_hold_no_inline_code(client: Client, path: str) -> None:
    page = client.get(path).content.decode()
    assert "<script>" not in page
    assert not re.search(r"\son\w+=|\sstyle=", page)
    assert not re.search(r'(?:src|href)="(?:https?:)?//', page)
    assert 'lang="en" dir="ltr"' in page


def test_the_visitors_choices_are_kept_and_nonsense_is_not(client: Client) -> None:
    client.post("/preferences/", {"currency": "JPY", "language": "ar", "next": "/pages/flights/"})
    page = client.get("/pages/flights/").content.decode()
    assert 'lang="ar" dir="rtl"' in page
    assert ">JPY<" in page
    assert "رحلات الطيران" in page
    answer = client.post(
        "/preferences/", {"currency": "XXX", "language": "xx", "next": "//elsewhere.example/"}
    )
    assert answer.headers["Location"] == "/"
    assert answer.cookies.keys().isdisjoint({visitor.CURRENCY_COOKIE})


def test_a_language_the_site_is_not_written_in_reads_english_whole(client: Client) -> None:
    answer = client.get("/legal/terms/", headers={"Accept-Language": "fr"})
    assert 'lang="en" dir="ltr"' in answer.content.decode()


def test_staffs_texts_fall_back_to_english_and_are_cleaned() -> None:
    Page.objects.create(slug="spa", title="Spa", body='<p onclick="x()">Calm</p><script>alert(1)</script>')
    Page.objects.create(slug="spa", language="es", title="Balneario", is_published=False)
    found = selectors.page("spa", language="es")
    assert found is not None
    assert found.title == "Spa"
    assert selectors.safe_html(found.body) == "<p>Calm</p>"


def test_the_legal_text_in_force_today_is_shown() -> None:
    for version, starts in ((2, date(2026, 6, 1)), (3, clock.today() + timedelta(days=1))):
        LegalText.objects.create(
            slug="terms", version=version, title=f"Terms {version}", body="", in_force_from=starts
        )
    found = selectors.legal_text("terms", language="en")
    assert found is not None
    assert found.version == 2


def test_blocks_show_only_in_their_time_and_language() -> None:
    now = clock.now()
    Banner.objects.create(placement="offer", title="Over", ends_at=now - timedelta(hours=1))
    Banner.objects.create(placement="offer", title="Running", starts_at=now - timedelta(hours=1))
    Banner.objects.create(placement="offer", title="Oferta", language="es")
    assert [row.title for row in selectors.banners(language="en")["offer"]] == ["Running"]
    assert [row.title for row in selectors.banners(language="es")["offer"]] == ["Oferta"]


def test_an_account_is_opened_entered_and_left(client: Client) -> None:
    person = {
        "first_name": "Noor",
        "last_name": "Lindqvist",
        "email": "Noor@example.com",
        "password": PASSWORD,
    }
    weak = client.post("/account/register/", person | {"password": "1234567890"})
    assert weak.status_code == 400
    assert 'id="id_password_error"' in weak.content.decode()
    assert not User.objects.exists()
    first = client.post("/account/register/", person).content.decode()
    again = client.post("/account/register/", person).content.decode()
    assert "Look into your mail" in first
    assert "Look into your mail" in again
    assert User.objects.count() == 1

    wrong = client.post("/account/login/", {"email": "noor@example.com", "password": "not this one"})
    assert wrong.status_code == 400
    assert "The e-mail address or the password is wrong." in wrong.content.decode()
    entered = client.post(
        "/account/login/", {"email": "noor@example.com", "password": PASSWORD, "next": "//elsewhere.example/"}
    )
    assert entered.headers["Location"] == "/account/"
    saved = client.post(
        "/account/",
        {"first_name": "Nora", "last_name": "L", "phone": "12", "language": "en", "currency": "EUR"},
    )
    assert 'id="id_phone_error"' in saved.content.decode()
    client.post("/account/logout/")
    assert client.get("/account/").headers["Location"] == "/account/login/?next=/account/"


def test_a_reset_link_leaves_the_address_at_once_and_works_once(client: Client) -> None:
    User.objects.create_user("noor@example.com", PASSWORD)
    for email in ("nobody@example.com", "noor@example.com"):
        assert (
            "Look into your mail"
            in client.post("/account/reset-password/", {"email": email}).content.decode()
        )
    mail = OutboxMessage.objects.latest("pk")
    path = re.search(r"http://testserver(/account/reset-password/\S+/)", mail.body_text)[1]  # type: ignore[index]
    assert client.get(path).headers["Location"] == "/account/reset-password/new/"
    done = client.post("/account/reset-password/new/", {"password": "another long pass"})
    assert done.headers["Location"] == "/account/"
    assert User.objects.get().check_password("another long pass")
    client.get(path)
    assert "This link is no longer valid" in client.get("/account/reset-password/new/").content.decode()


def test_refusals_are_pages(client: Client) -> None:
    missing = client.get("/no/such/page/")
    assert missing.status_code == 404
    assert "We cannot find this page" in missing.content.decode()
    assert client.get("/bookings/FDNONE/").status_code == 404
    with override_settings(RATE_LIMITS_ENABLED=True, RATE_LIMITS={"lookup": {"account": "1/h"}}):
        form = {"reference": "FD0000000000", "email": "noor@example.com"}
        assert client.post("/manage-booking/", form).status_code == 200
        limited = client.post("/manage-booking/", form)
    assert limited.status_code == 429
    assert int(limited["Retry-After"]) > 0
    assert "Too many tries" in limited.content.decode()
    strict = Client(enforce_csrf_checks=True)
    assert "The form was too old" in strict.post("/manage-booking/", form).content.decode()
