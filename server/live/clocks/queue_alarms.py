"""A sweep that raises alarms for long waits, and for teams without an available agent."""

from __future__ import annotations

from collections.abc import Iterator

from chat.frames.floor import Alarm
from clock import Clock, rfc3339
from routing.queue import overdue_since
from routing.service import Dispatcher
from server.live.alarms.alarms import Alarms
from server.live.teams import Teams


class QueueAlarms:
    def __init__(self, clock: Clock, teams: Teams, routing: Dispatcher, alarms: Alarms) -> None:
        self._clock = clock
        self._teams = teams
        self._routing = routing
        self._alarms = alarms

    async def sweep(self) -> None:
        now = self._clock()
        self._alarms.report("queue", self._long_waits(now))
        self._alarms.report("unstaffed", self._unstaffed(now))

    def _long_waits(self, now: int) -> Iterator[Alarm]:
        for state in self._routing.queue_states(self._teams.by_key):
            since = overdue_since(self._teams.of(state.team), state.longest_wait_s, now)
            if since is not None:
                yield Alarm(kind="queue", team=state.team, since=rfc3339(since))

    def _unstaffed(self, now: int) -> Iterator[Alarm]:
        for team in self._teams.open:
            since = self._routing.unstaffed_since(team, now)
            if since is not None:
                yield Alarm(kind="unstaffed", team=team, since=rfc3339(since))
