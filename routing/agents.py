"""Agents: connection, chosen status and capacity.

These three are independent and never inferred from one another. A *slot* (`seat` in names) is room for one chat. An
agent's capacity is a number of slots.
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
"""The author of a status: the person, or the system (auto-away)."""
CAPACITY = 5
"""Default number of concurrent chats."""
CAPACITY_MAX = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The stored choices of a staff member."""

    staff: str
    status: Status = "away"
    reason: str | None = None
    since: int = 0
    """Start of the present status and reason."""
    capacity: int = CAPACITY
    """Concurrent chats over all teams, 0 to 50."""
    paused: frozenset[str] = frozenset()
    """Teams from which the agent currently takes no new chats."""
    last_chat_at: int = 0
    """The time at which the agent last got a new chat. 0 if never."""
    set_by: SetBy = "self"
    leaving: bool = False
    """True if the agent is away, and goes offline once they hold no chat."""
    today_by: str | None = None
    """The name of the supervisor who changed the capacity or the teams for today."""
    today_changed: frozenset[str] = frozenset()
    """What is changed for today: `capacity`, `teams` or both."""

    def accepts(self, team: str) -> bool:
        """True if the agent is available and has not paused `team`. Connection and free slots do not matter."""
        return self.status == "available" and team not in self.paused

    def named(self, name: str, teams: frozenset[str]) -> AgentChoice:
        """This choice, with the agent's name and teams added."""
        return AgentChoice(
            staff=self.staff, status=self.status, reason=self.reason, since=self.since, capacity=self.capacity,
            paused=self.paused, last_chat_at=self.last_chat_at, set_by=self.set_by,
            leaving=self.leaving, today_by=self.today_by, today_changed=self.today_changed, name=name, teams=teams,
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentChoice(Choice):
    """A choice with the agent's name and teams, as the dispatcher gets it."""

    name: str
    teams: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """An agent's present state."""

    choice: AgentChoice
    last_chat_at: int = 0
    """The time at which the agent last got a new chat, or was offered or proposed one. 0 if never."""
    connections: int = 0
    held: frozenset[str] = frozenset()
    """The chats that the agent holds, and the chats that are offered to or proposed for the agent.

    Each takes a slot, unless it is in `resting`.
    """
    resting: frozenset[str] = frozenset()
    """The chats of `held` that take no slot, because the customer has been silent for a long time."""
    wrapping_up: int = 0
    """Slots taken by closed chats in wrap-up."""

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
        """Free slots; 0 if the agent holds more than their capacity."""
        return max(0, self.capacity - self.seats_taken)

    @property
    def seats_taken(self) -> int:
        return len(self.held) - len(self.resting) + self.wrapping_up

    @property
    def present(self) -> bool:
        """True if the agent is available and connected, with or without a free slot."""
        return self.status == "available" and self.connections > 0

    def serves(self, team: str) -> bool:
        """True if the agent is present, is on `team` and has not paused it. They need no free slot."""
        return self.present and team in self.teams and team not in self.paused

    def takes(self, team: str) -> bool:
        """True if the agent can get a chat of `team` now: they serve it and have a free slot."""
        return self.serves(team) and self.free > 0

    def rank(self) -> tuple[int, int, str]:
        """Sort key: most free slots first, then longest without a new chat, then id."""
        return (-self.free, self.last_chat_at, self.staff)


class Roster:
    """All agents, and for each team the agents who can take a chat now, in order of `Agent.rank`.

    `put` costs O(teams of the agent × log agents). Counts are kept up to date, so that reading one costs O(1).
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
        """Add or replace an agent."""
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
        """Remove an agent, if known."""
        agent = self._agents.pop(staff, None)
        if agent is not None:
            self._count(agent, -1)
            self._enrol(agent, False)

    def ready(self, team: str) -> Iterator[Agent]:
        """Agents who can take a chat of `team` now, in order of `rank`. Do not change the roster while iterating."""
        return (self._agents[staff] for _, _, staff in self._ready.get(team, ()))

    def first_ready(self, team: str, besides: Collection[str]) -> Agent | None:
        """The agent, not among `besides`, who would get a chat of `team` now. None if nobody can take it."""
        return next((agent for agent in self.ready(team) if agent.staff not in besides), None)

    def has_room(self, team: str, besides: Collection[str]) -> bool:
        """True if an agent who is not among `besides` can take a chat of `team` now."""
        return self.first_ready(team, besides) is not None

    def is_served(self, team: str, besides: Collection[str]) -> bool:
        """True if an agent who is not among `besides` serves `team`, with or without a free slot."""
        members = self._members.get(team, ())
        return any(staff not in besides and self._agents[staff].serves(team) for staff in members)

    def serving(self, team: str) -> int:
        """Number of agents who serve `team`, with or without a free slot."""
        return self._serving.get(team, 0)

    def free_seats(self, team: str) -> int:
        """Free slots of the agents who serve `team`."""
        return self._free.get(team, 0)

    def seats(self) -> Mapping[frozenset[str], int]:
        """The number of slots of present agents, free or taken, by the set of teams that the agents serve."""
        return self._seats

    def of(self, team: str | None = None) -> list[Agent]:
        """The agents of `team`, or all agents if it is None, sorted by name."""
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
