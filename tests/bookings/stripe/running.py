"""The stripe of the tests: started once per process, emptied before each test, with a hand to move its pieces."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.test.utils import override_settings

from bookings.gateways import registry
from bookings.gateways.stripe import client, signatures
from faredown.lib import clock, http

SECRET, PUBLISHABLE, WEBHOOK = "sk_test_ofthetests", "pk_test_ofthetests", "whsec_ofthetests"
ROOT = Path(__file__).resolve().parents[3]
CARDS = {
    "fine": "4242424242424242",
    "declined": "4000000000000341",
    "challenge": "4000002500003155",
    "challenge_then_declined": "4000008260003178",
}


class Stripe:
    """The other side's hands: cards, challenges, faults, disputes, and the webhooks it sends."""

    def __init__(self, url: str) -> None:
        self.url = url

    def card(self, kind: str = "fine") -> str:
        """A PaymentMethod, as Stripe.js makes one in the guest's browser."""
        card = {"number": CARDS[kind], "exp_month": 12, "exp_year": 2030, "cvc": "123"}
        return str(self._call("POST", "/v1/payment_methods", {"type": "card", "card": card})["id"])

    def challenge(self, reference: str, *, passed: bool) -> None:
        """The guest answers the bank's question."""
        secret = self.intent(reference)["client_secret"]
        form = {"client_secret": secret, "success": passed}
        self._call("POST", f"/v1/payment_intents/{reference}/_authenticate", form)

    def enter_card(self, reference: str, kind: str = "fine") -> None:
        """The guest types a card into Stripe's own fields."""
        form = {"payment_method": self.card(kind)}
        self._call("POST", f"/v1/payment_intents/{reference}/confirm", form)

    def intent(self, reference: str) -> dict[str, Any]:
        return dict(self._call("GET", f"/v1/payment_intents/{reference}"))

    def intents(self) -> list[dict[str, Any]]:
        return list(self._call("GET", "/v1/payment_intents?limit=100")["data"])

    def cancel(self, reference: str) -> None:
        self._call("POST", f"/v1/payment_intents/{reference}/cancel", {})

    def capture(self, reference: str) -> None:
        self._call("POST", f"/v1/payment_intents/{reference}/capture", {})

    def refunds(self, reference: str) -> list[dict[str, Any]]:
        return list(self._call("GET", f"/v1/refunds?payment_intent={reference}")["data"])

    def fail_refund(self, reference: str) -> None:
        self._call("POST", f"/_test/refunds/{reference}/fail", {})

    def dispute(self, reference: str, *, status: str, withdrawn: bool | None, case: str = "") -> str:
        """`withdrawn` None: an inquiry, nothing moved yet; False: given back. Answers the dispute's id."""
        asked = {"payment_intent": reference, "status": status, "withdrawn": withdrawn}
        return str(self._call("POST", "/_test/disputes", asked | ({"id": case} if case else {}))["id"])

    def faults(self, *faults: dict[str, Any]) -> None:
        """`{"kind": "before" | "after" | "answer", "path": how it ends, "times": 1, "method": "POST"}`."""
        self._call("POST", "/_test/faults", list(faults))

    def posts(self, path: str) -> list[dict[str, str]]:
        """What was sent to it so far."""
        calls = self._call("GET", "/_test/calls")
        return [one for one in calls if one["method"] == "POST" and one["path"].endswith(path) and one["key"]]

    def forget(self) -> None:
        self._call("POST", "/_test/forget", {})

    def _call(self, method: str, path: str, body: Any = None) -> Any:
        answer = http.request(
            method,
            f"{self.url}{path}",
            headers={"Authorization": f"Bearer {SECRET}", "Content-Type": "application/json"},
            body=None if body is None else json.dumps(body).encode(),
            deadline=10,
        )
        return json.loads(answer.body)


def webhook(kind: str, reference: str, *, event: str = "evt_1", live: bool = False, **object_: Any) -> bytes:
    """A body as Stripe sends it. What it says of the object beyond its name is not to be believed."""
    told = {
        "id": event,
        "object": "event",
        "api_version": "2019-05-16",
        "created": int(clock.now().timestamp()),
        "livemode": live,
        "type": kind,
        "data": {"object": {"id": reference, **object_}},
    }
    return json.dumps(told).encode()


def signed(body: bytes, *, secret: str = WEBHOOK, age: int = 0) -> str:
    return signatures.sign(body, secret=secret, at=int(clock.now().timestamp()) - age)


def settings_for(url: str) -> dict[str, Any]:
    return {
        "STRIPE_SECRET_KEY": SECRET,
        "STRIPE_PUBLISHABLE_KEY": PUBLISHABLE,
        "STRIPE_WEBHOOK_SECRETS": ["whsec_rolled", WEBHOOK],
        "STRIPE_API_URL": url,
        "STRIPE_DEADLINE_SECONDS": 5,
        "STRIPE_LIVE": False,
    }


@contextmanager
def running() -> Iterator[Stripe]:
    command = [sys.executable, "-m", "tests.bookings.stripe.server"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        try:
            yield Stripe(f"http://127.0.0.1:{int(process.stdout.readline())}")
        finally:
            process.terminate()


@contextmanager
def chosen(stripe: Stripe) -> Iterator[None]:
    """Our settings point at it, and a repeat does not wait."""
    pause = client.PAUSE
    with override_settings(**settings_for(stripe.url)):
        registry.forget()
        client.PAUSE = (0.0, 0.0)
        yield
    client.PAUSE = pause
    registry.forget()
