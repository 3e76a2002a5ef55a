"""Messages are written in the caller's transaction; a task sends them, and a sweeper what the task missed."""

import base64
from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import Promise

from faredown.lib import background
from faredown.messaging.models import Kind, OutboxMessage, Status


class Attachment(TypedDict):
    name: str
    media_type: str
    base64: str


def attachment(name: str, media_type: str, content: bytes) -> Attachment:
    return Attachment(name=name, media_type=media_type, base64=base64.b64encode(content).decode())


def email(
    *,
    to: str,
    template: str,
    context: Mapping[str, Any],
    language: str = "",
    related_reference: str = "",
    dedupe_key: str | None = None,
    attachments: Sequence[Attachment] = (),
) -> OutboxMessage:
    """Render `<template>.txt` and `<template>.html` now, in the reader's language, and keep them.

    `context` holds the letter's `subject`, which may be lazy: it is translated into that language too. With a
    `dedupe_key` already used, nothing new is written and the earlier message is returned.
    """
    language = language or settings.LANGUAGE_CODE
    with translation.override(language):
        known = _site() | dict(context)
        return _write(
            dedupe_key,
            kind=Kind.EMAIL,
            channel=template,
            to=to,
            subject=_one_line(known["subject"]),
            body_text=render_to_string(f"{template}.txt", known),
            body_html=render_to_string(f"{template}.html", known),
            attachments=list(attachments),
            language=language,
            related_reference=related_reference,
        )


def alert(
    *, code: str, subject: str, detail: str, related_reference: str = "", dedupe_key: str | None = None
) -> OutboxMessage:
    """Tell staff. Without anybody to tell, the alert is kept as failed, where the backoffice shows it."""
    return _write(
        dedupe_key,
        kind=Kind.ALERT,
        channel=code,
        to=",".join(settings.STAFF_ALERT_EMAILS),
        subject=_one_line(f"[{settings.SITE_NAME}] {subject}"),
        body_text="\n\n".join(filter(None, [detail, related_reference, f"{settings.SITE_URL}/admin/"])),
        related_reference=related_reference,
        **({} if settings.STAFF_ALERT_EMAILS else _TO_NOBODY),
    )


_TO_NOBODY: dict[str, Any] = {"status": Status.FAILED, "last_error": "STAFF_ALERT_EMAILS is empty"}


def _write(dedupe_key: str | None, **columns: Any) -> OutboxMessage:
    if dedupe_key is None:
        message, created = OutboxMessage.objects.create(**columns), True
    else:
        message, created = OutboxMessage.objects.get_or_create(dedupe_key=dedupe_key, defaults=columns)
    if created and message.status == Status.PENDING:
        background.defer("messaging.deliver", message.pk)
    return message


def _site() -> dict[str, Any]:
    return {
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "support_email": settings.SUPPORT_EMAIL,
        "language": translation.get_language(),
        "right_to_left": translation.get_language_bidi(),
    }


def _one_line(subject: str | Promise) -> str:
    # A line break in a header is an injection; a name typed by a guest may hold one.
    return " ".join(str(subject).split())[:254]
