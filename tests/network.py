"""No test leaves this machine: connecting anywhere but to the loopback, or asking for a host's name, is an error."""

from __future__ import annotations

import ipaddress
import sys
from typing import Any

NAMES = {"localhost", "", None}
EVENTS = {"socket.connect": 1, "socket.sendto": 1, "socket.getaddrinfo": 0, "socket.gethostbyname": 0}


class NetworkRefused(AssertionError):
    """Not an OSError: no retry and no error handling of the code under test may take it for a broken network."""


def refuse() -> None:
    """For the rest of this process; an audit hook cannot be taken off again, nor be got round by a C extension."""
    sys.addaudithook(_check)


def _check(event: str, arguments: tuple[Any, ...]) -> None:
    position = EVENTS.get(event)
    if position is None:
        return
    address = arguments[position]
    host = address[0] if isinstance(address, tuple) else address
    if event == "socket.connect" and not isinstance(address, tuple):
        return  # a Unix socket
    if not _is_here(host):
        raise NetworkRefused(f"a test reached for {host!r} ({event})")


def _is_here(host: Any) -> bool:
    if isinstance(host, bytes):
        host = host.decode()
    if host in NAMES:
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified
