"""What accounts need from the apps above them, which they must not import. Those plug themselves in when Django starts;
a hook that nobody plugged fails where it is used."""

from collections.abc import Mapping
from typing import Any, Protocol

from django.db import models


class Mail(Protocol):
    """`messaging.services.outbox.email`: writes the mail in the caller's transaction. `context` holds its `subject`."""

    def __call__(
        self,
        *,
        to: str,
        template: str,
        context: Mapping[str, Any],
        language: str,
        related_reference: str,
    ) -> object: ...


class Record(Protocol):
    """`audit.services.audit.record`."""

    def __call__(self, action: str, *, target: models.Model, **detail: Any) -> object: ...


class Hooks:
    mail: Mail
    record: Record


hooks = Hooks()
