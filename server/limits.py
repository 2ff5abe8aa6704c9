"""How much one person, and one address, may ask of the socket: token buckets in memory.

The unverified are limited by their address too, twenty times as much as one person,
since a company sits behind one. A bucket is full at first, so that a burst after a tunnel goes through.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from typing import Protocol

from chat.adapters.socket import SocketPeer
from chat.errors import Refused
from chat.frames import ChatStart, Command
from chat.wire import Rejected

PEOPLE_AN_ADDRESS = 20
BURST = 2
"""A bucket holds this many times what its period refills."""
_FORGET_ABOVE = 10_000
"""Buckets, after which those that are full again are forgotten."""


class Rates(Protocol):
    """The settings that this needs."""

    @property
    def chats_per_hour(self) -> int: ...
    @property
    def commands_per_10s(self) -> int: ...
    @property
    def connections(self) -> int: ...
    @property
    def off(self) -> bool: ...


@dataclass(slots=True)
class Bucket:
    """`size` tokens at most, `rate` new ones a second."""

    size: float
    rate: float
    tokens: float
    at: float

    def take(self, now: float) -> float:
        """Take a token: 0.0, or the seconds until there is one."""
        self.tokens = min(self.size, self.tokens + (now - self.at) * self.rate)
        self.at = now
        if self.tokens >= 1.0:
            self.tokens -= 1.0
            return 0.0
        return (1.0 - self.tokens) / self.rate


class SocketLimits:
    """The limits of all sockets of this process. `seconds` is a clock that only rises."""

    def __init__(self, rates: Rates, seconds: Callable[[], float]) -> None:
        self._rates = rates
        self._seconds = seconds
        self._buckets: dict[tuple[str, str], Bucket] = {}
        self._inside: Counter[str] = Counter()

    def let_in(self, address: str) -> bool:
        """One more connection of a customer from `address`. False (and none counted) where there are too many."""
        network = network_of(address)
        if not self._rates.off and self._inside[network] >= self._rates.connections * PEOPLE_AN_ADDRESS:
            return False
        self._inside[network] += 1
        return True

    def let_out(self, address: str) -> None:
        """One connection less."""
        network = network_of(address)
        self._inside[network] -= 1
        if not self._inside[network]:
            del self._inside[network]

    def has_room_for(self, open_already: int) -> bool:
        """May a person who has so many connections have one more?"""
        return self._rates.off or open_already < self._rates.connections

    def allow(self, peer: SocketPeer, command: Command | Rejected) -> Refused | None:
        """None, or the refusal with the time after which it is worth trying again."""
        if self._rates.off:
            return None
        wait = self._take(peer, "commands", self._rates.commands_per_10s * BURST, self._rates.commands_per_10s / 10)
        if not wait and isinstance(command, ChatStart):
            wait = self._take(peer, "chats", self._rates.chats_per_hour, self._rates.chats_per_hour / 3600)
        if not wait:
            return None
        what = "new chats" if isinstance(command, ChatStart) else "commands"
        return Refused("rate_limited", f"Too many {what}. Try again in a while.", retry_after_s=round(wait + 0.05, 1))

    def _take(self, peer: SocketPeer, kind: str, size: float, rate: float) -> float:
        if peer.person:
            wait = self._bucket((kind, peer.person), size, rate).take(self._seconds())
            if wait or peer.staff or (peer.actor is not None and peer.actor.verified):
                return wait
        key = (f"{kind} by address", network_of(peer.address))
        return self._bucket(key, size * PEOPLE_AN_ADDRESS, rate * PEOPLE_AN_ADDRESS).take(self._seconds())

    def _bucket(self, key: tuple[str, str], size: float, rate: float) -> Bucket:
        bucket = self._buckets.get(key)
        if bucket is None:
            if len(self._buckets) >= _FORGET_ABOVE:
                self._forget_full()
            bucket = self._buckets[key] = Bucket(size, rate, size, self._seconds())
        return bucket

    def _forget_full(self) -> None:
        now = self._seconds()
        self._buckets = {
            key: bucket
            for key, bucket in self._buckets.items()
            if bucket.tokens + (now - bucket.at) * bucket.rate < bucket.size
        }


def network_of(address: str) -> str:
    """What counts as one address: IPv4 as it is, IPv6 by its /64."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        return str(IPv6Address(int(parsed) >> 64 << 64)) + "/64"
    return address
