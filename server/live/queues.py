"""The clocks of queues, acted on once a second: those who waited long go to another team where the hours file says so,
and supervisors are told of long waits and of teams without anybody."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from chat.adapters import clocks
from chat.frames import Alarm
from clock import rfc3339
from routing.desk import Overflow
from routing.queue import may_overflow
from storage.ports import Tx

if TYPE_CHECKING:
    from server.live.desk import Desk


class Queues:
    """Who waits for too long, and what is done about it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def keep(self) -> None:
        """Let queues flow over; say which wait for too long, and which teams nobody works for."""
        desk, now = self._desk, self._desk.clock()
        await self._flow_over(now)
        desk.alarms.stand("queue", self._long_waits(now))
        desk.alarms.stand("unstaffed", self._unstaffed(now))

    def _long_waits(self, now: int) -> Iterator[Alarm]:
        """Since when somebody has waited for longer than they should."""
        for state in self._desk.routing.queue_states(self._desk.teams):
            over_s = state.longest_wait_s - self._desk.teams[state.team].wait_target_s
            if over_s > 0:
                yield Alarm(kind="queue", team=state.team, since=rfc3339(now - 1000 * over_s))

    def _unstaffed(self, now: int) -> Iterator[Alarm]:
        """Since when nobody has been available."""
        for team in self._desk.open_teams:
            since = self._desk.routing.unstaffed_since(team, now)
            if since is not None:
                yield Alarm(kind="unstaffed", team=team, since=rfc3339(since))

    async def _flow_over(self, now: int) -> None:
        desk = self._desk
        flowing = {key: team.overflow for key, team in desk.teams.items() if team.overflow is not None}
        waiting = [chat for chat in desk.picture.open_chats() if chat.team in flowing and chat.agent is None]
        for key, overflow in flowing.items():
            since = now - 1000 * overflow.after_s
            late = {one.id for one in waiting if one.team == key and one.waiting_since <= since}
            if late and self._flows_over(overflow, now):
                for chat in await desk.storage.read(partial(clocks.may_flow_over, team=key)):
                    if chat in late:
                        await desk.storage.write(partial(self._move, chat=chat, team=key, to=overflow.to))

    def _flows_over(self, overflow: Overflow, now: int) -> bool:
        routing = self._desk.routing
        return may_overflow(overflow, routing.desk, routing.serving(overflow.to), now)

    def _move(self, tx: Tx, *, chat: str, team: str, to: str) -> bool:
        desk = self._desk
        moved = desk.handovers.overflow(tx, chat, to, desk.clock())
        if moved:
            clocks.wait_longer(tx, chat, desk.left_ms(to) - desk.left_ms(team))
        return moved
