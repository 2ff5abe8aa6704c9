"""Destinations: the channels and mailboxes to which alarms are sent. Pure. Times are in ms since the epoch, UTC."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from msgspec import UNSET, UnsetType

Service = Literal["slack", "teams", "mail"]
SERVICES: Sequence[Service] = get_args(Service)
AlarmKind = Literal["unstaffed", "agent_gone", "first_reply", "next_reply", "closing", "queue"]
KINDS: Sequence[AlarmKind] = get_args(AlarmKind)
"""The kinds of alarms, the most urgent first."""

NAME_MAX = 80
ADDRESS_MAX = 2000
DESTINATIONS_MAX = 20
ENDING = 4
"""Number of last characters of a URL that stay readable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDestination:
    """A destination to add. `team` is None for the alarms of all teams. `address` is not sealed yet."""

    name: str
    service: Service
    address: str
    team: str | None
    kinds: Collection[AlarmKind]


@dataclass(frozen=True, slots=True, kw_only=True)
class DestinationChange:
    """New values of a destination. What is UNSET stays. The address cannot be changed: it would be another place."""

    name: str | UnsetType = UNSET
    team: str | UnsetType | None = UNSET
    kinds: Collection[AlarmKind] | UnsetType = UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """A stored destination, and what became of the alarms for it."""

    id: str
    name: str
    service: Service
    team: str | None
    """The team whose alarms are sent. None for all teams."""
    kinds: tuple[AlarmKind, ...]
    address: str
    """Sealed. Only `ending` is readable."""
    ending: str
    """The last characters of the address. A mail address is whole: it is no secret."""
    created_at: int
    removed_at: int | None = None
    due_at: int | None = None
    """The time of the next attempt. None if no alarm waits."""
    attempts: int = 0
    """Attempts since the last success, including one in progress."""
    sent_at: int | None = None
    failed_at: int | None = None
    error: str | None = None
    """The reason for the last failure. It stays after a success, with `failed_at`."""
    lost: int = 0
    """Alarms that were given up since the last success."""
    letter: int | None = None
    """The last letter, if alarms are sent by mail."""

    @property
    def shown(self) -> str:
        """The readable part of the address."""
        return self.ending if self.service == "mail" and "@" in self.ending else f"…{self.ending}"

    @property
    def failing(self) -> bool:
        return self.failed_at is not None and (self.sent_at is None or self.failed_at >= self.sent_at)


@dataclass(frozen=True, slots=True)
class Raised:
    """An alarm that began. It has no text and no name of a customer."""

    kind: AlarmKind
    team: str
    since: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """An alarm that waits to be sent to one destination."""

    id: int
    alarm: Raised
    created_at: int
