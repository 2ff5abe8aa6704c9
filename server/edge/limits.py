"""Limits on commands and connections of one person and one network address: token buckets.

People without a proven identity also count for their address. An address has twenty times the limit, because a company
may share it. Buckets start full, so that a burst after a reconnect is allowed.

The buckets are in memory, because a command must not wait for another server. From time to time, each process tells the
others what was taken from a bucket (`server.edge.limit_sharing`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

from chat.adapters.socket import SocketPeer
from chat.frames.commands import Command
from chat.wire import Rejected
from counters.ports import Charge
from identity.networks import network_of
from refusals import Refused
from server.edge.allowances import ALLOWANCES, Allowances

BURST = 2
"""A bucket holds the tokens of this many periods."""
FLOOD = 2_000
"""A connection is closed after this many refused commands in a row."""
SHARED_PARTS = 8
"""A bucket is shared as soon as this part of its size was taken from it since it was last shared."""
FORGET_ABOVE = 10_000
"""If there are more buckets than this, full buckets are forgotten."""
BUCKETS_MAX = 100_000
"""If there are more buckets than this, the oldest buckets are forgotten, even if they are not full."""


class Rates(Protocol):
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
    """Holds at most `size` tokens and gains `rate` per second."""

    size: float
    rate: float
    tokens: float
    at: float
    unshared: float = 0.0
    """Tokens taken since the bucket was last shared."""

    def take(self, now: float) -> float:
        """Take a token. Returns 0.0, or the seconds until there is one."""
        self._refill(now)
        if self.tokens >= 1.0:
            self.tokens -= 1.0
            self.unshared += 1.0
            return 0.0
        return (1.0 - self.tokens) / self.rate

    def spend(self, amount: float, now: float) -> float:
        """Take `amount` tokens if there is at least one. Returns 0.0, or the seconds until there is one.

        If there are fewer than `amount`, the number of tokens becomes negative, at least `-size`. So an amount larger
        than the bucket is possible, but not twice in a row.
        """
        self._refill(now)
        if self.tokens >= 1.0:
            self.tokens = max(self.tokens - amount, -self.size)
            self.unshared += amount
            return 0.0
        return (1.0 - self.tokens) / self.rate

    @property
    def is_due(self) -> bool:
        """True if the bucket should be shared."""
        return self.unshared * SHARED_PARTS >= self.size

    def shared(self) -> tuple[int, int]:
        """What to charge for the tokens that are not shared yet: the cost and the maximum of `Charge`, in ms."""
        cost, self.unshared = self.unshared, 0.0
        return round(1000 * cost / self.rate), round(2000 * self.size / self.rate)

    def learn(self, debt_ms: int, now: float) -> None:
        """Take over what all processes have taken together, as a debt."""
        self._refill(now)
        left = self.size - debt_ms * self.rate / 1000 - self.unshared
        self.tokens = max(min(self.tokens, left), -self.size)

    def is_full(self, now: float) -> bool:
        return self.tokens + (now - self.at) * self.rate >= self.size

    def _refill(self, now: float) -> None:
        tokens = self.tokens + (now - self.at) * self.rate
        self.tokens = min(self.size, tokens)
        self.at = now


class SocketLimits:
    """The limits of all sockets of this process. `seconds` is a monotonic clock."""

    def __init__(
        self,
        rates: Rates,
        seconds: Callable[[], float],
        allowances: Allowances = ALLOWANCES,
        *,
        forget_above: int = FORGET_ABOVE,
        buckets_max: int = BUCKETS_MAX,
    ) -> None:
        self._rates = rates
        self._allowances = allowances
        self._people_an_address = allowances.people_an_address
        self._forget_above = forget_above
        self._buckets_max = buckets_max
        self._seconds = seconds
        self._commands = (float(rates.commands_per_10s * BURST), rates.commands_per_10s / 10)
        """Size and rate of a person's bucket for commands."""
        self._buckets: dict[tuple[str, str], Bucket] = {}
        self._due: set[tuple[str, str]] = set()
        """The buckets to share."""
        self._forget_at = forget_above
        self._inside: Counter[str] = Counter()
        self._counted: dict[SocketPeer, str] = {}
        self._refused: dict[SocketPeer, int] = {}

    # -- connections ------------------------------------------------------------------------

    def may_knock(self, address: str) -> bool:
        """Count a handshake, before its authentication. Returns False if the address is over its limit."""
        return not self._take_of_address("handshakes", address, *self._commands)

    def has_room_at(self, address: str) -> bool:
        """True if one more customer may connect from `address`."""
        most = self._rates.connections * self._people_an_address
        return self._rates.off or self._inside[network_of(address)] < most

    def came(self, peer: SocketPeer) -> None:
        """Count a customer's connection for its network address, until the customer's identity is proven."""
        network = self._counted[peer] = network_of(peer.address)
        self._inside[network] += 1

    def went(self, peer: SocketPeer) -> None:
        """Stop counting a connection for its address."""
        self._refused.pop(peer, None)
        network = self._counted.pop(peer, None)
        if network is not None:
            self._inside[network] -= 1
            if not self._inside[network]:
                del self._inside[network]

    def has_room_for(self, open_already: int) -> bool:
        """True if a person with this many connections may open one more."""
        return self._rates.off or open_already < self._rates.connections

    # -- commands ---------------------------------------------------------------------------

    def allow(self, peer: SocketPeer, command: Command | Rejected) -> Refused | None:
        """Count a command.

        Returns None, or the refusal with the time to wait. Closes the connection after FLOOD refusals in a row.
        """
        if is_proven(peer) and peer in self._counted:
            self.went(peer)
        if self._rates.off:
            return None
        wait = self._take(peer, "commands", *self._commands)
        if not wait:
            if self._refused:
                self._refused.pop(peer, None)
            return None
        refused = self._refused[peer] = self._refused.get(peer, 0) + 1
        if refused >= FLOOD:
            peer.close(4101, "too many commands")
        return rate_limited("Too many commands. Try again later.", wait)

    def allow_replay(self, peer: SocketPeer, size: int) -> Refused | None:
        """Count `size` bytes of history. Returns None, or the refusal if this person loaded too much recently."""
        if self._rates.off:
            return None
        now, wait = self._seconds(), 0.0
        bytes_, bytes_per_s = self._allowances.replay_bytes, self._allowances.replay_bytes_per_s
        if person := person_of(peer):
            wait = self._spend(("replay", person), bytes_, bytes_per_s, size, now)
        if not wait and not is_proven(peer):
            key = ("replay by address", network_of(peer.address))
            people = self._people_an_address
            wait = self._spend(key, bytes_ * people, bytes_per_s * people, size, now)
        return rate_limited("You've loaded too much history. Try again in a moment.", wait)

    # -- sharing ----------------------------------------------------------------------------

    def due(self) -> dict[tuple[str, str], Charge]:
        """The buckets to share, with what was taken from them. They count as shared from now on."""
        due, self._due = self._due, set()
        buckets = {key: bucket for key in due if (bucket := self._buckets.get(key)) is not None}
        return {key: Charge(" ".join(("bucket", *key)), *bucket.shared()) for key, bucket in buckets.items()}

    def learn(self, debts: Mapping[tuple[str, str], int]) -> None:
        """Take over the debts of shared buckets, which include what other processes have taken."""
        now = self._seconds()
        for key, debt_ms in debts.items():
            if (bucket := self._buckets.get(key)) is not None:
                bucket.learn(debt_ms, now)

    # -- buckets ----------------------------------------------------------------------------

    def _take(self, peer: SocketPeer, kind: str, size: float, rate: float) -> float:
        if person := person_of(peer):
            now, key = self._seconds(), (kind, person)
            bucket = self._bucket(key, size, rate, now)
            wait = bucket.take(now)
            if bucket.is_due:
                self._due.add(key)
            if wait or is_proven(peer):
                return wait
        return self._take_of_address(kind, peer.address, size, rate)

    def _take_of_address(self, kind: str, address: str, size: float, rate: float) -> float:
        if self._rates.off:
            return 0.0
        key, now = (f"{kind} by address", network_of(address)), self._seconds()
        people = self._people_an_address
        bucket = self._bucket(key, size * people, rate * people, now)
        wait = bucket.take(now)
        if bucket.is_due:
            self._due.add(key)
        return wait

    def _spend(self, key: tuple[str, str], size: float, rate: float, amount: int, now: float) -> float:
        bucket = self._bucket(key, size, rate, now)
        wait = bucket.spend(amount, now)
        if bucket.is_due:
            self._due.add(key)
        return wait

    @property
    def remembered(self) -> int:
        """The number of buckets, addresses and connections in memory."""
        return len(self._buckets) + len(self._inside) + len(self._counted) + len(self._refused)

    def _bucket(self, key: tuple[str, str], size: float, rate: float, now: float) -> Bucket:
        bucket = self._buckets.get(key)
        if bucket is None:
            if len(self._buckets) >= self._forget_at:
                self._forget(now)
            bucket = self._buckets[key] = Bucket(size, rate, size, now)
        return bucket

    def _forget(self, now: float) -> None:
        kept = {key: bucket for key, bucket in self._buckets.items() if not bucket.is_full(now)}
        if len(kept) >= self._buckets_max:
            kept = dict(islice(kept.items(), len(kept) // 4, None))
        self._buckets = kept
        # If few buckets are full, a search at each new bucket would be wasted.
        self._forget_at = min(max(self._forget_above, 2 * len(kept)), self._buckets_max)


def person_of(peer: SocketPeer) -> str:
    """The id under which limits count a person. A proven customer has one id in all their browsers.

    Empty before `hello`.
    """
    return peer.actor.customer if peer.actor is not None else peer.person


def is_proven(peer: SocketPeer) -> bool:
    """True for staff, and for customers with a proven identity. The limits of a network address do not apply to these
    people, because many of them may share the address of a company."""
    return peer.staff or (peer.actor is not None and peer.actor.identified)


def rate_limited(sentence: str, wait: float) -> Refused | None:
    return Refused("rate_limited", sentence, retry_after_s=round(wait + 0.05, 1)) if wait else None
