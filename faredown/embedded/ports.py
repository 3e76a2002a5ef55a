"""Loopback TCP ports."""

from __future__ import annotations

import socket

LOOPBACK = "127.0.0.1"

_claims: dict[int, socket.socket] = {}


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


def claim(port: int) -> bool:
    """Keeps a free port for this process until it ends, listening or not; False when another keeps it or listens there.

    Two demos that start at the same moment look for a port long before they listen. The kernel holds the claim, a name
    among its abstract sockets, for as long as we live.
    """
    if not is_free(port):
        return False
    if port not in _claims:
        mark = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            mark.bind(f"\0faredown-port-{port}")
        except OSError:
            mark.close()
            return False
        _claims[port] = mark
    return True


def free_from(first: int, *, tries: int = 200) -> int:
    """`first`, or the next free port after it, kept for this process."""
    for port in range(first, min(first + tries, 65536)):
        if claim(port):
            return port
    raise RuntimeError(f"no free port from {first} on")
