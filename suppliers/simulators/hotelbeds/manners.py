"""How the service behaves around every call: signature, quotas, media types, repeats, faults (REFERENCE 2, 3)."""

import asyncio
import hmac
import math
import random
import time
from collections.abc import Awaitable, Callable, Iterator
from hashlib import blake2b, sha256

from aiohttp import web

from suppliers.simulators.hotelbeds import spoiling
from suppliers.simulators.hotelbeds.booking.world import FAULTS, World
from suppliers.simulators.hotelbeds.faults import Call, Drawn, Fault
from suppliers.simulators.hotelbeds.traffic import Traffic
from suppliers.simulators.hotelbeds.wire import JSON, STARTED, WireError, error_response, product_error

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_BOOKING_API = "/hotel-api/"
_CONTENT_API = "/hotel-content-api/"
_REPEATABLE = frozenset({"checkrates", "booking", "change", "cancellation"})
_P95_SIGMAS = 1.645
_PRODUCT_ERRORS = (
    "ProductException(BOOKING_CONFIRM, Stop sales)",
    "ProductException(BOOKING_CONFIRM, Contract is closed)",
    "ProductException(BOOKING_CONFIRM, Release violated)",
    "ProductException(BOOKING_CONFIRM, Booking confirmation error 256-184467)",
)


class Gateway:
    """The middleware, with what it must remember between calls: recent calls, recent product errors."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.traffic = Traffic()
        self._failed: dict[bytes, tuple[float, str]] = {}
        self._chance = random.Random(world.settings.seed)

    @web.middleware
    async def __call__(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if not request.path.startswith((_BOOKING_API, _CONTENT_API)):
            return await handler(request)
        request[STARTED] = time.perf_counter()
        operation = operation_of(request)
        if operation is None:
            return web.Response(status=596)
        self._world.state.count("calls", operation)
        faults = Drawn()
        try:
            self._admit(request, operation)
            if operation == "availability":
                self.traffic.note_question(await request.read())
            faults = request[FAULTS] = self._world.faults.draw(_call(request, operation))
            await self._wait(operation, faults.get("slow"))
            refusal = faults.first(spoiling.REFUSALS)
            if refusal is not None:
                return await self._refuse(request, operation, refusal)
            response = await self._answer(request, operation, handler)
        except WireError as error:
            response = error_response(request, error)
            if error.retry_after is not None:
                response.headers["Retry-After"] = str(error.retry_after)
            elif error.status in (403, 429) and error.category is None and self._world.settings.retry_after:
                response.headers["Retry-After"] = "1"
        return await spoiling.spoil(request, response, faults)

    def _admit(self, request: web.Request, operation: str) -> None:
        self._check_signature(request)
        if not self._world.settings.plain_host and operation != "content":
            raise WireError(403, "Access to this API has been disallowed")
        self._check_quota()
        self._check_rate("content" if operation == "content" else "booking")
        accepted = request.headers.get("Accept", "*/*")
        if JSON not in accepted and "*/*" not in accepted and "application/*" not in accepted:
            raise WireError(406, "")
        if request.method in ("POST", "PUT") and request.content_type != JSON:
            raise WireError(415, "")

    def _check_signature(self, request: web.Request) -> None:
        settings = self._world.settings
        key, given = request.headers.get("Api-key"), request.headers.get("X-Signature")
        if not key or not given:
            raise WireError(401, "Authorization field missing")
        if key != settings.api_key:
            raise WireError(403, "Access to this API has been disallowed")
        seconds = _nearest(int(time.time()), settings.signature_tolerance)
        if not any(hmac.compare_digest(given, signature(key, settings.secret, second)) for second in seconds):
            raise WireError(401, "Request signature verification failed")

    def _check_quota(self) -> None:
        day = f"{self._world.clock.now():%Y-%m-%d}"
        self._world.state.count("quota", day)
        limit = self._world.settings.daily_quota
        if limit is not None and self._world.state.counted("quota", day) > limit:
            raise WireError(403, "Quota exceeded")

    def _check_rate(self, api: str) -> None:
        settings = self._world.settings
        limit = settings.content_qps if api == "content" else settings.qps
        if limit is not None and not self.traffic.admits(api, limit=limit, now=time.monotonic()):
            raise WireError(429, "Rate limit exceeded")

    async def _wait(self, operation: str, slow: Fault | None) -> None:
        seconds = slow.seconds if slow else 0.0
        latency = self._world.latency.get(operation) or self._world.latency.get("*")
        if latency is not None and latency[0] > 0:
            median, p95 = latency
            spread = math.log(max(p95, median) / median) / _P95_SIGMAS
            seconds += self._chance.lognormvariate(math.log(median), spread) / 1000
        if seconds:
            await asyncio.sleep(seconds)

    async def _refuse(self, request: web.Request, operation: str, fault: Fault) -> web.StreamResponse:
        """Nothing has been done yet, and nothing will be."""
        if fault.kind == "timeout_before":
            await asyncio.sleep(fault.seconds)
            return spoiling.hang_up(request)
        if fault.kind == "product_error":
            error = product_error(_PRODUCT_ERRORS[fault.fired % len(_PRODUCT_ERRORS)])
            self._remember_failure(await _fingerprint(request), error)
            raise error
        if fault.kind in ("quota_403", "throttle_429"):
            raise _too_many(fault)
        raise _refusal(fault.kind, operation, request.match_info.get("reference", ""))

    async def _answer(self, request: web.Request, operation: str, handler: Handler) -> web.StreamResponse:
        """The same request after a product error is refused for a while (410), with the same text."""
        window = self._world.settings.repeat_window
        if operation not in _REPEATABLE or not window:
            return await handler(request)
        name = await _fingerprint(request)
        now = self._world.clock.timestamp()
        failed = self._failed.get(name)
        if failed is not None and 0 <= now - failed[0] < window:
            raise WireError(410, failed[1], category="INVALID_DATA")
        try:
            return await handler(request)
        except WireError as error:
            self._remember_failure(name, error)
            raise

    def _remember_failure(self, name: bytes, error: WireError) -> None:
        if error.category == "PRODUCT_ERROR":
            self._failed[name] = (self._world.clock.timestamp(), error.message)

    def forget(self) -> None:
        self._failed.clear()
        self.traffic.forget()


GATEWAY = web.AppKey("gateway", Gateway)


def signature(key: str, secret: str, epoch_seconds: int) -> str:
    return sha256(f"{key}{secret}{epoch_seconds}".encode()).hexdigest()


def operation_of(request: web.Request) -> str | None:
    """The route's name; every Content API path counts as `content`. None where nothing answers."""
    route = request.match_info.route
    if route.resource is None:
        return None
    return "content" if request.path.startswith(_CONTENT_API) else route.name


