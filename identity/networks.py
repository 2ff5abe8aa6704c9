"""The networks that contain an IP address. They are used for limits, bans and the audit log. Pure."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

_CACHED = 10_000


@lru_cache(maxsize=_CACHED)
def parsed(address: str) -> IPv4Address | IPv6Address | None:
    """The parsed address; None if `address` is not an IP address. An IPv4-mapped IPv6 address becomes an IPv4
    address."""
    try:
        found = ip_address(address)
    except ValueError:
        return None
    return found.ipv4_mapped or found if isinstance(found, IPv6Address) else found


@lru_cache(maxsize=_CACHED)
def network_of(address: str) -> str:
    """The network to which limits apply: an IPv4 address or an IPv6 /64. Text that is not an IP address is
    returned unchanged."""
    found = parsed(address)
    if found is None:
        return address
    return str(found) if isinstance(found, IPv4Address) else _prefix(found, 64)


@lru_cache(maxsize=_CACHED)
def site_of(network: str) -> str | None:
    """The /48 around an IPv6 network. Providers often give a whole /48 to one customer. None if `network` is not an
    IPv6 network."""
    found = parsed(network.removesuffix("/64"))
    return _prefix(found, 48) if isinstance(found, IPv6Address) else None


@lru_cache(maxsize=_CACHED)
def coarse_network(place: str) -> str | None:
    """The network that logs store instead of an IP address: the IPv4 /24 or the IPv6 /64. It does not identify a single
    computer.

    None if `place` is neither an IP address nor a network.
    """
    found = parsed(place.partition("/")[0])
    if found is None:
        return None
    return _prefix(found, 64) if isinstance(found, IPv6Address) else str(ip_network((found, 24), strict=False))


def _prefix(address: IPv6Address, bits: int) -> str:
    rest = 128 - bits
    return f"{IPv6Address(int(address) >> rest << rest)}/{bits}"
