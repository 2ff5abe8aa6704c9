"""An agent's choice of status, capacity and paused teams."""

from __future__ import annotations

from collections.abc import Callable

from chat.frames.staff_commands import PresenceSet
from clock import Clock
from identity.actor import Actor
from identity.adapters.people import People
from refusals import Refused, invalid
from routing.adapters import store
from routing.agents import AgentChoice
from routing.service import Dispatcher
from server.live.presence.attendance import Attendance
from server.live.teams import Teams
from storage.ports import Storage, Tx


class StatusChoices:
    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        people: People,
        teams: Teams,
        routing: Dispatcher,
        attendance: Attendance,
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._people = people
        self._teams = teams
        self._routing = routing
        self._attendance = attendance

    async def set(self, actor: Actor, frame: PresenceSet) -> AgentChoice:
        """Store the choice and give it to the dispatcher.

        Raises Refused(unauthorized) if the person may no longer handle chats. Raises Refused(invalid) if a team in
        `frame.paused` is unknown, or if `leaving` is set and the status is not `away`.
        """
        if frame.leaving and frame.status != "away":
            raise invalid("leaving", 'Only possible with the status "away".')
        unknown = [team for team in frame.paused or () if team not in self._teams.by_key]
        if unknown:
            raise self._teams.no_such_team(unknown[0], "paused")
        teams = frozenset(self._teams.seen_by(actor))

        def unit(tx: Tx) -> AgentChoice:
            if not self._people.able(tx, {actor.id}):
                raise Refused("unauthorized", "You're signed out, so this change doesn't count.")
            choice = store.set_presence(
                tx,
                actor.id,
                frame.status,
                frame.reason,
                frame.capacity,
                frame.paused,
                self._clock(),
                leaving=frame.leaving,
            )
            return choice.named(actor.name or "", teams)

        return await self.store(actor.id, unit)

    async def store(self, staff: str, change: Callable[[Tx], AgentChoice]) -> AgentChoice:
        """Store a change of somebody's status in one transaction, and give it to the dispatcher. Raises what `change`
        raises."""

        def unit(tx: Tx) -> AgentChoice:
            choice = change(tx)
            # In commit order: of two choices on two devices, the last one counts.
            tx.after_commit(lambda: self._routing.agent_changed(choice))
            return choice

        # The connection comes before the choice in the agent's timeline.
        await self._attendance.write_down()
        chosen = await self._storage.write(unit)
        self._attendance.answered(staff)
        return chosen
