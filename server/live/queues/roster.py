"""Gives agents to the dispatcher, with their stored choices and their teams."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

from identity.adapters.people import People
from routing.adapters import store
from routing.agents import AgentChoice
from routing.service import Dispatcher
from server.live.teams import Teams
from storage.ports import Storage, Tx


class Roster:
    def __init__(self, storage: Storage, people: People, teams: Teams, routing: Dispatcher) -> None:
        self._storage = storage
        self._people = people
        self._teams = teams
        self._routing = routing

    def agents(self, tx: Tx, only: Collection[str] | None = None) -> list[AgentChoice]:
        """The agents as stored. With `only`, no others than these."""
        staff = {actor.id: actor for actor in self._people.all_staff(tx) if only is None or actor.id in only}
        return [
            choice.named(staff[choice.staff].name or "", frozenset(self._teams.seen_by(staff[choice.staff])))
            for choice in store.choices(tx)
            if choice.staff in staff
        ]

    async def refresh(self) -> None:
        """Give every agent to the dispatcher again, because the teams have changed."""

        def unit(tx: Tx) -> None:
            for agent in self.agents(tx):
                # In commit order, so that a status chosen meanwhile is not overwritten.
                tx.after_commit(partial(self._routing.agent_changed, agent))

        await self._storage.write(unit)
        self._routing.wake()
