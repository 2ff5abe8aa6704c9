"""Temporary blocks. A block applies to a customer (by id) or to a network. Pure.

The block of a network does not affect customers with a proven identity. No block affects staff.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Network, ip_network
from typing import Literal, get_args

from identity import networks
from identity.actor import Actor
from refusals import Refused

BanKind = Literal["customer", "network"]
KINDS: tuple[BanKind, ...] = get_args(BanKind)
HOUR_MS = 3_600_000
HOURS_MAX = 30 * 24
BANS_MAX = 1_000
"""Maximum number of bans at once. All of them are in memory."""
REASON_MAX = 500
WIDEST = {4: 24, 6: 64}
"""The shortest prefix that may be blocked, by IP version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ban:
    """A block. `subject` is an account id, a visitor id or a network in CIDR notation. `created_by` is None for a block
    from the command line."""

    id: str
    kind: BanKind
    subject: str
    chat: str | None
    reason: str
    created_by: str | None
    created_at: int
    until: int


class BanList:
    """The current bans in memory, so that checking a command needs no query."""

    def __init__(self, bans: Iterable[Ban] = ()) -> None:
        self._customers: dict[str, int] = {}
        self._networks: dict[tuple[int, int], dict[int, int]] = {}
        """The end of each block, by (IP version, prefix length) and leading bits."""
        for ban in bans:
            if ban.kind == "customer":
                self._customers[ban.subject] = ban.until
            else:
                network = ip_network(ban.subject)
                shift = network.max_prefixlen - network.prefixlen
                of_length = self._networks.setdefault((network.version, network.prefixlen), {})
                of_length[int(network.network_address) >> shift] = ban.until

    def __bool__(self) -> bool:
        return bool(self._customers or self._networks)

    def blocks(self, actor: Actor | None, address: str, now: int) -> bool:
        """True if the customer is blocked. `actor` is None before the person is known. `address` is the person's IP
        address.

        A customer without a proven identity, or a person who is not known yet, is also blocked if the network of
        `address` is blocked.
        """
        if actor is not None and actor.kind != "customer":
            return False
        if actor is not None and any(self._customers.get(id_, 0) > now for id_ in actor.ids):
            return True
        return not (actor is not None and actor.identified) and self._blocks_address(address, now)

    def _blocks_address(self, address: str, now: int) -> bool:
        parsed = networks.parsed(address) if self._networks else None
        if parsed is None:
            return False
        number = int(parsed)
        return any(
            until > now
            for (version, prefix), of_length in self._networks.items()
            if version == parsed.version
            for until in (of_length.get(number >> (parsed.max_prefixlen - prefix), 0),)
        )


def network_to_block(text: str) -> str:
    """An IP address or a network, in the form that is stored. An IPv6 address becomes its /64.

    Raises Refused(invalid) for any other text, and for a network that is wider than `WIDEST` allows.
    """
    try:
        network = _unmapped(ip_network(text.strip(), strict=False))
    except ValueError:
        raise Refused(
            "invalid", f"{text[:60]!r} is not an IP address or network. Write it like 192.0.2.7 or 192.0.2.0/24."
        ) from None
    widest = WIDEST[network.version]
    if network.prefixlen < widest:
        raise Refused("invalid", f"{text[:60]} is too wide. Block a /{widest} or smaller.")
    return str(network.supernet(new_prefix=64) if network.version == 6 and network.prefixlen > 64 else network)


def neighbors(network: str) -> str:
    """The largest network that may be blocked and contains `network`."""
    parsed = ip_network(network)
    return str(parsed.supernet(new_prefix=WIDEST[parsed.version]))


def masked(network: str) -> str:
    """A network as staff see it, without whole addresses: `192.0.2.x`, `2001:db8:x`."""
    address = ip_network(network).network_address
    if isinstance(address, IPv4Address):
        return ".".join(str(address).split(".")[:3]) + ".x"
    return ":".join(f"{int(part, 16):x}" for part in address.exploded.split(":")[:2]) + ":x"


def ends_at(hours: int, now: int) -> int:
    """The end of a block that lasts `hours`. Raises Refused(invalid) if `hours` is not between 1 hour and 30 days."""
    if not 1 <= hours <= HOURS_MAX:
        raise Refused("invalid", f"A block lasts 1 to {HOURS_MAX} hours (30 days), not {hours}.")
    return now + hours * HOUR_MS


def _unmapped(network: IPv4Network | IPv6Network) -> IPv4Network | IPv6Network:
    if isinstance(network, IPv6Network) and network.network_address.ipv4_mapped and network.prefixlen >= 96:
        return IPv4Network((network.network_address.ipv4_mapped, network.prefixlen - 96))
    return network
