"""The origin of a request and the host that it names. Pure functions of headers and settings."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address

_AUTHORITY = re.compile(r"(?P<host>\[[0-9a-f:.]+\]|[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_-])?)(?::(?P<port>[1-9]\d{0,4}))?")
_AUTHORITY_MAX = 300
_SCHEMES = {"http": "80", "https": "443"}


def origin_of(url: str) -> str | None:
    """The origin in `url`, as browsers write it: lower case, no default port, internationalized names in ASCII. None if
    `url` is not an origin, for example because it has a path."""
    scheme, separator, authority = url.partition("://")
    scheme = scheme.lower()
    found = _split(authority.removesuffix("/"))
    if not separator or scheme not in _SCHEMES or found is None:
        return None
    host, port = found
    return f"{scheme}://{host}" + (f":{port}" if port and port != _SCHEMES[scheme] else "")


def host_of(authority: str) -> str | None:
    """The host in a `Host` header. `authority` is the value of the header, `host[:port]`. None if it names no valid
    host."""
    found = _split(authority)
    return found[0] if found else None


def host_of_url(origin: str) -> str:
    """The host of an origin. Empty if the origin has no host."""
    return host_of(origin.partition("://")[2]) or ""


def is_loopback(host: str) -> bool:
    """True if this host is `localhost`, a name that ends in `.localhost`, or a loopback address."""
    address = _address(host)
    return address.is_loopback if address else host == "localhost" or host.endswith(".localhost")


@dataclass(frozen=True, slots=True)
class ServedHosts:
    """The hosts under which a desk answers.

    Requests for any other host are refused, to prevent DNS rebinding. In such an attack, the name of a foreign site
    resolves to this server. Requests from pages of that site then name the foreign host.
    """

    names: frozenset[str]
    loopback: bool = False
    """True if loopback addresses and `localhost` are served too."""
    addresses: bool = False
    """True if every IP address is served too. This is safe, because an attack by DNS rebinding needs a name."""

    @classmethod
    def only(cls, base_url: str, more: Iterable[str]) -> ServedHosts:
        """The host of `base_url`, and the hosts in `more`."""
        return cls(frozenset({host_of_url(base_url), *more}))

    def serve(self, header: str) -> bool:
        """True if the host in this `Host` header is served. Its port is ignored, because a proxy may use another
        port."""
        host = host_of(header)
        if host is None:
            return False
        known = host in self.names or (self.loopback and is_loopback(host))
        return known or (self.addresses and _address(host) is not None)


def _split(authority: str) -> tuple[str, str | None] | None:
    match = _AUTHORITY.fullmatch(_ascii(authority.lower()))
    if match is None or (match["port"] and int(match["port"]) > 65_535):
        return None
    host, port = match["host"], match["port"]
    if host.startswith("["):
        address = _address(host)
        return (f"[{address}]", port) if address else None
    return (host, port) if ".." not in host else None


def _ascii(text: str) -> str:
    if text.isascii() or len(text) > _AUTHORITY_MAX:
        return text
    try:
        return text.encode("idna").decode()
    except UnicodeError:
        return ""


def _address(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host.strip("[]"))
    except ValueError:
        return None
