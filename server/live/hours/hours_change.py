"""Applies a changed hours file: updates agents' teams and the metrics of queues, and notifies every connection."""

from __future__ import annotations

from routing.ports import FloorView
from server.live.hours.hours_news import HoursNews
from server.live.metrics import Metrics
from server.live.queues.roster import Roster
from server.live.teams import Teams


class HoursChange:
    def __init__(self, teams: Teams, roster: Roster, metrics: Metrics, floor: FloorView, news: HoursNews) -> None:
        self._teams = teams
        self._roster = roster
        self._metrics = metrics
        self._floor = floor
        self._news = news

    async def apply(self) -> None:
        self._news.forget_changes()
        self.watch_queues()
        await self._roster.refresh()
        await self._news.tell()

    def watch_queues(self) -> None:
        self._metrics.watch_queues(self._teams.open, self._waiting)

    def _waiting(self, team: str) -> int:
        return len(self._floor.waiting_chats(team))
