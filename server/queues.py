"""The clocks of queues, acted on once a second: those who waited long go to another team where the hours file says so,
and supervisors are told of long waits and of teams without anybody."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from chat.adapters import clocks
from routing.desk import Overflow
from storage.ports import Tx

if TYPE_CHECKING:
    from server.desk import Desk


class Queues:
    """Who waits for too long, and what is done about it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def keep(self) -> None:
        """Let queues flow over; say which wait for too long, and which teams nobody works for."""
        desk, now = self._desk, self._desk.clock()
        for key, team in desk.teams.items():
            if team.overflow is not None and self._flows_over(key, team.overflow, now):
                await self._flow_over(key, team.overflow)
        states = desk.routing.queue_states(desk.teams)
        desk.alarms.stand(
            "queue",
            [(one.team, None) for one in states if one.longest_wait_s > desk.teams[one.team].wait_target_s],
            now,
        )
        hours = desk.routing.hours_view(now)
        desk.alarms.stand("unstaffed", [(team["team"], None) for team in hours if not team["staffed"]], now)

    def _flows_over(self, key: str, overflow: Overflow, now: int) -> bool:
        """Not to a closed team, nor from one that has somebody to one that has nobody."""
        routing = self._desk.routing
        if not routing.line(key) or overflow.to not in self._desk.open_teams:
            return False
        if not routing.desk.hours_of(overflow.to).is_open(now):
            return False
        return routing.serving(overflow.to) > 0 or routing.serving(key) == 0

    async def _flow_over(self, key: str, overflow: Overflow) -> None:
        desk = self._desk
        before = desk.clock() - 1000 * overflow.after_s
        for chat in await desk.storage.read(lambda tx: clocks.waiting_since(tx, key, before)):
            await desk.storage.write(partial(self._move, chat=chat, team=overflow.to))

    def _move(self, tx: Tx, *, chat: str, team: str) -> bool:
        return self._desk.handovers.overflow(tx, chat, team, self._desk.clock())
