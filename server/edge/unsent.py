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
        """Bytes that the peer has not taken, in our memory or the system's."""
        ...

    def cut(self) -> None:
        """End it at once, and forget what waits."""
        ...


class Unsent:
    """The bytes that wait for slow peers: `most` for those of one network, `most_of_all` for all.

    A connection counts for all that waited when it was blocked: an answer stays in memory until its last byte is taken.
    """

    def __init__(self, most: int, most_of_all: int) -> None:
        self._most = most
        self._most_of_all = most_of_all
        self._blocked: dict[str, dict[Blocked, int]] = {}
        """By network; blocked longest first."""
        self._of: dict[str, int] = {}
        self._of_all = 0

    def blocked(self, connection: Blocked, network: str) -> None:
        """Its peer does not take an answer as fast as it was written. Where too much waits for its network, whoever
        has been blocked longest is cut off; never the only one. Where too much waits for all, the same goes for the
        network for which most waits, were it its only one."""
        self.unblocked(connection, network)
        unsent = connection.unsent
        self._blocked.setdefault(network, {})[connection] = unsent
        self._of[network] = self._of.get(network, 0) + unsent
        self._of_all += unsent
        while self._of[network] > self._most and len(self._blocked[network]) > 1:
            self._cut_longest(network)
        while self._of_all > self._most_of_all and (len(self._of) > 1 or len(self._blocked[network]) > 1):
            self._cut_longest(max(self._of, key=self._of.__getitem__))

    def unblocked(self, connection: Blocked, network: str) -> None:
        """Its peer has taken what waited, or is gone. Nothing happens where it was not blocked."""
        theirs = self._blocked.get(network)
        if theirs is None or connection not in theirs:
            return
        unsent = theirs.pop(connection)
        self._of[network] -= unsent
        self._of_all -= unsent
        if not theirs:
            del self._blocked[network], self._of[network]

    def _cut_longest(self, network: str) -> None:
        longest = next(iter(self._blocked[network]))
        self.unblocked(longest, network)
        longest.cut()
