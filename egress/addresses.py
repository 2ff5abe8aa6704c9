"""Decides which IP addresses the desk may connect to."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

_GLOBAL_SIX = IPv6Network("2000::/3")
_METADATA = frozenset(
    ip_address(address)
    for address in ("169.254.169.254", "168.63.129.16", "192.0.0.192", "100.100.100.200", "fd00:ec2::254")
)
"""Metadata services, at which hosting companies give a machine its credentials. One of them is in a public range."""
_NEVER: tuple[IPv4Network | IPv6Network, ...] = tuple(
    ip_network(network) for network in ("0.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3", "::/128", "fe80::/10", "ff00::/8")
)
"""Unspecified, link-local, multicast, reserved and broadcast addresses. The desk never connects to them, even if the
settings allow the host."""
_NOT_PUBLIC = tuple(IPv4Network(network) for network in ("100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24"))
"""IPv4 ranges that count as not public. Releases of Python classify them differently."""
_SPECIAL_SIX = tuple(IPv6Network(network) for network in ("2001::/23", "2002::/16", "3fff::/20"))
"""IPv6 ranges that contain IPv4 addresses (Teredo, 6to4), or have special uses such as documentation."""


def fault(address: IPv4Address | IPv6Address, *, named: bool) -> str | None:
    """The reason why the desk may not connect to `address`, such as `a metadata service`. None if it may.

    `named` is True if the settings allow the host by its name. Then private addresses are allowed too.
    """
    inner = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    if inner is not None:
        # For such an address, the operating system connects to the IPv4 address in it.
        return fault(inner, named=named) if named else "an IPv4 address written as an IPv6 address"
    if address in _METADATA:
        return "a metadata service"
    if any(address in network for network in _NEVER if network.version == address.version):
        return "a link-local, multicast or unspecified address"
    if named or _public(address):
        return None
    return "a private or reserved address"


def _public(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv4Address):
        return address.is_global and not any(address in network for network in _NOT_PUBLIC)
    # Outside 2000::/3 are NAT64 and other ranges that contain IPv4 addresses.
    return address.is_global and address in _GLOBAL_SIX and not any(address in network for network in _SPECIAL_SIX)
