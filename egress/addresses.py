"""IP addresses that the desk may call."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

_GLOBAL_SIX = IPv6Network("2000::/3")
_METADATA = frozenset(
    ip_address(address)
    for address in ("169.254.169.254", "168.63.129.16", "192.0.0.192", "100.100.100.200", "fd00:ec2::254")
)
"""Addresses at which hosting companies give a machine its credentials. One of them is in a public range."""
_NEVER: tuple[IPv4Network | IPv6Network, ...] = tuple(
    ip_network(network) for network in ("0.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3", "::/128", "fe80::/10", "ff00::/8")
)
"""This network, link-local, multicast and broadcast. Not even a host that is named in the settings may have them."""
_NOT_PUBLIC = tuple(IPv4Network(network) for network in ("100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24"))
"""IPv4 ranges on whose meaning releases of Python differ."""
_SPECIAL_SIX = tuple(IPv6Network(network) for network in ("2001::/23", "2002::/16", "3fff::/20"))
"""Ranges that lead to IPv4 addresses or have special uses: Teredo, 6to4, examples and others."""


def fault(address: IPv4Address | IPv6Address, *, named: bool) -> str | None:
    """Why the desk may not connect to `address`. None if it may.

    `named` is true if the settings allow the host by its name. Then private addresses are allowed.
    """
    inner = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    if inner is not None:
        # The system would connect to the IPv4 address.
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
