"""Who may join the queues when many chats of one network wait already, and make requests when many were made. Pure.

A network is one IPv4 address or one IPv6 /64. Only chats of customers who have proven nothing count, and only
those that wait now, for whichever team.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

FREE = 5
"""Waiting chats of one network that cost nothing."""
SHARE = 4
"""One network may hold one part in so many of a queue."""
STEP = 5
"""Each so many further chats double the work."""
BITS_MIN = 18
"""A phone needs about a second for this: 2^18 hashes on average."""
BITS_MAX = 22


class Admission(NamedTuple):
    """What a further chat of a network costs: nothing, work of `bits`, or it is refused."""

    bits: int = 0
    refused: bool = False


def admission(waiting: int, queue_max: int | None) -> Admission:
    """What the next chat costs while `waiting` of its network wait, in a team with this `queue_max`."""
    if waiting < FREE:
        return Admission()
    if queue_max is not None and waiting >= max(FREE, -(-queue_max // SHARE)):
        return Admission(refused=True)
    return Admission(bits=bits_for(waiting - FREE))


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
