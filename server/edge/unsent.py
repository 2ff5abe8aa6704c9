"""Limits on answers that wait in memory because peers read slowly."""

from __future__ import annotations

from typing import Protocol

UNSENT_MAX = 64 * 1024 * 1024
"""Maximum bytes that wait for all peers of one network address."""
UNSENT_ALL_MAX = 4 * UNSENT_MAX
"""Maximum bytes that wait for all peers."""


class Blocked(Protocol):
    """A connection whose peer reads more slowly than we write."""

    @property
    def unsent(self) -> int:
        """The number of bytes that the peer has not received, in our memory and in that of the system."""
        ...

    def cut(self) -> None:
        """Abort the connection, and drop the bytes that wait for its peer."""
        ...


class Unsent:
    """`most` limits the bytes that wait for the peers of one network.

    `most_of_all` limits the bytes that wait for all peers.

    The bytes of a connection are counted when it becomes blocked. The count stays the same until the connection is no
    longer blocked, because an answer stays in memory until its last byte is received.
    """

    def __init__(self, most: int, most_of_all: int) -> None:
        self._most = most
        self._most_of_all = most_of_all
        self._blocked: dict[str, dict[Blocked, int]] = {}
        """The unsent bytes of each blocked connection, by network. The connection that has been blocked longest comes
        first."""
        self._of: dict[str, int] = {}
        self._of_all = 0

    def blocked(self, connection: Blocked, network: str) -> None:
        """Count a connection whose peer reads too slowly.

        If too many bytes wait for its network, the connections of this network that have been blocked longest are cut.
        The last of them is never cut. If too many bytes wait for all networks together, connections of the network with
        the most waiting bytes are cut, those blocked longest first. Then the last blocked connection of a network may
        be cut too, unless it is the only one in all networks.
        """
        self.unblocked(connection, network)
        unsent = connection.unsent
        self._blocked.setdefault(network, {})[connection] = unsent
        self._of[network] = self._of.get(network, 0) + unsent
        self._of_all += unsent
        while self._of[network] > self._most and len(self._blocked[network]) > 1:
            self._cut_longest(network)
        while self._of_all > self._most_of_all and (len(self._of) > 1 or len(self._blocked.get(network, ())) > 1):
            self._cut_longest(max(self._of, key=self._of.__getitem__))

    def unblocked(self, connection: Blocked, network: str) -> None:
        """Stop counting a connection whose peer has received everything, or is gone.

        Does nothing if the connection was not blocked.
        """
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
