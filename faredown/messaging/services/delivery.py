"""Sending what waits. A claim is a compare-and-set, so that two senders never hold one message."""

import base64
from datetime import timedelta
from smtplib import SMTPException, SMTPRecipientsRefused
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import F

from faredown.lib import clock, metrics
from faredown.lib.logging import redacted
from faredown.messaging.models import OutboxMessage, Status

log = structlog.get_logger(__name__)

CLAIM = timedelta(minutes=3)  # longer than any attempt: the mail server gets EMAIL_TIMEOUT per step
MAX_ATTEMPTS = 10  # with the backoff below: a little under 27 hours
BACKOFF = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=6)


def due(*, limit: int = 200) -> list[int]:
    waiting = OutboxMessage.objects.filter(
        status__in=[Status.PENDING, Status.SENDING], next_attempt_at__lte=clock.now()
    )
    return list(waiting.order_by("next_attempt_at").values_list("pk", flat=True)[:limit])


def deliver(pk: int) -> bool:
    """One attempt at one message. False: it is somebody else's, not due, or not sent this time."""
    message = _claim(pk)
    if message is None:
        return False
    try:
        _send(message)
    # What a mail server or a header may bring up; it is recorded in the row and tried again.
    except (SMTPException, OSError, ValueError) as error:
        _failed(message, error)
        return False
    _finish(message, status=Status.SENT, sent_at=clock.now(), last_error="")
    metrics.messages.labels(message.kind, "sent").inc()
    return True


def retry(pk: int) -> bool:
    """Staff ask for another round of attempts at a message that was given up."""
    given_up = OutboxMessage.objects.filter(pk=pk, status=Status.FAILED)
    return bool(given_up.update(status=Status.PENDING, attempts=0, next_attempt_at=clock.now()))


def wait_after(attempts: int) -> timedelta:
    return min(BACKOFF * int(4 ** (attempts - 1)), LONGEST_WAIT)


def _claim(pk: int) -> OutboxMessage | None:
    now = clock.now()
    # A message being sent whose claim has run out belongs to a sender that died.
    claimable = OutboxMessage.objects.filter(
        pk=pk, status__in=[Status.PENDING, Status.SENDING], next_attempt_at__lte=now
    )
    if not claimable.update(status=Status.SENDING, attempts=F("attempts") + 1, next_attempt_at=now + CLAIM):
        return None
    return OutboxMessage.objects.get(pk=pk)


def _send(message: OutboxMessage) -> None:
    mail = EmailMultiAlternatives(
        subject=message.subject,
        body=message.body_text,
        to=message.to.split(","),
        reply_to=[settings.SUPPORT_EMAIL],
        # The same for every attempt: a reader's mailbox may recognise a second copy.
        headers={"Message-ID": f"<{message.public_id}@{urlsplit(settings.SITE_URL).hostname}>"},
    )
    if message.body_html:
        mail.attach_alternative(message.body_html, "text/html")
    for file in message.attachments:
        mail.attach(file["name"], base64.b64decode(file["base64"]), file["media_type"])
    mail.send()


def _failed(message: OutboxMessage, error: Exception) -> None:
    given_up = message.attempts >= MAX_ATTEMPTS or _is_final(error)
    _finish(
        message,
        status=Status.FAILED if given_up else Status.PENDING,
        next_attempt_at=clock.now() + wait_after(message.attempts),
        last_error=str(redacted(f"{type(error).__name__}: {error}"))[:500],
    )
    metrics.messages.labels(message.kind, "failed" if given_up else "retried").inc()
    log.warning("message_not_sent", message=message.public_id, attempts=message.attempts, given_up=given_up)


def _finish(message: OutboxMessage, **columns: object) -> None:
    # `attempts` is this sender's token: after a lost claim the row belongs to another attempt.
    mine = OutboxMessage.objects.filter(pk=message.pk, status=Status.SENDING, attempts=message.attempts)
    mine.update(**columns)


def _is_final(error: Exception) -> bool:
    """Every recipient refused for good (5xx): trying again only annoys the server."""
    if not isinstance(error, SMTPRecipientsRefused):
        return False
    return all(code >= 500 for code, _ in error.recipients.values())
