"""Who waits for a team, in what order.

The order is (priority, when they first joined, chat). A chat that comes back to a queue keeps its
first time of joining and goes ahead of those who were never answered; a VIP client's goes ahead of both.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sortedcontainers import SortedList  # type: ignore[import-untyped]

from routing.desk import Desk, Overflow, Team
from routing.moments import Moments

Place = tuple[int, int, str]
"""What queues are ordered by: priority, time of joining, chat."""

_VIP, _RETURNED = -2, -1


def priority_of(*, vip: bool, returned: bool) -> int:
    """The lower goes first. `vip`: of a client marked so; `returned`: it had an agent, who could not keep it."""
    return (_VIP if vip else 0) + (_RETURNED if returned else 0)


def returned(priority: int) -> int:
    """The priority of a chat that comes back to a queue with this one. To come back once more changes nothing."""
    return priority_of(vip=priority <= _VIP, returned=True)


def flowed_over(priority: int) -> int:
    """The priority of a chat that goes on to another team's queue: there it is none that comes back."""
    return priority_of(vip=priority <= _VIP, returned=False)


def is_full(team: Team, waiting: int, free_seats: int, seated: int) -> bool:
    """Does the queue of a team take nobody more? Those for whom a seat is free, and the `seated` for whom one is taken
    already, are as good as answered."""
    return team.queue_max is not None and waiting - seated - free_seats >= team.queue_max


def flows_over(overflow: Overflow, desk: Desk, serving: int, now: int) -> bool:
    """May who waited for long enough go on to the other team now? Only to an open one that has somebody, `serving` of
    them: nobody comes back from there, even if only a page was reloaded."""
    to = desk.teams.get(overflow.to)
    return to is not None and not to.retired and serving > 0 and desk.hours_of(to.key).is_open(now)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A chat that waits for somebody of `team`."""

    chat: str
    team: str
    queued_at: int
    """When it first joined a queue, in milliseconds since the epoch."""
    waiting_since: int
    """Since when it waits for this team."""
    visitor: str
    priority: int = 0
    """The lower goes first: 0 for everybody, less for those who go ahead (`priority_of`)."""
    preferred: str | None = None
    """The agent of the customer's last chat, who gets this one where they have room."""
    passed: frozenset[str] = frozenset()
    """Who let it pass, or handed it on and nobody has had it since: they are not asked."""

    def place(self) -> Place:
        return (self.priority, self.queued_at, self.chat)


class TeamQueue:
    """The queue of one team. Joining, leaving and asking for a position cost O(log n)."""

    def __init__(self) -> None:
        self._line = SortedList()
        self._since = Moments()

    def __len__(self) -> int:
        return len(self._line)

    def __iter__(self) -> Iterator[Place]:
        """The places from the head on. Not to be changed while read."""
        return iter(self._line)

    def join(self, waiting: Waiting) -> None:
        self._line.add(waiting.place())
        self._since.add(waiting.waiting_since)

    def leave(self, waiting: Waiting) -> None:
        """Take out exactly what joined; KeyError if it is not there."""
        try:
            self._line.remove(waiting.place())
        except ValueError:
            raise KeyError(waiting.chat) from None
        self._since.remove(waiting.waiting_since)

    def position(self, waiting: Waiting) -> int:
        """Its place in line, from 1; KeyError if it is not there."""
        try:
            return int(self._line.index(waiting.place())) + 1
        except ValueError:
            raise KeyError(waiting.chat) from None

    def head(self) -> str | None:
        """The chat that comes next; None when nobody waits."""
        return str(self._line[0][2]) if self._line else None

    def waiting_since(self) -> int | None:
        """Since when the one who has waited longest waits for this team, wherever in line; None when nobody waits."""
        return self._since.earliest()


@dataclass(frozen=True, slots=True)
class QueueState:
    """One team's queue at a glance."""

    team: str
    waiting: int
    longest_wait_s: int
    available: int
    """Agents who are here for the team, with room or without."""
    free_seats: int
    next: str | None
    """The chat at the head."""
