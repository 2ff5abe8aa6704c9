"""A day of one agent: their status, and their chats in lanes. Pure. Times are in ms since the epoch, UTC."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from msgspec import Struct

from clock import rfc3339
from reports.facts import Interval


class StatusSpan(Struct, frozen=True):
    """A status, from `since` until just before `until`. `connected` is false while no page of the agent was open."""

    status: str
    reason: str | None
    connected: bool
    capacity: int
    since: str
    until: str


class ChatSpan(Struct, frozen=True):
    """A part of a chat during which it waited for one side. `state`: "waiting_for_agent" or "waiting_for_customer"."""

    state: str
    since: str
    until: str

    @property
    def is_owed(self) -> bool:
        """True if the chat waited for the agent."""
        return self.state == "waiting_for_agent"


class ChatLane(Struct, frozen=True):
    """A closed chat that the agent held. Chats that overlapped have different lanes. Lanes count from 0."""

    chat: str
    ticket: int
    team: str
    lane: int
    spans: list[ChatSpan]


class Load(Struct, frozen=True):
    """How many chats an agent held while they were available and connected, in seconds.

    `available_s` is this time itself. `held_s` adds up the time of each chat that they held in it, and `seats_s` the
    time of each chat that they could have held: the time multiplied by the capacity.
    """

    available_s: int
    held_s: int
    seats_s: int

    @property
    def concurrency(self) -> float | None:
        """How many chats the agent held at once, on average. None without available time."""
        return self.held_s / self.available_s if self.available_s else None

    @property
    def occupancy(self) -> float | None:
        """The share of the seats that were taken. Above 1 if the agent held more chats than the capacity. None without
        seats."""
        return self.held_s / self.seats_s if self.seats_s else None


class Timeline(Struct, frozen=True):
    """One day of an agent, from `since` until just before `until`. It has no chats that are still open."""

    agent: str
    day: str
    since: str
    until: str
    states: list[StatusSpan]
    chats: list[ChatLane]
    load: Load


@dataclass(frozen=True, slots=True)
class AgentState:
    """The state of an agent from `at` on."""

    at: int
    status: str
    reason: str | None
    connected: bool
    capacity: int


def statuses(states: Sequence[AgentState], begins: int, ends: int) -> list[StatusSpan]:
    """The agent's states from `begins` until just before `ends`. `states`: the last state that began before `begins`,
    then the states that began between the two moments, oldest first."""
    edges = [*states, AgentState(ends, "", None, False, 0)]
    found = []
    for state, following in pairwise(edges):
        since, until = max(state.at, begins), min(following.at, ends)
        if since < until:
            found.append(
                StatusSpan(state.status, state.reason, state.connected, state.capacity, rfc3339(since), rfc3339(until))
            )
    return found


def lanes(intervals: Iterable[Interval], teams: Collection[str] | None, begins: int, ends: int) -> list[ChatLane]:
    """The chats of one agent between two moments, in as few lanes as possible. If `teams` is None, the chats of all
    teams.

    A chat stays in one lane, from its first interval to its last. No other chat gets the lane during this time.
    """
    spans: dict[str, list[Interval]] = {}
    for one in sorted(intervals, key=lambda one: (one.began, one.place)):
        seen = teams is None or one.team in teams
        if seen and one.ended is not None and one.began < ends and one.ended > begins:
            spans.setdefault(one.chat, []).append(one)
    free_at: list[int] = []
    found = []
    for chat, held in spans.items():
        lane = next((place for place, until in enumerate(free_at) if until <= held[0].began), len(free_at))
        free_at[lane : lane + 1] = [held[-1].ended or ends]
        shown = [
            ChatSpan(one.kind, rfc3339(max(one.began, begins)), rfc3339(min(one.ended or ends, ends))) for one in held
        ]
        found.append(ChatLane(chat, held[0].ticket, held[-1].team, lane, shown))
    return found


def load(states: Sequence[AgentState], intervals: Collection[Interval], begins: int, ends: int) -> Load:
    """The load of an agent between two moments. `states`: as in `statuses`. `intervals`: the intervals in which the
    agent held a chat."""
    edges = [*states, AgentState(ends, "", None, False, 0)]
    available = held = seats = 0
    for state, following in pairwise(edges):
        since, until = max(state.at, begins), min(following.at, ends)
        if state.status != "available" or not state.connected or since >= until:
            continue
        available += until - since
        seats += (until - since) * state.capacity
        held += sum(max(0, min(one.ended or ends, until) - max(one.began, since)) for one in intervals)
    return Load(available // 1000, held // 1000, seats // 1000)
