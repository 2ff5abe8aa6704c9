"""Assigns waiting chats to agents.

1. Chats of all teams are served in one order: priority, then time of joining. So an agent on several teams takes
   the first chat of these teams in this order.
2. A chat goes to an agent of its team who is available and connected, has not paused the team, has a free slot, has
   not declined the chat, and was not the last to transfer it. Among several such agents, the agent of the customer's
   last chat comes first. The others are sorted by most free slots, then longest time without a new chat, then id.
3. A chat that cannot be placed does not block the chats behind it.
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
    """A proposal: `chat`, which waits for `team`, goes to `staff`."""

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
    """Yield placements until no more are possible.

    For each placement, the caller takes the slot in `roster` before drawing the next placement. The caller must not
    change the queues while drawing. A chat is skipped if `waits(chat)` is false. It is not given to `staff` if
    `may(chat, staff)` is false. `preferred(chat)` is the agent of the customer's last chat.

    A placement costs O(log teams + log agents), whatever the queue length. A skipped chat costs one call.
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
            continue  # no other chat of this team can be placed either
        staff = _again(preferred(chat), chat, team, roster, may) or _first(roster.ready(team), chat, may)
        if staff is not None:
            yield Placement(chat, team, staff)
        advance(team)


def team_with(agent: Agent, team: str, others: Iterable[str], is_open: Callable[[str], bool]) -> str | None:
    """The team that a chat of `team` belongs to after a transfer to `agent`.

    If the agent serves `team`, the chat stays with `team`, whether `team` is open or closed. Otherwise it goes to the
    first open team of `others` that the agent serves. If all teams of `others` that the agent serves are closed, it
    goes to the first of these. None if the agent serves no team of `others`, or has paused `team`.
    """
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
