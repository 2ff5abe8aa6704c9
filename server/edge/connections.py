"""How many connections one address may hold, so that strangers take neither all files nor everybody else's place.

A connection is *idle* while it asks for nothing: no whole request is under way on it, and as a WebSocket it has not
said `hello`. An address may hold so many of those; one more closes the oldest. Whoever has proven who they are is not
counted for an address, but for themselves. A trusted proxy is not counted: it speaks for many.

Some open files are kept back for the desk itself: the database, the hours file, uploads.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_address
from itertools import islice
from typing import Literal, Protocol, runtime_checkable

import structlog
import uvicorn

from identity.networks import network_of
from server.edge.unsent import UNSENT_ALL_MAX, UNSENT_MAX, Blocked, Unsent

RESERVE_MAX, RESERVE_MIN, RESERVE_PART = 256, 64, 6
"""Open files that connections never take: one in so many of what there may be, within these."""
PART_OF_ALL = 2
"""One address may hold one in so many of all connections, idle or not."""
OF_A_PERSON = 256
"""HTTP connections of one person who has proven who they are. Their WebSockets have a limit of their own."""
_LOOKED_AT_MAX = 1_000
"""Addresses, or people, among which the one that holds most is looked for."""
_SAY_AGAIN_S = 60.0

Standing = Literal["idle", "asking", "proven", "proven_idle"]
"""`proven_idle`: an HTTP connection of somebody proven who asks for nothing on it. WebSockets are `proven`."""

log = structlog.get_logger(__name__)


@runtime_checkable
class Held(Protocol):
    """A connection. It is idle, asks for something, or belongs to somebody who has proven who they are."""

    @property
    def standing(self) -> Standing: ...
    def drop(self) -> None:
        """Close it: another needs its place."""
        ...


@dataclass(slots=True)
class _Address:
    """The connections of one network, oldest first, but for those of proven people."""

    held: dict[Held, None] = field(default_factory=dict)
    look_at: int = 0
    """With how many of them it is worth counting the idle ones again."""


class Connections:
    """All connections of this process. `idle` is how many an address may hold; None for any number. `most` is how many
    there may be at all, `of_a_person` how many HTTP connections a proven person may hold where `idle` is limited,
    `unsent_max` how many bytes may wait for the peers of an address, `unsent_all_max` for those of all addresses."""

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
        """The HTTP connections of proven people, last used longest ago first."""
        self._person: dict[Held, str] = {}
        self._unsent = Unsent(unsent_max, unsent_all_max)
        self._seconds = seconds
        self._addresses: dict[str, _Address] = {}
        self._network: dict[Held, str] = {}
        self._said_at: float | None = None

    @property
    def count(self) -> int:
        """Connections that there are."""
        return len(self._network)

    def came(self, connection: Held, address: str) -> bool:
        """A new connection. Closes another where that makes room. False where there is none for it."""
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
        """It is closed. Nothing happens where it was not let in."""
        self._disown(connection)
        network = self._network.pop(connection, None)
        at = self._addresses.get(network) if network is not None else None
        if network is None or at is None:
            return
        at.held.pop(connection, None)
        # Who is gone makes no room for idle ones.
        at.look_at = min(at.look_at, len(at.held) + (self._idle or 0))
        self._forget_empty(network)

    def became(self, before: Held, after: Held) -> None:
        """A connection is another kind of connection from now on, in the same place."""
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
        """A request on this HTTP connection has proven who asks. Where the person holds too many, the idle one that was
        last used longest ago is closed; this one where none is idle."""
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
        """Its peer does not take an answer as fast as it was written (`server.edge.unsent`)."""
        if self._speaks_for_many(address):
            return
        self._unsent.blocked(connection, network_of(address))

    def unblocked(self, connection: Blocked, address: str) -> None:
        """Its peer has taken what waited, or is gone. Nothing happens where it was not blocked."""
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
        """Is there room for one more at all? Else for one of those that hold the most, where that is not `at`."""
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
        # Not at each new connection of an address with many that ask: so many more have to come first.
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
        """Tell whoever runs the desk, at most once a minute."""
        now = self._seconds()
        if self._said_at is None or now - self._said_at >= _SAY_AGAIN_S:
            self._said_at = now
            log.warning("connections_refused", network=network, connections=self.count, most=self._most)


class ServingConfig(uvicorn.Config):
    """uvicorn's, with the connections that its protocols share."""

    held = Connections()


def connections_of(config: uvicorn.Config) -> Connections:
    """Those of the server that is configured so."""
    return config.held if isinstance(config, ServingConfig) else ServingConfig.held


def most_connections() -> int | None:
    """How many connections this process may hold, so that files are left for the desk; None where there is no limit."""
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if files == resource.RLIM_INFINITY:
        return None
    return max(1, files - min(RESERVE_MAX, max(RESERVE_MIN, files // RESERVE_PART)))
