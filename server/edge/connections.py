"""Limits on the connections of one network address, so that strangers cannot use up open files or connections.

A connection is *idle* until a whole request has arrived on it, or until its WebSocket has said `hello`. Each address
has a maximum number of idle connections. If one more opens, the oldest idle connection of the address is closed.
Connections of a person with a proven identity are counted for the person, not for the address. Trusted proxies are not
counted, because they forward requests of many people.

Some open files are reserved for the program itself: the database, the hours file, uploads.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_address
from itertools import islice
from typing import Literal, Protocol

import structlog

from identity.networks import network_of
from server.edge.unsent import UNSENT_ALL_MAX, UNSENT_MAX, Blocked, Unsent

RESERVE_MAX, RESERVE_MIN, RESERVE_PART = 256, 64, 6
"""Open files that are reserved for the program: 1/RESERVE_PART of all, at least RESERVE_MIN, at most RESERVE_MAX."""
PART_OF_ALL = 2
"""One address may hold at most 1/PART_OF_ALL of all connections, idle or not."""
OF_A_PERSON = 256
"""Maximum number of HTTP connections of one person with a proven identity. The person's WebSockets have another
limit."""
_LOOKED_AT_MAX = 1_000
"""Maximum number of addresses or people that are searched for the one with the most connections."""
_SAY_AGAIN_S = 60.0

Standing = Literal["idle", "asking", "proven", "proven_idle"]
"""`proven_idle` is an idle HTTP connection of a person with a proven identity. WebSockets of such a person are
`proven`."""

log = structlog.get_logger(__name__)


class Held(Protocol):
    @property
    def standing(self) -> Standing: ...
    def drop(self) -> None:
        """Close this connection to make room for a new one."""
        ...


@dataclass(slots=True)
class _Address:
    """The connections of one network, oldest first. Connections of proven people are removed when room is needed."""

    held: dict[Held, None] = field(default_factory=dict)
    look_at: int = 0
    """The number of connections of this address at which its idle connections are counted again."""


class Connections:
    """All connections of this process.

    `idle` limits the idle connections of an address. `most` limits all connections. None means no limit. `of_a_person`
    limits the HTTP connections of a proven person, if `idle` is limited. `unsent_max` limits the bytes that wait to be
    sent to one address. `unsent_all_max` limits the bytes that wait to be sent to all addresses.
    """

    def __init__(
        self,
        *,
        idle: int | None = None,
        most: int | None = None,
        trusted: Sequence[IPv4Network | IPv6Network] = (),
        of_a_person: int = OF_A_PERSON,
        unsent_max: int = UNSENT_MAX,
        unsent_all_max: int = UNSENT_ALL_MAX,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._most = most
        self._share = None if most is None or idle is None else max(1, most // PART_OF_ALL)
        self._idle = idle if idle is None or self._share is None else min(idle, self._share)
        self._trusted = tuple(trusted)
        self._of_a_person = None if idle is None else min(of_a_person, self._share or of_a_person)
        self._people: dict[str, dict[Held, None]] = {}
        """HTTP connections by proven person, the least recently used first."""
        self._person: dict[Held, str] = {}
        self._unsent = Unsent(unsent_max, unsent_all_max)
        self._seconds = seconds
        self._addresses: dict[str, _Address] = {}
        self._network: dict[Held, str] = {}
        self._said_at: float | None = None

    @property
    def count(self) -> int:
        return len(self._network)

    def came(self, connection: Held, address: str) -> bool:
        """Count a new connection. If necessary, closes another one to make room. Returns False if there is still no
        room."""
        network = network_of(address)
        at = self._addresses.get(network)
        if at is None:
            at = self._addresses[network] = _Address()
        if not (self._has_room(at) and (self._speaks_for_many(address) or self._has_room_at(at))):
            self._say(network)
            self._forget_empty(network)
            return False
        at.held[connection] = None
        self._network[connection] = network
        return True

    def went(self, connection: Held) -> None:
        """Stop counting a closed connection. Does nothing if it was not counted."""
        self._disown(connection)
        network = self._network.pop(connection, None)
        at = self._addresses.get(network) if network is not None else None
        if network is None or at is None:
            return
        at.held.pop(connection, None)
        # A connection that is closing makes no room for idle ones.
        at.look_at = min(at.look_at, len(at.held) + (self._idle or 0))
        self._forget_empty(network)

    def became(self, before: Held, after: Held) -> None:
        """Replace an HTTP connection in the counts by the WebSocket that it has become."""
        self._disown(before)
        network = self._network.pop(before, None)
        if network is None:
            return
        self._network[after] = network
        at = self._addresses.get(network)
        if at is not None and before in at.held:
            del at.held[before]
            at.held[after] = None

    def proven(self, connection: Held, address: str, person: str) -> None:
        """Count this HTTP connection for a person with a proven identity.

        If the person is over their limit, their least recently used idle connection is closed. If none is idle, this
        connection is closed.
        """
        if self._of_a_person is None or connection not in self._network or self._speaks_for_many(address):
            return
        self._disown(connection)
        theirs = self._people.setdefault(person, {})
        if len(theirs) >= self._of_a_person and not self._drop_oldest_of(person):
            connection.drop()
            return
        self._people.setdefault(person, {})[connection] = None
        self._person[connection] = person

    def blocked(self, connection: Blocked, address: str) -> None:
        """Count the unsent bytes of a connection whose peer reads too slowly (`Unsent.blocked`)."""
        if self._speaks_for_many(address):
            return
        self._unsent.blocked(connection, network_of(address))

    def unblocked(self, connection: Blocked, address: str) -> None:
        """Stop counting the unsent bytes of a connection (`Unsent.unblocked`)."""
        self._unsent.unblocked(connection, network_of(address))

    # -- people ---------------------------------------------------------------------------

    def _disown(self, connection: Held) -> None:
        person = self._person.pop(connection, None)
        if person is not None:
            del self._people[person][connection]
            self._forget_nobody(person)

    def _forget_nobody(self, person: str) -> None:
        if not self._people[person]:
            del self._people[person]

    def _drop_oldest_of(self, person: str) -> bool:
        oldest = next((held for held in self._people[person] if held.standing == "proven_idle"), None)
        if oldest is None:
            return False
        self._disown(oldest)
        oldest.drop()
        return True

    # -- room -----------------------------------------------------------------------------

    def _has_room(self, at: _Address) -> bool:
        """Make room for one more connection of the address `at`.

        If necessary, closes an idle connection of `at`, or of an address or person with more connections than `at`.

        Returns False if there is no room and no such connection is idle.
        """
        if self._most is None or self.count < self._most:
            return True
        addresses = islice(self._addresses.values(), _LOOKED_AT_MAX)
        largest = sorted(addresses, key=lambda address: len(address.held), reverse=True)
        if any(self._drop_oldest_idle(other) for other in largest if len(other.held) > len(at.held) or other is at):
            return True
        people = islice(self._people.items(), _LOOKED_AT_MAX)
        most = sorted(people, key=lambda theirs: len(theirs[1]), reverse=True)
        return any(self._drop_oldest_of(person) for person, theirs in most if len(theirs) > len(at.held))

    def _has_room_at(self, at: _Address) -> bool:
        if self._idle is None:
            return True
        look_at = at.look_at if self._share is None else min(at.look_at, self._share)
        if len(at.held) < max(self._idle, look_at):
            return True
        for proven in [held for held in at.held if held.standing in ("proven", "proven_idle")]:
            del at.held[proven]
        if self._share is not None and len(at.held) >= self._share:
            return self._drop_oldest_idle(at)
        idle = sum(held.standing == "idle" for held in at.held)
        for _ in range(self._idle - 1, idle):
            self._drop_oldest_idle(at)
        # Counting at each new connection would be slow for an address with many busy ones.
        at.look_at = len(at.held) + max(1, self._idle - idle)
        return True

    @staticmethod
    def _drop_oldest_idle(at: _Address) -> bool:
        oldest = next((held for held in at.held if held.standing == "idle"), None)
        if oldest is None:
            return False
        del at.held[oldest]
        oldest.drop()
        return True

    def _speaks_for_many(self, address: str) -> bool:
        if not address:
            return True
        if not self._trusted:
            return False
        try:
            parsed = ip_address(address)
        except ValueError:
            return False
        return any(parsed in network for network in self._trusted)

    def _forget_empty(self, network: str) -> None:
        if not self._addresses[network].held:
            del self._addresses[network]

    def _say(self, network: str) -> None:
        """Log refused connections, at most once a minute."""
        now = self._seconds()
        if self._said_at is None or now - self._said_at >= _SAY_AGAIN_S:
            self._said_at = now
            log.warning("connections_refused", network=network, connections=self.count, most=self._most)


def most_connections() -> int | None:
    """The maximum number of connections of this process: the limit of open files minus the reserved ones.

    None if open files are not limited.
    """
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if files == resource.RLIM_INFINITY:
        return None
    return max(1, files - min(RESERVE_MAX, max(RESERVE_MIN, files // RESERVE_PART)))
