"""Who may join the queues when many chats of one network, or of all strangers, are there already, and make requests
when many were made. Pure.

A network is one IPv4 address or one IPv6 /64; a site is an IPv6 /48. Only chats of customers who have proven nothing
count.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

FREE = 5
"""Chats of one network that cost nothing while the team's queue is mostly empty."""
FREE_FILLING = 2
"""The same while strangers fill between a quarter and half of the queue. Beyond half, no chat is free."""
SITE_TIMES = 4
"""A site has so many times as many that cost nothing."""
SHARE = 4
"""One network may hold one part in so many of a queue."""
STEP = 5
"""Each so many further chats double the work."""
BITS_MIN = 18
"""A phone needs about a second for this: 2^18 hashes on average."""
BITS_MAX = 22


class Crowd(NamedTuple):
    """Chats of unproven customers. Of a network and its site: those that wait, and those that an agent holds whose
    customer owes the answer. Of a team: those that wait for it."""

    network: int = 0
    site: int = 0
    """0 for IPv4, which has no sites."""
    team: int = 0


class Admission(NamedTuple):
    """What a further chat of a network costs: nothing, work of `bits`, or it is refused."""

    bits: int = 0
    refused: bool = False


def admission(crowd: Crowd, queue_max: int | None, most_free: int = FREE) -> Admission:
    """What the next chat costs in a team with this `queue_max`, where a network has `most_free` at most for nothing."""
    if queue_max is not None and max(crowd.network, crowd.site) >= max(most_free, -(-queue_max // SHARE)):
        return Admission(refused=True)
    free = free_chats(crowd.team, queue_max, most_free)
    free_site = free_at_site(most_free)
    bits = 0
    if crowd.network >= free:
        bits = bits_for(crowd.network - free)
    if crowd.site >= free_site:
        bits = max(bits, bits_for(crowd.site - free_site))
    if queue_max is not None and not free:
        # One more bit with each tenth of the queue beyond half.
        bits = max(bits, min(BITS_MAX, BITS_MIN + crowd.team * 10 // max(1, queue_max) - 5))
    return Admission(bits=bits)


def free_chats(waiting: int, queue_max: int | None, most_free: int = FREE) -> int:
    """How many chats of one network are free while `waiting` chats of strangers wait for the team."""
    if queue_max is None or waiting * 4 <= queue_max:
        return most_free
    return min(FREE_FILLING, most_free) if waiting * 2 <= queue_max else 0


def free_at_site(most_free: int = FREE) -> int:
    """How many chats of one site are free."""
    return SITE_TIMES * most_free


def bits_for(beyond: int) -> int:
    """The difficulty for somebody whose network has had `beyond` more than what is free."""
    return min(BITS_MAX, BITS_MIN + beyond // STEP)


FREE_AN_HOUR = 20
"""New requests of one network that cost nothing, after the first FREE."""
_DEBT_MAX = 30


@dataclass(slots=True)
class Allowance:
    """The new requests of one network: FREE at once and FREE_AN_HOUR in the long run cost nothing, each further one
    costs work. `at` is in seconds of a clock that only rises."""

    at: float
    left: float = float(FREE)

    def bits(self, now: float) -> int:
        """What the next one costs now; 0 for nothing."""
        self.left = min(float(FREE), self.left + (now - self.at) * FREE_AN_HOUR / 3600)
        self.at = now
        return 0 if self.left >= 1 else bits_for(int(max(0.0, -self.left)))

    def take(self) -> None:
        """One was made."""
        self.left = max(self.left - 1, -float(_DEBT_MAX))
