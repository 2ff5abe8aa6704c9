"""Queue lengths, queue positions and presence, sent to each connection at most once per interval.

The dispatcher reports what may have changed. A connection gets the current values if they differ from those that it got
last.
"""

from __future__ import annotations

import asyncio
from weakref import WeakKeyDictionary

import structlog

from chat.adapters.peer import Peer
from chat.frames.ephemeral import Presence, QueuePosition, Queues, QueueState
from clock import rfc3339
from routing.agents import Agent
from routing.ports import Change
from routing.service import Dispatcher
from server.live.ports import Telling
from server.live.teams import Teams

log = structlog.get_logger(__name__)


class News:
    def __init__(self, routing: Dispatcher, telling: Telling, teams: Teams, interval_s: float) -> None:
        self._routing = routing
        self._telling = telling
        self._known = teams
        self._interval_s = interval_s
        self._teams: set[str] = set()
        self._lines: set[str] = set()
        self._staff: set[str] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._sent_at = 0.0
        self._sent_queues: WeakKeyDictionary[Peer, list[QueueState]] = WeakKeyDictionary()
        self._sent_places: dict[str, dict[str, tuple[int, int | None]]] = {}

    @property
    def idle(self) -> bool:
        """True if no news waits to be sent."""
        return self._timer is None

    def changed(self, change: Change) -> None:
        """Note a change. Called by the dispatcher."""
        self._teams |= change.teams
        self._lines |= change.lines
        self._staff |= change.staff
        self._tell_soon()

    def tell_again(self, chat: str) -> None:
        """Somebody who follows this chat missed its queue position."""
        for team, places in self._sent_places.items():
            if places.pop(chat, None) is not None:
                self._lines.add(team)
        self._tell_soon()

    def _tell_soon(self) -> None:
        if self._timer is None and (self._teams or self._lines or self._staff):
            loop = asyncio.get_running_loop()
            self._timer = loop.call_at(max(loop.time(), self._sent_at + self._interval_s), self._tell)

    def left_queue(self, chat: str, team: str) -> None:
        """Drop the unsent queue position of a chat of `team`, because the chat was assigned or closed.

        If the chat is requeued, its customer gets a position again.
        """
        self._sent_places.get(team, {}).pop(chat, None)
        self._telling.withdraw(chat, QueuePosition)

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _tell(self) -> None:
        self._timer = None
        self._sent_at = asyncio.get_running_loop().time()
        teams, self._teams = self._teams, set()
        lines, self._lines = self._lines, set()
        staff, self._staff = self._staff, set()
        try:
            self._tell_positions(lines | self._routing.sharing(lines | teams) | teams)
            self._tell_queues(teams)
            self._tell_presence(staff)
        except Exception:
            log.exception("news_failed")

    def _tell_positions(self, lines: set[str]) -> None:
        for team in lines:
            # Customers who left the queue get their position when they return, even if it is the same.
            before = self._sent_places.get(team, {})
            now = self._sent_places[team] = self._routing.places(team)
            for chat, (position, wait) in now.items():
                if before.get(chat) != (position, wait):
                    event = QueuePosition(chat=chat, position=position, wait_s=wait)
                    self._telling.to_followers(chat, event, to_staff=False)

    def _tell_queues(self, teams: set[str]) -> None:
        for peer, actor in self._telling.staff_here():
            mine = self._known.seen_by(actor)
            if teams.isdisjoint(mine):
                continue
            states = self._routing.queue_states(mine)
            queues = [
                QueueState(s.team, s.waiting, s.longest_wait_s, s.queued_s, s.available, s.free_seats, s.next)
                for s in states
            ]
            if self._sent_queues.get(peer) != queues:
                self._sent_queues[peer] = queues
                self._telling.to_connection(peer, Queues(queues=queues))

    def _tell_presence(self, staff: set[str]) -> None:
        """Send the presence of these agents to their own devices, and to the supervisors of their teams."""
        agents = [agent for agent in map(self._routing.floor.get, staff) if agent is not None]
        for peer, actor in self._telling.staff_here() if agents else ():
            for agent in agents:
                supervised = actor.role == "supervisor" and any(map(actor.sees, agent.teams))
                if agent.staff == peer.person or supervised:
                    self._telling.to_connection(peer, presence_of(agent))


def presence_of(agent: Agent) -> Presence:
    """The presence of an agent, as colleagues see it."""
    choice = agent.choice
    return Presence(
        staff=choice.staff, name=choice.name, status=choice.status, reason=choice.reason, since=rfc3339(choice.since),
        connected=agent.connected, held=len(agent.held), capacity=choice.capacity,
        free=agent.free, paused=sorted(choice.paused), by=choice.set_by, leaving=choice.leaving,
        today_by=choice.today_by,
    )  # fmt: skip
