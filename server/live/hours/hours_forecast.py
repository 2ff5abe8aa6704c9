"""Forecasts what a change of hours does to customers: waits in hours that are newly open, requests in hours that are no
longer open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import fmean, median, median_high

from identity.actor import Actor
from identity.adapters.sql_staff import staff_of_teams
from reports.adapters.arrivals import Arrivals, arrivals
from routing.adapters import store
from routing.agents import CAPACITY
from routing.desk import Desk, Team
from routing.hours import Hours, Span
from routing.hours_changes import HoursChange
from routing.hours_preview import Difference, without
from server.live.hours.hours_editing import HoursEditing
from server.live.hours.simulating import Simulating
from server.simulation.opened_hours import Answer, Question
from storage.ports import Tx

PAST_DAYS = 20
PAST_WEEKS = 8
"""Weeks of which one day counts, if the team is closed on this weekday until now."""
_LOOKED_BACK_DAYS = 90
LEARNED_MIN = 30
"""Chats from which the durations of further chats are learned."""
SPANS_MAX = 3
"""Opened spans, and closed spans, that are forecast: those with the most requests."""
_LOOKED_AT_MAX = 24


@dataclass(frozen=True, slots=True)
class ChangedSpan:
    """A span in which a team is newly open, or no longer open, on `days` days from `first` to `last`."""

    team: Team
    first: date
    last: date
    days: int
    span: Span


@dataclass(frozen=True, slots=True)
class Forecast:
    """`requests` is the mean number of requests that came in the span on `past_days` earlier days.

    `answer` is None for a closed span, if nobody came in the span, or if too few chats are known to learn from.
    """

    changed: ChangedSpan
    requests: float
    past_days: int
    goal_s: int
    answer: Answer | None


@dataclass(frozen=True, slots=True)
class _Known:
    changed: ChangedSpan
    arrivals: Arrivals
    capacity: int

    @property
    def counts(self) -> list[dict[int, int]]:
        """The requests by hour of each past day, in the hours that the span touches."""
        span = self.changed.span
        hours = range(span.start // 60, (span.end + 59) // 60)
        return [{hour: day[hour] for hour in hours if hour in day} for day in self.arrivals.counts.values()]

    @property
    def requests(self) -> float:
        """Requests in the span on one day. An hour that the span covers in part counts in part."""
        span = self.changed.span

        def share(hour: int) -> float:
            return (min(span.end, 60 * hour + 60) - max(span.start, 60 * hour)) / 60

        counts = self.counts
        total = sum(number * share(hour) for day in counts for hour, number in day.items())
        return total / len(counts) if counts else 0.0


class HoursForecast:
    def __init__(self, editing: HoursEditing, simulating: Simulating) -> None:
        self._editing = editing
        self._simulating = simulating

    async def forecast(
        self, actor: Actor, changes: Sequence[HoursChange], version: str | None
    ) -> tuple[Sequence[Forecast], Sequence[Forecast]]:
        """The forecasts for opened spans, and those for closed spans, most requests first. Changes nothing. Raises what
        `HoursEditing.save` raises, and Refused(unavailable) if the simulation cannot be run."""
        before, after, _, differ = await self._editing.compared(actor, changes, version)
        opened, closed = _changed(differ, opens=True), _changed(differ, opens=False)
        today = self._editing.today()

        def read(tx: Tx) -> tuple[list[_Known], list[_Known]]:
            known = _Reader(tx, before, today)
            return known.most(opened), known.most(closed)

        newly, gone = await self._editing.storage.read(read, "heavy")
        asked = [one for one in newly if one.requests and len(one.arrivals.handled_ms) >= LEARNED_MIN]
        told = await self._simulating.answers(actor.id, [_question(one, after) for one in asked])
        answers = {one.changed: answer for one, answer in zip(asked, told, strict=True)}
        return [_forecast(one, answers) for one in newly], [_forecast(one, {}) for one in gone]


class _Reader:
    def __init__(self, tx: Tx, before: Desk, today: date) -> None:
        self._tx = tx
        self._before = before
        self._today = today
        self._capacities = _capacities(tx)
        self._read: dict[tuple[str, tuple[date, ...]], Arrivals] = {}

    def most(self, changed: Sequence[ChangedSpan]) -> list[_Known]:
        """Those with the most requests."""
        known = [self._known(one) for one in changed[:_LOOKED_AT_MAX]]
        return sorted(known, key=lambda one: -one.requests * one.changed.days)[:SPANS_MAX]

    def _known(self, changed: ChangedSpan) -> _Known:
        team, desk = changed.team.key, self._before
        days = past_days(desk.hours_of(team), changed.first, self._today) if team in desk.teams else []
        key = (team, tuple(days))
        if key not in self._read:
            self._read[key] = arrivals(self._tx, team, [day.toordinal() for day in days], desk.timezone)
        return _Known(changed, self._read[key], self._capacities.get(team, CAPACITY))


def past_days(hours: Hours, day: date, today: date) -> list[date]:
    """The days before `today` that tell what will happen on `day`, newest first.

    If the team is open on `day` until now, these are the last days on which it was open. Otherwise they are the last
    days with the same weekday.
    """
    back = (today - timedelta(days=ahead) for ahead in range(1, _LOOKED_BACK_DAYS + 1))
    if hours.spans_on(day):
        return [one for one in back if hours.spans_on(one)][:PAST_DAYS]
    return [one for one in back if one.weekday() == day.weekday()][:PAST_WEEKS]


def _changed(differ: Sequence[Difference], *, opens: bool) -> list[ChangedSpan]:
    """The spans of all differences by team. Differences with the same span are one, over the days of all of them."""
    found: dict[tuple[str, Span, bool], ChangedSpan] = {}
    for one in differ:
        spans = without(one.after, one.before) if opens else without(one.before, one.after)
        for team in one.column.teams:
            for span in spans:
                key = (team.key, span, bool(one.before))
                same = found.get(key)
                first, days = (one.first, one.days) if same is None else (same.first, same.days + one.days)
                found[key] = ChangedSpan(team, first, one.last, days, span)
    return list(found.values())


def _capacities(tx: Tx) -> Mapping[str, int]:
    """How many chats an agent of each team has at once: the median."""
    known = {choice.staff: choice.capacity for choice in store.choices(tx)}
    return {
        team: max(1, median_high([known.get(one, CAPACITY) for one in staff]))
        for team, staff in staff_of_teams(tx).items()
    }


def _question(known: _Known, after: Desk) -> Question:
    changed, learned = known.changed, known.arrivals
    team = after.teams[changed.team.key]
    handled_s = [max(1.0, ms / 1000) for ms in learned.handled_ms]
    mean_s, median_s = fmean(handled_s), median(handled_s)
    # The mean of an exponential distribution of which some draws are cut short: the sum of all waits, by departures.
    patience_s = max(1.0, learned.waited_ms / 1000 / learned.abandoned) if learned.abandoned else None
    return Question(
        day=changed.first,
        zone=after.timezone,
        start=changed.span.start,
        end=changed.span.end,
        counts=known.counts,
        service_s=mean_s,
        service_median_s=median_s if median_s < mean_s else None,
        patience_s=patience_s,
        capacity=known.capacity,
        goal_s=team.wait_target_s,
        assign=team.assign,
        offer_s=team.offer_s,
        wrap_up_s=team.wrap_up_s,
        queue_max=team.queue_max,
    )


def _forecast(known: _Known, answers: Mapping[ChangedSpan, Answer]) -> Forecast:
    team = known.changed.team
    return Forecast(
        known.changed, known.requests, len(known.arrivals.counts), team.wait_target_s, answers.get(known.changed)
    )
