import base64
import smtplib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from pytest_django import Settings

from faredown.lib import background, clock
from faredown.messaging import tasks
from faredown.messaging.models import OutboxMessage, Status
from faredown.messaging.services import delivery, outbox
from tests.faredown.threads import at_once

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def write(
    *, subject: object = "Hello", context: dict[str, object] | None = None, **given: Any
) -> OutboxMessage:
    letter = {
        "to": "ada@example.com",
        "template": "accounts/emails/confirm_email",
        "context": {"subject": subject, **(context or {"link": "https://example.com/x?a=1&b=2"})},
    }
    return outbox.email(**(letter | given))


@pytest.mark.django_db(transaction=True)
def test_a_letter_leaves_after_the_commit() -> None:
    with transaction.atomic():
        pdf = outbox.attachment("voucher.pdf", "application/pdf", b"%PDF-")
        message = write(related_reference="FD1", attachments=[pdf])
        assert mail.outbox == []
    message.refresh_from_db()
    assert (message.status, message.attempts, message.related_reference) == (Status.SENT, 1, "FD1")
    sent = mail.outbox[0]
    assert (sent.to, sent.subject, sent.attachments[0].filename) == (
        ["ada@example.com"],
        "Hello",
        "voucher.pdf",
    )
    assert "https://example.com/x?a=1&b=2" in sent.body
    assert "https://example.com/x?a=1&amp;b=2" in sent.alternatives[0].content  # type: ignore[attr-defined]
    assert sent.extra_headers["Message-ID"] == f"<{message.public_id}@testserver>"


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_cause_sends_nothing() -> None:
    with transaction.atomic():
        write()
        transaction.set_rollback(True)
    assert (OutboxMessage.objects.count(), mail.outbox) == (0, [])


@pytest.mark.django_db
def test_one_letter_per_dedupe_key() -> None:
    assert write(dedupe_key="confirmed:FD1") == write(dedupe_key="confirmed:FD1", subject="Again")
    assert OutboxMessage.objects.get().subject == "Hello"


@pytest.mark.django_db
def test_the_readers_language_and_no_header_injection() -> None:
    arabic = write(language="ar", subject=_("Yes"))
    assert '<html lang="ar" dir="rtl">' in arabic.body_html
    assert arabic.subject == "نعم"
    assert write(subject="a\r\nBcc: x@example.com").subject == "a Bcc: x@example.com"


@pytest.mark.django_db
def test_what_a_guest_typed_is_escaped_in_html(tmp_path: Path, settings: Settings) -> None:
    (tmp_path / "x.txt").write_text("{% autoescape off %}{{ name }}{% endautoescape %}")
    (tmp_path / "x.html").write_text("{{ name }}")
    settings.TEMPLATES = [settings.TEMPLATES[0] | {"DIRS": [tmp_path]}]
    message = write(template="x", context={"name": "<b>Ada"})
    assert (message.body_text, message.body_html) == ("<b>Ada", "&lt;b&gt;Ada")


@pytest.mark.django_db
def test_alerts_go_to_staff_or_stay_visible(settings: Settings) -> None:
    settings.STAFF_ALERT_EMAILS = ["a@example.com", "b@example.com"]
    alert = outbox.alert(code="unknown_outcome", subject="FD1", detail="Look.", related_reference="FD1")
    assert (alert.to, alert.kind, alert.status) == ("a@example.com,b@example.com", "alert", Status.PENDING)
    settings.STAFF_ALERT_EMAILS = []
    unread = outbox.alert(code="x", subject="y", detail="z")
    assert (unread.status, unread.last_error) == (Status.FAILED, "STAFF_ALERT_EMAILS is empty")


