"""Parses URLs that the desk can call."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address

from egress.errors import AddressRefused

URL_MAX = 2000
_PORTS = {"https": 443, "http": 80}
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_URL = re.compile(
    rf"(?P<scheme>https?)://"
    rf"(?:\[(?P<six>[0-9a-f:.]{{2,45}})\]|(?P<host>{_LABEL}(?:\.{_LABEL})*)\.?)"
    r"(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<target>(?:[/?][!-\"$-\[\]-~]*)?)",
    re.IGNORECASE,
)
"""Matches only printable ASCII. Spaces, backslashes, fragments and user names are refused, because different programs
read them differently."""
_NUMBER = re.compile(r"0x[0-9a-f]*|[0-9]+")


@dataclass(frozen=True, slots=True)
class Target:
    scheme: str
    host: str
    """The host in lower case, without brackets and without a final dot."""
    port: int
    path: str
    """The path with the query."""

    @property
    def authority(self) -> str:
        """The value of the `Host` header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"


def target_of(url: str) -> Target:
    """Split an http or https URL into its parts. Raises AddressRefused if the desk can never call it."""
    found = _URL.fullmatch(url) if len(url) <= URL_MAX else None
    if found is None:
        raise AddressRefused(
            "This is not an http or https URL that the desk can call. Write it in ASCII, without a user name, a space "
            "or a fragment."
        )
    scheme = found["scheme"].lower()
    port = int(found["port"]) if found["port"] else _PORTS[scheme]
    if not 0 < port < 65536:
        raise AddressRefused("The port of the URL is not between 1 and 65535.")
    host = _six(found["six"]) if found["six"] else _host(found["host"].lower())
    path = found["target"]
    return Target(scheme, host, port, path if path.startswith("/") else f"/{path}")


def _six(text: str) -> str:
    address = literal(text)
    if not isinstance(address, IPv6Address):
        raise AddressRefused("The address in brackets is not an IPv6 address.")
    return str(address)


def _host(host: str) -> str:
    """`host`, unchanged. Raises AddressRefused if `host` is too long, or is an IPv4 address in an unusual spelling."""
    if len(host) > 253:
        raise AddressRefused("The name of the host is too long.")
    # Resolvers read `127.1`, `0x7f000001` and `2130706433` as IPv4 addresses.
    if _NUMBER.fullmatch(host.rsplit(".", 1)[-1]) and literal(host) is None:
        raise AddressRefused("Write the IPv4 address as four decimal numbers.")
    return host


def host_named(text: str) -> str:
    """Convert a host as people write it to the spelling of `Target.host`."""
    host = text.lower().strip("[]").removesuffix(".")
    return str(literal(host) or host)


def literal(host: str) -> IPv4Address | IPv6Address | None:
    """`host` as an IP address. None if `host` is a name, or an address in an unusual spelling."""
    try:
        return ip_address(host)
    except ValueError:
        return None
