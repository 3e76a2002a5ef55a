"""Loopback TCP ports."""

from __future__ import annotations

import socket

LOOPBACK = "127.0.0.1"


def free() -> int:
    """A port nobody listens on at this moment; the caller tries again if another program is quicker."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def free_from(first: int, *, tries: int = 200) -> int:
    """`first`, or the next free port after it."""
    for port in range(first, min(first + tries, 65536)):
        if is_free(port):
            return port
    raise RuntimeError(f"no free port from {first} on")
