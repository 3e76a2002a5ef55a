"""Who is calling: the client's address, believed only when a proxy of ours says it."""

from contextvars import ContextVar
from functools import lru_cache
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

from django.conf import settings
from django.http import HttpRequest

UNKNOWN = "unknown"  # a Unix socket, or a broken peer name

current_address: ContextVar[str] = ContextVar("current_address", default="")
"""Of the request being served; empty in tasks and commands."""


def client_address(request: HttpRequest) -> str:
    """`X-Forwarded-For` is read from the right, as far as the addresses are proxies of `TRUSTED_PROXIES`."""
    address = _parsed(request.META.get("REMOTE_ADDR", ""))
    if address is None:
        return UNKNOWN
    hops = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    while _is_trusted(address) and hops:
        hop = _parsed(hops.pop())
        if hop is None:
            break
        address = hop
    return str(address)


def subscriber(address: str) -> str:
    """The address as limits count it: an IPv6 subscriber owns a whole /64."""
    parsed = _parsed(address)
    if isinstance(parsed, IPv6Address):
        return str(ip_network((parsed, 64), strict=False).network_address)
    return address


@lru_cache(maxsize=4096)
def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text.strip())
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _is_trusted(address: IPv4Address | IPv6Address) -> bool:
    return any(address in network for network in _networks(tuple(settings.TRUSTED_PROXIES)))


@lru_cache(maxsize=4)
def _networks(proxies: tuple[str, ...]) -> list[IPv4Network | IPv6Network]:
    return [ip_network(proxy, strict=False) for proxy in proxies]
