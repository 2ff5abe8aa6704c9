"""Network addresses of connections, in the form that the program uses."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address


def unmapped(client: tuple[str, int] | None) -> tuple[str, int] | None:
    """The network address and port of a connection, with `::ffff:192.0.2.1` replaced by `192.0.2.1`.

    A socket that listens on IPv6 reports IPv4 addresses in the longer form. Other addresses stay as they are.
    """
    if client is None or not client[0].startswith("::ffff:"):
        return client
    try:
        address = ip_address(client[0])
    except ValueError:
        return client
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (str(mapped), client[1]) if mapped is not None else client