def _nearest(now: int, tolerance: int) -> Iterator[int]:
    """Most clocks are right: the seconds around now first."""
    yield now
    for away in range(1, tolerance + 1):
        yield now - away
        yield now + away


async def _fingerprint(request: web.Request) -> bytes:
    return blake2b(f"{request.method} {request.path_qs} ".encode() + await request.read()).digest()


def _call(request: web.Request, operation: str) -> Call:
    language = request.query.get("language", "").strip().upper() or "ENG"
    is_first_page = request.query.get("from", "1").strip() in {"", "1"}
    return Call(operation, request.path, language, is_first_page)


def _too_many(fault: Fault) -> WireError:
    if fault.kind == "quota_403":
        return WireError(403, "Quota exceeded", retry_after=fault.retry_after)
    return WireError(429, "Rate limit exceeded", retry_after=fault.retry_after)


def _refusal(kind: str, operation: str, reference: str) -> WireError:
    if kind == "bad_signature":
        return WireError(401, "Request signature verification failed")
    if kind == "language_missing":
        return WireError(400, "Invalid data. The language is not available", category="INVALID_DATA")
    if kind == "system_error":
        return WireError(500, "Internal server error", category="SYSTEM_ERROR")
    if operation in ("cancellation", "change"):
        verb = "cancellation" if operation == "cancellation" else "modification"
        text = f"Error during {verb}, the booking {reference} is locked. Please try again later."
        return WireError(503, text, category="SERVICE_OVERLOAD")
    return WireError(503, "Service overloaded. Please try again later.", category="SERVICE_OVERLOAD")
