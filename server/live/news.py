"""News of queues, positions and presence, put together and told at most once a second.

The floor says what changed; this keeps what that may concern, and once a second at most tells
each connection the present figures where they are not those that it was told last.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import structlog

from chat.adapters.hub import Peer, coalescing_key
from chat.adapters.socket import SocketPeer
from chat.frames import Presence, QueuePosition, Queues, QueueState
from clock import rfc3339
from routing.agents import Agent
from routing.ports import Change

if TYPE_CHECKING:
    from server.live.desk import Desk

INTERVAL_S = 1.0

log = structlog.get_logger(__name__)


class News:
    """Listens to the floor; tells the sockets of this process."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._teams: set[str] = set()
        self._lines: set[str] = set()
        self._staff: set[str] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._told_at = 0.0
        self._told_queues: WeakKeyDictionary[Peer, list[QueueState]] = WeakKeyDictionary()
        self._told_places: dict[str, dict[str, tuple[int, int | None]]] = {}

    def changed(self, change: Change) -> None:
        """Something on the floor is another than it was."""
        self._teams |= change.teams
        self._lines |= change.lines
        self._staff |= change.staff
        if self._timer is None and (self._teams or self._lines or self._staff):
            loop = asyncio.get_running_loop()
            self._timer = loop.call_at(max(loop.time(), self._told_at + INTERVAL_S), self._tell)

    def answered(self, chat: str, team: str) -> None:
        """A chat that waited for `team` has an agent: back in line, its customer is told its place."""
        self._told_places.get(team, {}).pop(chat, None)

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _tell(self) -> None:
        self._timer = None
        self._told_at = asyncio.get_running_loop().time()
        teams, self._teams = self._teams, set()
        lines, self._lines = self._lines, set()
        staff, self._staff = self._staff, set()
        try:
            self._tell_positions(lines | self._desk.routing.sharing(lines | teams) | teams)
            self._tell_queues(teams)
            self._tell_presence(staff)
        except Exception:
            log.exception("news_failed")

    def _tell_positions(self, lines: set[str]) -> None:
        for team in lines:
            # Whoever has left the line is told their place when they are back, though it be the same.
            before = self._told_places.get(team, {})
            now = self._told_places[team] = self._desk.routing.places(team)
            for chat, (position, wait) in now.items():
                if before.get(chat) != (position, wait):
                    self._desk.hub.news(chat, QueuePosition(chat=chat, position=position, wait_s=wait), to_staff=False)

    def _tell_queues(self, teams: set[str]) -> None:
        for peer in self._desk.hub.staff_here():
            assert isinstance(peer, SocketPeer) and peer.actor is not None
            mine = self._desk.teams_of(peer.actor)
            if teams.isdisjoint(mine):
                continue
            states = self._desk.routing.queue_states(mine)
            told = [QueueState(s.team, s.waiting, s.longest_wait_s, s.available, s.free_seats, s.next) for s in states]
            if self._told_queues.get(peer) != told:
                self._told_queues[peer] = told
                event = Queues(queues=told)
                peer.tell(event, coalescing_key(event))

    def _tell_presence(self, staff: set[str]) -> None:
        """To their own devices, and to the supervisors of their teams."""
        agents = [agent for agent in map(self._desk.routing.agent, staff) if agent is not None]
        for peer in self._desk.hub.staff_here() if agents else ():
            assert isinstance(peer, SocketPeer) and peer.actor is not None
            for agent in agents:
                supervised = peer.actor.role == "supervisor" and any(map(peer.actor.sees, agent.teams))
                if agent.staff == peer.person or supervised:
                    event = presence_of(agent)
                    peer.tell(event, coalescing_key(event))


def presence_of(agent: Agent) -> Presence:
    """An agent as colleagues see them."""
    choice = agent.choice
    return Presence(
        staff=choice.staff, name=choice.name, status=choice.status, reason=choice.reason, since=rfc3339(choice.since),
        connected=agent.connected, held=len(agent.held), capacity=choice.capacity,
        free=agent.free, paused=sorted(choice.paused), by=choice.set_by,
    )  # fmt: skip
