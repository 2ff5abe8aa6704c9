"""Proof of work and limits per network, for new chats and requests of unverified customers. Pure.

A chat or request is *free* if it needs no proof of work. A network is an IPv4 address or an IPv6 /64. A site is an IPv6
/48 (`identity.networks`). Customers with a verified identity are not counted.
"""

from __future__ import annotations

from typing import NamedTuple

FREE = 5
"""Chats per network that need no proof of work, while the team's queue is mostly empty."""
FREE_FILLING = 2
"""Chats per network that need no proof of work, while unverified customers fill a quarter to half of the queue.

While they fill more than half, every chat needs a proof of work.
"""
SITE_TIMES = 4
"""The number of free chats of a site is this many times the number of free chats of a network."""
SHARE = 4
"""A network may fill at most 1/SHARE of a queue, or have `most_free` chats if that is more."""
STEP = 5
"""The work doubles with every STEP chats beyond the free ones."""
BITS_MIN = 18
"""The easiest proof of work takes 2^18 hashes on average: about a second on a phone."""
BITS_MAX = 22


class Crowd(NamedTuple):
    """Counts of chats of unverified customers: from the same network, from the same site, and for the same team.

    `network` and `site` count waiting chats, and held chats in which the agent has not written yet or wrote last.
    `team` counts waiting chats only.
    """

    network: int = 0
    site: int = 0
    """Always 0 for IPv4."""
    team: int = 0


class Admission(NamedTuple):
    """The decision about a new chat: free (`bits` is 0), a proof of work with `bits` zero bits, or `refused`."""

    bits: int = 0
    refused: bool = False


def admission(crowd: Crowd, queue_max: int | None, most_free: int = FREE) -> Admission:
    """The decision about the next chat.

    `queue_max` is the team's limit of waiting chats. `most_free` is the maximum of free chats per network.
    """
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
        # One more bit per tenth of the queue beyond half.
        bits = max(bits, min(BITS_MAX, BITS_MIN + crowd.team * 10 // max(1, queue_max) - 5))
    return Admission(bits=bits)


def free_chats(waiting: int, queue_max: int | None, most_free: int = FREE) -> int:
    """The number of free chats per network while `waiting` chats of unverified customers wait for the team."""
    if queue_max is None or waiting * 4 <= queue_max:
        return most_free
    return min(FREE_FILLING, most_free) if waiting * 2 <= queue_max else 0


def free_at_site(most_free: int = FREE) -> int:
    return SITE_TIMES * most_free


def bits_for(beyond: int) -> int:
    """Bits of the proof of work for the next chat. `beyond` is the number of present chats beyond the free ones."""
    return min(BITS_MAX, BITS_MIN + beyond // STEP)


FREE_AN_HOUR = 20
"""New requests per network and hour that need no proof of work, in addition to the first FREE."""
REQUEST_MS = 3_600_000 // FREE_AN_HOUR
"""The time after which a network has one more free request: the cost of a request in `counters.ports.Charge`."""
_DEBT_MAX = 30
REQUESTS_MS_MAX = (FREE + _DEBT_MAX) * REQUEST_MS


def bits_of_request(debt_ms: int) -> int:
    """Bits of the proof of work for a new request. 0 if it is one of the free requests of its network: at most FREE at
    once, and FREE_AN_HOUR per hour in the long run.

    `debt_ms` is the debt of the network, with REQUEST_MS for this request.
    """
    left = FREE + 1 - debt_ms / REQUEST_MS
    return 0 if left >= 1 else bits_for(int(max(0.0, -left)))
