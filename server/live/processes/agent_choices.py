"""Agents' choices that were changed in this process or in another one."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import partial

from routing.agents import AgentChoice
from routing.ports import Change
from routing.service import Dispatcher
from server.live.queues.roster import Roster
from server.live.wakes import Wakes
from storage.ports import Storage


class AgentChoices:
    def __init__(self, storage: Storage, roster: Roster, routing: Dispatcher, wakes: Wakes) -> None:
        self._storage = storage
        self._roster = roster
        self._routing = routing
        self._wakes = wakes
        self._told: dict[str, AgentChoice] = {}
        self._adopting = False
        routing.floor.listen(self._changed)

    async def read(self, staff: Collection[str] | None = None) -> None:
        """Take over the stored choices of these agents, or of all. Raises StorageUnavailable."""
        self._adopt(await self._storage.read(partial(self._roster.agents, only=staff)))

    def _adopt(self, stored: Iterable[AgentChoice]) -> None:
        self._adopting = True
        try:
            for choice in stored:
                known = self._routing.floor.get(choice.staff)
                if known is None or known.choice != choice:
                    self._routing.agent_changed(choice)
        finally:
            self._adopting = False
        self._routing.wake()

    def _changed(self, change: Change) -> None:
        for staff in change.staff:
            agent = self._routing.floor.get(staff)
            if agent is None or self._told.get(staff) == agent.choice:
                continue
            self._told[staff] = agent.choice
            if not self._adopting:
                self._wakes.agent(staff)
