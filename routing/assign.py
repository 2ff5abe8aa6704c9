"""Who gets whom, and why.

1. Over all teams, whoever stands first by priority and time of joining comes first: so an
   agent on several teams takes who waited longest.
2. They get an agent of their team who is available, connected, has not paused the team, has room,
   and has not let this chat pass: the agent of their last chat, else who has the most free room;
   among those, who is longest without a new chat; ties by id.
3. Who cannot be placed does not block those behind them.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from routing.agents import Agent, Roster
from routing.queue import Place, TeamQueue


@dataclass(frozen=True, slots=True)
class Placement:
    """`chat`, which waits for `team`, is to be `staff`'s."""

    chat: str
    team: str
    staff: str
    by: Literal["dispatcher"] = "dispatcher"


def assign(
    queues: Mapping[str, TeamQueue],
    roster: Roster,
    waits: Callable[[str], bool],
    may: Callable[[str, str], bool],
    preferred: Callable[[str], str | None],
) -> Iterator[Placement]:
    """One placement after the other, until nobody more can be placed.

    Whoever draws from this takes the seat in `roster` before the next is drawn, and leaves the
    queues alone meanwhile. `waits(chat)` is false for chats that are to be passed over,
    `may(chat, staff)` for pairs that are out of the question; `preferred(chat)` names the agent
    of the customer's last chat.

    A placement costs O(log teams + log agents), whatever the length of the queues; a chat
    passed over costs one call.
    """
    lines: dict[str, Iterator[Place]] = {}
    heads: list[tuple[Place, str]] = []

    def advance(team: str) -> None:
        place = next((place for place in lines[team] if waits(place[2])), None)
        if place is not None:
            heapq.heappush(heads, (place, team))

    for team, queue in queues.items():
        if len(queue) and roster.free_seats(team):
            lines[team] = iter(queue)
            advance(team)
    while heads:
        (_, _, chat), team = heapq.heappop(heads)
        if not roster.free_seats(team):
            continue  # nobody behind this one in the team's queue can be placed either
        staff = _again(preferred(chat), chat, team, roster, may) or _first(roster.ready(team), chat, may)
        if staff is not None:
            yield Placement(chat, team, staff)
        advance(team)


def team_with(agent: Agent, team: str, others: Iterable[str], is_open: Callable[[str], bool]) -> str | None:
    """The team of a chat of `team` that is handed on to `agent`: the same where they serve it, open or not; else the
    first of `others` that they serve, the open before the closed. None where they serve none, or paused `team`."""
    if agent.serves(team):
        return team
    if team in agent.teams and team in agent.paused:
        return None
    return min((other for other in others if agent.serves(other)), key=lambda other: not is_open(other), default=None)


def _again(staff: str | None, chat: str, team: str, roster: Roster, may: Callable[[str, str], bool]) -> str | None:
    agent = None if staff is None else roster.get(staff)
    return agent.staff if agent is not None and agent.takes(team) and may(chat, agent.staff) else None


def _first(ready: Iterator[Agent], chat: str, may: Callable[[str, str], bool]) -> str | None:
    return next((agent.staff for agent in ready if may(chat, agent.staff)), None)
