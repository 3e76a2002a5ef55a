"""What every answer has in common: JSON text, `auditData`, gzip, and the two shapes of an error (REFERENCE 2, 3.3)."""

import secrets
import struct
import time
import zlib
from typing import Any

import msgspec
from aiohttp import web

from suppliers.simulators.hotelbeds.clock import Clock
from suppliers.simulators.hotelbeds.settings import Settings

SETTINGS = web.AppKey("settings", Settings)
CLOCK = web.AppKey("clock", Clock)
STARTED = web.RequestKey("started", float)

JSON = "application/json"
_SERVER = "ip-10-214-46-211.eu-central-1.compute.internal#A+"
_ENVIRONMENT = "[awseucentral1, awseucentral1b, ip_10_214_46_211, eucentral1]"
_RELEASE = "8813015814a189304b0f776271181c6aa778ed93"
_GZIP_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
_encoder = msgspec.json.Encoder()


class WireError(Exception):
    """An error answer. With a category it has the application's shape, without one the gateway's flat one, and
    without a message no body at all."""

    def __init__(
        self, status: int, message: str, *, category: str | None = None, retry_after: int | None = None
    ) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.status = status
        self.message = message
        self.category = category


def invalid_request(message: str) -> WireError:
    text = f"The request is not compliant with the specified version of the API. {message}"
    return WireError(400, text, category="INVALID_REQUEST")


def product_error(message: str) -> WireError:
    return WireError(500, message, category="PRODUCT_ERROR")


def encode(value: object) -> bytes:
    return _encoder.encode(value)


def money(cents: int) -> str:
    """Amounts inside rates are strings with two decimals (REFERENCE 4.3)."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def audit_data(request: web.Request, *, token: str | None = None) -> dict[str, str]:
    """`internal` holds the caller's API key, as the real one does."""
    settings = request.app[SETTINGS]
    started = request.get(STARTED, time.perf_counter())
    now = request.app[CLOCK].spanish_now()
    return {
        "processTime": str(max(1, int((time.perf_counter() - started) * 1000))),
        "timestamp": f"{now:%Y-%m-%d %H:%M:%S}.{now.microsecond // 1000:03d}",
        "requestHost": f"{request.remote or '127.0.0.1'}, 10.193.57.105",
        "serverId": _SERVER,
        "environment": _ENVIRONMENT,
        "release": _RELEASE,
        "token": token or secrets.token_hex(16).upper(),
        "internal": f"0||||0|0||||||||||||0||||0||0|{settings.api_key}|||",
    }


def respond(request: web.Request, payload: dict[str, Any], *, status: int = 200) -> web.Response:
    return body_response(request, encode({"auditData": audit_data(request), **payload}), status=status)


def error_response(request: web.Request, error: WireError) -> web.Response:
    if not error.message:
        return web.Response(status=error.status)
    if error.category is None:
        return body_response(request, encode({"error": error.message}), status=error.status)
    token = secrets.token_hex(16).upper()
    payload = {
        "auditData": audit_data(request, token=token),
        "error": {"code": f"{error.category}-{token}", "message": error.message},
    }
    return body_response(request, encode(payload), status=error.status)


def body_response(request: web.Request, body: bytes, *, status: int = 200) -> web.Response:
    headers = {"Content-Type": JSON}
    if takes_gzip(request):
        headers["Content-Encoding"] = "gzip"
        body = zlib_gzip(body)
    return web.Response(body=body, status=status, headers=headers)


def takes_gzip(request: web.Request) -> bool:
    return "gzip" in request.headers.get("Accept-Encoding", "")


def zlib_gzip(body: bytes) -> bytes:
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    return packer.compress(body) + packer.flush()


class Rendered:
    """A large JSON object kept ready: all but its last member, compressed once.

    Each answer still needs its own `auditData`; it is appended as an uncompressed last block of the gzip stream, so
    a repeated answer costs a checksum of a few hundred bytes.
    """

    def __init__(self, opening: bytes) -> None:
        """`opening` is the object's text up to, not including, the comma before the last member."""
        packer = zlib.compressobj(1, zlib.DEFLATED, -15)
        self.opening = opening
        self.packed = packer.compress(opening) + packer.flush(zlib.Z_SYNC_FLUSH)
        self.checksum = zlib.crc32(opening)

    def response(self, request: web.Request) -> web.Response:
        tail = b',"auditData":' + encode(audit_data(request)) + b"}"
        if not takes_gzip(request):
            return web.Response(body=self.opening + tail, headers={"Content-Type": JSON})
        size = len(tail)
        stored = b"\x01" + struct.pack("<HH", size, size ^ 0xFFFF) + tail
        trailer = struct.pack("<II", zlib.crc32(tail, self.checksum), (len(self.opening) + size) & 0xFFFFFFFF)
        body = _GZIP_HEADER + self.packed + stored + trailer
        return web.Response(body=body, headers={"Content-Type": JSON, "Content-Encoding": "gzip"})
