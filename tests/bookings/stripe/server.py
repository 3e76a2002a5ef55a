"""localstripe as a process on a loopback port of its own, with what it lacks and our gateway asks for.

Its own `start` listens on every address and keeps its store in a file of everybody's. Added here: idempotency keys,
the filter by time and the order of lists, captured amounts as Stripe shows them, the PaymentIntent in a decline,
another card on an intent, disputes, and faults on demand (`/_test/...`). Run as a module, it prints its port.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from aiohttp import web
from localstripe import resources
from localstripe.errors import UserError
from localstripe.resources import Charge, PaymentIntent, Refund
from localstripe.server import app, get_post_data

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

JS = "/js.stripe.com/stub"
"""Where our stub of Stripe.js lies; below an address that localstripe asks no key for."""
STUB = Path(__file__).with_name("stub.js")
FRAME = """<label>Card number <input></label><script>
document.querySelector("input").addEventListener("input", (event) => parent.postMessage(event.target.value, "*"));
</script>"""
CAPTURE_BEFORE = 6 * 24 * 3600
_answers: dict[str, tuple[str, int, bytes]] = {}
_disputes: dict[str, dict[str, Any]] = {}
_faults: list[dict[str, Any]] = []
_calls: list[dict[str, str]] = []


def teach() -> None:
    resources.Store.dump_to_disk = lambda _store: None
    PaymentIntent.amount_received = property(_received)
    PaymentIntent._api_list_all = classmethod(_intents)
    Charge.amount_captured = property(_captured)
    Charge.payment_method_details = property(
        lambda charge: {"card": {"capture_before": charge.created + CAPTURE_BEFORE}}
    )
    Charge.disputed = property(lambda charge: any(one["charge"] == charge.id for one in _disputes.values()))


def _received(intent: Any) -> int:
    charge = intent.latest_charge
    return _captured(charge) if charge is not None else 0


def _captured(charge: Any) -> int:
    """localstripe writes what a partial capture released as a refund without metadata."""
    if not charge.captured:
        return 0
    released = [one.amount for one in charge.refunds._list if not one.metadata]
    return int(charge.amount - sum(released))


def _intents(cls: Any, url: str, limit: Any = None, starting_after: Any = None, created: Any = None) -> Any:
    found = resources.List(url, limit=limit, starting_after=starting_after)
    bounds = {name: int(value) for name, value in (created or {}).items()}
    rows = [row for key, row in resources.store.items() if key.startswith("payment_intent:")]
    found._list = [
        row for row in reversed(rows) if bounds.get("gte", 0) <= row.created <= bounds.get("lte", row.created)
    ]
    return found


def _confirm(reference: str, payment_method: str | None) -> Any:
    intent = PaymentIntent._api_retrieve(reference)
    if payment_method:
        intent.payment_method, intent.latest_charge = payment_method, None
    if intent.status != "requires_confirmation":
        raise UserError(400, "Bad request", {"code": "payment_intent_unexpected_state"})
    intent._confirm(on_failure_now=intent._report_failure)
    return intent


@web.middleware
async def as_stripe(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Faults, then keys, then localstripe; a decline tells of its intent."""
    if request.path.startswith(("/_test/", JS)):
        return await handler(request)
    body = await request.read()
    key = request.headers.get("Idempotency-Key", "")
    _calls.append({"method": request.method, "path": request.path, "key": key, "body": body.decode()})
    fault = _fault(request)
    if fault and fault["kind"] == "before":
        return _hang_up(request)
    if fault and fault["kind"] == "answer":
        return web.json_response({"error": fault["error"]}, status=fault["status"])
    asked = f"{request.path} {body.decode()}"
    if key in _answers and _answers[key][0] != asked:
        return web.json_response({"error": {"type": "idempotency_error"}}, status=400)
    if key not in _answers:
        answer = await _answer(request, handler)
        content = answer.body if isinstance(answer.body, bytes) else b""
        kept = (asked, answer.status, _with_intent(content) if answer.status == 402 else content)
        if key:
            _answers[key] = kept
    else:
        kept = _answers[key]
    if fault and fault["kind"] == "after":
        return _hang_up(request)
    return web.Response(status=kept[1], body=kept[2], content_type="application/json")


async def _answer(request: web.Request, handler: Handler) -> web.Response:
    try:
        answer = await (confirm(request) if request.path.endswith("/confirm") else handler(request))
    except UserError as error:
        answer = error.to_response()
    assert isinstance(answer, web.Response)
    return answer


