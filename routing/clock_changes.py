"""When teams open for customers in other time zones, in the weeks around the next clock changes. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from clock import from_rfc3339, zones
from routing.desk import Desk, Team

AHEAD_MS = 366 * 86_400_000
NEAR_MS = 42 * 86_400_000
"""Changes so long after the first one are shown together with it: regions change their clocks weeks apart."""
CHANGES_MAX = 3
_DAY = timedelta(days=1)
_TOGETHER_MS = 86_400_000
"""Zones whose clocks change at most so long after each other change them together, such as those of one country."""


@dataclass(frozen=True, slots=True)
class Period:
    """Days between two clock changes, without the days of the changes themselves.

    `first` is None before the first change. `last` is None if no other change is known. `begins_with` is the day of the
    change before the period, in the zone that changes first.
    """

    first: date | None
    last: date | None
    begins_with: date | None


@dataclass(frozen=True, slots=True)
class _Change:
    first_at: int
    last_at: int
    day: date


@dataclass(frozen=True, slots=True)
class Opened:
    """The first time on a day at which a team is open, in ms since the epoch. If the team never closes, `closes_at` is
    None."""

    at: int
    closes_at: int | None


@dataclass(frozen=True, slots=True)
class OpenedTeams:
    """Teams that open and close at the same moments. `opened` has an entry for each period. It is None if the teams are
    closed on all comparable days of the period."""

    teams: tuple[Team, ...]
    opened: tuple[Opened | None, ...]


def periods(now: int, desk_zone: str, others: Iterable[str]) -> list[Period]:
    """The days before, between and after the next clock changes, as days in the desk's zone. Empty if no zone changes
    its clocks within a year."""
    moments = sorted(
        (at, zone) for zone in {desk_zone, *others} for at, _ in zones.offsets(now, now + AHEAD_MS, zone)[1:]
    )
    if not moments:
        return []
    changes: list[_Change] = []
    for at, zone in moments:
        if changes and at - changes[-1].last_at <= _TOGETHER_MS:
            changes[-1] = replace(changes[-1], last_at=at)
        else:
            changes.append(_Change(at, at, zones.local(at, zone).date()))
    near = [one for one in changes if one.first_at <= changes[0].first_at + NEAR_MS][:CHANGES_MAX]
    ends = [*(zones.local(one.first_at, desk_zone).date() - _DAY for one in changes), None]
    found = [Period(None, ends[0], None)]
    for at, one in enumerate(near, start=1):
        found.append(Period(zones.local(one.last_at, desk_zone).date() + _DAY, ends[at], one.day))
    return found


def openings(desk: Desk, around: Sequence[Period]) -> list[OpenedTeams]:
    """When the teams open in each of the periods, on the same day of the week. Teams that open and close at the same
    moments are one entry."""
    found: dict[tuple[Opened | None, ...], list[Team]] = {}
    for team in desk.open_to_chats():
        found.setdefault(_opened_in(desk, team, around), []).append(team)
    return [OpenedTeams(tuple(teams), opened) for opened, teams in found.items()]


def _opened_in(desk: Desk, team: Team, around: Sequence[Period]) -> tuple[Opened | None, ...]:
    """The weekday with the fewest other hours among the periods is compared: the first one from Monday on."""

    def of(weekday: int) -> tuple[Opened | None, ...]:
        return tuple(_opened(desk, team, _day_of(period, weekday)) for period in around)

    def differing(opened: tuple[Opened | None, ...]) -> tuple[int, int]:
        times = {zones.local(one.at, desk.timezone).time() for one in opened if one is not None}
        return opened.count(None), len(times)

    return min((of(weekday) for weekday in range(7)), key=differing)


def _day_of(period: Period, weekday: int) -> date | None:
    """The day of the period that is nearest to the change. None if a short period has no such weekday."""
    if period.first is not None:
        day = period.first + timedelta(days=(weekday - period.first.weekday()) % 7)
        return day if period.last is None or day <= period.last else None
    assert period.last is not None, "a period has a beginning or an end"
    return period.last - timedelta(days=(period.last.weekday() - weekday) % 7)


def _opened(desk: Desk, team: Team, day: date | None) -> Opened | None:
    """As `GET /api/hours` tells it on this day."""
    if day is None:
        return None
    start = zones.moment_of(datetime.combine(day, time()), desk.timezone)
    opening = desk.opening(team, start, staffed=True)
    if opening.open and opening.closes_at is None:
        return Opened(start, None)
    if opening.open and opening.closes_at is not None:  # since the evening before
        opening = desk.opening(team, from_rfc3339(opening.closes_at), staffed=True)
    if opening.opens_at is None:
        return None
    at = from_rfc3339(opening.opens_at)
    if at > zones.end_of_day(start, zone=desk.timezone):
        return None
    closes_at = desk.opening(team, at, staffed=True).closes_at
    return Opened(at, None if closes_at is None else from_rfc3339(closes_at))
