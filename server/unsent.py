"""How much of the answers that peers do not take may wait in memory."""

from __future__ import annotations

from typing import Protocol

UNSENT_MAX = 64 * 1024 * 1024
"""Bytes of answers that wait in memory for the peers of one address."""
UNSENT_ALL_MAX = 4 * UNSENT_MAX
"""Bytes of answers that wait in memory for the peers of all addresses."""


class Blocked(Protocol):
    """A connection whose peer takes an answer slower than it was written."""

    @property
    def unsent(self) -> int:
        """Bytes that wait for the peer in our memory."""
        ...

    def cut(self) -> None:
        """End it at once, and forget what waits."""
        ...


class Unsent:
    """The bytes that wait for slow peers: `most` for those of one network, `most_of_all` for all."""

    def __init__(self, most: int, most_of_all: int) -> None:
        self._most = most
        self._most_of_all = most_of_all
        self._blocked: dict[str, dict[Blocked, int]] = {}
        """By network; blocked longest first. With the bytes that waited when last looked at."""
        self._waiting = 0
        """The sum of those bytes."""

    def blocked(self, connection: Blocked, network: str) -> None:
        """Its peer does not take an answer as fast as it was written. Where too much waits for its network, whoever
        has been blocked longest is cut off; never the only one. Where too much waits for all, the same goes for the
        network for which most waits."""
        theirs = self._blocked.setdefault(network, {})
        unsent = connection.unsent
        self._waiting += unsent - theirs.get(connection, 0)
        theirs[connection] = unsent
        waiting = sum(each.unsent for each in theirs)
        while waiting > self._most and len(theirs) > 1:
            waiting -= self._cut_longest(network)
        if self._waiting > self._most_of_all:
            self._cut_of_all()

    def unblocked(self, connection: Blocked, network: str) -> None:
        """Its peer has taken what waited, or is gone. Nothing happens where it was not blocked."""
        theirs = self._blocked.get(network)
        if theirs is not None:
            self._waiting -= theirs.pop(connection, 0)
            if not theirs:
                del self._blocked[network]

    def _cut_of_all(self) -> None:
        # Some of what waited then may have been taken since.
        waiting: dict[str, int] = {}
        for network, theirs in self._blocked.items():
            theirs.update({each: each.unsent for each in theirs})
            waiting[network] = sum(theirs.values())
        self._waiting = sum(waiting.values())
        left = sum(map(len, self._blocked.values()))
        while self._waiting > self._most_of_all and left > 1:
            most = max(waiting, key=waiting.__getitem__)
            waiting[most] -= self._cut_longest(most)
            left -= 1
            if not self._blocked[most]:
                del self._blocked[most], waiting[most]

    def _cut_longest(self, network: str) -> int:
        """Returns the bytes that wait no more."""
        theirs = self._blocked[network]
        longest = next(iter(theirs))
        unsent = longest.unsent
        self._waiting -= theirs.pop(longest)
        longest.cut()
        return unsent
