"""Who is here, with how much room.

Three facts are kept apart and never inferred from one another: whether somebody is
connected, the status that they chose, and the seats they have taken.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from sortedcontainers import SortedList  # type: ignore[import-untyped]

Status = Literal["available", "away", "offline"]
STATUSES: tuple[Status, ...] = ("available", "away", "offline")
SetBy = Literal["self", "system"]
"""Who set a status: the person, or the desk, because they were not there."""
CAPACITY = 5
"""Chats at once, of somebody for whom nothing else was said."""
CAPACITY_MAX = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a person of staff chose, as it is stored. Moments are milliseconds since the epoch."""

    staff: str
    status: Status = "away"
    reason: str | None = None
    since: int = 0
    """Since when they have this status for this reason."""
    capacity: int = CAPACITY
    """Chats at once, over all of their teams; 0 to 50."""
    paused: frozenset[str] = frozenset()
    """Teams from which they take no new chats just now."""
    last_chat_at: int = 0
    """When they last got a new chat; 0 for never."""
    set_by: SetBy = "self"

    def named(self, name: str, teams: frozenset[str]) -> AgentChoice:
        """This choice of somebody called `name`, who is on `teams`."""
        return AgentChoice(
            staff=self.staff, status=self.status, reason=self.reason, since=self.since, capacity=self.capacity,
            paused=self.paused, last_chat_at=self.last_chat_at, set_by=self.set_by, name=name, teams=teams,
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentChoice(Choice):
    """A choice, with who made it: what the dispatcher is told of an agent."""

    name: str
    teams: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """An agent as they stand now: choice, connections, chats held."""

    choice: AgentChoice
    last_chat_at: int = 0
    """When they last got a new chat, stored or just being given to them; 0 for never."""
    connections: int = 0
    held: frozenset[str] = frozenset()
    """The chats that they hold, those just being given or offered to them included."""
    resting: frozenset[str] = frozenset()
    """Of these, the ones whose customer has been silent for so long that they take no seat."""
    wrapping_up: int = 0
    """Seats that chats which are over still take."""

    @property
    def staff(self) -> str:
        return self.choice.staff

    @property
    def name(self) -> str:
        return self.choice.name

    @property
    def teams(self) -> frozenset[str]:
        return self.choice.teams

    @property
    def status(self) -> Status:
        return self.choice.status

    @property
    def capacity(self) -> int:
        return self.choice.capacity

    @property
    def paused(self) -> frozenset[str]:
        return self.choice.paused

    @property
    def connected(self) -> bool:
        return self.connections > 0

    @property
    def free(self) -> int:
        """Seats still free; 0 for somebody who holds more than their capacity."""
        return max(0, self.capacity - self.seats_taken)

    @property
    def seats_taken(self) -> int:
        return len(self.held) - len(self.resting) + self.wrapping_up

    @property
    def present(self) -> bool:
        """Available by choice, and connected; whether there is room is another matter."""
        return self.status == "available" and self.connections > 0

    def serves(self, team: str) -> bool:
        """Are they here for new chats of `team`, room or no room?"""
        return self.present and team in self.teams and team not in self.paused

    def takes(self, team: str) -> bool:
        """Could they be given a chat of `team` now?"""
        return self.serves(team) and self.free > 0

    def rank(self) -> tuple[int, int, str]:
        """Whom to ask first: most free room, then longest since their last chat; ties by id."""
        return (-self.free, self.last_chat_at, self.staff)


class Roster:
    """All agents, and for each team those who could take a chat, the one to ask first in front.

    To put an agent costs O(teams of theirs × log agents); the counts cost nothing.
    """

    def __init__(self) -> None:
        self._agents: dict[str, Agent] = {}
        self._members: defaultdict[str, set[str]] = defaultdict(set)
        self._ready: defaultdict[str, SortedList] = defaultdict(SortedList)
        self._serving: defaultdict[str, int] = defaultdict(int)
        self._free: defaultdict[str, int] = defaultdict(int)
        self._seats: defaultdict[frozenset[str], int] = defaultdict(int)

    def get(self, staff: str) -> Agent | None:
        return self._agents.get(staff)

    def put(self, agent: Agent) -> None:
        """Take `agent` in the place of what was known of them."""
        before = self._agents.get(agent.staff)
        if before is not None:
            self._count(before, -1)
            if before.teams != agent.teams:
                self._enrol(before, False)
                self._enrol(agent, True)
        else:
            self._enrol(agent, True)
        self._agents[agent.staff] = agent
        self._count(agent, 1)

    def remove(self, staff: str) -> None:
        """Forget somebody; nothing happens for who is not known."""
        agent = self._agents.pop(staff, None)
        if agent is not None:
            self._count(agent, -1)
            self._enrol(agent, False)

    def ready(self, team: str) -> Iterator[Agent]:
        """Who could take a chat of `team` now, whom to ask first in front. Not to be changed while read."""
        return (self._agents[staff] for _, _, staff in self._ready.get(team, ()))

    def has_room(self, team: str, besides: Collection[str]) -> bool:
        """Could anybody but these be given a chat of `team` now?"""
        return any(agent.staff not in besides for agent in self.ready(team))

    def is_served(self, team: str, besides: Collection[str]) -> bool:
        """Is anybody but these here for `team`, with room or without?"""
        members = self._members.get(team, ())
        return any(staff not in besides and self._agents[staff].serves(team) for staff in members)

    def serving(self, team: str) -> int:
        """How many are here for `team`, with room or without."""
        return self._serving.get(team, 0)

    def free_seats(self, team: str) -> int:
        """Free seats of those who are here for `team`."""
        return self._free.get(team, 0)

    def seats(self) -> Mapping[frozenset[str], int]:
        """The seats, free or taken, of those who are here, by the teams that they serve."""
        return self._seats

    def of(self, team: str | None = None) -> list[Agent]:
        """The agents of `team`, or all, by name."""
        chosen = self._agents.values() if team is None else map(self._agents.__getitem__, self._members.get(team, ()))
        return sorted(chosen, key=lambda agent: (agent.name.casefold(), agent.staff))

    def _enrol(self, agent: Agent, on: bool) -> None:
        for team in agent.teams:
            (self._members[team].add if on else self._members[team].discard)(agent.staff)

    def _count(self, agent: Agent, sign: Literal[1, -1]) -> None:
        if not agent.present:
            return
        free, teams = agent.free, agent.teams - agent.paused
        self._seats[teams] += sign * agent.capacity
        if not self._seats[teams]:
            del self._seats[teams]
        for team in teams:
            self._serving[team] += sign
            self._free[team] += sign * free
        if free:
            rank = agent.rank()
            for team in teams:
                ready = self._ready[team]
                (ready.add if sign > 0 else ready.remove)(rank)
