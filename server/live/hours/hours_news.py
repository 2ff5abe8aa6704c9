"""Notifies every connection when a team opens, closes or changes."""

from __future__ import annotations

from chat.frames.ephemeral import HoursEvent
from clock import Clock
from identity.actor import Actor
from routing.service import Dispatcher
from routing.views import TeamOpening
from server.live.ports import Telling
from server.live.teams import Teams


class HoursNews:
    def __init__(self, clock: Clock, teams: Teams, routing: Dispatcher, telling: Telling) -> None:
        self._clock = clock
        self._teams = teams
        self._routing = routing
        self._telling = telling
        self._sent = self._present()

    async def sweep(self) -> None:
        before, self._sent = self._sent, self._present()
        if before != self._sent:
            await self._tell_all()

    def forget_changes(self) -> None:
        """Treat the present state as sent, so that the sweep does not send it. Call it if `tell` follows."""
        self._sent = self._present()

    async def tell(self) -> None:
        """Send the state of all teams now."""
        self._sent = self._present()
        await self._tell_all()

    def _present(self) -> list[TeamOpening]:
        """The state of all teams, without queue lengths. Queue lengths are sent separately."""
        return self._routing.openings_view(self._clock())

    async def _tell_all(self) -> None:
        await self._telling.to_all(HoursEvent(teams=self._routing.hours_view(self._clock())), self._for_staff)

    def _for_staff(self, actor: Actor) -> HoursEvent:
        return HoursEvent(teams=self._routing.staff_view(self._teams.seen_by(actor), self._clock()))
