"""`hello` of staff."""

from __future__ import annotations

from msgspec import structs

from chat import wire
from chat.adapters import archive
from chat.adapters.socket import SocketPeer
from chat.frames.ephemeral import QueueState
from chat.frames.people import About
from chat.frames.staff_commands import StaffHello
from clock import Clock, rfc3339
from routing.adapters import store
from routing.agents import AgentChoice, Choice
from routing.service import Dispatcher
from server.edge.commands.answers import StaffGreeted, Terms
from server.edge.commands.joining import Joining
from server.edge.peers import actor_of
from server.live.chats.chat_details import ChatDetails
from server.live.teams import Teams
from storage.ports import Storage, Tx

READS_MAX = 3
"""Maximum number of attempts to read an agent's chats. A commit during a read makes another attempt necessary."""


class StaffGreetings:
    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        teams: Teams,
        routing: Dispatcher,
        chat_details: ChatDetails,
        joining: Joining,
        terms: Terms,
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._teams = teams
        self._routing = routing
        self._chat_details = chat_details
        self._joining = joining
        self._terms = terms

    async def greet(self, peer: SocketPeer, frame: StaffHello) -> bytes:
        now, actor = self._clock(), actor_of(peer)
        abouts, choice = await self._chats_and_choice(actor.id)
        teams = self._teams.seen_by(actor)
        agent = self._agent(actor.id, actor.name or "", frozenset(teams), choice)
        self._joining.greeted(peer)
        assert actor.role == "agent" or actor.role == "supervisor", "others cannot connect"
        return wire.ok(
            frame.id,
            StaffGreeted(
                **structs.asdict(self._terms),
                staff=actor.id,
                name=actor.name or "",
                role=actor.role,
                teams=self._routing.staff_view(teams, now),
                status=agent.status,
                reason=agent.reason,
                since=rfc3339(agent.since),
                by=agent.set_by,
                capacity=agent.capacity,
                paused=sorted(agent.paused),
                leaving=agent.leaving,
                today_by=agent.today_by,
                chats=abouts,
                queues=[
                    QueueState(s.team, s.waiting, s.longest_wait_s, s.queued_s, s.available, s.free_seats, s.next)
                    for s in self._routing.queue_states(teams)
                ],
            ),
        )

    def _agent(self, staff: str, name: str, teams: frozenset[str], stored: Choice) -> AgentChoice:
        known = self._routing.floor.get(staff)
        agent = (known.choice if known is not None else stored).named(name, teams)
        if known is None or (known.name, known.teams) != (agent.name, agent.teams):
            # A new agent, or one whose teams changed.
            self._routing.agent_changed(agent)
        return agent

    async def _chats_and_choice(self, staff: str) -> tuple[list[About], Choice]:
        """An agent's chats when their connection joins, and their stored choice."""

        def read(tx: Tx) -> tuple[list[About], Choice]:
            held = self._chat_details.all_of(tx, archive.open_rows(tx, agent=staff))
            return held, store.choice_of(tx, staff) or Choice(staff=staff, since=self._clock())

        found = await self._storage.read(read)
        for _ in range(READS_MAX - 1):
            if {about.chat for about in found[0]} == self._routing.floor.held_by(staff):
                break
            found = await self._storage.read(read)
        return found
