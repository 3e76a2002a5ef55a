"""Whether a webhook is Stripe's (docs.stripe.com/webhooks, "Verify webhook signatures manually").

`Stripe-Signature: t=<seconds>,v1=<hex>[,v1=<hex>]`: HMAC-SHA256 of `<t>.<body>`. Several v1 while a secret is rolled.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Sequence

from bookings.gateways.errors import Forged

TOLERANCE_SECONDS = 300
_HEADER = re.compile(r"[A-Za-z0-9=,_-]{1,1000}\Z")


def verify(body: bytes, header: str, *, secrets: Sequence[str], now: float) -> None:
    """Raises Forged: no such signature, or one that is too old (or from too far ahead) to be a first delivery."""
    signed_at, given = _parts(header)
    payload = b"%d." % signed_at + body
    expected = [hmac.new(secret.encode(), payload, hashlib.sha256).hexdigest() for secret in secrets]
    if not any(hmac.compare_digest(mine, theirs) for mine in expected for theirs in given):
        raise Forged("signature")
    if abs(now - signed_at) > TOLERANCE_SECONDS:
        raise Forged("stale")


def sign(body: bytes, *, secret: str, at: int) -> str:
    """The header Stripe would send."""
    digest = hmac.new(secret.encode(), b"%d." % at + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


def _parts(header: str) -> tuple[int, list[str]]:
    if not _HEADER.match(header):
        raise Forged("signature")
    pairs = [part.partition("=") for part in header.split(",")]
    times = [value for name, _, value in pairs if name == "t" and value.isdigit() and len(value) <= 12]
    given = [value for name, _, value in pairs if name == "v1" and value.isascii()]
    if len(times) != 1 or not given:
        raise Forged("signature")
    return int(times[0]), given[:10]