@pytest.mark.django_db
def test_a_mail_server_that_is_away_is_tried_later_and_later(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise ConnectionRefusedError("no mail server for ada@example.com")

    with clock.frozen(NOON):
        message = write()
        monkeypatch.setattr(delivery, "_send", away)
        assert not delivery.deliver(message.pk)
        assert not delivery.deliver(message.pk)  # not due
    message.refresh_from_db()
    assert (message.status, message.attempts) == (Status.PENDING, 1)
    assert message.next_attempt_at == NOON + timedelta(seconds=30)
    assert message.last_error == "ConnectionRefusedError: no mail server for [redacted]"
    assert [delivery.wait_after(attempt).total_seconds() for attempt in (1, 2, 3, 4, 9)] == [
        30,
        120,
        480,
        1920,
        21600,
    ]


def test_a_mail_server_may_be_away_for_more_than_a_day() -> None:
    waits = [delivery.wait_after(attempt) for attempt in range(1, delivery.MAX_ATTEMPTS)]
    assert sum(waits, timedelta()) == timedelta(hours=26, minutes=50, seconds=30)


@pytest.mark.django_db
def test_after_the_last_attempt_it_is_given_up_until_staff_ask_again(monkeypatch: pytest.MonkeyPatch) -> None:
    message = write()
    OutboxMessage.objects.update(attempts=delivery.MAX_ATTEMPTS - 1)
    monkeypatch.setattr(delivery, "_send", lambda _: (_ for _ in ()).throw(OSError("away")))
    delivery.deliver(message.pk)
    message.refresh_from_db()
    assert message.status == Status.FAILED
    assert delivery.due() == []
    assert delivery.retry(message.pk)
    assert delivery.due() == [message.pk]


@pytest.mark.django_db
def test_an_address_refused_for_good_is_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    message = write()
    refused = smtplib.SMTPRecipientsRefused({"ada@example.com": (550, b"no such user")})
    monkeypatch.setattr(delivery, "_send", lambda _: (_ for _ in ()).throw(refused))
    delivery.deliver(message.pk)
    assert OutboxMessage.objects.get(pk=message.pk).status == Status.FAILED


@pytest.mark.django_db
def test_a_sender_that_died_is_followed_by_another_and_its_late_word_counts_for_nothing() -> None:
    message = write()
    dead = delivery._claim(message.pk)
    assert dead is not None
    assert not delivery.deliver(message.pk)
    with clock.travel(delivery.CLAIM):
        assert delivery.deliver(message.pk)
        delivery._failed(dead, OSError("late"))
    message.refresh_from_db()
    assert (message.status, message.attempts) == (Status.SENT, 2)


@pytest.mark.django_db(transaction=True)
def test_the_sweeper_finds_what_the_broker_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broker:
        broker.setattr(background, "_enqueue", lambda *_: None)
        write()
    assert mail.outbox == []
    tasks.deliver_due()
    assert len(mail.outbox) == 1
    tasks.deliver_due()
    assert len(mail.outbox) == 1


@pytest.mark.django_db(transaction=True)
def test_many_senders_at_once_send_one_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "_enqueue", lambda *_: None)
    message = write()
    assert sorted(at_once(6, lambda: delivery.deliver(message.pk))) == [False] * 5 + [True]
    assert len(mail.outbox) == 1


@pytest.mark.django_db(transaction=True)
def test_reading_the_state_before_sending_would_send_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """The race without the compare-and-set: everybody reads `pending` before anybody writes."""
    monkeypatch.setattr(background, "_enqueue", lambda *_: None)
    message = write()

    def careless() -> bool:
        found = OutboxMessage.objects.get(pk=message.pk)
        return found.status == Status.PENDING

    assert at_once(3, careless) == [True, True, True]


@pytest.mark.django_db
def test_an_attachment_survives_the_row() -> None:
    file = outbox.attachment("a.bin", "application/octet-stream", bytes(range(256)))
    message = write(attachments=[file])
    stored = OutboxMessage.objects.get(pk=message.pk).attachments[0]
    assert base64.b64decode(stored["base64"]) == bytes(range(256))