def _fault(request: web.Request) -> dict[str, Any] | None:
    for fault in _faults:
        if fault["times"] > 0 and fault["method"] == request.method and request.path.endswith(fault["path"]):
            fault["times"] -= 1
            return fault
    return None


def _hang_up(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def _with_intent(content: bytes) -> bytes:
    told = json.loads(content)
    told["error"]["type"] = "card_error"
    charge = resources.store.get(f"charge:{told['error'].get('charge')}")
    if charge is not None and charge.payment_intent:
        intent = PaymentIntent._api_retrieve(charge.payment_intent)
        told["error"]["payment_intent"] = intent._export()
    return json.dumps(told).encode()


async def faults(request: web.Request) -> web.Response:
    _faults[:] = [{"times": 1, "method": "POST", "path": "", **one} for one in await request.json()]
    return web.json_response({})


async def calls(request: web.Request) -> web.Response:
    return web.json_response(_calls)


async def forget(request: web.Request) -> web.Response:
    resources.store.clear()
    for kept in (_answers, _disputes, _faults, _calls):
        kept.clear()
    return web.json_response({})


async def fail_refund(request: web.Request) -> web.Response:
    found = Refund._api_retrieve(request.match_info["id"])
    found.status, found.failure_reason = "failed", "expired_or_canceled_card"
    return web.json_response({})


async def dispute(request: web.Request) -> web.Response:
    """`{"payment_intent", "status", "withdrawn", "id"?}`: made, or as it stands by then."""
    asked = await request.json()
    intent = PaymentIntent._api_retrieve(asked["payment_intent"])
    moves = [{"amount": -intent.amount, "currency": intent.currency, "fee": 1500}]
    if not asked["withdrawn"]:
        moves.append({"amount": intent.amount, "currency": intent.currency, "fee": 0})
    found = {
        "id": asked.get("id") or f"dp_{len(_disputes) + 1:014d}",
        "object": "dispute",
        "amount": intent.amount,
        "currency": intent.currency,
        "charge": intent.latest_charge.id,
        "payment_intent": intent.id,
        "reason": "fraudulent",
        "status": asked["status"],
        "balance_transactions": moves if asked["withdrawn"] is not None else [],
        "evidence_details": {"due_by": int(time.time()) + 7 * 24 * 3600},
    }
    _disputes[str(found["id"])] = found
    return web.json_response(found)


async def read_dispute(request: web.Request) -> web.Response:
    found = _disputes.get(request.match_info["id"])
    return web.json_response(found or {"error": {"code": "resource_missing"}}, status=200 if found else 404)


async def list_disputes(request: web.Request) -> web.Response:
    rows = [one for one in _disputes.values() if one["payment_intent"] == request.query["payment_intent"]]
    return web.json_response({"object": "list", "data": rows, "has_more": False})


async def confirm(request: web.Request) -> web.Response:
    """localstripe's own takes no card."""
    data = await get_post_data(request) or {}
    intent = _confirm(request.path.split("/")[3], data.get("payment_method"))
    return web.json_response(intent._export())


async def script(request: web.Request) -> web.Response:
    return web.Response(text=STUB.read_text(), content_type="text/javascript")


async def frame(request: web.Request) -> web.Response:
    return web.Response(text=FRAME, content_type="text/html")


async def card(request: web.Request) -> web.Response:
    told = json.loads(await request.text())
    details = {"number": told["number"], "exp_month": 12, "exp_year": 2030, "cvc": "123"}
    return web.json_response(resources.PaymentMethod(type="card", card=details)._export())


async def challenge(request: web.Request) -> web.Response:
    secret = json.loads(await request.text())["clientSecret"]
    intent = PaymentIntent._api_retrieve(secret.partition("_secret_")[0])
    PaymentIntent._api_authenticate(intent.id, client_secret=secret, success=True)
    return web.json_response({})


async def serve() -> None:
    teach()
    app.middlewares.insert(1, as_stripe)  # after the one that writes errors out
    app.router.add_post("/_test/faults", faults)
    app.router.add_get("/_test/calls", calls)
    app.router.add_post("/_test/forget", forget)
    app.router.add_post("/_test/refunds/{id}/fail", fail_refund)
    app.router.add_post("/_test/disputes", dispute)
    app.router.add_get("/v1/disputes/{id}", read_dispute)
    app.router.add_get("/v1/disputes", list_disputes)
    app.router.add_get(f"{JS}/", script)
    app.router.add_get(f"{JS}/frame", frame)
    app.router.add_post(f"{JS}/card", card)
    app.router.add_post(f"{JS}/challenge", challenge)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    sys.exit(asyncio.run(serve()))
