"""A sweep that requeues the chats of agents who have been disconnected for too long, and sets absent agents to away.

An agent may choose to leave after the last chat. The sweep then sets the agent offline as soon as the agent holds no
chat.
"""

from __future__ import annotations

from functools import partial

from chat.adapters import clocks
from chat.frames.people import Staff
from chat.handover import Handovers, Lost
from clock import EvenClock
from identity.adapters.people import People
from routing.adapters import store
from routing.agents import Agent, Choice
from routing.attendance import away_because, has_finished
from routing.service import Dispatcher
from server.live.alarms.alarms import Alarms
from server.live.chats.open_chats import OpenChats
from server.live.presence.attendance import Attendance
from server.live.teams import Teams
from storage.ports import Storage, Tx


class Absences:
    def __init__(
        self,
        storage: Storage,
        clock: EvenClock,
        people: People,
        teams: Teams,
        open_chats: OpenChats,
        routing: Dispatcher,
        attendance: Attendance,
        handovers: Handovers,
        alarms: Alarms,
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._people = people
        self._teams = teams
        self._open_chats = open_chats
        self._routing = routing
        self._attendance = attendance
        self._handovers = handovers
        self._alarms = alarms

    async def sweep(self) -> None:
        await self._attendance.write_down()
        for chat in self._open_chats.all():
            # Checked again for each chat: the agent may be back by now.
            if chat.agent is not None and self._attendance.is_gone(chat.agent, chat.team):
                await self._storage.write(partial(self.release, chat=chat.id, agent=chat.agent, why="gone"))
        for agent in self._routing.floor.agents():
            if agent.status == "available":
                seen, now = self._attendance.seen(agent.staff), self._clock.steady()
                reason = away_because(seen, self._idle_ms(agent), now)
                if reason is not None:
                    await self._set_away(agent, reason)
            elif has_finished(agent):
                await self._set_offline(agent)

    async def leave(self, staff: str) -> None:
        """Requeue all chats of an agent whose last session ended."""
        for chat in sorted(self._routing.floor.held_by(staff)):
            await self._storage.write(partial(self.release, chat=chat, agent=staff, why="gone"))

    def release(self, tx: Tx, chat: str, agent: str, why: Lost) -> bool:
        """Inside a transaction: requeue an agent's chat. Returns False if the agent no longer has the chat."""
        name = self._people.names(tx, [agent]).get(agent, "")
        released = self._handovers.release(tx, chat, Staff(agent, name), why, self._clock())
        if released:
            self._alarms.left(tx, chat)
        return released

    async def _set_away(self, agent: Agent, reason: str) -> None:
        def unit(tx: Tx) -> None:
            away = store.set_away(tx, agent.staff, reason, self._clock(), connected=agent.connected)
            self._tell(tx, agent, away)

        await self._storage.write(unit)
        self._attendance.answered(agent.staff)

    async def _set_offline(self, agent: Agent) -> None:
        def unit(tx: Tx) -> None:
            if not clocks.active_chats(tx, agent.staff):
                self._tell(tx, agent, store.went_offline(tx, agent.staff, self._clock(), connected=agent.connected))

        await self._storage.write(unit)

    def _tell(self, tx: Tx, agent: Agent, changed: Choice | None) -> None:
        # Already stored if the answer to the last attempt was lost.
        choice = changed or store.choice_of(tx, agent.staff)
        if choice is not None:
            named = choice.named(agent.name, agent.teams)
            tx.after_commit(lambda: self._routing.agent_changed(named))

    def _idle_ms(self, agent: Agent) -> int:
        """The longest idle time that any of the agent's teams allows."""
        known = self._teams.by_key
        return 1000 * max(
            (known[team].agent_idle_s for team in agent.teams if team in known), default=self._teams.of("").agent_idle_s
        )
