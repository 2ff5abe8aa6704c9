"""The queue of a team and its order.

The order is (priority, time of first joining, chat). A requeued chat keeps its time of first joining and goes ahead
of chats that were not requeued. Chats of VIP clients go ahead of all other chats.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sortedcontainers import SortedList  # type: ignore[import-untyped]

from routing.desk import Desk, Overflow, Team
from routing.moments import Moments

Place = tuple[int, int, str]
"""The sort key: priority, time of first joining, chat."""

_VIP, _REQUEUED = -2, -1


def priority_of(*, vip: bool, requeued: bool) -> int:
    """The priority of a chat. The lowest number goes first.

    `requeued` is true if the chat had an agent and was requeued.
    """
    return (_VIP if vip else 0) + (_REQUEUED if requeued else 0)


def requeued(priority: int) -> int:
    """The priority of a chat after a requeue. Further requeues change nothing."""
    return priority_of(vip=is_vip(priority), requeued=True)


def overflowed(priority: int) -> int:
    """The priority of a chat after overflow to another team. In that team, the chat does not count as requeued."""
    return priority_of(vip=is_vip(priority), requeued=False)


def is_vip(priority: int) -> bool:
    return priority <= _VIP


def came_back(priority: int) -> bool:
    """True if this is the priority of a requeued chat."""
    return priority in (_REQUEUED, _VIP + _REQUEUED)


def is_full(team: Team, waiting: int, free_seats: int, seated: int) -> bool:
    """True if a queue takes no more chats.

    Waiting chats that already take a slot (`seated`), or for which a slot is free, do not count.
    """
    return team.queue_max is not None and waiting - seated - free_seats >= team.queue_max


def may_overflow(overflow: Overflow, desk: Desk, serving: int, now: int) -> bool:
    """True if chats that have waited long enough may overflow now: the team `overflow.to` is open and has an agent, and
    is not retired.

    `serving` is the number of agents who serve `overflow.to`. A team without agents does not qualify, because a chat
    that has overflowed does not move back.
    """
    to = desk.teams.get(overflow.to)
    return to is not None and not to.retired and serving > 0 and desk.hours_of(to.key).is_open(now)


def overdue_since(team: Team, longest_wait_s: int, now: int) -> int | None:
    """The moment at which the longest wait exceeded the team's target; None if it is within the target."""
    over_s = longest_wait_s - team.wait_target_s
    return now - 1000 * over_s if over_s > 0 else None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A waiting chat."""

    chat: str
    team: str
    queued_at: int
    """The time of first joining a queue."""
    waiting_since: int
    """The start of the customer's wait.

    This is the time of joining this queue, or an earlier time if the customer was already waiting for a reply then.
    """
    visitor: str
    priority: int = 0
    """A chat with a lower number goes first (`priority_of`)."""
    preferred: str | None = None
    """The agent who gets the chat first if they have a free slot.

    This is the agent of the customer's last chat, or an agent who had this chat and disconnected.
    """
    kept_from: frozenset[str] = frozenset()
    """Agents who must not get the chat: agents who declined it, did not answer its offer in time or missed its first
    response, and the last agent if that agent transferred it."""
    joined_at: int | None = None
    """The time of joining this queue, if it differs from `waiting_since`."""

    def place(self) -> Place:
        return (self.priority, self.queued_at, self.chat)


class TeamQueue:
    """The queue of one team. All operations cost O(log n)."""

    def __init__(self) -> None:
        self._line = SortedList()
        self._since = Moments()
        self._joined = Moments()

    def __len__(self) -> int:
        return len(self._line)

    def __iter__(self) -> Iterator[Place]:
        """The places in order. Do not change the queue while iterating."""
        return iter(self._line)

    def join(self, waiting: Waiting) -> None:
        self._line.add(waiting.place())
        self._since.add(waiting.waiting_since)
        self._joined.add(_joined(waiting))

    def leave(self, waiting: Waiting) -> None:
        """Remove a chat. `waiting` must equal the value with which the chat joined. Raises KeyError if the chat is not
        queued."""
        try:
            self._line.remove(waiting.place())
        except ValueError:
            raise KeyError(waiting.chat) from None
        self._since.remove(waiting.waiting_since)
        self._joined.remove(_joined(waiting))

    def position(self, waiting: Waiting) -> int:
        """A chat's position from 1. Raises KeyError if the chat is not queued."""
        try:
            return int(self._line.index(waiting.place())) + 1
        except ValueError:
            raise KeyError(waiting.chat) from None

    def head(self) -> str | None:
        """The chat that comes next; None when nobody waits."""
        return str(self._line[0][2]) if self._line else None

    def waiting_since(self) -> int | None:
        """The start of the longest wait in this queue, at any position; None if the queue is empty."""
        return self._since.earliest()

    def queued_since(self) -> int | None:
        """The earliest time at which one of the present chats joined this queue; None if the queue is empty."""
        return self._joined.earliest()


def _joined(waiting: Waiting) -> int:
    return waiting.waiting_since if waiting.joined_at is None else waiting.joined_at


@dataclass(frozen=True, slots=True)
class QueueState:
    """The figures of one queue."""

    team: str
    waiting: int
    longest_wait_s: int
    queued_s: int
    """The longest time that a chat has been in this queue.

    It is shorter than `longest_wait_s` if a customer already waited before the chat joined this queue.
    """
    available: int
    """Agents who serve the team, with or without a free slot."""
    free_seats: int
    next: str | None
    """The chat at the head of the queue."""
