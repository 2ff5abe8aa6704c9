"""The network that an address belongs to, as it is kept and shown: wide enough to name nobody's machine. Pure."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

KEPT = 10_000
"""Networks that need not be worked out again."""


@lru_cache(maxsize=KEPT)
def network(place: str) -> str | None:
    """The /24 of an IPv4 address, the /64 of an IPv6 one (which `place` may be already); None for anything else."""
    try:
        address = ip_address(place.partition("/")[0])
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return str(ip_network((address, 24 if isinstance(address, IPv4Address) else 64), strict=False))
