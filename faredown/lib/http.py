"""The one door to the outside world (`requests` is used here only).

A timeout of `requests` counts between two reads, so a server that trickles bytes holds a caller for ever. Here the
deadline is total: the sockets themselves arm every connect, handshake, send and receive with what is left of it, and
remember whether anything was sent, which is what tells "not done" from "outcome unknown".
"""

import socket
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import requests  # noqa: TID251 - this is the door
import urllib3
from requests.adapters import HTTPAdapter  # noqa: TID251 - the same
from urllib3.connection import HTTPConnection, HTTPSConnection

from faredown.lib.logging import request_id

USER_AGENT = "Faredown/1.0"
_CONNECT_SECONDS = 5.0
_CHUNK = 65_536

ClientCertificate = tuple[str, str]
"""Paths of a PEM certificate and of its key."""


class DoorError(Exception):
    """Nothing usable came back. `sent` tells whether the other side may have acted on the request."""

    sent: bool = False


class ConnectFailed(DoorError):
    """No byte of the request left: it was not done."""


class Interrupted(DoorError):
    """The request (or a part of it) left and no whole answer came: the outcome is unknown."""

    sent = True


class TooLarge(DoorError):
    sent = True


class DeadlineExceeded(DoorError):
    def __init__(self, message: str, *, sent: bool) -> None:
        super().__init__(message)
        self.sent = sent


@dataclass(frozen=True, slots=True)
class Response:
    status: int
    headers: Mapping[str, str]  # names compare without case
    body: bytes  # decoded (gzip)
    elapsed_ms: int


class _Call(threading.local):
    """The call this thread is in."""

    until: float = 0.0
    sent: bool = False

    def left(self) -> float:
        remaining = self.until - time.monotonic()
        if remaining <= 0:
            raise TimeoutError("deadline passed")
        return remaining


_call = _Call()


class _Timed:
    """Mixed into sockets: every operation gets what is left of the call's deadline."""

    def recv_into(self, *args: Any) -> int:
        self.settimeout(_call.left())  # type: ignore[attr-defined]
        return super().recv_into(*args)  # type: ignore[misc, no-any-return]

    def sendall(self, *args: Any) -> None:
        self.settimeout(_call.left())  # type: ignore[attr-defined]
        _call.sent = True
        super().sendall(*args)  # type: ignore[misc]


class _TimedSocket(_Timed, socket.socket):
    pass


class _TimedTLSSocket(_Timed, ssl.SSLSocket):
    pass


def _timed(plain: socket.socket) -> socket.socket:
    timed = _TimedSocket(plain.family, plain.type, plain.proto, fileno=plain.detach())
    timed.settimeout(_call.left())
    return timed


class _HTTPConnection(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        return _timed(super()._new_conn())


class _HTTPSConnection(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        return _timed(super()._new_conn())


class _HTTPPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _HTTPConnection


class _HTTPSPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _HTTPSConnection


class _Adapter(HTTPAdapter):
    def __init__(self, context: ssl.SSLContext, connections: int) -> None:
        self._context = context
        super().__init__(pool_connections=8, pool_maxsize=connections, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs, ssl_context=self._context)
        self.poolmanager.pool_classes_by_scheme = {
            "http": _HTTPPool,
            "https": _HTTPSPool,
        }


class Door:
    """A pool of connections per host, with at most one client certificate. Safe to share between threads."""

    def __init__(self, *, cert: ClientCertificate | None = None, connections: int = 16) -> None:
        context = ssl.create_default_context()
        context.sslsocket_class = _TimedTLSSocket
        if cert is not None:
            context.load_cert_chain(*cert)
        self._session = requests.Session()
        # Neither proxies from the environment nor credentials from a .netrc belong in a call to a supplier.
        self._session.trust_env = False
        adapter = _Adapter(context, connections)
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: bytes | None,
        deadline: float,
        max_bytes: int = 64_000_000,
    ) -> Response:
        """`deadline` is the seconds the whole exchange may take, from now to the last byte of the answer."""
        started = time.monotonic()
        _call.until, _call.sent = started + deadline, False
        try:
            answer = self._session.request(
                method,
                url,
                headers=_outgoing(headers),
                data=body,
                stream=True,
                allow_redirects=False,
                timeout=(min(deadline, _CONNECT_SECONDS), deadline),
            )
            with answer:
                content = _read(answer, max_bytes)
        except (
            requests.RequestException,
            urllib3.exceptions.HTTPError,
            OSError,
        ) as error:
            raise _failure(error) from error
        elapsed = int((time.monotonic() - started) * 1000)
        return Response(answer.status_code, answer.headers, content, elapsed)

    def close(self) -> None:
        self._session.close()


def open_session(*, cert: ClientCertificate | None = None, connections: int = 16) -> Door:
    return Door(cert=cert, connections=connections)


def request(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    body: bytes | None,
    deadline: float,
    cert: ClientCertificate | None = None,
    max_bytes: int = 64_000_000,
) -> Response:
    """As `Door.request`, through the process's shared door for that certificate."""
    return _shared(cert).request(
        method, url, headers=headers, body=body, deadline=deadline, max_bytes=max_bytes
    )


@lru_cache(maxsize=16)
def _shared(cert: ClientCertificate | None) -> Door:
    return Door(cert=cert)


def _outgoing(headers: Mapping[str, str]) -> dict[str, str]:
    outgoing = {"User-Agent": USER_AGENT, "Accept-Encoding": "gzip"}
    if current := request_id.get():
        outgoing["X-Request-ID"] = current
    return outgoing | dict(headers)


def _read(answer: requests.Response, max_bytes: int) -> bytes:
    if not _is_framed(answer):
        raise Interrupted("the answer does not say where it ends")
    chunks, size = [], 0
    for chunk in answer.iter_content(_CHUNK):
        size += len(chunk)
        if size > max_bytes:
            raise TooLarge(f"the answer is over {max_bytes} bytes")
        chunks.append(chunk)
    return b"".join(chunks)


def _is_framed(answer: requests.Response) -> bool:
    """What only the end of the connection ends cannot be told from what broke off, be it in the headers."""
    bodiless = answer.request.method == "HEAD" or answer.status_code in {204, 304}
    return bodiless or not {"Content-Length", "Transfer-Encoding"}.isdisjoint(map(str.title, answer.headers))


def _failure(error: Exception) -> DoorError:
    # What the sockets know decides, not which of the many exception classes came up.
    reason = type(error).__name__
    if time.monotonic() >= _call.until:
        return DeadlineExceeded(f"deadline passed ({reason})", sent=_call.sent)
    return Interrupted(reason) if _call.sent else ConnectFailed(reason)
