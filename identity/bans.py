"""Temporary blocks. A block applies to a customer (by id), to a network, or to a sender of mail. Pure.

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
from texts.addresses import email_address, normal_email

BanKind = Literal["customer", "network", "sender"]
KINDS: tuple[BanKind, ...] = get_args(BanKind)
HOUR_MS = 3_600_000
HOURS_MAX = 30 * 24
BANS_MAX = 1_000
"""Maximum number of bans at once. All of them are in memory."""
REASON_MAX = 500
SUBJECT_MAX = 254
"""Characters of a network or sender that somebody types."""
NEIGHBORS = {4: 24, 6: 64}
"""The prefix of the neighbors of an address, by IP version."""
WIDEST = {4: 16, 6: 32}
"""The shortest prefix that may be blocked, by IP version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ban:
    """A block. `subject` is an account id, a visitor id, a network in CIDR notation, or an email address or `@` and a
    domain. `created_by` is None for a block from the command line. `refused` counts what was refused because of it."""

    id: str
    kind: BanKind
    subject: str
    chat: str | None
    reason: str
    created_by: str | None
    created_at: int
    until: int
    refused: int = 0
    refused_at: int | None = None


class BanList:
    """The current bans in memory, so that checking a command needs no query."""

    def __init__(self, bans: Iterable[Ban] = ()) -> None:
        self._customers: dict[str, Ban] = {}
        self._senders: dict[str, Ban] = {}
        self._networks: dict[tuple[int, int], dict[int, Ban]] = {}
        """The blocks by (IP version, prefix length) and leading bits."""
        for ban in bans:
            if ban.kind == "customer":
                self._customers[ban.subject] = ban
            elif ban.kind == "sender":
                self._senders[ban.subject] = ban
            else:
                network = ip_network(ban.subject)
                shift = network.max_prefixlen - network.prefixlen
                of_length = self._networks.setdefault((network.version, network.prefixlen), {})
                of_length[int(network.network_address) >> shift] = ban

    def __bool__(self) -> bool:
        return bool(self._customers or self._networks or self._senders)

    def blocking(self, actor: Actor | None, address: str, now: int) -> Ban | None:
        """The block of this customer, if there is one. `actor` is None before the person is known. `address` is the
        person's IP address.

        A customer without a proven identity, or a person who is not known yet, is also blocked if the network of
        `address` is blocked.
        """
        if actor is not None and actor.kind != "customer":
            return None
        for id_ in actor.ids if actor is not None else ():
            if (ban := self._customers.get(id_)) is not None and ban.until > now:
                return ban
        return None if actor is not None and actor.identified else self._of_address(address, now)

    def _of_address(self, address: str, now: int) -> Ban | None:
        parsed = networks.parsed(address) if self._networks else None
        if parsed is None:
            return None
        number = int(parsed)
        for (version, prefix), of_length in self._networks.items():
            ban = of_length.get(number >> (parsed.max_prefixlen - prefix)) if version == parsed.version else None
            if ban is not None and ban.until > now:
                return ban
        return None

    def blocking_sender(self, sender: str, now: int) -> Ban | None:
        """The block of mail from this address, if there is one. The block of a domain covers the domains below it."""
        address = normal_email(sender)
        labels = address.rpartition("@")[2].split(".")
        for subject in (address, *("@" + ".".join(labels[place:]) for place in range(len(labels)))):
            if (ban := self._senders.get(subject)) is not None and ban.until > now:
                return ban
        return None


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


def sender_to_block(text: str) -> str:
    """An email address, or a domain, in the form that is stored. Raises Refused(invalid) for any other text."""
    plain = text.strip()
    domain = plain.removeprefix("@").lower()
    if "@" not in domain:
        if email_address(f"postmaster@{domain}") is not None and "." in domain:
            return "@" + normal_email(f"postmaster@{domain}").rpartition("@")[2]
    elif email_address(plain) is not None:
        return normal_email(plain)
    raise Refused(
        "invalid", f"{text[:80]!r} is no email address or domain. Write it like name@spam.example or spam.example."
    )


def neighbors(network: str) -> str:
    """The network with the neighbors of `network`."""
    parsed = ip_network(network)
    return str(
        parsed
        if parsed.prefixlen <= NEIGHBORS[parsed.version]
        else parsed.supernet(new_prefix=NEIGHBORS[parsed.version])
    )


def is_wide(kind: BanKind, subject: str) -> bool:
    """True if the block covers more than a person and their neighbors: a whole domain, or a wide network."""
    if kind == "sender":
        return subject.startswith("@")
    return kind == "network" and ip_network(subject).prefixlen < NEIGHBORS[ip_network(subject).version]


def covers(network: str, other: str) -> bool:
    """True if `network` contains the network `other`."""
    wide, narrow = ip_network(network), ip_network(other)
    if wide.version != narrow.version:
        return False
    shift = wide.max_prefixlen - wide.prefixlen
    same = int(wide.network_address) >> shift == int(narrow.network_address) >> shift
    return narrow.prefixlen >= wide.prefixlen and same


def masked(network: str) -> str:
    """A network as staff see it, without whole addresses: `192.0.2.x`, `2001:db8:x`, and `10.1.x/16` for a wide one."""
    parsed = ip_network(network)
    address, prefix = parsed.network_address, parsed.prefixlen
    width = f"/{prefix}" if prefix < NEIGHBORS[parsed.version] else ""
    if isinstance(address, IPv4Address):
        return ".".join(str(address).split(".")[: min(3, prefix // 8)]) + f".x{width}"
    return ":".join(f"{int(part, 16):x}" for part in address.exploded.split(":")[:2]) + f":x{width}"


def ends_at(hours: int, now: int) -> int:
    """The end of a block that lasts `hours`. Raises Refused(invalid) if `hours` is not between 1 hour and 30 days."""
    if not 1 <= hours <= HOURS_MAX:
        raise Refused("invalid", f"A block lasts 1 to {HOURS_MAX} hours (30 days), not {hours}.")
    return now + hours * HOUR_MS


def _unmapped(network: IPv4Network | IPv6Network) -> IPv4Network | IPv6Network:
    if isinstance(network, IPv6Network) and network.network_address.ipv4_mapped and network.prefixlen >= 96:
        return IPv4Network((network.network_address.ipv4_mapped, network.prefixlen - 96))
    return network
