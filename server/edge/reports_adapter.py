"""Implements `widgets.reports.ports.Reports`: the page reads the same figures as the JSON API."""

from __future__ import annotations

from starlette.requests import Request

from clock import Clock
from identity.actor import Actor
from reports.asking import Wanted
from reports.drill import Behind, CountedPage
from reports.overview import Overview
from reports.periods import Period
from reports.ticket_times import TicketTimes
from server.edge.agent_days import AgentDays
from server.edge.heavy_reads import HeavyReads
from server.edge.outages import as_refusals
from server.live.reports.report_counting import goals_of
from server.live.reports.report_reading import ReportReading
from server.live.reports.weekly_reports import WeeklyReports, may_have
from server.live.teams import Teams
from widgets.reports.ports import AgentDay, Choices


class ReportsAdapter:
    def __init__(
        self,
        clock: Clock,
        teams: Teams,
        reading: ReportReading,
        agent_days: AgentDays,
        heavy_reads: HeavyReads,
        weekly: WeeklyReports,
    ) -> None:
        self.now = clock
        self._agent_days = agent_days
        self._teams = teams
        self._report_reading = reading
        self._heavy_reads = heavy_reads
        self._weekly = weekly

    def zone(self) -> str:
        return self._teams.desk.timezone

    def usual_period(self) -> Period:
        return self._report_reading.usual_period()

    def team_name(self, key: str) -> str:
        return self._teams.of(key).name

    @as_refusals
    async def choices(self, request: Request, by: Actor) -> Choices:
        agents = await self._heavy_reads.read_for(request, by, lambda tx: self._report_reading.agents_of(tx, by))
        seen = self._teams.by_key if by.sees_all_figures else self._teams.seen_by(by)
        teams = {key: self._teams.of(key).name for key in seen}
        products = dict.fromkeys(product for key in seen for product in self._teams.of(key).products)
        goals = {key: goals_of(self._teams, key) for key in seen}
        return Choices(teams=teams, goals=goals, agents=agents, products=list(products))

    @as_refusals
    async def overview(self, request: Request, by: Actor, wanted: Wanted) -> Overview:
        return await self._heavy_reads.read_for(request, by, self._report_reading.overview(by, wanted))

    @as_refusals
    async def counted(self, request: Request, by: Actor, wanted: Wanted, behind: Behind) -> CountedPage:
        return await self._heavy_reads.read_for(request, by, self._report_reading.counted(by, wanted, behind))

    @as_refusals
    async def ticket_times(self, request: Request, by: Actor, number: int) -> tuple[TicketTimes, dict[str, str]]:
        return await self._heavy_reads.read_for(request, by, self._report_reading.ticket_times(by, number))

    @as_refusals
    async def weekly(self, by: Actor) -> bool | None:
        return await self._weekly.chosen(by) if may_have(by) else None

    @as_refusals
    async def choose_weekly(self, by: Actor, *, wanted: bool) -> None:
        await self._weekly.choose(by, wanted=wanted)

    @as_refusals
    async def stop_weekly(self, token: str) -> bool:
        return await self._weekly.stop(token)

    @as_refusals
    async def agent_day(self, request: Request, by: Actor, agent: str, day: int | None) -> AgentDay:
        return await self._heavy_reads.read_for(request, by, self._agent_days.of(by, agent, day))
