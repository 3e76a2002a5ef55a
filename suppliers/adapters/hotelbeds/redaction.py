"""Bodies as they may be kept: without API key and secret, guests' and holders' names, and Hotelbeds' internals.

`auditData.internal` and `creationUser` hold the API key (REFERENCE section 2); a remark is a guest's free text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

import msgspec

MASK = "[redacted]"

_ALWAYS = frozenset({"internal", "creationUser", "remark", "paymentData", "requestHost"})
_PEOPLE = frozenset({"holder", "paxes"})
_NAMES = frozenset({"name", "surname"})
# Amounts keep their digits.
_decoder = msgspec.json.Decoder(float_hook=Decimal)
_encoder = msgspec.json.Encoder(decimal_format="number")
_BROKEN = re.compile(r'("(?:internal|creationUser|remark|name|surname)"\s*:\s*)"(?:[^"\\]|\\.)*"?')


def redactor(secrets: Iterable[str]) -> Callable[[bytes], str]:
    known = [secret for secret in secrets if secret]

    def redact(body: bytes) -> str:
        text = _structured(body)
        for secret in known:
            text = text.replace(secret, MASK)
        return text

    return redact


def _structured(body: bytes) -> str:
    if not body:
        return ""
    try:
        value = _decoder.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        # Cut off or no JSON at all: by the look of it, and rather too much than too little.
        return _BROKEN.sub(rf'\1"{MASK}"', body.decode(errors="replace"))
    return _encoder.encode(_masked(value, people=False)).decode()


def _masked(value: Any, *, people: bool) -> Any:
    if isinstance(value, dict):
        return {key: _field(key, item, people=people) for key, item in value.items()}
    if isinstance(value, list):
        return [_masked(item, people=people) for item in value]
    return value


def _field(key: str, item: Any, *, people: bool) -> Any:
    if key in _ALWAYS or (people and key in _NAMES):
        return MASK
    return _masked(item, people=people or key in _PEOPLE)
