"""Who may join the queues when many chats of one network wait already. Pure.

A network is one IPv4 address or one IPv6 /64. Only chats of customers who have proven nothing count, and only
those that wait now, for whichever team.
"""

from __future__ import annotations

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
