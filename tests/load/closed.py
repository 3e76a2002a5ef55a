"""As many requests as a server answers: each connection asks again as soon as it has its answer.

One thread and bare sockets: what it takes of the processors is small beside a server, and the same whoever answers.
"""

from __future__ import annotations

import selectors
import socket
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

CONNECTIONS = 16
_END_OF_HEAD = b"\r\n\r\n"
_LENGTH = b"content-length: "


@dataclass
class _Answer:
    """What of one is there, and how long it will be; 0 until its head has told."""

    read: int = 0
    whole: int = 0


def per_second(url: str, path: str, *, seconds: float, headers: dict[str, str]) -> float:
    """Answers, every one of them a 200 that tells its length."""
    lines = [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    request = "\r\n".join([*lines, "", ""]).encode()
    answers: dict[socket.socket, _Answer] = {}
    with selectors.DefaultSelector() as selector:
        for _ in range(CONNECTIONS):
            connection = _connected(url)
            selector.register(connection, selectors.EVENT_READ)
            answers[connection] = _Answer()
            connection.sendall(request)
        started = time.perf_counter()
        done = 0
        while time.perf_counter() - started < seconds:
            for key, _ in selector.select(1.0):
                connection = key.fileobj  # type: ignore[assignment]
                done += _read(connection, answers[connection], request)
        elapsed = time.perf_counter() - started
    for connection in answers:
        connection.close()
    return done / elapsed


def _connected(url: str) -> socket.socket:
    address = urlsplit(url)
    connection = socket.create_connection((address.hostname or "", address.port or 80), timeout=60)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def _read(connection: socket.socket, answer: _Answer, request: bytes) -> bool:
    """What has come. True when the answer is whole, and the next is asked for."""
    part = connection.recv(1 << 18)
    assert part, "the server closed the connection"
    if not answer.whole:
        answer.whole = _length(part)
    answer.read += len(part)
    if answer.read < answer.whole:
        return False
    answer.read = answer.whole = 0
    connection.sendall(request)
    return True


def _length(part: bytes) -> int:
    head, found, _ = part.partition(_END_OF_HEAD)
    assert found, "the head of an answer comes in one piece"
    assert head.startswith(b"HTTP/1.1 200 "), head.decode(errors="replace")
    told = head.lower().partition(_LENGTH)[2].partition(b"\r\n")[0]
    return len(head) + len(_END_OF_HEAD) + int(told)
