"""How many connections one address may hold, so that strangers take neither all files nor everybody else's place.

A connection is *idle* while it asks for nothing: no whole request is under way on it, and as a WebSocket it has not
said `hello`. An address may hold so many of those; one more closes the oldest. Whoever has proven who they are is not
counted for an address. Nor is a trusted proxy: it speaks for many.

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

from server.limits import network_of

RESERVE_MAX, RESERVE_MIN, RESERVE_PART = 256, 64, 6
"""Open files that connections never take: one in so many of what there may be, within these."""
PART_OF_ALL = 2
"""One address may hold one in so many of all connections, idle or not."""
UNSENT_MAX = 64 * 1024 * 1024
"""Bytes of answers that wait in memory for the peers of one address."""
_LOOKED_AT_MAX = 1_000
"""Addresses among which the one that holds most is looked for."""
_SAY_AGAIN_S = 60.0

Standing = Literal["idle", "asking", "proven"]

log = structlog.get_logger(__name__)


@runtime_checkable
class Held(Protocol):
    """A connection. It is idle, asks for something, or belongs to somebody who has proven who they are."""

    @property
    def standing(self) -> Standing: ...
    def drop(self) -> None:
        """Close it: another needs its place."""
        ...


class Blocked(Protocol):
    """A connection whose peer takes an answer slower than it was written."""

    @property
    def unsent(self) -> int:
        """Bytes that wait for the peer in our memory."""
        ...

    def cut(self) -> None:
        """End it at once, and forget what waits."""
        ...


@dataclass(slots=True)
class _Address:
    """The connections of one network, oldest first, but for those of proven people."""

    held: dict[Held, None] = field(default_factory=dict)
    look_at: int = 0
    """With how many of them it is worth counting the idle ones again."""


class Connections:
    """All connections of this process. `idle` is how many an address may hold; None for any number. `most` is how many
    there may be at all, `unsent_max` how many bytes may wait for the peers of an address."""

    def __init__(
        self,
        *,
        idle: int | None = None,
        most: int | None = None,
        trusted: Sequence[IPv4Network | IPv6Network] = (),
        unsent_max: int = UNSENT_MAX,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._most = most
        self._share = None if most is None or idle is None else max(1, most // PART_OF_ALL)
        self._idle = idle if idle is None or self._share is None else min(idle, self._share)
        self._trusted = tuple(trusted)
        self._unsent_max = unsent_max
        self._blocked: dict[str, dict[Blocked, None]] = {}
        """By network; blocked longest first."""
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
        network = self._network.pop(before, None)
        if network is None:
            return
        self._network[after] = network
        at = self._addresses.get(network)
        if at is not None and before in at.held:
            del at.held[before]
            at.held[after] = None

    def blocked(self, connection: Blocked, address: str) -> None:
        """Its peer does not take an answer as fast as it was written. Where too much waits for its address, whoever
        has been blocked longest is cut off; never the only one."""
        if self._speaks_for_many(address):
            return
        theirs = self._blocked.setdefault(network_of(address), {})
        theirs[connection] = None
        waiting = sum(each.unsent for each in theirs)
        while waiting > self._unsent_max and len(theirs) > 1:
            longest = next(iter(theirs))
            waiting -= longest.unsent
            del theirs[longest]
            longest.cut()

    def unblocked(self, connection: Blocked, address: str) -> None:
        """Its peer has taken what waited, or is gone. Nothing happens where it was not blocked."""
        network = network_of(address)
        theirs = self._blocked.get(network)
        if theirs is not None:
            theirs.pop(connection, None)
            if not theirs:
                del self._blocked[network]

    # -- room -----------------------------------------------------------------------------

    def _has_room(self, at: _Address) -> bool:
        """Is there room for one more at all? Else for one of those that hold the most, where that is not `at`."""
        if self._most is None or self.count < self._most:
            return True
        addresses = islice(self._addresses.values(), _LOOKED_AT_MAX)
        largest = sorted(addresses, key=lambda address: len(address.held), reverse=True)
        return any(self._drop_oldest_idle(other) for other in largest if len(other.held) > len(at.held) or other is at)

    def _has_room_at(self, at: _Address) -> bool:
        if self._idle is None:
            return True
        look_at = at.look_at if self._share is None else min(at.look_at, self._share)
        if len(at.held) < max(self._idle, look_at):
            return True
        for proven in [held for held in at.held if held.standing == "proven"]:
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
