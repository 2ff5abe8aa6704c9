"""The address of a client, in the form that the program uses."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address


def unmapped(client: tuple[str, int] | None) -> tuple[str, int] | None:
    """An IPv4 address in its own form, even if the socket listens on IPv6 and reports `::ffff:192.0.2.1`."""
    if client is None or not client[0].startswith("::ffff:"):
        return client
    try:
        address = ip_address(client[0])
    except ValueError:
        return client
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (str(mapped), client[1]) if mapped is not None else client
