"""Reads the figures of reports, and checks which figures a person may see."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from clock import Clock, rfc3339
from identity.actor import Actor
from identity.adapters.people import People
from refusals import Refused
from reports.adapters import agents, hints, incidents, listing, queries, seats, tickets
from reports.adapters.sources import SqlSources
from reports.adapters.store import SqlReports
from reports.asking import Asked, Wanted, agent_of, only_own, period_of, teams_of
from reports.backlog import BacklogPart
from reports.drill import Behind, CountedPage
from reports.overview import (
    Hints,
    IncidentShown,
    LateTickets,
    Overview,
    SeatHour,
    Span,
    code_parts,
    comparable,
    day_parts,
    days_before,
    figures_of,
    handle_by_10_min,
    hour_parts,
    own_hints,
    parts_of,
    told_parts,
)
from reports.periods import Period, day_of, days_of, usual
from reports.service import OVERLAP_MS
from reports.sums import Sums
from reports.ticket_times import TicketTimes, times_of
from reports.timeline import Timeline, lanes, load, statuses
from server.live.reports.backlog_ages import BacklogAges
from server.live.teams import Teams
from storage.ports import Tx


class ReportReading:
    def __init__(self, clock: Clock, teams: Teams, people: People) -> None:
        self._clock = clock
        self._teams = teams
        self._people = people
        self._ages = BacklogAges(clock, teams)
        self._sources = SqlSources()
        self._reports = SqlReports()

    def usual_period(self) -> Period:
        return usual(day_of(self._clock(), self._teams.desk.timezone))

    def overview(self, actor: Actor, wanted: Wanted, *, tickets_too: bool = True) -> Callable[[Tx], Overview]:
        """A query that reads the figures. This call raises Refused(invalid) for a bad period or team, and the query for
        a bad agent.

        If `tickets_too` is false, hints, backlog, late tickets, incidents and seats are left empty, which saves their
        queries.
        """
        now = self._clock()
        period, teams = self._period(wanted), self._teams_of(actor, wanted)

        def query(tx: Tx) -> Overview:
            asked = self._asked(tx, actor, wanted, period, teams)
            sums = queries.sums_of(tx, asked)
            earlier = replace(asked, period=period.before)
            before = queries.compared_sums_of(tx, earlier) if wanted.compare else None
            zone = self._teams.desk.timezone
            beside = _Beside(
                incidents=incidents.incidents(tx, period.begins_at(zone), period.ends_at(zone)) if tickets_too else [],
                by_seats=self._seats(tx, asked, earlier if wanted.compare else None) if tickets_too else [],
                hints=self._hints(tx, asked, sums) if tickets_too else Hints([], []),
                backlog=tickets.unsolved(tx, asked, self._ages.today()) if tickets_too else [],
                late_now=tickets.late_now(tx, asked, now) if tickets_too else [],
                as_of=now,
                counted_to=self.counted_to(tx, now),
            )
            return _overview(period, sums, before, beside)

        return query

    def counted(self, actor: Actor, wanted: Wanted, behind: Behind) -> Callable[[Tx], CountedPage]:
        """A query that reads a page of the chats or tickets that a figure counts, for an agent or a supervisor. Raises
        Refused(invalid) as `overview` and its query do."""
        # An admin sees figures of all teams, but no lists.
        actor = _without_admin(actor)
        period, teams = self._period(wanted), self._teams_of(actor, wanted)
        ages, now = self._ages.today(), self._clock()
        return lambda tx: listing.counted(tx, self._asked(tx, actor, wanted, period, teams), behind, ages, now)

    def timeline(self, actor: Actor, agent: str, day: int | None) -> Callable[[Tx], Timeline]:
        """A query that reads a day of an agent. `day` None means today. The query may raise Refused(not_found)."""
        zone = self._teams.desk.timezone
        today = day_of(self._clock(), zone)
        chosen = Period(today if day is None else day, (today if day is None else day) + 1)
        begins, ends = chosen.begins_at(zone), chosen.ends_at(zone)
        # An admin sees no one's day.
        actor = _without_admin(actor)
        teams = None if actor.id == agent or actor.supervises_all else self._teams.seen_by(actor)

        def query(tx: Tx) -> Timeline:
            if agent != actor.id and agent not in self.agents_of(tx, actor):
                raise Refused("not_found", "There is no such agent in your teams.")
            upto = min(ends, max(begins, self._clock()))
            known, held = agents.states(tx, agent, begins, ends), queries.held(tx, agent, begins, ends)
            states, chats = statuses(known, begins, upto), lanes(held, teams, begins, ends)
            # The load is that of the person, whatever teams their chats are of.
            taken = load(known, held, begins, upto)
            return Timeline(agent, chosen.from_, rfc3339(begins), rfc3339(ends), states, chats, taken)

        return query

    def ticket_times(self, actor: Actor, number: int) -> Callable[[Tx], tuple[TicketTimes, dict[str, str]]]:
        """A query that reads the intervals of a ticket, and the names of the people who held it, by id. The query may
        raise Refused(not_found)."""
        # An admin reads no tickets.
        actor = _without_admin(actor)
        teams = None if actor.supervises_all else self._teams.seen_by(actor)

        def query(tx: Tx) -> tuple[TicketTimes, dict[str, str]]:
            now = self._sources.tickets(tx, [number])
            if not now or (teams is not None and now[0].team not in teams):
                raise Refused("not_found", "There is no such ticket in your teams.")
            counted = self._reports.counted(tx, [number]).get(number)
            chats = {} if counted is None else {one.chat: one for one in counted.chats}
            intervals = () if counted is None else counted.intervals
            times = times_of(number, intervals, self._clock(), chats, self._next_goal)
            holders = {one.holder for one in times.intervals}
            names = {one.id: one.name or "" for one in self._people.all_staff(tx) if one.id in holders}
            return times, names

        return query

    def _next_goal(self, team: str) -> int | None:
        known = self._teams.by_key.get(team)
        return None if known is None else known.next_reply_s

    def agents_of(self, tx: Tx, actor: Actor) -> dict[str, str]:
        """The names of the people whose figures the actor may see, by id."""
        if only_own(actor):
            return {actor.id: actor.name or ""}
        teams = self._teams.by_key if actor.sees_all_figures else self._teams.seen_by(actor)
        return {one.id: one.name or "" for one in self._people.all_staff(tx) if any(one.sees(team) for team in teams)}

    def counted_to(self, tx: Tx, now: int) -> int:
        """The time up to which all changes are counted: now, or an earlier time if changes wait to be counted."""
        mark = self._reports.mark(tx)
        due = self._sources.due(tx, min(mark, now) - OVERLAP_MS, 1)
        return min(due[0][0], now) if due else now

    def _hints(self, tx: Tx, asked: Asked, sums: Sums) -> Hints:
        return hints.hints_of(tx, asked, own_hints(sums), lambda ids: self._people.client_names(tx, ids))

    def _seats(self, tx: Tx, asked: Asked, earlier: Asked | None) -> list[SeatHour]:
        if asked.products or asked.channels:
            return []
        staff = None if asked.agent is None else [asked.agent]
        if staff is None and asked.teams is not None:
            staff = [one.id for one in self._people.all_staff(tx) if not one.teams.isdisjoint(asked.teams)]
        before = seats.of_period(tx, earlier.period, staff) if earlier is not None else {}
        return [
            SeatHour(
                hour=hour,
                agents=one.agents,
                available_s=one.seats.available_ms // 1000,
                occupancy=one.seats.taken,
                before=before[hour].seats.taken if hour in before else None,
            )
            for hour, one in seats.of_period(tx, asked.period, staff).items()
        ]

    def _period(self, wanted: Wanted) -> Period:
        return period_of(wanted.first, wanted.after, self.usual_period())

    def _teams_of(self, actor: Actor, wanted: Wanted) -> tuple[str, ...] | None:
        return teams_of(actor, wanted.teams, self._teams.by_key)

    def _asked(self, tx: Tx, actor: Actor, wanted: Wanted, period: Period, teams: tuple[str, ...] | None) -> Asked:
        known = self.agents_of(tx, actor) if wanted.agent is not None and not only_own(actor) else {}
        return Asked(
            period=period,
            teams=teams,
            agent=agent_of(actor, wanted.agent, known),
            products=tuple(wanted.products),
            channels=tuple(wanted.channels),
        )


def _without_admin(actor: Actor) -> Actor:
    return replace(actor, also=actor.also - {"admin", "auditor"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Beside:
    """The parts of an overview that are not in its sums. Times are in ms since the epoch, UTC."""

    incidents: list[IncidentShown]
    by_seats: list[SeatHour]
    hints: Hints
    backlog: list[BacklogPart]
    late_now: list[LateTickets]
    as_of: int
    counted_to: int


def _overview(period: Period, sums: Sums, before: Sums | None, beside: _Beside) -> Overview:
    figures = figures_of(sums.total)
    earlier = before if before is not None and comparable(figures, figures_of(before.total)) else None
    other = period.before
    return Overview(
        period=Span(period.from_, period.to),
        compared=Span(other.from_, other.to) if earlier is not None else None,
        as_of=rfc3339(beside.as_of),
        counted_to=rfc3339(beside.counted_to),
        figures=figures,
        previous=figures_of(earlier.total) if earlier is not None else None,
        by_day=day_parts(sums, days_of(period)),
        before_by_day=days_before(earlier, days_of(other)) if earlier is not None else [],
        incidents=beside.incidents,
        by_hour=hour_parts(sums),
        by_seats=beside.by_seats,
        by_code=code_parts(sums, earlier),
        by_agent=parts_of(sums.keys["agent"]),
        by_team=parts_of(sums.teams),
        before_by_team=parts_of(earlier.teams) if earlier is not None else [],
        by_product=parts_of(sums.keys["product"]),
        by_channel=parts_of(sums.keys["channel"]),
        by_told=told_parts(sums),
        handle_by_10_min=handle_by_10_min(sums.total),
        hints=beside.hints,
        backlog=beside.backlog,
        late_now=beside.late_now,
    )
