from __future__ import annotations

import hashlib
import hmac

import pytest

from bookings.gateways.errors import Forged
from bookings.gateways.stripe import signatures

BODY = b'{"id": "evt_1"}'
AT = 1_800_000_000
SECRETS = ["whsec_new", "whsec_old"]


def digest(secret: str, at: int = AT, body: bytes = BODY) -> str:
    return hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()


@pytest.mark.parametrize(
    "header",
    [
        f"t={AT},v1={digest('whsec_new')}",
        f"t={AT},v1={digest('whsec_old')},v0=6ffbb59b2300aae63f272406069a9788598b792a944a07aba816edb039989a39",
        f"t={AT},v1={digest('whsec_gone')},v1={digest('whsec_new')}",
    ],
)
@pytest.mark.parametrize("off", [-300, 0, 300])
def test_a_signature_of_any_secret_in_force_holds_within_the_tolerance(header: str, off: int) -> None:
    signatures.verify(BODY, header, secrets=SECRETS, now=AT + off)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "t=,v1=",
        f"t={AT}",
        f"v1={digest('whsec_new')}",
        f"t={AT},v0={digest('whsec_new')}",
        f"t={AT},v1={digest('whsec_other')}",
        f"t={AT},v1={digest('whsec_new')[:-1]}0x",
        f"t={AT + 1},v1={digest('whsec_new')}",
        f"t={AT},t={AT},v1={digest('whsec_new')}",
        f"t=-{AT},v1={digest('whsec_new')}",
        f"t={AT},v1=é",
        f"t={AT}," + ",".join(["v1=" + "0" * 64] * 50),
    ],
)
def test_anything_else_is_forged(header: str) -> None:
    with pytest.raises(Forged) as problem:
        signatures.verify(BODY, header, secrets=SECRETS, now=AT)
    assert problem.value.code == "signature"


def test_another_body_or_no_secret_is_forged() -> None:
    header = signatures.sign(BODY, secret="whsec_new", at=AT)
    assert header == f"t={AT},v1={digest('whsec_new')}"
    for body, secrets in ((BODY + b" ", SECRETS), (BODY, [])):
        with pytest.raises(Forged):
            signatures.verify(body, header, secrets=secrets, now=AT)


@pytest.mark.parametrize("off", [-301, 301])
def test_what_is_too_old_or_ahead_is_stale(off: int) -> None:
    with pytest.raises(Forged) as problem:
        signatures.verify(
            BODY, signatures.sign(BODY, secret="whsec_old", at=AT), secrets=SECRETS, now=AT + off
        )
    assert problem.value.code == "stale"
